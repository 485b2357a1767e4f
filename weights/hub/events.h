/* What the helper tells the program that started it: one JSON object a line on stdout.
 * weights/store/hub_client.h reads them. */
#ifndef DP_WEIGHTS_HUB_EVENTS_H
#define DP_WEIGHTS_HUB_EVENTS_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Each names the model as the caller named it. A stdout that nobody reads any more asks the
 * helper to stop. */
void dp_event_start(const char *model);
/* At most ten a second, and the last. total is 0 where it is not known. */
void dp_event_progress(const char *model, uint64_t done, uint64_t total);
void dp_event_warning(const char *model, const char *message);
/* In the cache and intact; `cached` where it was there before. */
void dp_event_done(const char *model, bool cached);
void dp_event_error(const char *model, const dp_err *err);

#endif

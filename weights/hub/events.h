/* The events that the helper reports to the program that started it: one JSON object per line
 * on stdout. weights/store/hub_client.h reads them. If nobody reads stdout any more, the next
 * event asks the helper to stop (weights/hub/stop.h). `model` is the name as the caller gave
 * it. */
#ifndef DP_WEIGHTS_HUB_EVENTS_H
#define DP_WEIGHTS_HUB_EVENTS_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stdint.h>

void dp_event_start(const char *model);

/* At most ten per second, and always the last. total 0: unknown. */
void dp_event_progress(const char *model, uint64_t done, uint64_t total);

void dp_event_warning(const char *model, const char *message);

/* The model is in the cache and intact; cached: it was there before. */
void dp_event_done(const char *model, bool cached);

void dp_event_error(const char *model, const dp_err *err);

#endif

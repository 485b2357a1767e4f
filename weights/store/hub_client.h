/* Running digitpad-hub: starting it, and reading what it reports, from a poll loop or
 * waiting. */
#ifndef DP_WEIGHTS_STORE_HUB_CLIENT_H
#define DP_WEIGHTS_STORE_HUB_CLIENT_H

#include "weights/store/hub_ref.h"

#include <stdint.h>

typedef enum dp_hub_kind {
    DP_HUB_START,    /* a model's turn begins */
    DP_HUB_PROGRESS, /* done, total */
    DP_HUB_WARNING,  /* message */
    DP_HUB_DONE,     /* the model is in the cache and intact; cached */
    DP_HUB_ERROR,    /* code, message */
    DP_HUB_END       /* the helper has nothing more to say */
} dp_hub_kind;

/* Texts come from outside: escape them before a terminal sees them. */
typedef struct dp_hub_event {
    dp_hub_kind kind;
    char model[DP_HUB_MAX_NAME + 1]; /* as given to dp_hub_client_start */
    int64_t done, total;             /* bytes; total 0 where it is not known */
    bool cached;                     /* it was there before */
    dp_err err;
} dp_hub_event;

typedef struct dp_hub_client dp_hub_client;

/* Start the helper for n models (registry names or "hf:…"). Its standard error is this
 * program's, or nothing where `quiet`. DP_NETWORK where there is no helper, saying where it
 * was looked for; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_hub_client_start(dp_hub_client **out, const char *const *models,
                                          int n, bool offline, bool quiet, dp_err *err);

/* The descriptor to poll for reading. */
int dp_hub_client_fd(const dp_hub_client *run);

/* The next event, without waiting; false while there is none. After the last one comes
 * DP_HUB_END, for ever. */
bool dp_hub_client_next(dp_hub_event *out, dp_hub_client *run);

/* Wait for the next event. False where a signal came instead. */
bool dp_hub_client_wait(dp_hub_event *out, dp_hub_client *run);

/* Stop the helper if it still runs, wait for it, and free. NULL is allowed. */
void dp_hub_client_free(dp_hub_client *run);

#endif

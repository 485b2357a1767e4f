/* Running digitpad-hub: starting it and reading its events, from a poll loop or by waiting. */
#ifndef DP_WEIGHTS_STORE_HUB_CLIENT_H
#define DP_WEIGHTS_STORE_HUB_CLIENT_H

#include "weights/io/child.h"
#include "weights/store/hub_ref.h"

#include <limits.h>
#include <stdint.h>

typedef enum dp_hub_kind {
    DP_HUB_START,    /* work on a model begins */
    DP_HUB_PROGRESS, /* sets done, total */
    DP_HUB_WARNING,  /* sets err.msg */
    DP_HUB_DONE,     /* the model is in the cache and intact; sets cached */
    DP_HUB_ERROR,    /* sets err */
    DP_HUB_END       /* the helper has ended */
} dp_hub_kind;

/* The texts come from outside, so they must be escaped for a terminal. */
typedef struct dp_hub_event {
    dp_hub_kind kind;
    char model[DP_HUB_MAX_NAME + 1]; /* as given to dp_hub_client_start */
    int64_t done, total;             /* bytes; total 0: unknown */
    bool cached;                     /* it was in the cache before */
    dp_err err;
} dp_hub_event;

typedef struct dp_hub_client dp_hub_client;

/* The path of the helper: $DIGITPAD_HUB, or beside the program (in a build tree), or in libexec relative
 * to the program (an installation may be moved as a whole), or in the configured libexec. DP_NETWORK,
 * with the place where it should be, if it is in none. */
DP_MUST_CHECK dp_code dp_hub_client_find(char out[PATH_MAX], dp_err *err);

/* Before the name of a data set, where a model may be. Events have the name alone. */
#define DP_HUB_DATA "data:"

/* Start the helper for n models (registry names, "hf:…" or URLs) or data sets; free *out with
 * dp_hub_client_free. If `quiet`, its standard error is discarded. DP_NETWORK, with the place
 * where it should be, if the helper is not installed; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_hub_client_start(dp_hub_client **out, const char *const *models,
                                          int n, bool offline, bool quiet, dp_err *err);

/* The two halves of it, for a helper that another process starts: start it, and listen to a child that
 * has been started so. *child is copied. */
DP_MUST_CHECK dp_code dp_hub_client_spawn(dp_child *out, const char *const *models, int n,
                                          bool offline, bool quiet, dp_err *err);
DP_MUST_CHECK dp_code dp_hub_client_adopt(dp_hub_client **out, const dp_child *child,
                                          dp_err *err);

/* The descriptor to poll for reading. */
int dp_hub_client_fd(const dp_hub_client *run);

/* The next event, without waiting; false if there is none yet. After the last event, every
 * call returns DP_HUB_END. */
bool dp_hub_client_next(dp_hub_event *out, dp_hub_client *run);

/* Wait for the next event. False if a signal interrupted the wait. */
bool dp_hub_client_wait(dp_hub_event *out, dp_hub_client *run);

/* Stop the helper if it is still running, wait for its end, and free. run may be NULL. */
void dp_hub_client_free(dp_hub_client *run);

#endif

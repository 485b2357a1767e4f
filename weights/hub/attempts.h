/* How often a request is repeated, and after which wait. */
#ifndef DP_WEIGHTS_HUB_ATTEMPTS_H
#define DP_WEIGHTS_HUB_ATTEMPTS_H

#include "weights/hub/http.h"

enum { DP_ATTEMPTS = 5 };

/* One request, which may take several attempts. */
typedef struct dp_attempts {
    int left;
    double wait;      /* seconds before the next attempt */
    bool again;       /* the last failure may pass */
    long retry_after; /* seconds, from the last reply; 0: not given */
} dp_attempts;

dp_attempts dp_attempts_start(const dp_endpoint *endpoint, int n);

/* Note a reply that is an error: overload, timeouts and server errors may pass. */
void dp_attempts_refused(dp_attempts *a, const dp_reply *reply);

/* After a failure: wait, and return whether to try again. */
bool dp_attempts_next(dp_attempts *a);

#endif

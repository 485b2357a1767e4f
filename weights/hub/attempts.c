#include "config.h"

#include "weights/hub/attempts.h"

#include "weights/hub/stop.h"

enum { MAX_WAIT = 60 }; /* seconds; a longer Retry-After is reported instead */

dp_attempts dp_attempts_start(const dp_endpoint *endpoint, int n)
{
    return (dp_attempts){ .left = n, .wait = endpoint->first_wait };
}

void dp_attempts_refused(dp_attempts *a, const dp_reply *reply)
{
    a->again = reply->status == 408 || reply->status == 429 || reply->status >= 500;
    a->retry_after = reply->retry_after;
}

bool dp_attempts_next(dp_attempts *a)
{
    if (!a->again || --a->left <= 0 || a->retry_after > MAX_WAIT)
        return false;
    double wait = a->retry_after > 0 ? (double)a->retry_after : a->wait;
    a->wait *= 2;
    a->retry_after = 0;
    return dp_stop_sleep(wait);
}

#include "config.h"

#include "engine/infer/sharing.h"

#include <time.h>

/* In seconds. */
static const double shortest_rest = 2e-3, longest_rest = 100e-3;
static const double tolerance = 20e-6; /* to wake up and to finish a part */

double dp_sharing_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool dp_sharing_pays(const dp_sharing *s, double now)
{
    return now >= s->resting_until;
}

void dp_sharing_learn(dp_sharing *s, double begin, double idle, double end)
{
    if (end - idle <= idle - begin + tolerance) {
        s->rest = 0;
        return;
    }
    s->rest = s->rest > 0 ? 2 * s->rest : shortest_rest;
    s->rest = s->rest > longest_rest ? longest_rest : s->rest;
    s->resting_until = end + s->rest;
}

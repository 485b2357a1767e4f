#include "config.h"

#include "engine/infer/sharing.h"

#include "engine/core/openmp.h"

#include <math.h>
#include <time.h>

/* In seconds. */
static const double shortest_rest = 2e-3, longest_rest = 100e-3;
static const double tolerance = 20e-6; /* to wake up and to finish a piece */

static const double soon_after = 10; /* rests */

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
    if (end - idle <= idle - begin + tolerance)
        return;
    const bool soon = end < s->resting_until + soon_after * s->rest;
    s->rest = soon ? fmin(2 * s->rest, longest_rest) : shortest_rest;
    s->resting_until = end + s->rest;
}

void dp_sharing_run(dp_sharing *s, int threads, int n, dp_sharing_piece *piece,
                    void *context)
{
    if (threads == 1 || n == 1) {
        for (int i = 0; i < n; i++)
            piece(context, i, 0);
        return;
    }
    const double begin = dp_sharing_clock();
    double idle = begin;
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(dynamic, 1) nowait
        for (int i = 0; i < n; i++)
            piece(context, i, dp_thread());
        if (dp_thread() == 0)
            idle = dp_sharing_clock();
    }
    dp_sharing_learn(s, begin, idle, dp_sharing_clock());
}

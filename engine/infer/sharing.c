#include "config.h"

#include "engine/infer/sharing.h"

#include "engine/core/openmp.h"

#include <math.h>
#include <time.h>

/* In seconds. */
static const double shortest_rest = 2e-3, longest_rest = 100e-3;
static const double tolerance = 100e-6; /* for threads that have to wake up first */
static const double soon = 1;

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double dp_sharing_clock(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

bool dp_sharing_pays(const dp_sharing *s, double now)
{
    return now >= s->resting_until;
}

void dp_sharing_learn(dp_sharing *s, double took, double alone, double end)
{
    if (took <= alone + tolerance)
        return;
    const bool again = s->rest > 0 && end < s->resting_until + soon;
    s->rest = again ? fmin(2 * s->rest, longest_rest) : shortest_rest;
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
    /* Processor time, because the caller, too, can lose its processor. */
    double worked = -seconds_of(CLOCK_THREAD_CPUTIME_ID);
    int done = 0; /* pieces, by the caller */
#pragma omp parallel num_threads(threads)
    {
        const int thread = dp_thread();
#pragma omp for schedule(dynamic, 1) nowait
        for (int i = 0; i < n; i++) {
            piece(context, i, thread);
            if (thread == 0)
                done++;
        }
        if (thread == 0)
            worked += seconds_of(CLOCK_THREAD_CPUTIME_ID);
    }
    const double end = dp_sharing_clock();
    /* A caller that did not get a single piece was the one that lost its processor. */
    dp_sharing_learn(s, end - begin, done > 0 ? worked * n / done : 0, end);
}

#include "config.h"

#include "engine/infer/sharing.h"

#include "engine/core/openmp.h"

#include <math.h>
#include <stdatomic.h>
#include <time.h>

/* In seconds. */
static const double shortest_rest = 2e-3, longest_rest = 1;
static const double tolerance = 100e-6; /* for threads that have to wake up first */
static const double soon = 10;

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

/* What the threads share, and what the caller did of it. */
typedef struct work {
    dp_sharing_piece *piece;
    void *context;
    int n;
    atomic_int next; /* piece */
    int done;        /* pieces, by the caller */
    double worked;   /* processor time of the caller: it, too, can lose its processor */
} work;

static void do_pieces(void *context, int thread)
{
    work *w = context;
    const double begin = thread == 0 ? seconds_of(CLOCK_THREAD_CPUTIME_ID) : 0;
    for (int i; (i = atomic_fetch_add(&w->next, 1)) < w->n;) {
        w->piece(w->context, i, thread);
        if (thread == 0)
            w->done++;
    }
    if (thread == 0)
        w->worked = seconds_of(CLOCK_THREAD_CPUTIME_ID) - begin;
}

void dp_sharing_run(dp_sharing *s, int threads, int n, dp_sharing_piece *piece,
                    void *context)
{
    if (threads == 1 || n == 1) {
        for (int i = 0; i < n; i++)
            piece(context, i, 0);
        return;
    }
    work w = { .piece = piece, .context = context, .n = n };
    const double begin = dp_sharing_clock();
    dp_parallel(threads, do_pieces, &w);
    const double end = dp_sharing_clock();
    /* A caller that did not get a single piece was the one that lost its processor. */
    dp_sharing_learn(s, end - begin, w.done > 0 ? w.worked * n / w.done : 0, end);
}

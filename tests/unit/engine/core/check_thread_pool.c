#include "config.h"

#include "engine/core/thread_pool.h"

#include "tests/unit/unit.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { MAX_PIECES = 100, MAX_THREADS = 8 };

typedef struct tally {
    atomic_int done[MAX_PIECES];
    atomic_int inside[MAX_THREADS]; /* [thread]: pieces that it runs right now */
    atomic_int faults;
    atomic_int by_workers;
    int threads;
    int nap_ms; /* how long a worker sleeps in each piece */
} tally;

static void nap(int ms)
{
    nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL);
}

static void count(void *context, int i, int thread)
{
    tally *t = context;
    if (thread < 0 || thread >= t->threads ||
        atomic_fetch_add(&t->inside[thread], 1) != 0)
        atomic_fetch_add(&t->faults, 1);
    if (thread > 0) {
        atomic_fetch_add(&t->by_workers, 1);
        nap(t->nap_ms);
    }
    atomic_fetch_add(&t->done[i], 1);
    atomic_fetch_sub(&t->inside[thread], 1);
}

static void run_once(dp_thread_pool *p, tally *t, int n)
{
    memset(t->done, 0, sizeof t->done);
    dp_thread_pool_run(p, n, count, t);
    ck_assert_int_eq(atomic_load(&t->faults), 0);
    for (int i = 0; i < MAX_PIECES; i++)
        ck_assert_int_eq(atomic_load(&t->done[i]), i < n);
}

START_TEST(each_piece_is_done_once)
{
    for (int threads = 1; threads <= MAX_THREADS; threads++) {
        dp_thread_pool *p = dp_thread_pool_create(threads);
        tally t = { .threads = threads };
        for (int n = 0; n <= MAX_PIECES; n++)
            run_once(p, &t, n);
        nap(1); /* until the workers sleep */
        run_once(p, &t, MAX_PIECES);
        dp_thread_pool_free(p);
    }
}
END_TEST

START_TEST(workers_take_pieces)
{
    dp_thread_pool *p = dp_thread_pool_create(2);
    tally t = { .threads = 2 };
    /* A busy system may take a while to run a worker. */
    for (int i = 0; i < 5000 && atomic_load(&t.by_workers) == 0; i++) {
        run_once(p, &t, MAX_PIECES);
        nap(1);
    }
    ck_assert_int_gt(atomic_load(&t.by_workers), 0);
    dp_thread_pool_free(p);
}
END_TEST

START_TEST(a_single_piece_starts_no_thread)
{
    dp_thread_pool *p = dp_thread_pool_create(2);
    tally t = { .threads = 2 };
    for (int i = 0; i < 100; i++)
        run_once(p, &t, 1);
    ck_assert_int_eq(atomic_load(&t.by_workers), 0);
    dp_thread_pool_free(p);
}
END_TEST

/* The pool waits for a worker that is slow, as if another program had its processor, and
 * then rests. Rests grow longer, so that even on a busy system 50 runs in a row end
 * within one. */
START_TEST(a_late_worker_lets_the_pool_rest)
{
    dp_thread_pool *p = dp_thread_pool_create(2);
    tally t = { .threads = 2, .nap_ms = 5 };
    int in_a_row = 0;
    for (int i = 0; i < 20000 && in_a_row < 50; i++) {
        const int before = atomic_load(&t.by_workers);
        const bool rested = dp_thread_pool_rests(p);
        run_once(p, &t, MAX_PIECES);
        in_a_row = rested && atomic_load(&t.by_workers) == before ? in_a_row + 1 : 0;
    }
    ck_assert_int_eq(in_a_row, 50);
    dp_thread_pool_free(p);
}
END_TEST

START_TEST(a_pool_may_close_unused)
{
    dp_thread_pool_free(dp_thread_pool_create(4));
    dp_thread_pool_free(NULL);
}
END_TEST

UNIT_MAIN("thread_pool", each_piece_is_done_once, workers_take_pieces,
          a_single_piece_starts_no_thread, a_late_worker_lets_the_pool_rest,
          a_pool_may_close_unused)

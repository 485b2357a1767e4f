#include "config.h"

#include "engine/infer/sharing.h"

#include "tests/unit/unit.h"

#include <stdatomic.h>

/* Work that the caller alone would have done in 1 ms began at `begin` and took `took`. */
static void learn(dp_sharing *s, double begin, double took)
{
    dp_sharing_learn(s, took, 1e-3, begin + took);
}

START_TEST(sharing_pays_at_first)
{
    const dp_sharing s = { 0 };
    ck_assert(dp_sharing_pays(&s, dp_sharing_clock()));
}
END_TEST

START_TEST(work_in_time_costs_no_rest)
{
    dp_sharing s = { 0 };
    learn(&s, 1, 0.5e-3);
    learn(&s, 2, 1.05e-3);
    ck_assert(dp_sharing_pays(&s, 2));
}
END_TEST

START_TEST(a_loss_brings_a_rest_of_2_ms)
{
    dp_sharing s = { 0 };
    learn(&s, 1, 4e-3);
    ck_assert(!dp_sharing_pays(&s, 1.0045));
    ck_assert(!dp_sharing_pays(&s, 1.0059));
    ck_assert(dp_sharing_pays(&s, 1.0061));
}
END_TEST

/* Work in time in between changes nothing. */
START_TEST(losses_that_follow_soon_double_the_rest_up_to_a_second)
{
    dp_sharing s = { 0 };
    const double rests[] = { 2e-3,   4e-3,   8e-3,   16e-3, 32e-3, 64e-3,
                             128e-3, 256e-3, 512e-3, 1,     1 };
    double now = 1;
    for (size_t i = 0; i < DP_COUNT(rests); i++) {
        learn(&s, now, 0.5e-3);
        learn(&s, now + 2e-3, 4e-3);
        now += 6e-3;
        ck_assert(!dp_sharing_pays(&s, now + 0.99 * rests[i]));
        ck_assert(dp_sharing_pays(&s, now + 1.01 * rests[i]));
        now += 2 * rests[i];
    }
}
END_TEST

START_TEST(a_loss_long_after_the_last_one_brings_a_short_rest)
{
    dp_sharing s = { 0 };
    learn(&s, 1, 4e-3);
    learn(&s, 1.01, 4e-3);
    learn(&s, 12, 4e-3);
    ck_assert(dp_sharing_pays(&s, 12.0061));
}
END_TEST

enum { PIECES = 40, THREADS = 4 };

typedef struct tally {
    int done[PIECES];
    atomic_int wrong_threads;
} tally;

static void count(void *context, int i, int thread)
{
    tally *t = context;
    t->done[i]++;
    if (thread < 0 || thread >= THREADS)
        t->wrong_threads++;
}

START_TEST(each_piece_is_done_once)
{
    dp_sharing s = { 0 };
    for (int threads = 1; threads <= THREADS; threads++)
        for (int n = 0; n <= PIECES; n++) {
            tally t = { 0 };
            dp_sharing_run(&s, threads, n, count, &t);
            for (int i = 0; i < PIECES; i++)
                ck_assert_int_eq(t.done[i], i < n);
            ck_assert_int_eq(t.wrong_threads, 0);
        }
}
END_TEST

UNIT_MAIN("sharing", sharing_pays_at_first, work_in_time_costs_no_rest,
          a_loss_brings_a_rest_of_2_ms,
          losses_that_follow_soon_double_the_rest_up_to_a_second,
          a_loss_long_after_the_last_one_brings_a_short_rest, each_piece_is_done_once)

#include "config.h"

#include "engine/core/team.h"

#include "tests/unit/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum { MAX_PIECES = 100, MAX_THREADS = 8 };

/* What a leader and its pieces do, and what they count. Nothing is asserted inside a team:
 * a failed case must not leave it. */
typedef struct tally {
    atomic_int done[MAX_PIECES];
    atomic_int inside[MAX_THREADS]; /* [thread]: pieces that it runs right now */
    atomic_int by_helpers;
    atomic_int faults;
    int threads;
    int leader_nap, helper_nap; /* milliseconds of sleep in each piece */
    bool rested;
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
    if (thread > 0)
        atomic_fetch_add(&t->by_helpers, 1);
    const int ms = thread > 0 ? t->helper_nap : t->leader_nap;
    if (ms > 0)
        nap(ms);
    atomic_fetch_add(&t->done[i], 1);
    atomic_fetch_sub(&t->inside[thread], 1);
}

static void share(dp_team *team, tally *t, int n)
{
    for (int i = 0; i < MAX_PIECES; i++)
        atomic_store(&t->done[i], 0);
    dp_team_share(team, n, count, t);
    for (int i = 0; i < MAX_PIECES; i++)
        if (atomic_load(&t->done[i]) != (i < n))
            atomic_fetch_add(&t->faults, 1);
}

static void share_every_number(dp_team *team, void *context)
{
    for (int n = 0; n <= MAX_PIECES; n++)
        share(team, context, n);
    nap(1); /* until the helpers sleep */
    share(team, context, MAX_PIECES);
}

START_TEST(each_piece_is_done_once)
{
    for (int threads = 1; threads <= MAX_THREADS; threads++) {
        tally t = { .threads = threads };
        dp_team_run(threads, share_every_number, &t);
        ck_assert_int_eq(atomic_load(&t.faults), 0);
    }
}
END_TEST

#ifdef DP_OPENMP
/* A busy system may take a while to run a helper. */
static void share_until_helped(dp_team *team, void *context)
{
    tally *t = context;
    for (int i = 0; i < 5000 && atomic_load(&t->by_helpers) == 0; i++) {
        share(team, t, MAX_PIECES);
        nap(1);
    }
}

START_TEST(helpers_take_pieces)
{
    tally t = { .threads = 2 };
    dp_team_run(2, share_until_helped, &t);
    ck_assert_int_gt(atomic_load(&t.by_helpers), 0);
    ck_assert_int_eq(atomic_load(&t.faults), 0);
}
END_TEST

/* Helpers that sleep in their pieces seem to have lost their processor. The leader is slow
 * too, so that a helper that does not rest takes pieces of every call. */
static void share_until_rested(dp_team *team, void *context)
{
    tally *t = context;
    int in_a_row = 0;
    for (int i = 0; i < 2000 && in_a_row < 20; i++) {
        const int before = atomic_load(&t->by_helpers);
        share(team, t, 4);
        in_a_row = atomic_load(&t->by_helpers) == before ? in_a_row + 1 : 0;
    }
    t->rested = in_a_row == 20;
}

START_TEST(late_helpers_rest)
{
    tally t = { .threads = 2, .leader_nap = 1, .helper_nap = 10 };
    dp_team_run(2, share_until_rested, &t);
    ck_assert(t.rested);
    ck_assert_int_gt(atomic_load(&t.by_helpers), 0);
    ck_assert_int_eq(atomic_load(&t.faults), 0);
}
END_TEST
#define WITH_HELPERS helpers_take_pieces, late_helpers_rest,
#else
#define WITH_HELPERS
#endif

static void share_one_piece(dp_team *team, void *context)
{
    for (int i = 0; i < 100; i++)
        share(team, context, 1);
}

START_TEST(the_leader_does_a_single_piece)
{
    tally t = { .threads = 2 };
    dp_team_run(2, share_one_piece, &t);
    ck_assert_int_eq(atomic_load(&t.by_helpers), 0);
    ck_assert_int_eq(atomic_load(&t.faults), 0);
}
END_TEST

static void share_nothing(dp_team *team, void *context)
{
    (void)team;
    *(bool *)context = true;
}

START_TEST(a_leader_may_share_nothing)
{
    bool led = false;
    dp_team_run(4, share_nothing, &led);
    ck_assert(led);
}
END_TEST

UNIT_MAIN("team", each_piece_is_done_once, WITH_HELPERS the_leader_does_a_single_piece,
          a_leader_may_share_nothing)

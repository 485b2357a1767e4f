#include "config.h"

#include "tui/pad/replay.h"

#include "tests/unit/unit.h"

#include <string.h>

static dp_replay replay;

static void add(dp_strokes *s, int n, const int32_t *time_ms)
{
    for (int i = 0; i < n; i++) {
        dp_point p = { (float)i, (float)s->n_strokes };
        dp_code code = i == 0 ? dp_strokes_begin(s, DP_PEN, 1, p, time_ms[i], NULL)
                              : dp_strokes_extend(s, p, time_ms[i], NULL);
        ck_assert_int_eq(code, DP_OK);
    }
}

/* The number of points that are shown at a time. */
static int shown_at(int64_t now_ms)
{
    dp_replay_advance(&replay, now_ms);
    int n = 0;
    for (int i = 0; i < replay.shown.n_strokes; i++)
        n += replay.shown.stroke[i].count;
    return n;
}

START_TEST(points_appear_at_their_times)
{
    dp_strokes s = { 0 };
    add(&s, 3, (const int32_t[]){ 0, 100, 150 });
    add(&s, 2, (const int32_t[]){ 400, 420 });
    ck_assert_int_eq(dp_replay_start(&replay, &s, 5000, NULL), DP_OK);
    ck_assert_int_eq(shown_at(5000), 1);
    ck_assert_int_eq(shown_at(5099), 1);
    ck_assert_int_eq(shown_at(5100), 2);
    ck_assert(!dp_replay_advance(&replay, 5101));
    ck_assert_int_eq(shown_at(5399), 3);
    ck_assert_int_eq(shown_at(5400), 4);
    ck_assert(dp_replay_advance(&replay, 5420));
    ck_assert(!replay.on);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(long_pauses_are_shortened_and_decreasing_times_do_no_harm)
{
    dp_strokes s = { 0 };
    add(&s, 2, (const int32_t[]){ 0, 3600000 });
    add(&s, 2, (const int32_t[]){ 10, 20 });
    ck_assert_int_eq(dp_replay_start(&replay, &s, 0, NULL), DP_OK);
    ck_assert_int_eq(shown_at(699), 1);
    ck_assert_int_eq(shown_at(700), 3);
    ck_assert(dp_replay_advance(&replay, 710));
    ck_assert(!replay.on);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(a_drawing_without_times_gets_a_steady_pace)
{
    dp_strokes s = { 0 };
    add(&s, 5, (const int32_t[]){ 0, 0, 0, 0, 0 });
    add(&s, 1, (const int32_t[]){ 0 });
    ck_assert_int_eq(dp_replay_start(&replay, &s, 0, NULL), DP_OK);
    ck_assert_int_eq(shown_at(0), 1);
    ck_assert_int_eq(shown_at(140), 1);
    ck_assert_int_eq(shown_at(142), 2); /* about a quarter of its width */
    ck_assert_int_eq(shown_at(342), 4);
    ck_assert_int_eq(shown_at(640), 5);
    dp_replay_stop(&replay);
    ck_assert(!replay.on);
    ck_assert_int_eq(replay.shown.n_strokes, 0);
    dp_strokes_clear(&s);
    ck_assert_int_eq(dp_replay_start(&replay, &s, 0, NULL), DP_INPUT);
}
END_TEST

UNIT_MAIN("replay", points_appear_at_their_times,
          long_pauses_are_shortened_and_decreasing_times_do_no_harm,
          a_drawing_without_times_gets_a_steady_pace)

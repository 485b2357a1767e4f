#include "config.h"

#include "tui/pad/replay.h"

#include "tests/unit/unit.h"

#include <string.h>

static dp_replay playback;

static void add(dp_strokes *s, int n, const int32_t *time_ms)
{
    for (int i = 0; i < n; i++) {
        dp_point p = { (float)i, (float)s->n_strokes };
        dp_code code = i == 0 ? dp_strokes_begin(s, DP_PEN, 1, p, time_ms[i], NULL)
                              : dp_strokes_extend(s, p, time_ms[i], NULL);
        ck_assert_int_eq(code, DP_OK);
    }
}

/* Points that are to be seen at a time. */
static int seen_at(int64_t now_ms)
{
    dp_replay_advance(&playback, now_ms);
    int n = 0;
    for (int i = 0; i < playback.shown.n_strokes; i++)
        n += playback.shown.stroke[i].count;
    return n;
}

START_TEST(points_come_when_they_came)
{
    dp_strokes s = { 0 };
    add(&s, 3, (const int32_t[]){ 0, 100, 150 });
    add(&s, 2, (const int32_t[]){ 400, 420 });
    ck_assert_int_eq(dp_replay_start(&playback, &s, 5000, NULL), DP_OK);
    ck_assert_int_eq(seen_at(5000), 1);
    ck_assert_int_eq(seen_at(5099), 1);
    ck_assert_int_eq(seen_at(5100), 2);
    ck_assert(!dp_replay_advance(&playback, 5101));
    ck_assert_int_eq(seen_at(5399), 3);
    ck_assert_int_eq(seen_at(5400), 4);
    ck_assert(dp_replay_advance(&playback, 5420));
    ck_assert(!playback.on);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(long_pauses_are_short_and_times_that_run_back_do_no_harm)
{
    dp_strokes s = { 0 };
    add(&s, 2, (const int32_t[]){ 0, 3600000 });
    add(&s, 2, (const int32_t[]){ 10, 20 });
    ck_assert_int_eq(dp_replay_start(&playback, &s, 0, NULL), DP_OK);
    ck_assert_int_eq(seen_at(699), 1);
    ck_assert_int_eq(seen_at(700), 3);
    ck_assert(dp_replay_advance(&playback, 710));
    ck_assert(!playback.on);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(a_drawing_without_times_is_played_at_a_pace)
{
    dp_strokes s = { 0 };
    add(&s, 3, (const int32_t[]){ 0, 0, 0 });
    ck_assert_int_eq(dp_replay_start(&playback, &s, 0, NULL), DP_OK);
    ck_assert_int_eq(seen_at(0), 1);
    ck_assert_int_eq(seen_at(13), 2);
    dp_replay_stop(&playback);
    ck_assert(!playback.on);
    ck_assert_int_eq(playback.shown.n_strokes, 0);
    dp_strokes_clear(&s);
    ck_assert_int_eq(dp_replay_start(&playback, &s, 0, NULL), DP_INPUT);
}
END_TEST

UNIT_MAIN("playback", points_come_when_they_came,
          long_pauses_are_short_and_times_that_run_back_do_no_harm,
          a_drawing_without_times_is_played_at_a_pace)

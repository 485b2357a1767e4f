#include "config.h"

#include "engine/ink/strokes.h"
#include "tests/unit/unit.h"

#include <math.h>

static void begin(dp_strokes *s, float x, float y)
{
    ck_assert_int_eq(dp_strokes_begin(s, DP_PEN, 2, (dp_point){ x, y }, 0, NULL), DP_OK);
}

static void extend(dp_strokes *s, float x, float y)
{
    ck_assert_int_eq(dp_strokes_extend(s, (dp_point){ x, y }, 5, NULL), DP_OK);
}

START_TEST(points_are_kept_in_order)
{
    dp_strokes s = { 0 };
    begin(&s, 1, 2);
    extend(&s, 3, 4);
    extend(&s, 3, 4);
    extend(&s, 5, 6);
    ck_assert_int_eq(dp_strokes_begin(&s, DP_ERASER, 7, (dp_point){ 8, 9 }, 11, NULL),
                     DP_OK);
    ck_assert_int_eq(s.n_strokes, 2);
    ck_assert_int_eq(s.stroke[0].count, 3); /* the repeated point is ignored */
    ck_assert(s.point[2].x == 5);
    ck_assert_int_eq(s.time_ms[2], 5);
    ck_assert_int_eq(s.stroke[1].tool, DP_ERASER);
    ck_assert_int_eq(s.stroke[1].first, 3);
    ck_assert(s.stroke[1].width == 7);
    ck_assert_int_eq(s.time_ms[3], 11);
    dp_strokes_clear(&s);
    ck_assert_int_eq(s.n_strokes, 0);
}
END_TEST

START_TEST(undone_strokes_can_be_redone)
{
    dp_strokes s = { 0 };
    ck_assert(!dp_strokes_undo(&s));
    begin(&s, 1, 1);
    begin(&s, 2, 2);
    begin(&s, 3, 3);
    ck_assert(!dp_strokes_redo(&s));
    ck_assert(dp_strokes_undo(&s));
    ck_assert(dp_strokes_undo(&s));
    ck_assert_int_eq(s.n_strokes, 1);
    ck_assert(dp_strokes_redo(&s));
    ck_assert_int_eq(s.n_strokes, 2);
    ck_assert(s.point[s.stroke[1].first].x == 2);
    begin(&s, 4, 4);
    ck_assert(!dp_strokes_redo(&s)); /* the third stroke is gone for good */
    ck_assert_int_eq(s.n_strokes, 3);
    ck_assert(s.point[s.stroke[2].first].x == 4);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(extending_drops_undone_strokes)
{
    dp_strokes s = { 0 };
    begin(&s, 1, 1);
    begin(&s, 2, 2);
    ck_assert(dp_strokes_undo(&s));
    extend(&s, 9, 9);
    ck_assert(!dp_strokes_redo(&s));
    ck_assert_int_eq(s.stroke[0].count, 2);
    ck_assert(s.point[1].x == 9);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(bad_values_change_nothing)
{
    dp_strokes s = { 0 };
    dp_err err;
    ck_assert_int_eq(dp_strokes_extend(&s, (dp_point){ 0, 0 }, 0, &err), DP_USAGE);
    begin(&s, 1, 1);
    begin(&s, 2, 2);
    ck_assert(dp_strokes_undo(&s));
    const dp_point bad[] = { { NAN, 0 }, { 0, INFINITY }, { -INFINITY, 0 } };
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(dp_strokes_begin(&s, DP_PEN, 1, bad[i], 0, &err), DP_INPUT);
        ck_assert_int_eq(dp_strokes_extend(&s, bad[i], 0, &err), DP_INPUT);
    }
    const float widths[] = { NAN, INFINITY, -1 };
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(
            dp_strokes_begin(&s, DP_PEN, widths[i], (dp_point){ 0, 0 }, 0, &err),
            DP_INPUT);
    ck_assert_int_eq(s.n_strokes, 1);
    ck_assert_int_eq(s.stroke[0].count, 1);
    ck_assert(dp_strokes_redo(&s)); /* the undone stroke is still there */
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(points_and_strokes_are_limited)
{
    dp_strokes s = { 0 };
    dp_err err;
    begin(&s, 0, 0);
    for (int i = 1; i < DP_MAX_POINTS; i++)
        extend(&s, (float)(i % 1000), 1);
    ck_assert_int_eq(dp_strokes_extend(&s, (dp_point){ -1, -1 }, 0, &err), DP_INPUT);
    ck_assert_int_eq(dp_strokes_begin(&s, DP_PEN, 1, (dp_point){ 0, 0 }, 0, &err),
                     DP_INPUT);
    ck_assert_int_eq(s.n_strokes, 1);
    ck_assert_int_eq(s.stroke[0].count, DP_MAX_POINTS);
    dp_strokes_clear(&s);

    for (int i = 0; i < DP_MAX_STROKES; i++)
        begin(&s, (float)i, 0);
    ck_assert_int_eq(dp_strokes_begin(&s, DP_PEN, 1, (dp_point){ 0, 0 }, 0, &err),
                     DP_INPUT);
    ck_assert_int_eq(s.n_strokes, DP_MAX_STROKES);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(copy_holds_the_visible_strokes)
{
    dp_strokes s = { 0 }, copy = { 0 };
    begin(&copy, 77, 77); /* replaced by the copy */
    ck_assert_int_eq(dp_strokes_copy(&copy, &s, NULL), DP_OK);
    ck_assert_int_eq(copy.n_strokes, 0);
    begin(&s, 1, 2);
    extend(&s, 3, 4);
    begin(&s, 5, 6);
    ck_assert(dp_strokes_undo(&s));
    ck_assert_int_eq(dp_strokes_copy(&copy, &s, NULL), DP_OK);
    ck_assert_int_eq(copy.n_strokes, 1);
    ck_assert(!dp_strokes_redo(&copy));
    ck_assert_int_eq(copy.stroke[0].count, 2);
    ck_assert(copy.point[1].y == 4);
    extend(&copy, 7, 8);
    ck_assert_int_eq(s.stroke[0].count, 2);
    dp_strokes_clear(&s);
    dp_strokes_clear(&copy);
}
END_TEST

START_TEST(a_stroke_is_shortened)
{
    dp_strokes s = { 0 };
    dp_strokes_shorten(&s, 1); /* allowed */
    begin(&s, 1, 1);
    begin(&s, 2, 2);
    extend(&s, 3, 3);
    extend(&s, 4, 4);
    dp_strokes_shorten(&s, 5);
    dp_strokes_shorten(&s, 0);
    ck_assert_int_eq(s.stroke[1].count, 3);
    dp_strokes_shorten(&s, 1);
    extend(&s, 7, 8);
    ck_assert_int_eq(s.stroke[1].count, 2);
    ck_assert(s.point[s.stroke[1].first + 1].x == 7);
    ck_assert(dp_strokes_undo(&s));
    extend(&s, 9, 9);
    dp_strokes_shorten(&s, 1); /* of the first stroke */
    ck_assert_int_eq(s.n_strokes, 1);
    ck_assert_int_eq(s.stroke[0].count, 1);
    ck_assert(!dp_strokes_redo(&s));
    dp_strokes_clear(&s);
}
END_TEST

UNIT_MAIN("strokes", a_stroke_is_shortened, points_are_kept_in_order,
          undone_strokes_can_be_redone, extending_drops_undone_strokes,
          bad_values_change_nothing, points_and_strokes_are_limited,
          copy_holds_the_visible_strokes)

#include "config.h"

#include "engine/synth/deform.h"
#include "engine/synth/pointer.h"
#include "tests/unit/drawing.h"

#include <math.h>

static dp_strokes angle(void)
{
    static const dp_point p[] = { { 10, 10 }, { 60, 20 }, { 30, 110 } };
    return drawing_of(p, 3);
}

static dp_strokes replayed(dp_pointer pointer, uint64_t index)
{
    dp_strokes s = angle();
    dp_rng rng = dp_rng_stream(4, 5, index);
    ck_assert_int_eq(dp_pointer_replay(&s, pointer, &rng, NULL), DP_OK);
    return s;
}

START_TEST(a_mouse_draws_from_cell_to_cell)
{
    for (uint64_t k = 0; k < 50; k++) {
        dp_strokes s = replayed(DP_POINTER_CELLS, k);
        ck_assert(drawing_is_grid(&s));
        dp_bounds b = dp_deform_bounds(&s);
        ck_assert(b.x0 >= 0.5f && b.y0 >= 1 && b.x1 <= 39.5f && b.y1 <= 39);
        ck_assert(b.y1 - b.y0 > 11);
        ck_assert_int_gt(drawing_points(&s), 6);
        dp_strokes_clear(&s);
    }
}
END_TEST

/* The box may grow by the jitter and by half a step. */
START_TEST(other_pointers_stay_in_place)
{
    for (int pointer = 1; pointer < DP_POINTER_COUNT; pointer++)
        for (uint64_t k = 0; k < 50; k++) {
            dp_strokes s = replayed((dp_pointer)pointer, k);
            dp_bounds b = dp_deform_bounds(&s);
            ck_assert_msg(fabsf(b.x0 - 10) < 9 && fabsf(b.y0 - 10) < 9 &&
                              fabsf(b.x1 - 60) < 20 && fabsf(b.y1 - 110) < 9,
                          "%s", dp_pointer_name((dp_pointer)pointer));
            dp_strokes_clear(&s);
        }
}
END_TEST

START_TEST(dots_are_not_joined)
{
    dp_strokes s = replayed(DP_POINTER_DOTTED, 1);
    ck_assert_int_gt(s.n_strokes, 6);
    ck_assert_int_eq(drawing_points(&s), s.n_strokes);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(steps_have_one_size)
{
    dp_strokes s = replayed(DP_POINTER_STEPS, 1);
    float cell = INFINITY;
    const int n = drawing_points(&s);
    for (int i = 1; i < n; i++) {
        float dx = fabsf(s.point[i].x - s.point[i - 1].x);
        cell = dx > 0.01f ? fminf(cell, dx) : cell;
    }
    ck_assert(cell >= 2.5f && cell < 8.5f);
    for (int i = 1; i < n; i++) {
        float steps = (s.point[i].y - s.point[i - 1].y) / cell;
        check_near(steps, roundf(steps), 0.01f);
    }
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(a_dot_stays_a_dot)
{
    for (int pointer = 0; pointer < DP_POINTER_COUNT; pointer++) {
        dp_strokes s = drawing_of((dp_point[]){ { 3, 4 } }, 1);
        dp_rng rng = dp_rng_stream(4, 5, 6);
        ck_assert_int_eq(dp_pointer_replay(&s, (dp_pointer)pointer, &rng, NULL), DP_OK);
        ck_assert_int_eq(drawing_points(&s), 1);
        dp_strokes_clear(&s);
    }
}
END_TEST

/* As often as the probability says, and by mouse as often as its share says. */
START_TEST(some_drawings_are_replayed)
{
    int changed = 0, by_mouse = 0;
    for (uint64_t k = 0; k < 400; k++) {
        dp_strokes s = angle(), before = angle();
        dp_rng rng = dp_rng_stream(4, 6, k);
        ck_assert_int_eq(dp_pointer_vary(&s, 0.5f, &rng, NULL), DP_OK);
        bool same = drawing_equal(&s, &before);
        changed += !same;
        by_mouse += !same && drawing_is_grid(&s);
        dp_strokes_clear(&s);
        dp_strokes_clear(&before);
    }
    ck_assert(changed > 160 && changed < 240);
    ck_assert(by_mouse > 90 && by_mouse < 150);
}
END_TEST

UNIT_MAIN("pointer", a_mouse_draws_from_cell_to_cell, other_pointers_stay_in_place,
          dots_are_not_joined, steps_have_one_size, a_dot_stays_a_dot,
          some_drawings_are_replayed)

#include "config.h"

#include "engine/synth/deform.h"
#include "tests/unit/drawing.h"

#include <math.h>

static dp_strokes angle(void)
{
    static const dp_point p[] = { { 10, 10 }, { 60, 20 }, { 30, 110 } };
    return drawing_of(p, 3);
}

START_TEST(zero_parameters_change_nothing)
{
    static const dp_deform zero = { 0 };
    dp_strokes a = angle(), b = angle();
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_deform_strokes(&b, &zero, &rng);
    for (int i = 0; i < 3; i++) {
        check_near(a.point[i].x, b.point[i].x, 1e-4f);
        check_near(a.point[i].y, b.point[i].y, 1e-4f);
    }
    dp_strokes_clear(&a);
    dp_strokes_clear(&b);
}
END_TEST

static float distance(const dp_strokes *s, int i, int k)
{
    return hypotf(s->point[i].x - s->point[k].x, s->point[i].y - s->point[k].y);
}

START_TEST(a_rotation_keeps_lengths)
{
    static const dp_deform rotation = { .rotation = 30 };
    dp_strokes a = angle(), b = angle();
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_deform_strokes(&b, &rotation, &rng);
    ck_assert(!drawing_equal(&a, &b));
    for (int i = 0; i < 3; i++)
        check_near(distance(&a, i, (i + 1) % 3), distance(&b, i, (i + 1) % 3), 1e-3f);
    dp_strokes_clear(&a);
    dp_strokes_clear(&b);
}
END_TEST

/* Points move by a moderate distance on average. */
START_TEST(handwriting_deforms_moderately)
{
    double moved = 0;
    for (uint64_t k = 0; k < 100; k++) {
        dp_strokes a = angle(), b = angle();
        dp_rng rng = dp_rng_stream(1, 2, k);
        dp_deform_strokes(&b, &dp_deform_handwriting, &rng);
        for (int i = 0; i < 3; i++)
            moved +=
                (double)hypotf(a.point[i].x - b.point[i].x, a.point[i].y - b.point[i].y);
        dp_strokes_clear(&a);
        dp_strokes_clear(&b);
    }
    ck_assert_double_gt(moved / 300, 3);
    ck_assert_double_lt(moved / 300, 30);
}
END_TEST

START_TEST(fitting_fills_the_rectangle)
{
    dp_strokes s = angle();
    dp_deform_fit(&s, (dp_bounds){ -1, 2, 3, 12 });
    dp_bounds b = dp_deform_bounds(&s);
    check_near(b.x0, -1, 1e-5f);
    check_near(b.y0, 2, 1e-5f);
    check_near(b.x1, 3, 1e-5f);
    check_near(b.y1, 12, 1e-5f);
    dp_deform_fit(&s,
                  (dp_bounds){ 1, 0, 0, 1 }); /* mirrored: the sharp end is at x = 0.6 */
    check_near(s.point[2].x, 0.6f, 1e-5f);
    dp_strokes_clear(&s);
}
END_TEST

UNIT_MAIN("deform", zero_parameters_change_nothing, a_rotation_keeps_lengths,
          handwriting_deforms_moderately, fitting_fills_the_rectangle)

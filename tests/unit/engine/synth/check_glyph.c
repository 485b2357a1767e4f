#include "config.h"

#include "engine/synth/glyph.h"
#include "tests/unit/drawing.h"

#include <math.h>

static dp_strokes drawn(const char *text, float jitter)
{
    dp_strokes s = { 0 };
    dp_err err;
    dp_rng rng = dp_rng_stream(1, 2, 3);
    if (dp_glyph_draw(&s, text, jitter, &rng, &err))
        ck_abort_msg("%s", err.msg);
    return s;
}

START_TEST(corners_make_lines)
{
    dp_strokes s = drawn("10,20! 30,60!; -5,0! 5,0! 5,40!", 0);
    ck_assert_int_eq(s.n_strokes, 2);
    for (int i = 0; i < s.stroke[0].count; i++)
        check_near(s.point[i].y, 20 + 2 * (s.point[i].x - 10), 1e-3f);
    const dp_point *p = s.point + s.stroke[1].first;
    for (int i = 0; i < s.stroke[1].count; i++)
        ck_assert(fabsf(p[i].y) < 1e-3f || fabsf(p[i].x - 5) < 1e-3f);
    check_near(p[0].x, -5, 1e-5f);
    check_near(p[s.stroke[1].count - 1].y, 40, 1e-5f);
    dp_strokes_clear(&s);
}
END_TEST

/* The curve goes through its control points and bends only a little between segments. */
START_TEST(curves_are_smooth)
{
    static const dp_point ring[] = { { 50, 0 },  { 15, 15 },  { 0, 50 },
                                     { 15, 85 }, { 50, 100 }, { 85, 85 } };
    dp_strokes s = { 0 };
    ck_assert_int_eq(dp_glyph_curve(&s, ring, 6, NULL), DP_OK);
    int passed = 0, n = s.stroke[0].count;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 6; k++)
            passed += hypotf(s.point[i].x - ring[k].x, s.point[i].y - ring[k].y) < 1e-3f;
    ck_assert_int_eq(passed, 6);
    for (int i = 1; i + 1 < n; i++) {
        dp_point a = s.point[i - 1], b = s.point[i], c = s.point[i + 1];
        float before = atan2f(b.y - a.y, b.x - a.x), after = atan2f(c.y - b.y, c.x - b.x);
        ck_assert(fabsf(sinf(after - before)) < 0.35f);
    }
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(jitter_moves_control_points)
{
    dp_strokes a = drawn("0,0 50,50 100,0", 0), b = drawn("0,0 50,50 100,0", 5);
    ck_assert_int_eq(a.stroke[0].count, b.stroke[0].count);
    ck_assert(!drawing_equal(&a, &b));
    dp_point p = a.point[0], q = b.point[0];
    ck_assert(hypotf(p.x - q.x, p.y - q.y) < 25);
    dp_strokes_clear(&a);
    dp_strokes_clear(&b);
}
END_TEST

START_TEST(malformed_glyphs_are_refused)
{
    static const char *const bad[] = {
        "", "1", "1,", "1;2", "1,2 x", "1,2;", "1,2 3,4!!"
    };
    dp_strokes s = { 0 };
    dp_rng rng = dp_rng_stream(1, 2, 3);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(dp_glyph_draw(&s, bad[i], 0, &rng, NULL), DP_INPUT);
    dp_strokes_clear(&s);
}
END_TEST

UNIT_MAIN("glyph", corners_make_lines, curves_are_smooth, jitter_moves_control_points,
          malformed_glyphs_are_refused)

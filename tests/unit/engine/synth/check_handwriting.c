#include "config.h"

#include "engine/synth/deform.h"
#include "engine/synth/digits.h"
#include "engine/synth/handwriting.h"
#include "tests/unit/drawing.h"

static dp_strokes plain(int digit)
{
    dp_strokes s = { 0 };
    dp_rng rng = dp_rng_stream(1, 1, 1);
    ck_assert_int_eq(dp_digits_skeleton(&s, digit, 0, 0, &rng, NULL), DP_OK);
    return s;
}

/* The bounding box of the stroke that `style` adds to a plain digit. */
static dp_bounds added(dp_style style, int digit)
{
    dp_strokes s = plain(digit);
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_code code;
    ck_assert_int_eq(s.n_strokes, 1);
    ck_assert(dp_handwriting_add_style(&s, style, &rng, &code));
    ck_assert_int_eq(code, DP_OK);
    ck_assert_int_eq(s.n_strokes, 2);
    dp_point *p = s.point + s.stroke[1].first;
    dp_strokes more = drawing_of(p, s.stroke[1].count);
    dp_bounds b = dp_deform_bounds(&more);
    dp_strokes_clear(&more);
    dp_strokes_clear(&s);
    return b;
}

/* Skeletons are about 60 wide and 100 high. */
START_TEST(each_style_adds_its_stroke_in_place)
{
    dp_bounds slash = added(DP_STYLE_SLASH, 0), dot = added(DP_STYLE_DOT, 0);
    ck_assert(slash.x0 < 20 && slash.x1 > 40 && slash.y0 < 30 && slash.y1 > 70);
    ck_assert(dot.x0 > 20 && dot.x1 < 40 && dot.y0 > 40 && dot.y1 < 60);
    dp_bounds flag = added(DP_STYLE_FLAG, 1), foot = added(DP_STYLE_FOOT, 1);
    ck_assert(flag.x1 <= 30 && flag.x0 < 20 && flag.y0 < 1 && flag.y1 < 40);
    ck_assert(foot.x0 < 20 && foot.x1 > 40 && foot.y0 > 90);
    dp_bounds bar = added(DP_STYLE_BAR, 7), serif = added(DP_STYLE_SERIF, 7);
    ck_assert(bar.x0 < 40 && bar.x1 > 44 && bar.y0 > 35 && bar.y1 < 70);
    ck_assert(serif.x1 < 10 && serif.y0 < 5 && serif.y1 > 10 && serif.y1 < 30);
    dp_bounds curl = added(DP_STYLE_CURL, 9);
    ck_assert(curl.x1 <= 44.5f && curl.x0 < 25 && curl.y0 > 80);
}
END_TEST

START_TEST(unsuitable_drawings_are_left_alone)
{
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_code code;
    dp_strokes none = { 0 }, one = plain(1), eight = plain(8);
    ck_assert(!dp_handwriting_add_style(&none, DP_STYLE_BAR, &rng, &code));
    ck_assert(!dp_handwriting_add_style(&one, DP_STYLE_SLASH, &rng,
                                        &code)); /* as thin as a one */
    ck_assert_int_eq(dp_handwriting_vary_style(&eight, 8, 1, &rng, NULL), DP_OK);
    ck_assert_int_eq(eight.n_strokes, 1);
    ck_assert(dp_handwriting_add_style(&one, DP_STYLE_FOOT, &rng, &code));
    ck_assert(!dp_handwriting_add_style(&one, DP_STYLE_FLAG, &rng,
                                        &code)); /* it has two strokes now */
    dp_strokes_clear(&one);
    dp_strokes_clear(&eight);
}
END_TEST

START_TEST(styles_vary_with_their_probability)
{
    int varied = 0;
    for (uint64_t i = 0; i < 400; i++) {
        dp_strokes s = plain(7);
        dp_rng rng = dp_rng_stream(1, 2, i);
        ck_assert_int_eq(dp_handwriting_vary_style(&s, 7, 0.25f, &rng, NULL), DP_OK);
        varied += s.n_strokes == 2;
        dp_strokes_clear(&s);
    }
    ck_assert_int_gt(varied, 65);
    ck_assert_int_lt(varied, 135);
}
END_TEST

UNIT_MAIN("handwriting", each_style_adds_its_stroke_in_place,
          unsuitable_drawings_are_left_alone, styles_vary_with_their_probability)

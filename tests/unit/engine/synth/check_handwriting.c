#include "config.h"

#include "engine/synth/deform.h"
#include "engine/synth/digits.h"
#include "engine/synth/handwriting.h"
#include "tests/unit/drawing.h"

#include <math.h>

static dp_strokes skeleton(int digit, int i)
{
    dp_strokes s = { 0 };
    dp_rng rng = dp_rng_stream(1, 1, 1);
    ck_assert_int_eq(dp_digits_skeleton(&s, digit, i, 0, &rng, NULL), DP_OK);
    return s;
}

static dp_strokes plain(int digit)
{
    return skeleton(digit, 0);
}

/* A drawing in a style. */
static dp_strokes styled(dp_style style, dp_strokes s)
{
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_code code;
    ck_assert_msg(dp_handwriting_add_style(&s, style, dp_style_digit(style), &rng, &code),
                  "%s", dp_style_name(style));
    ck_assert_int_eq(code, DP_OK);
    return s;
}

/* The bounding box of the stroke that a style adds to a plain digit. */
static dp_bounds added(dp_style style)
{
    dp_strokes s = styled(style, plain(dp_style_digit(style)));
    ck_assert_int_eq(s.n_strokes, 2);
    dp_strokes more = drawing_of(s.point + s.stroke[1].first, s.stroke[1].count);
    dp_bounds b = dp_deform_bounds(&more);
    dp_strokes_clear(&more);
    dp_strokes_clear(&s);
    return b;
}

/* Skeletons are about 60 wide and 100 high. */
START_TEST(strokes_are_added_in_their_places)
{
    dp_bounds slash = added(DP_STYLE_SLASH), dot = added(DP_STYLE_DOT);
    ck_assert(slash.y0 < 40 && slash.y1 > 60);
    ck_assert(dot.x0 > 20 && dot.x1 < 40 && dot.y0 > 40 && dot.y1 < 60);
    dp_bounds joined = added(DP_STYLE_JOINED), theta = added(DP_STYLE_THETA);
    ck_assert(joined.y0 < 30 && joined.y1 > 60);
    ck_assert(theta.x0 < 20 && theta.x1 > 40 && theta.y0 > 25 && theta.y1 < 75);
    dp_bounds flag = added(DP_STYLE_FLAG), foot = added(DP_STYLE_FOOT);
    ck_assert(flag.x1 <= 31 && flag.x0 < 25 && flag.y0 < 1 && flag.y1 < 65);
    ck_assert(foot.x0 < 20 && foot.x1 > 40 && foot.y0 > 90);
    dp_bounds coil = added(DP_STYLE_COIL);
    ck_assert(coil.x0 < 10 && coil.x1 < 50 && coil.y0 > 60 && coil.y1 < 105);
    dp_bounds bar = added(DP_STYLE_BAR), serif = added(DP_STYLE_SERIF);
    ck_assert(bar.x0 < 40 && bar.x1 > 40 && bar.y0 > 35 && bar.y1 < 70);
    ck_assert(serif.x1 < 10 && serif.y0 < 5 && serif.y1 > 10 && serif.y1 < 30);
    dp_bounds looped = added(DP_STYLE_LOOPED), curl = added(DP_STYLE_CURL);
    ck_assert(looped.y0 < 65 && looped.y1 >= 99 && looped.x1 > 40);
    ck_assert(curl.x1 <= 44.5f && curl.x0 < 25 && curl.y0 > 80);
}
END_TEST

START_TEST(a_four_becomes_lightning)
{
    static const dp_point bar[] = { { 20, 0 }, { 0, 60 }, { 80, 60 } };
    static const dp_point stem[] = { { 60, 10 }, { 60, 50 }, { 60, 70 }, { 60, 110 } };
    dp_strokes s = { 0 };
    drawing_add(&s, DP_PEN, 0, bar, 3);
    drawing_add(&s, DP_PEN, 0, stem, 4);
    s = styled(DP_STYLE_LIGHTNING, s);
    const dp_point *rest = s.point + s.stroke[1].first;
    ck_assert_int_eq(s.n_strokes, 2);
    ck_assert_int_eq(s.stroke[0].count, 3);
    ck_assert(rest[0].y == 50);
    ck_assert(rest[s.stroke[1].count - 1].y == 110);
    dp_strokes_clear(&s);
}
END_TEST

static float distance(dp_point a, dp_point b)
{
    return hypotf(a.x - b.x, a.y - b.y);
}

START_TEST(loops_are_opened_and_shrunk)
{
    dp_strokes six = plain(6), open = styled(DP_STYLE_OPEN, plain(6)),
               small = styled(DP_STYLE_SMALL, plain(6));
    ck_assert_int_lt(drawing_points(&open), drawing_points(&six));
    ck_assert_int_eq(drawing_points(&small), drawing_points(&six));
    dp_bounds b = dp_deform_bounds(&small), whole = dp_deform_bounds(&six);
    ck_assert(b.y0 == whole.y0 && b.y1 == whole.y1);
    const int last = drawing_points(&six) - 1;
    ck_assert(small.point[last].y > six.point[last].y + 2);
    dp_strokes_clear(&six);
    dp_strokes_clear(&open);
    dp_strokes_clear(&small);
}
END_TEST

START_TEST(heads_of_nines_are_opened_and_squeezed)
{
    dp_strokes nine = skeleton(9, 2), gap = styled(DP_STYLE_GAP, skeleton(9, 2)),
               flat = styled(DP_STYLE_FLAT, skeleton(9, 2));
    ck_assert_int_lt(drawing_points(&gap), drawing_points(&nine));
    ck_assert_int_eq(drawing_points(&flat), drawing_points(&nine));
    const int n = drawing_points(&nine);
    ck_assert(flat.point[n - 1].y < nine.point[n - 1].y - 5);
    for (int i = 1; i < n; i++) /* no jump where the head ends */
        ck_assert(distance(flat.point[i], flat.point[i - 1]) <
                  distance(nine.point[i], nine.point[i - 1]) + 1);
    dp_strokes_clear(&nine);
    dp_strokes_clear(&gap);
    dp_strokes_clear(&flat);
}
END_TEST

START_TEST(heads_of_nines_shrink)
{
    dp_strokes nine = plain(9), knob = styled(DP_STYLE_KNOB, plain(9));
    const int n = drawing_points(&nine);
    ck_assert_int_eq(drawing_points(&knob), n);
    ck_assert_mem_eq(&knob.point[n - 1], &nine.point[n - 1], sizeof knob.point[0]);
    ck_assert(dp_deform_bounds(&knob).x0 > dp_deform_bounds(&nine).x0);
    dp_strokes_clear(&nine);
    dp_strokes_clear(&knob);
}
END_TEST

START_TEST(the_foot_of_a_two_rises)
{
    dp_strokes two = plain(2), rising = styled(DP_STYLE_RISING, plain(2));
    const int last = drawing_points(&two) - 1;
    ck_assert(rising.point[last].y < two.point[last].y - 4);
    ck_assert_mem_eq(&rising.point[0], &two.point[0], sizeof two.point[0]);
    dp_strokes_clear(&two);
    dp_strokes_clear(&rising);
}
END_TEST

START_TEST(ticks_lead_in_and_out)
{
    for (int digit = 0; digit < 10; digit++)
        for (dp_style style = DP_STYLE_ENTRY; style <= DP_STYLE_EXIT; style++) {
            dp_strokes s = plain(digit);
            const int strokes = s.n_strokes;
            dp_rng rng = dp_rng_stream(1, 2, 3);
            dp_code code;
            bool led = dp_handwriting_add_style(&s, style, digit, &rng, &code);
            ck_assert(led || (style == DP_STYLE_EXIT && strokes > 1));
            ck_assert_int_eq(s.n_strokes, strokes + led);
            dp_strokes_clear(&s);
        }
}
END_TEST

START_TEST(unsuitable_drawings_are_left_alone)
{
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_code code;
    dp_strokes none = { 0 }, one = plain(1);
    ck_assert(!dp_handwriting_add_style(&none, DP_STYLE_BAR, 7, &rng, &code));
    ck_assert(!dp_handwriting_add_style(&one, DP_STYLE_SLASH, 0, &rng,
                                        &code)); /* as thin as a one */
    ck_assert(dp_handwriting_add_style(&one, DP_STYLE_FOOT, 1, &rng, &code));
    ck_assert(!dp_handwriting_add_style(&one, DP_STYLE_FLAG, 1, &rng,
                                        &code)); /* it has two strokes now */
    ck_assert_int_eq(one.n_strokes, 2);
    dp_strokes_clear(&one);
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

UNIT_MAIN("handwriting", strokes_are_added_in_their_places, a_four_becomes_lightning,
          loops_are_opened_and_shrunk, heads_of_nines_are_opened_and_squeezed,
          heads_of_nines_shrink, the_foot_of_a_two_rises, ticks_lead_in_and_out,
          unsuitable_drawings_are_left_alone, styles_vary_with_their_probability)

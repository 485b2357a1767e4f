#include "config.h"

#include "engine/synth/digits.h"
#include "engine/eval/metrics.h"
#include "engine/ink/normalize.h"
#include "tests/unit/drawing.h"
#include "weights/store/store.h"

enum { EACH = 40 };

static dp_strokes digit_of(int digit, uint64_t index)
{
    dp_strokes s = { 0 };
    dp_rng rng = dp_rng_stream(11, (uint64_t)digit, index);
    ck_assert_int_eq(dp_digits_draw(&s, digit, &rng, NULL), DP_OK);
    return s;
}

START_TEST(a_stream_determines_the_drawing)
{
    for (int digit = 0; digit < 10; digit++) {
        dp_strokes a = digit_of(digit, 1), b = digit_of(digit, 1), c = digit_of(digit, 2);
        ck_assert(drawing_equal(&a, &b));
        ck_assert(!drawing_equal(&a, &c));
        dp_strokes_clear(&a);
        dp_strokes_clear(&b);
        dp_strokes_clear(&c);
    }
}
END_TEST

/* The carried network recognises all bare skeletons, or all but two. */
START_TEST(skeletons_are_recognised)
{
    dp_model *model;
    dp_session *session;
    dp_network_file_options options = { 0 };
    ck_assert_int_eq(dp_store_open(&model, "cnn", &options, NULL), DP_OK);
    ck_assert_int_eq(dp_session_create(&session, model, 1, 1, NULL), DP_OK);
    int right = 0, n = 0;
    for (int digit = 0; digit < 10; digit++)
        for (int style = 0; style < dp_digits_styles(digit); style++) {
            dp_strokes s = { 0 };
            dp_rng rng = dp_rng_stream(1, 1, 1);
            uint8_t image[DP_PIXELS];
            dp_prediction p;
            ck_assert_int_eq(dp_digits_skeleton(&s, digit, style, 0, &rng, NULL), DP_OK);
            ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
            dp_session_predict(session, image, 1, &p);
            right += p.rank[0] == digit;
            n++;
            dp_strokes_clear(&s);
        }
    ck_assert_int_ge(n, 30);
    ck_assert_int_ge(right, n - 2);
    dp_session_free(session);
    dp_model_unref(model);
}
END_TEST

START_TEST(drawn_digits_have_enough_ink)
{
    for (int digit = 0; digit < 10; digit++)
        for (uint64_t i = 0; i < EACH; i++) {
            uint8_t image[DP_PIXELS];
            dp_strokes s = digit_of(digit, i);
            ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
            dp_strokes_clear(&s);
        }
}
END_TEST

UNIT_MAIN("digits", a_stream_determines_the_drawing, skeletons_are_recognised,
          drawn_digits_have_enough_ink)

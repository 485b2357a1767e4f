#include "config.h"

#include "engine/synth/digits.h"
#include "engine/synth/outlier.h"
#include "engine/eval/metrics.h"
#include "engine/ink/normalize.h"
#include "tests/unit/drawing.h"
#include "weights/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

/* Ten digits, and every kind of outlier. */
enum { EXAMPLES = 10 + DP_OUTLIER_COUNT };

static void draw_examples(uint8_t image[EXAMPLES][DP_PIXELS], uint64_t index)
{
    for (int i = 0; i < EXAMPLES; i++) {
        dp_rng rng = dp_rng_stream(12, (uint64_t)i, index);
        dp_strokes s = { 0 };
        if (i < 10) {
            ck_assert_int_eq(dp_digits_draw(&s, i, &rng, NULL), DP_OK);
            ck_assert_int_eq(dp_normalize_strokes(image[i], &s), DP_INK_ENOUGH);
        } else {
            ck_assert_int_eq(
                dp_outlier_image(image[i], (dp_outlier)(i - 10), 1.15F, &rng, NULL),
                DP_OK);
        }
        dp_strokes_clear(&s);
    }
}

static dp_session *open_session(const char *name)
{
    dp_model *model;
    dp_session *session;
    dp_err err;
    if (dp_store_open(&model, name, NULL, &err) ||
        dp_session_create(&session, model, EXAMPLES, 1, &err))
        ck_abort_msg("%s", err.msg);
    dp_model_unref(model);
    return session;
}

/* The rule of a carried network is that of its float original, and says nearly the same of
 * its answers; few images lie so near the threshold that only one of them rejects them. */
static void check_precisions(const char *name)
{
    char path[4096];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/weights/shipped/%s.safetensors",
             srcdir ? srcdir : ".", name);
    dp_session *bytes = open_session(name), *floats = open_session(path);
    int differ = 0, rejected = 0;
    double difference = 0;
    for (uint64_t index = 0; index < EACH; index++) {
        uint8_t image[EXAMPLES][DP_PIXELS];
        dp_prediction a[EXAMPLES], b[EXAMPLES];
        draw_examples(image, index);
        dp_session_predict(bytes, image[0], EXAMPLES, a);
        dp_session_predict(floats, image[0], EXAMPLES, b);
        for (int i = 0; i < EXAMPLES; i++) {
            differ += a[i].rejected != b[i].rejected;
            rejected += a[i].rejected;
            difference += fabs((double)a[i].trust - (double)b[i].trust);
        }
    }
    ck_assert_msg(difference < 0.2 * EACH * EXAMPLES && differ <= EACH * EXAMPLES / 50,
                  "%s: %g, %d", name, difference / (EACH * EXAMPLES), differ);
    ck_assert(rejected > EACH * DP_OUTLIER_COUNT * 8 / 10 &&
              rejected < EACH * (DP_OUTLIER_COUNT + 1));
    dp_session_free(bytes);
    dp_session_free(floats);
}

START_TEST(both_precisions_trust_alike)
{
    check_precisions("cnn");
    check_precisions("mlp");
}
END_TEST

UNIT_MAIN("digits", a_stream_determines_the_drawing, skeletons_are_recognised,
          drawn_digits_have_enough_ink, both_precisions_trust_alike)

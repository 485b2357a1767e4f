#include "config.h"

#include "engine/train/temperature.h"
#include "engine/core/rng.h"
#include "tests/unit/unit.h"

#include <math.h>

enum { N = 20000 };
static dp_prediction prediction[N];
static uint8_t label[N];
static const dp_trust_rule confidence = DP_TRUST_CONFIDENCE;

/* Draw labels with the probabilities that the logits give. Then multiply the logits by
 * `factor`, so that they are overconfident or underconfident. */
static void draw(float factor)
{
    for (int i = 0; i < N; i++) {
        dp_rng rng = dp_rng_stream(41, 0, (uint64_t)i);
        dp_prediction *p = &prediction[i];
        for (int k = 0; k < DP_DIGITS; k++)
            p->logit[k] = 2 * dp_rng_normal(&rng);
        dp_prediction_finish(p, DP_SCORES_LOGITS, &confidence);
        float u = dp_rng_uniform(&rng);
        int digit = 0;
        while (digit < DP_DIGITS - 1 && (u -= p->prob[digit]) >= 0)
            digit++;
        label[i] = (uint8_t)digit;
        for (int k = 0; k < DP_DIGITS; k++)
            p->logit[k] *= factor;
        dp_prediction_finish(p, DP_SCORES_LOGITS, &confidence);
    }
}

START_TEST(temperature_is_found)
{
    static const float factor[] = { 1, 0.5f, 3 };
    for (int i = 0; i < 3; i++) {
        draw(factor[i]);
        double t = dp_fit_temperature(prediction, label, N);
        ck_assert_double_eq_tol(t / (double)factor[i], 1, 0.03);
    }
    ck_assert(dp_fit_temperature(prediction, label, 0) == 1);
}
END_TEST

START_TEST(temperature_stays_in_range_without_errors)
{
    draw(1);
    for (int i = 0; i < N; i++)
        label[i] = (uint8_t)prediction[i].rank[0];
    ck_assert_double_eq_tol(dp_fit_temperature(prediction, label, N), 0.05, 1e-3);
}
END_TEST

START_TEST(fold_divides_the_last_layer)
{
    static float params[DP_PIXELS * 2 + 2 + 20 + 10];
    const size_t last = DP_PIXELS * 2 + 2;
    dp_spec spec;
    dp_params layout;
    ck_assert_int_eq(dp_spec_parse(&spec, "flatten | dense 2 | relu | dense 10",
                                   (dp_shape){ 1, DP_SIDE, DP_SIDE }, NULL),
                     DP_OK);
    ck_assert_int_eq(dp_params_layout(&layout, &spec, NULL), DP_OK);
    ck_assert_uint_eq(layout.count, sizeof params / sizeof params[0]);
    for (size_t i = 0; i < layout.count; i++)
        params[i] = (float)i;
    ck_assert(dp_fold_temperature(params, &spec, &layout, 4));
    for (size_t i = 0; i < layout.count; i++)
        ck_assert(params[i] == (i < last ? (float)i : (float)i / 4));
    ck_assert_int_eq(dp_spec_parse(&spec, "conv 10 28 | flatten",
                                   (dp_shape){ 1, DP_SIDE, DP_SIDE }, NULL),
                     DP_OK);
    ck_assert(!dp_fold_temperature(params, &spec, &layout, 4));
}
END_TEST

UNIT_MAIN("temperature", temperature_is_found, temperature_stays_in_range_without_errors,
          fold_divides_the_last_layer)

#include "config.h"

#include "engine/train/trust.h"

#include "engine/core/rng.h"
#include "engine/synth/mixture.h"
#include "tests/unit/unit.h"

#include <math.h>

enum { GOLDEN = 60, N = 20000 };
static const dp_trust_rule confidence = DP_TRUST_CONFIDENCE;
static dp_prediction prediction[N];
static uint8_t label[N];

/* Predictions that NumPy can make too. size[i] is how large their logits are. */
static void draw_golden(double size[GOLDEN])
{
    for (int i = 0; i < GOLDEN; i++) {
        size[i] = 2 + 6 * fabs(sin(0.37 * i));
        for (int k = 0; k < DP_DIGITS; k++)
            prediction[i].logit[k] = (float)(size[i] * sin(1.7 * i + 2.3 * k * k));
        dp_prediction_finish(&prediction[i], DP_SCORES_LOGITS, &confidence);
        label[i] = (uint8_t)prediction[i].rank[0];
    }
}

static void misread(int i)
{
    label[i] = (uint8_t)((label[i] + 1) % DP_DIGITS);
}

/* The expected weights are those that NumPy's Newton steps reach for the same posterior. */
START_TEST(weights_are_the_most_likely_ones)
{
    double size[GOLDEN];
    draw_golden(size);
    for (int i = 0; i < GOLDEN; i++) {
        if (size[i] < 3.5 && i % 5 != 0)
            label[i] = DP_NO_DIGIT;
        else if (i % 3 != 0 && (i % 5 == 3 || prediction[i].odds < 0.5F))
            misread(i);
    }
    const dp_trust_rule rule = dp_fit_trust(prediction, label, GOLDEN);
    ck_assert_double_eq_tol((double)rule.bias, -3.79968629, 1e-4);
    ck_assert_double_eq_tol((double)rule.evidence, 0.36299973, 1e-4);
    ck_assert_double_eq_tol((double)rule.odds, 1.11647303, 1e-4);
    ck_assert(rule.least == -INFINITY);
}
END_TEST

/* If the surest answers are the wrong ones, they are not trusted less than others. */
START_TEST(no_weight_is_negative)
{
    double size[GOLDEN];
    draw_golden(size);
    for (int i = 0; i < GOLDEN; i++)
        if (size[i] > 6.5)
            label[i] = DP_NO_DIGIT;
    const dp_trust_rule rule = dp_fit_trust(prediction, label, GOLDEN);
    ck_assert(rule.evidence == 0 && rule.odds == 0);
    ck_assert_double_eq_tol((double)rule.bias, -1.33494018, 1e-4);
}
END_TEST

START_TEST(few_images_hardly_change_the_rule)
{
    double size[GOLDEN];
    dp_trust_rule rule = dp_fit_trust(NULL, NULL, 0);
    ck_assert_mem_eq(&rule, &confidence, sizeof rule);
    draw_golden(size);
    rule = dp_fit_trust(prediction, label, 1);
    ck_assert(fabsf(rule.bias) < 0.5F && fabsf(rule.odds - 1) < 0.5F);
}
END_TEST

/* Right answers and outliers that a line separates: the prior keeps the weights finite. */
START_TEST(separable_examples_have_a_rule)
{
    for (int i = 0; i < N; i++) {
        const bool outlier = i % 2;
        prediction[i] = (dp_prediction){ .logit = { outlier ? 1 : 12 } };
        dp_prediction_finish(&prediction[i], DP_SCORES_LOGITS, &confidence);
        label[i] = outlier ? DP_NO_DIGIT : 0;
    }
    const dp_trust_rule rule = dp_fit_trust(prediction, label, N);
    ck_assert(isfinite(rule.bias) && rule.evidence >= 0 && rule.odds >= 0);
    dp_prediction_finish(&prediction[0], DP_SCORES_LOGITS, &rule);
    dp_prediction_finish(&prediction[1], DP_SCORES_LOGITS, &rule);
    ck_assert(prediction[0].trust > 3 && prediction[1].trust < -3);
}
END_TEST

START_TEST(threshold_accepts_the_given_fraction)
{
    static const double keep[] = { 0.99, 0.5, 1 };
    for (int i = 0; i < N; i++) {
        dp_rng rng = dp_rng_stream(41, 0, (uint64_t)i);
        for (int k = 0; k < DP_DIGITS; k++)
            prediction[i].logit[k] = 2 * dp_rng_normal(&rng);
        dp_prediction_finish(&prediction[i], DP_SCORES_LOGITS, &confidence);
    }
    for (int i = 0; i < 3; i++) {
        float least = dp_fit_rejection(prediction, N, keep[i]);
        int below = 0, near = 0;
        for (int k = 0; k < N; k++) {
            below += prediction[k].trust < least;
            near += prediction[k].trust < least + 1e-3f;
        }
        ck_assert_int_le(below, (int)((1 - keep[i]) * N));
        ck_assert_int_gt(near, (int)((1 - keep[i]) * N)); /* the threshold is tight */
    }
    ck_assert(dp_fit_rejection(prediction, 0, 0.99) == INFINITY);
}
END_TEST

UNIT_MAIN("trust", weights_are_the_most_likely_ones, no_weight_is_negative,
          few_images_hardly_change_the_rule, separable_examples_have_a_rule,
          threshold_accepts_the_given_fraction)

#include "config.h"

#include "engine/train/loss.h"
#include "engine/core/rng.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { N = 5, K = 10 };

static void draw_case(float logits[N * K], uint8_t label[N])
{
    dp_rng rng = dp_rng_stream(11, 0, 0);
    for (int i = 0; i < N * K; i++)
        logits[i] = 3 * dp_rng_normal(&rng);
    for (int i = 0; i < N; i++)
        label[i] = (uint8_t)dp_rng_below(&rng, K);
}

static void expect_gradient(float smoothing)
{
    float logits[N * K], grad[N * K], unused[N * K];
    uint8_t label[N];
    draw_case(logits, label);
    const float scale = 0.25f, h = 1e-2f;
    dp_loss_cross_entropy(grad, &(dp_loss_input){ logits, label, N, K }, smoothing,
                          scale);
    for (int i = 0; i < N * K; i++) {
        float kept = logits[i];
        logits[i] = kept + h;
        float up = logits[i];
        double above = dp_loss_cross_entropy(
                           unused, &(dp_loss_input){ logits, label, N, K }, smoothing, 1)
                           .sum;
        logits[i] = kept - h;
        float down = logits[i];
        double below = dp_loss_cross_entropy(
                           unused, &(dp_loss_input){ logits, label, N, K }, smoothing, 1)
                           .sum;
        logits[i] = kept;
        double slope = (above - below) / ((double)up - (double)down);
        ck_assert_double_eq_tol((double)grad[i], slope * (double)scale, 1e-5);
    }
}

START_TEST(gradient_is_the_slope)
{
    expect_gradient(0);
}
END_TEST

START_TEST(smoothed_gradient_is_the_slope)
{
    expect_gradient(0.1f);
}
END_TEST

START_TEST(values_by_hand)
{
    float even[2 * K] = { 0 }, grad[2 * K];
    uint8_t label[2] = { 0, 3 };
    dp_loss loss =
        dp_loss_cross_entropy(grad, &(dp_loss_input){ even, label, 2, K }, 0, 1);
    ck_assert_double_eq_tol(loss.sum, 2 * log(10), 1e-12);
    ck_assert_int_eq(loss.n, 2);
    ck_assert_int_eq(loss.correct, 1); /* a tie goes to the smaller digit */
    ck_assert_double_eq_tol(grad[0], -0.9f, 1e-6f);
    ck_assert_double_eq_tol(grad[1], 0.1f, 1e-6f);
    ck_assert_double_eq_tol(grad[K + 3], -0.9f, 1e-6f);
    /* With ε = 0.1 the target is 0.91 for the label and 0.01 for the others. */
    dp_loss_cross_entropy(grad, &(dp_loss_input){ even, label, 2, K }, 0.1f, 1);
    ck_assert_double_eq_tol(grad[0], 0.1f - 0.91f, 1e-6f);
    ck_assert_double_eq_tol(grad[1], 0.1f - 0.01f, 1e-6f);
}
END_TEST

START_TEST(outliers_ask_for_all_classes_equally)
{
    float logits[2 * K] = { 0 }, grad[2 * K];
    const uint8_t label[2] = { 255, K };
    logits[3] = 5; /* the first is sure of a class, so wrong; the second one is right */
    dp_loss loss =
        dp_loss_cross_entropy(grad, &(dp_loss_input){ logits, label, 2, K }, 0.3f, 1);
    double log_sum = log(exp(5) + 9);
    ck_assert_double_eq_tol(loss.sum, log_sum - 0.5 + log(10), 1e-6);
    ck_assert_int_eq(loss.correct, 1);
    ck_assert_double_eq_tol((double)grad[3], exp(5 - log_sum) - 0.1, 1e-6);
    ck_assert_double_eq_tol((double)grad[K], 0, 1e-7);
}
END_TEST

START_TEST(soft_gradient_is_the_slope)
{
    const float temperature = 3, h = 1e-2f;
    float logits[N * K], target[N * K], grad[N * K], unused[N * K];
    uint8_t label[N];
    draw_case(logits, label);
    for (int i = 0; i < N * K; i++)
        target[i] = i % K == label[i / K] ? 0.73f : 0.03f;
    dp_loss_soft(grad, &(dp_loss_input){ logits, label, N, K }, target, temperature,
                 0.25f);
    for (int i = 0; i < N * K; i++) {
        float kept = logits[i];
        logits[i] = kept + h;
        double above = dp_loss_soft(unused, &(dp_loss_input){ logits, label, N, K },
                                    target, temperature, 1)
                           .sum;
        logits[i] = kept - h;
        double below = dp_loss_soft(unused, &(dp_loss_input){ logits, label, N, K },
                                    target, temperature, 1)
                           .sum;
        logits[i] = kept;
        ck_assert_double_eq_tol((double)grad[i], 0.25 * (above - below) / (2 * (double)h),
                                1e-4);
    }
}
END_TEST

static double evidence_loss(float *grad, float *logits, const uint8_t *label, float scale)
{
    dp_loss loss = { 0 };
    memset(grad, 0, N * K * sizeof *grad);
    dp_loss_add_evidence(grad, &loss, &(dp_loss_input){ logits, label, N, K }, 2, scale);
    return loss.sum;
}

START_TEST(evidence_gradient_is_the_slope)
{
    const float h = 1e-2f;
    float logits[N * K], grad[N * K], unused[N * K];
    uint8_t label[N];
    draw_case(logits, label);
    label[1] = label[3] = 255;
    for (int i = 0; i < N * K; i++)
        logits[i] /= 3;
    evidence_loss(grad, logits, label, 0.25f);
    for (int i = 0; i < N * K; i++) {
        const float kept = logits[i];
        logits[i] = kept + h;
        const double above = evidence_loss(unused, logits, label, 1);
        logits[i] = kept - h;
        const double below = evidence_loss(unused, logits, label, 1);
        logits[i] = kept;
        ck_assert_double_eq_tol((double)grad[i], 0.25 * (above - below) / (2 * (double)h),
                                1e-4);
    }
}
END_TEST

START_TEST(evidence_by_hand)
{
    float logits[2 * K], grad[2 * K] = { 0 };
    const uint8_t label[2] = { 4, 255 };
    dp_loss loss = { .sum = 1 };
    for (int i = 0; i < 2 * K; i++)
        logits[i] = -logf(K); /* so the evidence is 0: an even chance */
    dp_loss_add_evidence(grad, &loss, &(dp_loss_input){ logits, label, 2, K }, 1, 1);
    ck_assert_double_eq_tol(loss.sum, 1 + 2 * log(2), 1e-6);
    ck_assert_double_eq_tol((double)grad[4], -0.5 / K, 1e-7); /* more for a digit */
    ck_assert_double_eq_tol((double)grad[K + 4], 0.5 / K, 1e-7);
}
END_TEST

START_TEST(one_hot_soft_targets_equal_labels)
{
    float logits[N * K], target[N * K] = { 0 }, soft[N * K], hard[N * K];
    uint8_t label[N];
    draw_case(logits, label);
    for (int i = 0; i < N; i++)
        target[i * K + label[i]] = 1;
    dp_loss a = dp_loss_soft(soft, &(dp_loss_input){ logits, label, N, K }, target, 1, 1);
    dp_loss b =
        dp_loss_cross_entropy(hard, &(dp_loss_input){ logits, label, N, K }, 0, 1);
    ck_assert_double_eq_tol(a.sum, b.sum, 1e-9);
    ck_assert_int_eq(a.correct, b.correct);
    ck_assert_mem_eq(soft, hard, sizeof soft);
}
END_TEST

START_TEST(large_logits_do_not_overflow)
{
    float logits[K] = { 1e30f, 0, -1e30f }, grad[K];
    uint8_t label = 0;
    dp_loss loss =
        dp_loss_cross_entropy(grad, &(dp_loss_input){ logits, &label, 1, K }, 0, 1);
    ck_assert_double_eq(loss.sum, 0);
    ck_assert_int_eq(loss.correct, 1);
    for (int i = 0; i < K; i++)
        ck_assert(grad[i] == 0);
}
END_TEST

START_TEST(bad_logits_give_a_bad_loss)
{
    float logits[K] = { 0 }, grad[K];
    uint8_t label = 4;
    logits[7] = NAN;
    ck_assert(!isfinite(
        dp_loss_cross_entropy(grad, &(dp_loss_input){ logits, &label, 1, K }, 0, 1).sum));
    logits[7] = INFINITY;
    ck_assert(!isfinite(
        dp_loss_cross_entropy(grad, &(dp_loss_input){ logits, &label, 1, K }, 0, 1).sum));
}
END_TEST

UNIT_MAIN("loss", gradient_is_the_slope, smoothed_gradient_is_the_slope, values_by_hand,
          outliers_ask_for_all_classes_equally, soft_gradient_is_the_slope,
          evidence_gradient_is_the_slope, evidence_by_hand,
          one_hot_soft_targets_equal_labels, large_logits_do_not_overflow,
          bad_logits_give_a_bad_loss)

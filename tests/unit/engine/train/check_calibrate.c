#include "config.h"

#include "engine/train/calibrate.h"

#include "engine/eval/metrics.h"
#include "engine/train/trust.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { N = 600, STRIPE = 2 * DP_SIDE };
static const dp_shape digit = { 1, DP_SIDE, DP_SIDE };
static uint8_t pixels[N * DP_PIXELS], label[N];
static chain network;

/* Digit d is a stripe two pixels high in row 3 + 2·d, of random brightness, and logit d is
 * the brightness of that stripe. */
static void draw(void)
{
    for (int i = 0; i < N; i++) {
        dp_rng rng = dp_rng_stream(7, 0, (uint64_t)i);
        label[i] = (uint8_t)(i % DP_DIGITS);
        const size_t at = (size_t)i * DP_PIXELS + (3 + 2 * (size_t)label[i]) * DP_SIDE;
        memset(pixels + (size_t)i * DP_PIXELS, 0, DP_PIXELS);
        memset(pixels + at, (int)dp_rng_range(&rng, 60, 255), STRIPE);
    }
    network = chain_make("flatten | dense 10", digit);
    memset(network.params, 0, network.layout.count * sizeof *network.params);
    for (int d = 0; d < DP_DIGITS; d++)
        for (int k = 0; k < STRIPE; k++)
            network.params[d * DP_PIXELS + (3 + 2 * d) * DP_SIDE + k] = 0.4F;
}

static dp_calibrate_job make_job(int images, bool rejects)
{
    return (dp_calibrate_job){
        .spec = &network.spec,
        .layout = &network.layout,
        .digits = { { pixels, label, images },
                    { pixels + (size_t)images * DP_PIXELS, label + images, N - images } },
        .rejects = rejects,
        .threads = 1,
    };
}

/* Answer a set of digits with the calibrated network. */
static void answer(dp_prediction out[N], const dp_calibrated *found,
                   const dp_dataset *set)
{
    const dp_model_info info = { .norm = DP_NORM_UNIT, .trust = found->trust };
    dp_metrics metrics;
    dp_model *model;
    ck_assert_int_eq(
        dp_model_create(&model, &network.spec, network.params, &info, NULL, NULL), DP_OK);
    ck_assert_int_eq(dp_metrics_measure(&metrics, out, model, set, 1, NULL), DP_OK);
    dp_model_unref(model);
}

START_TEST(the_rule_accepts_each_set_of_digits)
{
    draw();
    const dp_calibrate_job job = make_job(400, true);
    dp_calibrated found;
    ck_assert_int_eq(dp_calibrate(&found, network.params, &job, NULL), DP_OK);
    ck_assert(isfinite(found.trust.least) && found.trust.evidence >= 0 &&
              found.trust.odds >= 0 && found.trust.evidence + found.trust.odds > 0);
    for (int s = 0; s < DP_HELD_OUT_SETS; s++) {
        dp_prediction answers[N];
        int rejected = 0;
        answer(answers, &found, &job.digits[s]);
        for (int i = 0; i < job.digits[s].n; i++)
            rejected += answers[i].rejected;
        ck_assert_int_le(rejected, (int)((1 - DP_KEEP) * job.digits[s].n));
    }
    chain_clear(&network);
}
END_TEST

START_TEST(threads_do_not_change_the_rule)
{
    dp_calibrated found[2];
    for (int i = 0; i < 2; i++) {
        draw();
        dp_calibrate_job job = make_job(N, true);
        job.threads = i == 0 ? 1 : 4;
        ck_assert_int_eq(dp_calibrate(&found[i], network.params, &job, NULL), DP_OK);
        chain_clear(&network);
    }
    ck_assert(found[0].temperature == found[1].temperature);
    ck_assert_mem_eq(&found[0].trust, &found[1].trust, sizeof found[0].trust);
}
END_TEST

static float mean_trust(const dp_calibrated *found, const dp_dataset *set)
{
    dp_prediction answers[N];
    float sum = 0;
    answer(answers, found, set);
    for (int i = 0; i < set->n; i++)
        sum += answers[i].trust;
    return sum / (float)set->n;
}

/* Outliers that look like digits. */
START_TEST(given_outliers_lower_the_trust)
{
    static uint8_t none[N];
    dp_calibrated found;
    draw();
    dp_calibrate_job job = make_job(300, true);
    ck_assert_int_eq(dp_calibrate(&found, network.params, &job, NULL), DP_OK);
    const float before = mean_trust(&found, &job.digits[0]);
    memset(none, DP_NO_DIGIT, sizeof none);
    job.outliers = (dp_dataset){ pixels, none, N };
    ck_assert_int_eq(dp_calibrate(&found, network.params, &job, NULL), DP_OK);
    ck_assert(mean_trust(&found, &job.digits[0]) < before);
    chain_clear(&network);
}
END_TEST

START_TEST(without_rejection_the_confidence_is_trusted)
{
    const dp_trust_rule confidence = DP_TRUST_CONFIDENCE;
    draw();
    const dp_calibrate_job job = make_job(N, false);
    const float before = network.params[3 * DP_SIDE];
    dp_calibrated found;
    ck_assert_int_eq(dp_calibrate(&found, network.params, &job, NULL), DP_OK);
    ck_assert_mem_eq(&found.trust, &confidence, sizeof confidence);
    ck_assert(network.params[3 * DP_SIDE] == (float)((double)before / found.temperature));
    chain_clear(&network);
}
END_TEST

START_TEST(a_network_of_other_outputs_is_refused)
{
    dp_err err;
    draw();
    chain_clear(&network);
    network = chain_make("flatten | dense 3", digit);
    const dp_calibrate_job job = make_job(N, true);
    dp_calibrated found;
    ck_assert_int_eq(dp_calibrate(&found, network.params, &job, &err), DP_MODEL);
    ck_assert_ptr_nonnull(strstr(err.msg, "a digit network maps"));
    chain_clear(&network);
}
END_TEST

UNIT_MAIN("calibrate", the_rule_accepts_each_set_of_digits,
          threads_do_not_change_the_rule, given_outliers_lower_the_trust,
          without_rejection_the_confidence_is_trusted,
          a_network_of_other_outputs_is_refused)

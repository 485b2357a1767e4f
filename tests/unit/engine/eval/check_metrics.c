#include "config.h"

#include "engine/eval/metrics.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static const dp_trust_rule confidence = DP_TRUST_CONFIDENCE;

/* A prediction of `digit` with this probability; the others share the rest evenly. */
static dp_prediction answer(int digit, float probability)
{
    dp_prediction p = { 0 };
    for (int i = 0; i < DP_DIGITS; i++)
        p.logit[i] = logf(i == digit ? probability : (1 - probability) / 9);
    dp_prediction_finish(&p, DP_SCORES_LOGITS, &confidence);
    return p;
}

static void add(dp_metrics *m, int label, int digit, float probability, int times)
{
    dp_prediction p = answer(digit, probability);
    for (int i = 0; i < times; i++)
        dp_metrics_add(m, &p, label);
}

START_TEST(counts_and_classes)
{
    dp_metrics m = { 0 };
    add(&m, 3, 3, 0.9f, 6);
    add(&m, 3, 5, 0.9f, 2);
    add(&m, 5, 5, 0.9f, 4);
    add(&m, 8, 3, 0.9f, 1);
    ck_assert_int_eq(m.n, 13);
    ck_assert_int_eq(m.correct, 10);
    ck_assert_int_eq(m.confusion[3][5], 2);
    ck_assert_int_eq(m.confusion[5][3], 0);
    ck_assert_int_eq(m.confusion[8][3], 1);
    ck_assert_double_eq_tol(dp_metrics_accuracy(&m), 10.0 / 13, 1e-12);
    dp_class_metrics three = dp_metrics_class(&m, 3);
    ck_assert_double_eq_tol(three.precision, 6.0 / 7, 1e-12);
    ck_assert_double_eq_tol(three.recall, 6.0 / 8, 1e-12);
    ck_assert_double_eq_tol(three.f1, 2 * (6.0 / 7) * (6.0 / 8) / (6.0 / 7 + 6.0 / 8),
                            1e-12);
    ck_assert_int_eq(three.support, 8);
    dp_class_metrics eight = dp_metrics_class(&m, 8), none = dp_metrics_class(&m, 0);
    ck_assert(eight.precision == 0 && eight.recall == 0 && eight.f1 == 0);
    ck_assert_int_eq(eight.support, 1);
    ck_assert(none.precision == 0 && none.support == 0);
}
END_TEST

/* Wilson's interval of 9,942 of 10,000, worked out with 40 digits: 0.992510 … 0.995510.
 */
START_TEST(interval_is_wilsons)
{
    double lo, hi;
    dp_metrics m = { .n = 10000, .correct = 9942 };
    dp_metrics_interval(&lo, &hi, &m);
    ck_assert_double_eq_tol(lo, 0.992510132590, 1e-9);
    ck_assert_double_eq_tol(hi, 0.995510323420, 1e-9);
    m = (dp_metrics){ .n = 20, .correct = 20 };
    dp_metrics_interval(&lo, &hi, &m);
    ck_assert_double_eq_tol(hi, 1, 1e-12);
    ck_assert_double_eq_tol(lo, 20 / (20 + 3.841458820694124), 1e-9);
    m = (dp_metrics){ 0 };
    dp_metrics_interval(&lo, &hi, &m);
    ck_assert(lo == 0 && hi == 1);
    ck_assert(dp_metrics_accuracy(&m) == 0 && dp_metrics_ece(&m) == 0);
}
END_TEST

START_TEST(calibration_error)
{
    dp_metrics m = { 0 };
    add(&m, 1, 1, 0.9f, 9); /* confidence 0.9, nine of ten correct */
    add(&m, 2, 1, 0.9f, 1);
    ck_assert_double_eq_tol(dp_metrics_ece(&m), 0, 1e-6);
    add(&m, 4, 4, 0.5f, 4); /* confidence 0.5, four of ten correct */
    add(&m, 4, 0, 0.5f, 1);
    add(&m, 5, 0, 0.5f, 5);
    ck_assert_double_eq_tol(dp_metrics_ece(&m), 0.1 * 10 / 20, 1e-6);
    add(&m, 7, 7, 1, 20); /* a confidence of 1 is in the last bin */
    ck_assert_double_eq_tol(dp_metrics_ece(&m), 0.1 * 10 / 40, 1e-6);
}
END_TEST

/* A network whose logit i is pixel i: it predicts the brightest of ten pixels. */
static dp_model *make_model(void)
{
    static float params[DP_DIGITS * DP_PIXELS + DP_DIGITS];
    dp_spec spec;
    dp_params layout;
    dp_model *model;
    dp_model_info info = { .name = "pixel",
                           .norm = DP_NORM_UNIT,
                           .trust = DP_TRUST_CONFIDENCE };
    ck_assert_int_eq(dp_spec_parse(&spec, "flatten | dense 10",
                                   (dp_shape){ 1, DP_SIDE, DP_SIDE }, NULL),
                     DP_OK);
    ck_assert_int_eq(dp_params_layout(&layout, &spec, NULL), DP_OK);
    ck_assert_uint_eq(layout.count, sizeof params / sizeof params[0]);
    memset(params, 0, sizeof params);
    for (int i = 0; i < DP_DIGITS; i++)
        params[layout.param[0].offset + (size_t)i * DP_PIXELS + (size_t)i] = 10;
    ck_assert_int_eq(dp_model_create(&model, &spec, params, &info, NULL, NULL), DP_OK);
    return model;
}

START_TEST(measure_counts_every_image_once)
{
    enum { N = 1000 }; /* several batches, the last one incomplete */
    uint8_t *pixels = calloc(N, DP_PIXELS), *label = calloc(N, 1);
    dp_prediction *predictions = calloc(N, sizeof *predictions);
    ck_assert(pixels && label && predictions);
    for (int i = 0; i < N; i++) {
        label[i] = (uint8_t)(i % DP_DIGITS);
        int bright = i % 7 == 0 ? (label[i] + 1) % DP_DIGITS : label[i];
        pixels[i * DP_PIXELS + bright] = 255;
    }
    dp_model *model = make_model();
    dp_metrics m, same;
    ck_assert_int_eq(dp_metrics_measure(&m, predictions, model,
                                        &(dp_dataset){ pixels, label, N }, 1, NULL),
                     DP_OK);
    ck_assert_int_eq(m.n, N);
    ck_assert_int_eq(m.correct, N - (N + 6) / 7);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(predictions[i].rank[0] != label[i], i % 7 == 0);
    ck_assert_int_eq(dp_metrics_measure(&same, NULL, model,
                                        &(dp_dataset){ pixels, label, N }, 2, NULL),
                     DP_OK);
    ck_assert_mem_eq(&m, &same, sizeof m);
    dp_model_unref(model);
    free(pixels);
    free(label);
    free(predictions);
}
END_TEST

UNIT_MAIN("metrics", counts_and_classes, interval_is_wilsons, calibration_error,
          measure_counts_every_image_once)

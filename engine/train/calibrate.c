#include "config.h"

#include "engine/train/calibrate.h"

#include "engine/core/arith.h"
#include "engine/infer/session.h"
#include "engine/synth/outlier.h"
#include "engine/train/temperature.h"
#include "engine/train/trust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 512,      /* images in memory at a time */
    COPIES = 2,       /* warped ones of each digit */
    GENERATED = 4000, /* outliers */
};

static const uint64_t seed = UINT64_C(0x63616c6962726174); /* no training run uses it */
static const float pen_radius = 1.15f; /* that of dp_normalize_strokes */

typedef struct calibration {
    const dp_calibrate_job *job;
    dp_session *session;
    uint8_t *pixels;       /* [CHUNK, 784] */
    dp_prediction *answer; /* [capacity] */
    uint8_t *label;        /* [capacity] */
    int n;                 /* answers so far */
} calibration;

/* ---- examples ---------------------------------------------------------------------- */

/* Draw example i: [784], and its label. DP_NOMEM. */
typedef dp_code draw_example(uint8_t *pixels, uint8_t *label, const dp_dataset *from,
                             int i, dp_err *err);

static dp_code copy_image(uint8_t *pixels, uint8_t *label, const dp_dataset *from, int i,
                          dp_err *err)
{
    (void)err;
    memcpy(pixels, from->pixels + (size_t)i * DP_PIXELS, DP_PIXELS);
    *label = from->label[i];
    return DP_OK;
}

static dp_code warp_image(uint8_t *pixels, uint8_t *label, const dp_dataset *from, int i,
                          dp_err *err)
{
    static const dp_augment warp = {
        .probability = 1, .rotation = 15, .scale = 0.15f, .shear = 0.15f, .shift = 2
    };
    const int k = i % from->n;
    float image[DP_PIXELS];
    dp_rng rng = dp_rng_stream(seed, 0, (uint64_t)i);
    (void)err;
    dp_augment_image(image, from->pixels + (size_t)k * DP_PIXELS, &warp, &rng);
    for (int j = 0; j < DP_PIXELS; j++)
        pixels[j] = (uint8_t)lrintf(image[j] * 255);
    *label = from->label[k];
    return DP_OK;
}

static dp_code make_outlier(uint8_t *pixels, uint8_t *label, const dp_dataset *from,
                            int i, dp_err *err)
{
    dp_rng rng = dp_rng_stream(seed, 1, (uint64_t)i);
    const dp_outlier kind = dp_outlier_choose(&rng);
    (void)from;
    *label = DP_NO_DIGIT;
    return dp_outlier_image(pixels, kind, pen_radius, &rng, err);
}

/* Answer examples 0 … n − 1 and append the answers. */
static dp_code answer(calibration *c, draw_example *draw, const dp_dataset *from, int n,
                      dp_err *err)
{
    for (int first = 0; first < n; first += CHUNK) {
        const int some = dp_min_int(CHUNK, n - first);
        for (int i = 0; i < some; i++) {
            dp_code code = draw(c->pixels + (size_t)i * DP_PIXELS, &c->label[c->n + i],
                                from, first + i, err);
            if (code)
                return code;
        }
        dp_session_predict(c->session, c->pixels, some, c->answer + c->n);
        c->n += some;
    }
    return DP_OK;
}

static dp_code answer_digits(calibration *c, dp_err *err)
{
    dp_code code = DP_OK;
    c->n = 0;
    for (int s = 0; s < DP_HELD_OUT_SETS && !code; s++)
        code = answer(c, copy_image, &c->job->digits[s], c->job->digits[s].n, err);
    return code;
}

/* What the rule is fitted to: the digits come first. */
static dp_code answer_all(calibration *c, dp_err *err)
{
    const dp_calibrate_job *job = c->job;
    dp_code code = answer_digits(c, err);
    for (int s = 0; s < DP_HELD_OUT_SETS && !code; s++)
        code = answer(c, warp_image, &job->digits[s], COPIES * job->digits[s].n, err);
    if (!code)
        code = answer(c, copy_image, &job->outliers, job->outliers.n, err);
    if (!code)
        code = answer(c, make_outlier, NULL, GENERATED, err);
    return code;
}

/* ---- fitting ----------------------------------------------------------------------- */

/* Open a session on these parameters in place of the last one. */
static dp_code open_session(calibration *c, const float *params, dp_err *err)
{
    static const dp_model_info info = { .name = "trained",
                                        .norm = DP_NORM_UNIT,
                                        .trust = DP_TRUST_CONFIDENCE,
                                        .accuracy = NAN };
    const dp_calibrate_job *job = c->job;
    dp_model *model;
    dp_session_free(c->session);
    c->session = NULL;
    dp_code code = dp_model_create(&model, job->spec, params, &info, job->kernels, err);
    if (code)
        return code;
    code = dp_model_check_digits(model, err);
    if (!code)
        code = dp_session_create(&c->session, model, CHUNK, job->threads, err);
    dp_model_unref(model);
    return code;
}

/* The highest threshold that accepts DP_KEEP of each set of digits. */
static float fit_threshold(calibration *c, const dp_trust_rule *rule)
{
    const dp_dataset *digits = c->job->digits;
    float least = INFINITY;
    dp_prediction *p = c->answer;
    for (int s = 0; s < DP_HELD_OUT_SETS; p += digits[s++].n) {
        for (int i = 0; i < digits[s].n; i++)
            dp_prediction_finish(&p[i], DP_SCORES_LOGITS, rule);
        least = fminf(least, dp_fit_rejection(p, digits[s].n, DP_KEEP));
    }
    return isfinite(least) ? least : -INFINITY;
}

static dp_code fit(dp_calibrated *out, calibration *c, float *params, dp_err *err)
{
    const dp_calibrate_job *job = c->job;
    *out = (dp_calibrated){ 1, DP_TRUST_CONFIDENCE };
    dp_code code = open_session(c, params, err);
    if (!code)
        code = answer_digits(c, err);
    if (code)
        return code;
    const double temperature = dp_fit_temperature(c->answer, c->label, c->n);
    if (dp_fold_temperature(params, job->spec, job->layout, temperature))
        out->temperature = temperature;
    if (!job->rejects)
        return DP_OK;
    code = open_session(c, params, err);
    if (!code)
        code = answer_all(c, err);
    if (code)
        return code;
    out->trust = dp_fit_trust(c->answer, c->label, c->n);
    out->trust.least = fit_threshold(c, &out->trust);
    return DP_OK;
}

static size_t capacity(const dp_calibrate_job *job)
{
    size_t n = (size_t)job->outliers.n + GENERATED;
    for (int s = 0; s < DP_HELD_OUT_SETS; s++)
        n += (1 + COPIES) * (size_t)job->digits[s].n;
    return n;
}

dp_code dp_calibrate(dp_calibrated *out, float *params, const dp_calibrate_job *job,
                     dp_err *err)
{
    const size_t most = capacity(job);
    calibration c = {
        .job = job,
        .pixels = malloc((size_t)CHUNK * DP_PIXELS),
        .answer = calloc(most, sizeof *c.answer),
        .label = malloc(most),
    };
    dp_calibrated found;
    dp_code code = c.pixels && c.answer && c.label
                       ? fit(&found, &c, params, err)
                       : dp_fail(err, DP_NOMEM, "no memory for %zu answers", most);
    if (!code)
        *out = found;
    dp_session_free(c.session);
    free(c.pixels);
    free(c.answer);
    free(c.label);
    return code;
}

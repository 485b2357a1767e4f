#include "config.h"

#include "tui/train/train_run.h"

#include "engine/eval/metrics.h"
#include "engine/eval/rejection.h"
#include "engine/train/recalibrate.h"
#include "engine/train/temperature.h"
#include "tui/cli/interrupt.h"
#include "tui/train/train_save.h"
#include "weights/model/checkpoint.h"
#include "weights/store/network_trust.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- training ---------------------------------------------------------------------- */

static bool on_step(const dp_train_progress *p, void *user)
{
    dp_train_report_step(user, p);
    return !dp_interrupt_came();
}

/* Make a model of the parameters, as eval has it. */
static dp_code make_model(dp_model **out, const dp_train_run *r, const float *params,
                          const dp_trust_rule *trust, dp_err *err)
{
    const dp_model_info info = {
        .name = "trained", .norm = DP_NORM_UNIT, .trust = *trust, .accuracy = NAN
    };
    return dp_model_create(out, &r->spec, params, &info, r->options.kernels, err);
}

/* The accuracy on a data set, measured as eval does; NAN if the set is empty. */
static dp_code score(double *out, const dp_train_run *r, const float *params,
                     const dp_dataset *data, dp_err *err)
{
    static const dp_trust_rule accept_all = DP_TRUST_CONFIDENCE;
    dp_metrics metrics;
    dp_model *model;
    *out = (double)NAN;
    if (data->n == 0)
        return DP_OK;
    dp_code code = make_model(&model, r, params, &accept_all, err);
    if (code)
        return code;
    code = dp_metrics_measure(&metrics, NULL, model, data, r->options.threads, err);
    dp_model_unref(model);
    if (!code)
        *out = dp_metrics_accuracy(&metrics);
    return code;
}

static dp_code validate(dp_train_scores *out, const dp_train_run *r, const float *params,
                        dp_err *err)
{
    dp_code code = score(&out->validation, r, params, &r->data.validation, err);
    if (!code)
        code = score(&out->strokes, r, params, &r->data.strokes_validation, err);
    return code;
}

static dp_code save_checkpoint(dp_train_run *r, dp_err *err)
{
    dp_train_state state = dp_trainer_state(r->trainer);
    return dp_checkpoint_write(r->checkpoint, r->identity, &state,
                               dp_trainer_layout(r->trainer)->count, err);
}

/* Save a checkpoint after an interruption between two steps, which *err describes. */
static dp_code stop(dp_train_run *r, dp_err *err)
{
    const dp_err where = *err;
    dp_code code = save_checkpoint(r, err);
    if (code)
        return code;
    return dp_fail(err, DP_INTERRUPTED, "%s; continue with --resume", where.msg);
}

static dp_code run_epoch(dp_train_run *r, dp_err *err)
{
    dp_train_progress p;
    dp_train_scores scores;
    dp_train_report_begin_epoch(&r->report, (int)dp_trainer_state(r->trainer).images);
    dp_code code = dp_trainer_epoch(r->trainer, &p, on_step, &r->report, err);
    if (code == DP_INTERRUPTED)
        return stop(r, err);
    if (code)
        return code;
    code = validate(&scores, r, dp_trainer_params(r->trainer), err);
    if (!code)
        code = save_checkpoint(r, err);
    if (!code)
        dp_train_report_epoch(&r->report, &p, &scores);
    return code;
}

/* ---- the result -------------------------------------------------------------------- */

/* Whether the result can reject images: if this run, or the training of the network that
 * it started from, included outliers. */
static bool wants_rejection(const dp_train_run *r)
{
    const dp_mixture *mixture = &r->data.mixture;
    bool knew = r->from && isfinite(dp_model_get_info(r->from)->trust.least);
    return mixture->outliers > 0 || mixture->others.n > 0 || knew;
}

static dp_code fit(dp_train_run *r, float *params, dp_err *err)
{
    const dp_calibrate_job job = {
        .spec = &r->spec,
        .layout = dp_trainer_layout(r->trainer),
        .digits = { r->data.validation, r->data.strokes_validation },
        .outliers = r->data.outliers_validation,
        .rejects = wants_rejection(r),
        .threads = r->options.threads,
        .kernels = r->options.kernels,
    };
    return dp_calibrate(&r->calibrated, params, &job, err);
}

static dp_code calibrate(dp_train_run *r, float *params, dp_err *err)
{
    if (!r->options.all)
        return fit(r, params, err);
    r->calibrated = r->refit.calibrated;
    if (!dp_fold_temperature(params, &r->spec, dp_trainer_layout(r->trainer),
                             r->calibrated.temperature))
        r->calibrated.temperature = 1;
    return DP_OK;
}

/* The share of the drawings of held-out alphabets that the result rejects. */
static dp_code score_outliers(dp_train_run *r, const float *params, dp_err *err)
{
    const dp_dataset *data = &r->data.outliers_validation;
    dp_model *model;
    r->scores.outliers = (double)NAN;
    if (data->n == 0)
        return DP_OK;
    bool *rejected = calloc((size_t)data->n, sizeof *rejected);
    if (!rejected)
        return dp_fail(err, DP_NOMEM, "no memory for the answers");
    dp_code code = make_model(&model, r, params, &r->calibrated.trust, err);
    if (!code) {
        code = dp_rejection_predict(rejected, model, data->pixels, data->n,
                                    r->options.threads, err);
        dp_model_unref(model);
    }
    int sum = 0;
    for (int i = 0; i < data->n; i++)
        sum += rejected[i];
    r->scores.outliers = (double)sum / data->n;
    free(rejected);
    return code;
}

static dp_code test(dp_train_run *r, const float *params, dp_err *err)
{
    dp_code code = score(&r->scores.test, r, params, &r->data.test, err);
    if (!code)
        code = score(&r->scores.strokes_test, r, params, &r->data.strokes_test, err);
    return code;
}

/* Append " NAME=0.9942", as in the metadata, unless the score is NAN. */
static void add_score(char *text, size_t size, const char *name, double score)
{
    size_t used = strlen(text);
    if (!isnan(score))
        snprintf(text + used, size - used, "%s%s=%.4f", used ? " " : "", name, score);
}

static dp_code save(const dp_train_run *r, const float *params, dp_err *err)
{
    char recipe[DP_TRAIN_DESCRIPTION], accuracy[128] = "";
    dp_train_run_describe(recipe, r);
    add_score(accuracy, sizeof accuracy, "validation", r->scores.validation);
    add_score(accuracy, sizeof accuracy, "test", r->scores.test);
    add_score(accuracy, sizeof accuracy, "strokes", r->scores.strokes);
    add_score(accuracy, sizeof accuracy, "strokes_test", r->scores.strokes_test);
    add_score(accuracy, sizeof accuracy, "outliers", r->scores.outliers);
    char temperature[32], trust[DP_NETWORK_TRUST_TEXT];
    snprintf(temperature, sizeof temperature, "%.6g", r->calibrated.temperature);
    dp_network_trust_format(trust, &r->calibrated.trust);
    const dp_train_meta meta = {
        .train = recipe,
        .accuracy = accuracy,
        .temperature = temperature,
        .trust = isfinite(r->calibrated.trust.least) ? trust : NULL,
        .credit = r->options.credit,
    };
    return dp_train_save(r->options.output, &r->spec, params, &meta, err);
}

/* Recompute the batch-norm statistics on images distorted as in the last epoch, if there
 * was one. */
static dp_code recalibrate(const dp_train_run *r, float *params, dp_err *err)
{
    static const dp_augment none = { 0 };
    const dp_train_config *config = &r->options.recipe.config;
    const dp_recalibrate_job job = {
        .spec = &r->spec,
        .layout = dp_trainer_layout(r->trainer),
        .mixture = &r->data.mixture,
        .augment = config->clean_epochs > 0 ? &none : &config->augment,
        .seed = config->seed,
        .threads = r->options.threads,
        .kernels = r->options.kernels,
    };
    return config->epochs > 0 ? dp_recalibrate_norms(params, &job, err) : DP_OK;
}

/* Recalibrate the trained parameters, measure them on the test images, and save them. */
static dp_code finish(dp_train_run *r, dp_err *err)
{
    size_t count = dp_trainer_layout(r->trainer)->count;
    float *params = malloc(count * sizeof *params);
    if (!params)
        return dp_fail(err, DP_NOMEM, "no memory for the result");
    memcpy(params, dp_trainer_params(r->trainer), count * sizeof *params);
    dp_code code = recalibrate(r, params, err);
    if (!code)
        code = validate(&r->scores, r, params, err);
    if (!code)
        code = calibrate(r, params, err);
    if (!code)
        code = score_outliers(r, params, err);
    if (!code)
        code = test(r, params, err);
    if (!code)
        code = save(r, params, err);
    if (!code)
        unlink(r->checkpoint);
    free(params);
    return code;
}

dp_code dp_train_run_train(dp_train_run *r, dp_err *err)
{
    dp_code code = dp_train_report_open(&r->report, &r->options, err);
    if (code)
        return code;
    dp_interrupt_watch();
    while (!code && dp_trainer_epochs(r->trainer) < r->options.recipe.config.epochs)
        code = run_epoch(r, err);
    if (!code)
        code = finish(r, err);
    if (!code)
        dp_train_report_result(&r->report, &r->scores);
    dp_code closed = dp_train_report_close(&r->report, code ? NULL : err);
    return code ? code : closed;
}

/* digitpad train: trains a network on images by a recipe. */
#include "config.h"

#include "engine/train/temperature.h"
#include "engine/eval/metrics.h"
#include "engine/train/recalibrate.h"
#include "engine/train/trainer.h"
#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "tui/train/train_samples.h"
#include "tui/cli/interrupt.h"
#include "tui/train/train_data.h"
#include "tui/train/train_options.h"
#include "tui/train/train_report.h"
#include "weights/model/checkpoint.h"
#include "weights/io/fingerprint.h"
#include "weights/safetensors/network_file.h"
#include "weights/store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char command[] = "train";

enum { DESCRIPTION = DP_RECIPE_MAX_TEXT + 64 * (1 + DP_MAX_TEACHERS) }; /* bytes */

typedef struct run {
    dp_train_options options;
    dp_spec spec;
    dp_train_data data;
    dp_model *from; /* or NULL */
    dp_model *teacher[DP_MAX_TEACHERS];
    dp_trainer *trainer;
    char checkpoint[PATH_MAX];       /* its path */
    char identity[DESCRIPTION + 64]; /* text of everything that determines the result */
    dp_train_report report;
    dp_train_scores scores; /* of the result */
    double temperature;     /* folded into its last layer */
    float reject;           /* as in dp_model_info */
} run;

/* ---- preparation: find all errors before any work is done or any file is changed --- */

/* Check whether a file can be written at `path`, now rather than after the training. */
static dp_code check_writable(const char *path, dp_err *err)
{
    char dir[PATH_MAX];
    struct stat st;
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof dir)
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(ENAMETOOLONG));
    snprintf(dir, sizeof dir, "%.*s", (int)n, path);
    const char *place = !slash ? "." : n == 0 ? "/" : dir;
    if (access(place, W_OK | X_OK) != 0)
        return dp_fail(err, DP_IO, "%s: %s", path, strerror(errno));
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return dp_fail(err, DP_IO, "%s: not a regular file", path);
    return DP_OK;
}

/* Choose the path of the checkpoint. An existing one needs --resume. */
static dp_code place_checkpoint(run *r, dp_err *err)
{
    int n = snprintf(r->checkpoint, sizeof r->checkpoint, "%s.ckpt", r->options.output);
    if (n >= (int)sizeof r->checkpoint)
        return dp_fail(err, DP_IO, "%s: %s", r->options.output, strerror(ENAMETOOLONG));
    if (!r->options.resume && access(r->checkpoint, F_OK) == 0)
        return dp_fail(err, DP_USAGE,
                       "%s: left by an interrupted run; give --resume or remove it",
                       r->checkpoint);
    return check_writable(r->checkpoint, err);
}

static dp_code check_files(run *r, dp_err *err)
{
    const dp_train_options *o = &r->options;
    dp_code code = check_writable(o->output, err);
    if (!code)
        code = place_checkpoint(r, err);
    if (!code && o->log)
        code = check_writable(o->log, err);
    return code;
}

/* Open the network to start from. Its chain is used if the recipe has none. */
static dp_code open_origin(run *r, dp_err *err)
{
    dp_train_options *o = &r->options;
    const dp_network_file_options options = { .kernels = o->kernels };
    dp_code code = dp_store_open(&r->from, o->from, &options, err);
    if (code)
        return code;
    if (dp_model_get_info(r->from)->norm != DP_NORM_UNIT)
        return dp_fail(err, DP_MODEL,
                       "%s: input scale '%s' cannot be trained, only 'unit'", o->from,
                       dp_norm_name(dp_model_get_info(r->from)->norm));
    if (o->recipe.arch[0] == '\0')
        dp_spec_format(o->recipe.arch, sizeof o->recipe.arch, dp_model_spec(r->from));
    return DP_OK;
}

static dp_code open_teachers(run *r, dp_err *err)
{
    const dp_network_file_options options = { .kernels = r->options.kernels };
    dp_code code = DP_OK;
    for (int i = 0; i < r->options.n_teachers && !code; i++)
        code =
            dp_open_model(&r->teacher[i], command, r->options.teachers[i], &options, err);
    return code;
}

static dp_code choose_spec(run *r, dp_err *err)
{
    char theirs[DP_MAX_SPEC_TEXT], ours[DP_MAX_SPEC_TEXT];
    dp_code code = r->options.from ? open_origin(r, err) : DP_OK;
    if (!code)
        code = dp_recipe_spec(&r->spec, &r->options.recipe, err);
    if (code || !r->from)
        return code;
    dp_spec_format(theirs, sizeof theirs, dp_model_spec(r->from));
    dp_spec_format(ours, sizeof ours, &r->spec);
    if (strcmp(theirs, ours) != 0)
        return dp_fail(err, DP_USAGE,
                       "%s: its layers differ from the requested architecture; omit "
                       "--arch to use its own",
                       r->options.from);
    return DP_OK;
}

static void describe_model(char text[DESCRIPTION], const char *what, const dp_model *m)
{
    size_t used = strlen(text), size = dp_model_layout(m)->count * sizeof(float);
    snprintf(text + used, DESCRIPTION - used, "# %s %016" PRIx64 "\n", what,
             dp_fingerprint(DP_FINGERPRINT_EMPTY, dp_model_params(m), size));
}

/* Format the canonical recipe and the fingerprints of the networks that it depends on. */
static void describe(char text[DESCRIPTION], const run *r)
{
    dp_recipe_format(text, &r->options.recipe, &r->spec);
    if (r->from)
        describe_model(text, "from weights", r->from);
    for (int i = 0; i < r->options.n_teachers; i++)
        describe_model(text, "taught by weights", r->teacher[i]);
}

static void identify(run *r)
{
    describe(r->identity, r);
    size_t used = strlen(r->identity);
    snprintf(r->identity + used, sizeof r->identity - used,
             "kernel = %s\nimages = %016" PRIx64 "\n", r->options.kernels->name,
             r->data.fingerprint);
}

static dp_code resume(run *r, dp_err *err)
{
    dp_train_state state = dp_trainer_state(r->trainer);
    dp_code code = dp_checkpoint_read(&state, r->checkpoint, r->identity,
                                      dp_trainer_layout(r->trainer)->count, err);
    if (code)
        return code;
    code = dp_trainer_resume(r->trainer, &state, err);
    return code ? dp_fail_in(err, code, "%s", r->checkpoint) : DP_OK;
}

/* Create the trainer, with its teachers and initial weights. */
static dp_code create_trainer(run *r, dp_err *err)
{
    const dp_train_options *o = &r->options;
    dp_code code = dp_trainer_create(&r->trainer, &r->spec, &o->recipe.config,
                                     &r->data.mixture, o->threads, o->kernels, err);
    if (!code && o->n_teachers > 0)
        code = dp_trainer_teach(r->trainer, (const dp_model *const *)r->teacher,
                                o->n_teachers, err);
    if (!code && r->from && !dp_model_params(r->from))
        return dp_fail(err, DP_NOMEM, "no memory for the initial weights");
    if (!code && r->from)
        dp_trainer_start_from(r->trainer, dp_model_params(r->from));
    return code;
}

static dp_code prepare(run *r, dp_err *err)
{
    const dp_train_options *o = &r->options;
    dp_code code = choose_spec(r, err);
    if (!code)
        code = check_files(r, err);
    if (!code)
        code = open_teachers(r, err);
    if (!code)
        code = dp_train_data_read(&r->data, o, err);
    if (!code)
        code = create_trainer(r, err);
    if (code)
        return code;
    identify(r);
    return o->resume ? resume(r, err) : DP_OK;
}

/* ---- training ---------------------------------------------------------------------- */

static bool on_step(const dp_train_progress *p, void *user)
{
    dp_train_report_step(user, p);
    return !dp_interrupt_came();
}

/* Measure the parameters as a finished model, as eval does. */
static dp_code measure(dp_metrics *out, dp_prediction *predictions, const run *r,
                       const float *params, const dp_dataset *data, dp_err *err)
{
    static const dp_model_info info = { .name = "trained",
                                        .norm = DP_NORM_UNIT,
                                        .reject = -INFINITY };
    const dp_train_options *o = &r->options;
    dp_model *model;
    dp_code code = dp_model_create(&model, &r->spec, params, &info, o->kernels, err);
    if (code)
        return code;
    code = dp_metrics_measure(out, predictions, model, data->pixels, data->label, data->n,
                              o->threads, err);
    dp_model_unref(model);
    return code;
}

/* The accuracy on a data set; NAN if the set is empty. */
static dp_code score(double *out, const run *r, const float *params,
                     const dp_dataset *data, dp_err *err)
{
    dp_metrics metrics;
    *out = (double)NAN;
    if (data->n == 0)
        return DP_OK;
    dp_code code = measure(&metrics, NULL, r, params, data, err);
    if (!code)
        *out = dp_metrics_accuracy(&metrics);
    return code;
}

static dp_code validate(dp_train_scores *out, const run *r, const float *params,
                        dp_err *err)
{
    dp_code code = score(&out->validation, r, params, &r->data.validation, err);
    if (!code)
        code = score(&out->strokes, r, params, &r->data.strokes_validation, err);
    return code;
}

static dp_code save_checkpoint(run *r, dp_err *err)
{
    dp_train_state state = dp_trainer_state(r->trainer);
    return dp_checkpoint_write(r->checkpoint, r->identity, &state,
                               dp_trainer_layout(r->trainer)->count, err);
}

/* Save a checkpoint after an interruption between two steps, which *err describes. */
static dp_code stop(run *r, dp_err *err)
{
    const dp_err where = *err;
    dp_code code = save_checkpoint(r, err);
    if (code)
        return code;
    return dp_fail(err, DP_INTERRUPTED, "%s; continue with --resume", where.msg);
}

static dp_code run_epoch(run *r, dp_err *err)
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

/* Predict the held-out images. */
static dp_code answer(dp_prediction *predictions, const run *r, const float *params,
                      dp_err *err)
{
    dp_metrics metrics;
    return measure(&metrics, predictions, r, params, &r->data.held_out, err);
}

/* Whether the result gets a rejection threshold: if this run, or the training of the
 * network that it started from, included outliers. */
static bool wants_rejection(const run *r)
{
    bool knew = r->from && isfinite(dp_model_get_info(r->from)->reject);
    return r->data.mixture.outliers > 0 || knew;
}

/* Fit the temperature and the rejection threshold to the held-out images. The threshold
 * accepts DP_KEEP of the images and of the drawings. */
static dp_code calibrate(run *r, float *params, dp_err *err)
{
    const dp_dataset *data = &r->data.held_out;
    const int images = r->data.validation.n;
    dp_prediction *p = calloc((size_t)data->n, sizeof *p);
    if (!p)
        return dp_fail(err, DP_NOMEM, "no memory for the answers");
    dp_code code = answer(p, r, params, err);
    if (!code) {
        r->temperature = dp_fit_temperature(p, data->label, data->n);
        if (!dp_fold_temperature(params, &r->spec, dp_trainer_layout(r->trainer),
                                 r->temperature))
            r->temperature = 1;
    }
    if (!code && wants_rejection(r)) {
        code = answer(p, r, params, err);
        r->reject = fminf(dp_fit_rejection(p, images, DP_KEEP),
                          dp_fit_rejection(p + images, data->n - images, DP_KEEP));
    }
    free(p);
    return code;
}

static dp_code test(run *r, const float *params, dp_err *err)
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

static char temperature_key[] = "digitpad.temperature", reject_key[] = "digitpad.reject";

static dp_code save(const run *r, const float *params, dp_err *err)
{
    char recipe[DESCRIPTION], accuracy[128] = "";
    describe(recipe, r);
    add_score(accuracy, sizeof accuracy, "validation", r->scores.validation);
    add_score(accuracy, sizeof accuracy, "test", r->scores.test);
    add_score(accuracy, sizeof accuracy, "strokes", r->scores.strokes);
    add_score(accuracy, sizeof accuracy, "strokes_test", r->scores.strokes_test);
    char temperature[32], reject[32];
    snprintf(temperature, sizeof temperature, "%.6g", r->temperature);
    snprintf(reject, sizeof reject, "%.6g", (double)r->reject);
    dp_network_meta other[] = { { temperature_key, temperature },
                                { reject_key, reject } };
    dp_network_file_meta meta = { .train = recipe,
                                  .accuracy = accuracy,
                                  .other = other,
                                  .n_other = isfinite(r->reject) ? 2 : 1 };
    return dp_network_file_write(r->options.output, &r->spec, params, DP_NORM_UNIT, &meta,
                                 err);
}

/* Recompute the batch-norm statistics on images distorted as in the last epoch. */
static dp_code recalibrate(const run *r, float *params, dp_err *err)
{
    static const dp_augment none = { 0 };
    const dp_train_config *config = &r->options.recipe.config;
    return dp_recalibrate_norms(
        params, &r->spec, dp_trainer_layout(r->trainer), &r->data.mixture,
        config->clean_epochs > 0 ? &none : &config->augment, config->seed,
        r->options.threads, r->options.kernels, err);
}

/* Recalibrate the trained parameters, measure them on the test images, and save them. */
static dp_code finish(run *r, dp_err *err)
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
        code = test(r, params, err);
    if (!code)
        code = save(r, params, err);
    if (!code)
        unlink(r->checkpoint);
    free(params);
    return code;
}

static dp_code train(run *r, dp_err *err)
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

int dp_cmd_train(int argc, char **argv)
{
    run r = { .temperature = 1, .reject = -INFINITY };
    dp_err err;
    int status = dp_train_options_read(&r.options, argc, argv);
    if (status < 0 && r.options.samples) {
        status = dp_train_on_samples(&r.options);
    } else if (status < 0) {
        status = DP_EXIT_DONE;
        if (prepare(&r, &err) || train(&r, &err))
            status = dp_cli_fail(command, &err);
    }
    dp_trainer_free(r.trainer);
    dp_model_unref(r.from);
    for (int i = 0; i < DP_MAX_TEACHERS; i++)
        dp_model_unref(r.teacher[i]);
    dp_train_data_clear(&r.data);
    dp_train_options_clear(&r.options);
    return dp_cli_finish(command, status);
}

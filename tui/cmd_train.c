/* digitpad train: images and a recipe to a network in a file. */
#include "config.h"

#include "tui/cli.h"

#include "engine/calibrate.h"
#include "engine/metrics.h"
#include "engine/train.h"
#include "tui/train_options.h"
#include "tui/train_report.h"
#include "weights/checkpoint.h"
#include "weights/fingerprint.h"
#include "weights/idx.h"
#include "weights/modelfile.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char command[] = "train";

/* Labelled images that this command owns. */
typedef struct images {
    uint8_t *pixels, *label;
    int n;
} images;

typedef struct run {
    dp_train_options options;
    dp_spec spec;
    images train, test; /* the held-out images are at the end of train */
    int held_out;
    dp_trainer *trainer;
    char checkpoint[PATH_MAX];               /* its path */
    char identity[DP_RECIPE_MAX_TEXT + 128]; /* all that decides the run's bits */
    dp_train_report report;
    double validation, test_accuracy; /* the latter NAN without test images */
} run;

/* ---- before: all that can be wrong, before any work is done or any file touched ------ */

/* Find out now, not after the training, whether a file can be put there. */
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

/* A damaged data set is no single bad record to go on after: an input/output error. */
static dp_code load(images *out, const char *image_path, const char *label_path,
                    dp_err *err)
{
    dp_code code =
        dp_idx_read_pair(&out->pixels, &out->label, &out->n, image_path, label_path, err);
    if (code == DP_INPUT)
        code = err->code = DP_IO;
    return code;
}

static dp_code load_all(run *r, dp_err *err)
{
    const dp_train_options *o = &r->options;
    dp_code code = load(&r->train, o->images, o->labels, err);
    if (!code && o->test_images)
        code = load(&r->test, o->test_images, o->test_labels, err);
    if (code)
        return code;
    r->held_out = dp_train_held_out(r->train.n);
    if (r->held_out == 0)
        return dp_fail(err, DP_IO, "%s: %d images are too few to hold some out",
                       o->images, r->train.n);
    dp_train_shuffle(r->train.pixels, r->train.label, r->train.n);
    return DP_OK;
}

/* Where the checkpoint goes. One that is there must not be lost by forgetting --resume. */
static dp_code place_checkpoint(run *r, dp_err *err)
{
    int n = snprintf(r->checkpoint, sizeof r->checkpoint, "%s.ckpt", r->options.output);
    if (n >= (int)sizeof r->checkpoint)
        return dp_fail(err, DP_IO, "%s: %s", r->options.output, strerror(ENAMETOOLONG));
    if (!r->options.resume && access(r->checkpoint, F_OK) == 0)
        return dp_fail(err, DP_USAGE,
                       "%s is of a run that was stopped: give --resume, or remove it",
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

static void identify(run *r)
{
    uint64_t data = DP_FINGERPRINT_EMPTY;
    data = dp_fingerprint(data, r->train.pixels, (size_t)r->train.n * DP_PIXELS);
    data = dp_fingerprint(data, r->train.label, (size_t)r->train.n);
    dp_recipe_format(r->identity, &r->options.recipe, &r->spec);
    size_t used = strlen(r->identity);
    snprintf(r->identity + used, sizeof r->identity - used,
             "kernel = %s\nimages = %016" PRIx64 "\n", r->options.kernels->name, data);
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

static dp_code prepare(run *r, dp_err *err)
{
    const dp_train_options *o = &r->options;
    dp_code code = dp_recipe_spec(&r->spec, &o->recipe, err);
    if (!code)
        code = check_files(r, err);
    if (!code)
        code = load_all(r, err);
    if (code)
        return code;
    dp_dataset data = { r->train.pixels, r->train.label, r->train.n - r->held_out };
    code = dp_trainer_create(&r->trainer, &r->spec, &o->recipe.config, &data, o->threads,
                             o->kernels, err);
    if (code)
        return code;
    identify(r);
    return o->resume ? resume(r, err) : DP_OK;
}

/* ---- training ---------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* The first SIGINT lets the step finish; a second one ends the program at once. */
static void watch_interrupt(void)
{
    struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static bool on_step(const dp_train_progress *p, void *user)
{
    dp_train_report_step(user, p);
    return !interrupted;
}

/* A finished model, so that what is measured is what eval will find. */
static dp_code measure(dp_metrics *out, dp_prediction *predictions, const run *r,
                       const float *params, const dp_dataset *data, dp_err *err)
{
    static const dp_model_info info = { .name = "trained", .norm = DP_NORM_unit };
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

static dp_dataset held_out_images(const run *r)
{
    int first = r->train.n - r->held_out;
    return (dp_dataset){ r->train.pixels + (size_t)first * DP_PIXELS,
                         r->train.label + first, r->held_out };
}

static dp_code save_checkpoint(run *r, dp_err *err)
{
    dp_train_state state = dp_trainer_state(r->trainer);
    return dp_checkpoint_write(r->checkpoint, r->identity, &state,
                               dp_trainer_layout(r->trainer)->count, err);
}

/* Stopped between two steps, as err says: keep what is done, and say so. */
static dp_code stop(run *r, dp_err *err)
{
    const dp_err where = *err;
    dp_code code = save_checkpoint(r, err);
    if (code)
        return code;
    return dp_fail(err, DP_INTERRUPTED, "%s; --resume goes on from there", where.msg);
}

static dp_code run_epoch(run *r, dp_err *err)
{
    dp_train_progress p;
    dp_metrics metrics;
    dp_train_report_begin_epoch(&r->report, (int)dp_trainer_state(r->trainer).images);
    dp_code code = dp_trainer_epoch(r->trainer, &p, on_step, &r->report, err);
    if (code == DP_INTERRUPTED)
        return stop(r, err);
    if (code)
        return code;
    dp_dataset data = held_out_images(r);
    code = measure(&metrics, NULL, r, dp_trainer_params(r->trainer), &data, err);
    if (!code)
        code = save_checkpoint(r, err);
    if (!code)
        dp_train_report_epoch(&r->report, &p, dp_metrics_accuracy(&metrics));
    return code;
}

/* ---- after ------------------------------------------------------------------------- */

/* Measure the result on the held-out images and make its confidence on them right. */
static dp_code calibrate(run *r, float *params, dp_err *err)
{
    dp_metrics metrics;
    dp_dataset data = held_out_images(r);
    dp_prediction *predictions = calloc((size_t)data.n, sizeof *predictions);
    if (!predictions)
        return dp_fail(err, DP_NOMEM, "no memory to calibrate");
    dp_code code = measure(&metrics, predictions, r, params, &data, err);
    if (!code) {
        r->validation = dp_metrics_accuracy(&metrics);
        dp_calibrate_fold(params, &r->spec, dp_trainer_layout(r->trainer),
                          dp_calibrate_temperature(predictions, data.label, data.n));
    }
    free(predictions);
    return code;
}

static dp_code test(run *r, const float *params, dp_err *err)
{
    dp_metrics metrics;
    dp_dataset data = { r->test.pixels, r->test.label, r->test.n };
    if (data.n == 0)
        return DP_OK;
    dp_code code = measure(&metrics, NULL, r, params, &data, err);
    if (!code)
        r->test_accuracy = dp_metrics_accuracy(&metrics);
    return code;
}

static dp_code save(const run *r, const float *params, dp_err *err)
{
    char recipe[DP_RECIPE_MAX_TEXT], accuracy[64];
    dp_recipe_format(recipe, &r->options.recipe, &r->spec);
    int n = snprintf(accuracy, sizeof accuracy, "validation=%.4f", r->validation);
    if (!isnan(r->test_accuracy))
        snprintf(accuracy + n, sizeof accuracy - (size_t)n, " test=%.4f",
                 r->test_accuracy);
    dp_modelfile_meta meta = { .train = recipe, .accuracy = accuracy };
    return dp_modelfile_write(r->options.output, &r->spec, params, DP_NORM_unit, &meta,
                              err);
}

/* Calibrate the trained parameters, measure the result on the test images and save it. */
static dp_code finish(run *r, dp_err *err)
{
    size_t count = dp_trainer_layout(r->trainer)->count;
    float *params = malloc(count * sizeof *params);
    if (!params)
        return dp_fail(err, DP_NOMEM, "no memory for the result");
    memcpy(params, dp_trainer_params(r->trainer), count * sizeof *params);
    dp_code code = calibrate(r, params, err);
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
    watch_interrupt();
    while (!code && dp_trainer_epochs(r->trainer) < r->options.recipe.config.epochs)
        code = run_epoch(r, err);
    if (!code)
        code = finish(r, err);
    if (!code)
        dp_train_report_result(&r->report, r->validation, r->test_accuracy);
    dp_code closed = dp_train_report_close(&r->report, code ? NULL : err);
    return code ? code : closed;
}

int dp_cmd_train(int argc, char **argv)
{
    run r = { .test_accuracy = (double)NAN };
    dp_err err;
    int status = dp_train_options_read(&r.options, argc, argv);
    if (status < 0) {
        status = DP_EXIT_DONE;
        if (prepare(&r, &err) || train(&r, &err))
            status = dp_cli_fail(command, &err);
    }
    dp_trainer_free(r.trainer);
    free(r.train.pixels);
    free(r.train.label);
    free(r.test.pixels);
    free(r.test.label);
    dp_train_options_clear(&r.options);
    return dp_cli_finish(command, status);
}

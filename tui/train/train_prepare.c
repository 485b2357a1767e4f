/* The preparation of a run: find all errors before any work is done or any file is changed. */
#include "config.h"

#include "tui/train/train_run.h"

#include "tui/cli/open.h"
#include "tui/train/train_save.h"
#include "weights/io/fingerprint.h"
#include "weights/model/checkpoint.h"
#include "weights/store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
static dp_code place_checkpoint(dp_train_run *r, dp_err *err)
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

static dp_code check_files(dp_train_run *r, dp_err *err)
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
static dp_code open_origin(dp_train_run *r, dp_err *err)
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

static dp_code open_teachers(dp_train_run *r, dp_err *err)
{
    const dp_network_file_options options = { .kernels = r->options.kernels };
    dp_code code = DP_OK;
    for (int i = 0; i < r->options.teachers.n && !code; i++)
        code = dp_open_model(&r->teacher[i], &r->options.talk,
                             r->options.teachers.text[i], &options, err);
    return code;
}

static dp_code choose_spec(dp_train_run *r, dp_err *err)
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

/* Read the calibration of the network that the same recipe trained before. */
static dp_code open_calibration(dp_train_run *r, dp_err *err)
{
    char recipe[DP_RECIPE_MAX_TEXT];
    if (!r->options.all)
        return DP_OK;
    dp_recipe_format(recipe, &r->options.recipe, &r->spec);
    dp_code code = dp_refit_read(&r->refit, r->options.calibration, recipe, err);
    if (!code && r->options.outlier_strokes.n > 0 &&
        !isfinite(r->refit.calibrated.trust.least))
        return dp_fail(
            err, DP_MODEL,
            "%s: no rejection threshold in it; train it with --outlier-strokes",
            r->options.calibration);
    return code;
}

static void describe_weights(char text[DP_TRAIN_DESCRIPTION], const char *what,
                             uint64_t fingerprint)
{
    size_t used = strlen(text);
    snprintf(text + used, DP_TRAIN_DESCRIPTION - used, "# %s %016" PRIx64 "\n", what,
             fingerprint);
}

static void describe_model(char text[DP_TRAIN_DESCRIPTION], const char *what,
                           const dp_model *m)
{
    size_t size = dp_model_layout(m)->count * sizeof(float);
    describe_weights(text, what,
                     dp_fingerprint(DP_FINGERPRINT_EMPTY, dp_model_params(m), size));
}

void dp_train_run_describe(char text[DP_TRAIN_DESCRIPTION], const dp_train_run *r)
{
    dp_recipe_format(text, &r->options.recipe, &r->spec);
    if (r->from)
        describe_model(text, "from weights", r->from);
    for (int i = 0; i < r->options.teachers.n; i++)
        describe_model(text, "taught by weights", r->teacher[i]);
    if (r->options.all)
        describe_weights(text, "trained on all data, calibrated as weights",
                         r->refit.weights);
}

static void identify(dp_train_run *r)
{
    dp_train_run_describe(r->identity, r);
    size_t used = strlen(r->identity);
    snprintf(r->identity + used, sizeof r->identity - used,
             "kernel = %s\nimages = %016" PRIx64 "\n", r->options.kernels->name,
             r->data.fingerprint);
}

static dp_code resume(dp_train_run *r, dp_err *err)
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
static dp_code create_trainer(dp_train_run *r, dp_err *err)
{
    const dp_train_options *o = &r->options;
    const dp_train_job job = {
        .spec = &r->spec,
        .config = &o->recipe.config,
        .mixture = &r->data.mixture,
        .threads = o->threads,
        .kernels = o->kernels,
    };
    dp_code code = dp_trainer_create(&r->trainer, &job, err);
    if (!code && o->teachers.n > 0)
        code = dp_trainer_teach(r->trainer, (const dp_model *const *)r->teacher,
                                o->teachers.n, err);
    if (!code && r->from && !dp_model_params(r->from))
        return dp_fail(err, DP_NOMEM, "no memory for the initial weights");
    if (!code && r->from)
        dp_trainer_start_from(r->trainer, dp_model_params(r->from));
    return code;
}

dp_code dp_train_run_prepare(dp_train_run *r, dp_err *err)
{
    dp_train_options *o = &r->options;
    dp_code code = choose_spec(r, err);
    if (!code)
        code = check_files(r, err);
    if (!code)
        code = open_teachers(r, err);
    if (!code)
        code = open_calibration(r, err);
    if (!code)
        code = dp_train_data_read(&r->data, o, err);
    if (!code)
        code = create_trainer(r, err);
    if (!code)
        code =
            dp_train_save_check(o->output, &r->spec, dp_trainer_params(r->trainer), err);
    if (code)
        return code;
    const dp_train_data *d = &r->data;
    dp_talk_detail(&o->talk,
                   "%d images, %d drawings of digits and %d of other things to train on; "
                   "held out %d, %d and %d; kernels %s",
                   d->mixture.images.n, d->drawn.n, d->others.n, d->validation.n,
                   d->strokes_validation.n, d->outliers_validation.n, o->kernels->name);
    identify(r);
    return o->resume ? resume(r, err) : DP_OK;
}

void dp_train_run_clear(dp_train_run *r)
{
    dp_trainer_free(r->trainer);
    dp_model_unref(r->from);
    for (int i = 0; i < DP_MAX_TEACHERS; i++)
        dp_model_unref(r->teacher[i]);
    dp_train_data_clear(&r->data);
    dp_train_options_clear(&r->options);
}

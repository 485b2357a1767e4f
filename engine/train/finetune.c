#include "config.h"

#include "engine/train/finetune.h"

#include "engine/core/arith.h"
#include "engine/train/trust.h"
#include "engine/synth/digits.h"
#include "engine/eval/metrics.h"
#include "engine/ink/normalize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN = 400,       /* drawings per epoch, approximately */
    MOST_REPEATS = 40, /* of one drawing per epoch */
    SYNTHETIC = 1000,  /* generated digits per epoch */
    OUTLIERS = 250,    /* per epoch, if the network rejects images */
    FIXTURE = 1000,    /* generated digits to measure on */
    LEAST_EPOCHS = 2,
};

/* Training never uses this seed, so the fixture is independent of the training images. */
#define FIXTURE_SEED 0x66697874757265

struct dp_finetune {
    dp_finetune_job job;
    dp_mixture mixture;
    dp_trainer *trainer;
    int epoch;
    float *mixed;              /* [count]: interpolated between old and new parameters */
    dp_prediction *prediction; /* [FIXTURE] */
    uint8_t *pixels, *label;   /* of the fixture */
    dp_dataset fixture;
};

void dp_finetune_defaults(dp_train_config *config)
{
    *config = (dp_train_config){
        .seed = 1,
        .epochs = 6,
        .batch = 32,
        .optimizer = DP_OPTIM_ADAMW,
        .rate = 3e-4F,
        .schedule = DP_SCHEDULE_COSINE,
        .warmup = 0.1F,
        .decay = 1e-4F,
        .augment = { .probability = 0.5F, .rotation = 8, .scale = 0.08F, .shift = 1 },
    };
}

/* ---- creation -------------------------------------------------------------------- */

static dp_code make_fixture(dp_finetune *f, dp_err *err)
{
    dp_strokes s = { 0 };
    dp_code code = DP_OK;
    int n = 0;
    for (int i = 0; code == DP_OK && i < FIXTURE; i++) {
        dp_rng rng = dp_rng_stream(FIXTURE_SEED, 0, (uint64_t)i);
        code = dp_digits_draw(&s, i % DP_DIGITS, &rng, err);
        uint8_t *pixels = f->pixels + (size_t)n * DP_PIXELS;
        if (code == DP_OK && dp_normalize_strokes(pixels, &s) == DP_INK_ENOUGH)
            f->label[n++] = (uint8_t)(i % DP_DIGITS);
    }
    dp_strokes_clear(&s);
    f->fixture = (dp_dataset){ f->pixels, f->label, n };
    return code;
}

static int repeats(int n)
{
    int wanted = dp_ceil_div_int(SHOWN, n);
    return wanted < MOST_REPEATS ? wanted : MOST_REPEATS;
}

static dp_code create_trainer(dp_finetune *f, dp_err *err)
{
    const dp_finetune_job *job = &f->job;
    f->mixture = (dp_mixture){
        .drawings = job->drawings,
        .repeats = repeats(job->drawings.n),
        .synthetic = SYNTHETIC,
        .outliers = isfinite(job->trust.least) ? OUTLIERS : 0,
    };
    const dp_train_job training = {
        .spec = job->spec,
        .config = job->config,
        .mixture = &f->mixture,
        .threads = job->threads,
        .kernels = job->kernels,
    };
    dp_code code = dp_trainer_create(&f->trainer, &training, err);
    if (code)
        return code;
    dp_trainer_start_from(f->trainer, job->params);
    const size_t count = dp_trainer_layout(f->trainer)->count;
    f->mixed = malloc(count * sizeof *f->mixed);
    return f->mixed ? DP_OK : dp_fail(err, DP_NOMEM, "no memory for the new parameters");
}

dp_code dp_finetune_create(dp_finetune **out, const dp_finetune_job *job, dp_err *err)
{
    dp_finetune *f = calloc(1, sizeof *f);
    if (!f)
        return dp_fail(err, DP_NOMEM, "no memory to fine-tune");
    f->job = *job;
    f->prediction = calloc(FIXTURE, sizeof *f->prediction);
    f->pixels = malloc((size_t)FIXTURE * DP_PIXELS);
    f->label = malloc(FIXTURE);
    dp_code code = f->prediction && f->pixels && f->label
                       ? make_fixture(f, err)
                       : dp_fail(err, DP_NOMEM, "no memory for the images to measure on");
    if (!code)
        code = create_trainer(f, err);
    if (code) {
        dp_finetune_free(f);
        return code;
    }
    *out = f;
    return DP_OK;
}

void dp_finetune_free(dp_finetune *f)
{
    if (!f)
        return;
    dp_trainer_free(f->trainer);
    free(f->mixed);
    free(f->prediction);
    free(f->pixels);
    free(f->label);
    free(f);
}

/* ---- measuring ------------------------------------------------------------------- */

static dp_code create_model(dp_model **out, const dp_finetune *f, const float *params,
                            dp_err *err)
{
    const dp_model_info info = {
        .name = "tuned", .norm = DP_NORM_UNIT, .trust = f->job.trust, .accuracy = NAN
    };
    return dp_model_create(out, f->job.spec, params, &info, f->job.kernels, err);
}

static dp_code score(double *out, dp_prediction *predictions, const dp_model *model,
                     const dp_dataset *data, int threads, dp_err *err)
{
    dp_metrics metrics;
    *out = (double)NAN;
    if (data->n == 0)
        return DP_OK;
    dp_code code = dp_metrics_measure(&metrics, predictions, model, data, threads, err);
    if (code == DP_OK)
        *out = dp_metrics_accuracy(&metrics);
    return code;
}

static dp_code measure(dp_finetune_scores *out, dp_finetune *f, const float *params,
                       dp_err *err)
{
    dp_model *model = NULL;
    const int threads = f->job.threads;
    dp_code code = create_model(&model, f, params, err);
    if (!code)
        code = score(&out->held_out, NULL, model, &f->job.held_out, threads, err);
    if (!code)
        code = score(&out->fixture, f->prediction, model, &f->fixture, threads, err);
    if (!code)
        out->least = dp_fit_rejection(f->prediction, f->fixture.n, DP_KEEP);
    dp_model_unref(model);
    return code;
}

/* Whether the network reads every drawing that it is trained on correctly. */
static dp_code has_learnt(bool *out, const dp_finetune *f, dp_err *err)
{
    dp_model *model;
    double accuracy = 0;
    dp_code code = create_model(&model, f, dp_trainer_params(f->trainer), err);
    if (code)
        return code;
    code = score(&accuracy, NULL, model, &f->job.shown, f->job.threads, err);
    dp_model_unref(model);
    *out = accuracy >= 1;
    return code;
}

/* ---- training -------------------------------------------------------------------- */

dp_code dp_finetune_epoch(bool *more, dp_finetune *f, dp_train_watch *watch, void *user,
                          dp_err *err)
{
    dp_train_progress progress;
    bool learnt = false;
    dp_code code = dp_trainer_epoch(f->trainer, &progress, watch, user, err);
    if (!code)
        code = has_learnt(&learnt, f, err);
    if (code)
        return code;
    f->epoch++;
    *more = f->epoch < f->job.config->epochs && !(learnt && f->epoch >= LEAST_EPOCHS);
    return DP_OK;
}

/* Weights interpolated between the old and the new ones are often as accurate on both
 * kinds of data as either of them (Wortsman et al. 2022). */
dp_code dp_finetune_finish(dp_finetune_result *out, dp_finetune *f, dp_err *err)
{
    static const float fractions[] = { 1, 0.5F, 0.25F }; /* of the way from old to new */
    const size_t count = dp_trainer_layout(f->trainer)->count;
    const float *old = f->job.params, *new = dp_trainer_params(f->trainer);
    dp_finetune_scores before, after = { 0 };
    dp_code code = measure(&before, f, old, err);
    for (size_t k = 0; !code && k < DP_COUNT(fractions); k++) {
        for (size_t i = 0; i < count; i++)
            f->mixed[i] = old[i] + fractions[k] * (new[i] - old[i]);
        code = measure(&after, f, f->mixed, err);
        if (after.fixture >= before.fixture)
            break;
    }
    if (code)
        return code;
    *out = (dp_finetune_result){
        .params = f->mixed,
        .before = before,
        .after = after,
        .better = after.fixture >= before.fixture &&
                  !(after.held_out < before.held_out), /* NAN without held-out images */
    };
    return DP_OK;
}

#include "config.h"

#include "tui/finetune.h"

#include "engine/calibrate.h"
#include "engine/digits.h"
#include "engine/fold.h"
#include "engine/metrics.h"
#include "engine/preproc.h"
#include "engine/train.h"
#include "tui/cli.h"
#include "tui/interrupt.h"
#include "tui/train_report.h"
#include "weights/modelfile.h"
#include "weights/samples.h"
#include "weights/store.h"
#include "weights/strokeset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "train";

enum {
    HELD_OUT = 5,      /* every so many samples of a digit one is not trained on */
    SHOWN = 400,       /* examples of an epoch that are samples, about… */
    MOST_REPEATS = 40, /* …but none more often than this */
    MADE_UP = 1000,
    OUTLIERS = 250, /* where the network knows what is no digit */
    FIXTURE = 1000, /* made-up digits to measure with */
    LEAST_EPOCHS = 2,
};

/* Streams of random numbers for the fixture: never those of training. */
#define FIXTURE_SEED 0x66697874757265

/* How far to go from the old weights to the new ones: as far as nothing is forgotten. */
static const float steps[] = { 1, 0.5F, 0.25F };

typedef struct tuning {
    const dp_train_options *options;
    dp_network origin;
    dp_fold fold;        /* the chain that is trained: no batch norm, no dropout */
    float *before, *now; /* its parameters, [fold.layout.count] each */
    dp_samples samples;
    dp_strokes *drawing; /* those to train on, whose points are the samples' */
    uint8_t *label;
    int n;
    dp_labelled shown, held_out, fixture; /* as images: samples trained on and not */
    dp_train_report report;
} tuning;

/* Parts answered correctly; NAN where there is nothing to measure with. */
typedef struct scores {
    double held_out, fixture;
    float reject; /* the evidence that digits have */
} scores;

void dp_finetune_defaults(dp_train_config *config)
{
    *config = (dp_train_config){
        .seed = 1,
        .epochs = 6,
        .batch = 32,
        .optimizer = DP_OPTIM_adamw,
        .rate = 3e-4F,
        .schedule = DP_SCHEDULE_cosine,
        .warmup = 0.1F,
        .decay = 1e-4F,
        .augment = { .probability = 0.5F, .rotation = 8, .scale = 0.08F, .shift = 1 },
    };
}

/* ---- what there is to learn from ------------------------------------------------------- */

static dp_code make_room(dp_labelled *out, int n, dp_err *err)
{
    out->pixels = malloc((size_t)n * DP_PIXELS + 1);
    out->label = malloc((size_t)n + 1);
    out->capacity = n;
    if (!out->pixels || !out->label)
        return dp_fail(err, DP_NOMEM, "no memory for %d images", n);
    return DP_OK;
}

/* False where there is too little ink. */
static bool add_image(dp_labelled *to, const dp_strokes *strokes, int label)
{
    if (dp_preproc_strokes(to->pixels + (size_t)to->n * DP_PIXELS, strokes) !=
        DP_INK_ENOUGH)
        return false;
    to->label[to->n++] = (uint8_t)label;
    return true;
}

/* Every fifth sample of a digit is held out. */
static void divide(tuning *t)
{
    int seen[DP_DIGITS] = { 0 };
    for (int i = 0; i < t->samples.n; i++) {
        const dp_sample *s = &t->samples.sample[i];
        if (s->label < 0)
            continue;
        bool held_out = (seen[s->label] + 1) % HELD_OUT == 0;
        if (!add_image(held_out ? &t->held_out : &t->shown, &s->strokes, s->label))
            continue;
        seen[s->label]++;
        if (held_out)
            continue;
        t->drawing[t->n] = s->strokes;
        t->label[t->n++] = (uint8_t)s->label;
    }
}

static dp_code read_samples(tuning *t, dp_err *err)
{
    const char *path = t->options->samples;
    dp_code code = dp_samples_read(&t->samples, path, err);
    if (code)
        return code;
    int n = t->samples.n;
    t->drawing = calloc((size_t)n + 1, sizeof *t->drawing);
    t->label = malloc((size_t)n + 1);
    if (!t->drawing || !t->label)
        return dp_fail(err, DP_NOMEM, "no memory for %d samples", n);
    if ((code = make_room(&t->shown, n, err)) != DP_OK ||
        (code = make_room(&t->held_out, n, err)) != DP_OK)
        return code;
    divide(t);
    int good = t->shown.n + t->held_out.n;
    if (good < DP_FINETUNE_LEAST)
        return dp_fail(err, DP_INPUT, "%s: %d samples; at least %d are needed", path,
                       good, DP_FINETUNE_LEAST);
    return DP_OK;
}

static dp_code make_fixture(dp_labelled *out, dp_err *err)
{
    dp_strokes s = { 0 };
    dp_code code = make_room(out, FIXTURE, err);
    for (int i = 0; code == DP_OK && i < FIXTURE; i++) {
        dp_rng rng = dp_rng_stream(FIXTURE_SEED, 0, (uint64_t)i);
        code = dp_digits_draw(&s, i % DP_DIGITS, &rng, err);
        if (code == DP_OK)
            add_image(out, &s, i % DP_DIGITS);
    }
    dp_strokes_clear(&s);
    return code;
}

/* ---- the network ----------------------------------------------------------------------- */

static bool knows_outliers(const tuning *t)
{
    return dp_network_get_meta(&t->origin, "digitpad.reject") != NULL;
}

/* Batch norm is folded: the statistics of few drawings are no good ones. */
static dp_code open_network(tuning *t, dp_err *err)
{
    const dp_train_options *o = t->options;
    dp_params layout;
    dp_code code = dp_store_load(&t->origin, o->from, NULL, err);
    if (code)
        return code;
    if (t->origin.norm != DP_NORM_unit)
        return dp_fail(err, DP_MODEL, "%s: it reads pixels in norm '%s', not 'unit'",
                       o->from, dp_norm_name(t->origin.norm));
    if ((code = dp_params_layout(&layout, &t->origin.spec, err)) != DP_OK ||
        (code = dp_fold_plan(&t->fold, &t->origin.spec, err)) != DP_OK)
        return dp_fail_in(err, code, "%s", o->from);
    t->before = malloc(t->fold.layout.count * sizeof *t->before);
    t->now = malloc(t->fold.layout.count * sizeof *t->now);
    if (!t->before || !t->now)
        return dp_fail(err, DP_NOMEM, "no memory for the network");
    dp_fold_params(t->before, &t->fold, &t->origin.spec, &layout, t->origin.params);
    return DP_OK;
}

static dp_code score(double *out, dp_prediction *predictions, const dp_model *model,
                     const dp_labelled *data, int threads, dp_err *err)
{
    dp_metrics metrics;
    *out = (double)NAN;
    if (data->n == 0)
        return DP_OK;
    dp_code code = dp_metrics_measure(&metrics, predictions, model, data->pixels,
                                      data->label, data->n, threads, err);
    if (code == DP_OK)
        *out = dp_metrics_accuracy(&metrics);
    return code;
}

static dp_code create_model(dp_model **out, const tuning *t, const float *params,
                            dp_err *err)
{
    static const dp_model_info info = { .name = "tuned",
                                        .norm = DP_NORM_unit,
                                        .reject = -INFINITY };
    return dp_model_create(out, &t->fold.spec, params, &info, t->options->kernels, err);
}

static dp_code measure(scores *out, const tuning *t, const float *params, dp_err *err)
{
    dp_model *model = NULL;
    dp_prediction *p = calloc(FIXTURE, sizeof *p);
    dp_code code = p ? create_model(&model, t, params, err)
                     : dp_fail(err, DP_NOMEM, "no memory to measure");
    int threads = t->options->threads;
    if (!code)
        code = score(&out->held_out, NULL, model, &t->held_out, threads, err);
    if (!code)
        code = score(&out->fixture, p, model, &t->fixture, threads, err);
    if (!code)
        out->reject = dp_calibrate_reject(p, t->fixture.n, DP_KEEP);
    dp_model_unref(model);
    free(p);
    return code;
}

/* Whether every sample that is trained on is read rightly by now. */
static dp_code has_learnt(bool *out, const tuning *t, const float *params, dp_err *err)
{
    dp_model *model;
    double right = 0;
    dp_code code = create_model(&model, t, params, err);
    if (code)
        return code;
    code = score(&right, NULL, model, &t->shown, t->options->threads, err);
    dp_model_unref(model);
    *out = right >= 1;
    return code;
}

/* ---- training -------------------------------------------------------------------------- */

static bool on_step(const dp_train_progress *p, void *user)
{
    dp_train_report_step(user, p);
    return !dp_interrupt_came();
}

static int repeats(int n)
{
    int wanted = (SHOWN + n - 1) / n;
    return wanted < MOST_REPEATS ? wanted : MOST_REPEATS;
}

static dp_code run_epochs(tuning *t, dp_trainer *trainer, dp_err *err)
{
    dp_code code = DP_OK;
    bool learnt = false;
    for (int epoch = 0; !code && epoch < t->options->recipe.config.epochs &&
                        !(learnt && epoch >= LEAST_EPOCHS);
         epoch++) {
        dp_train_progress progress;
        dp_train_report_begin_epoch(&t->report, 0);
        code = dp_trainer_epoch(trainer, &progress, on_step, &t->report, err);
        if (!code)
            code = has_learnt(&learnt, t, dp_trainer_params(trainer), err);
    }
    if (!code)
        memcpy(t->now, dp_trainer_params(trainer), t->fold.layout.count * sizeof *t->now);
    return code;
}

static dp_code train(tuning *t, dp_err *err)
{
    const dp_train_options *o = t->options;
    const dp_mix mix = {
        .drawings = { t->drawing, t->label, t->n },
        .repeats = repeats(t->n),
        .made_up = MADE_UP,
        .outliers = knows_outliers(t) ? OUTLIERS : 0,
    };
    dp_trainer *trainer;
    dp_code code = dp_trainer_create(&trainer, &t->fold.spec, &o->recipe.config, &mix,
                                     o->threads, o->kernels, err);
    if (code)
        return code;
    dp_trainer_start_from(trainer, t->before);
    code = run_epochs(t, trainer, err);
    dp_trainer_free(trainer);
    return code;
}

/* ---- the result ------------------------------------------------------------------------ */

/* Weights between the old and the new ones often read both kinds of data as well as either
 * (Wortsman et al. 2022). */
static dp_code go_as_far_as_possible(scores *after, tuning *t, const scores *before,
                                     dp_err *err)
{
    size_t count = t->fold.layout.count;
    float *mixed = malloc(count * sizeof *mixed);
    dp_code code = mixed ? DP_OK : dp_fail(err, DP_NOMEM, "no memory for the result");
    for (size_t k = 0; !code && k < sizeof steps / sizeof steps[0]; k++) {
        for (size_t i = 0; i < count; i++)
            mixed[i] = t->before[i] + steps[k] * (t->now[i] - t->before[i]);
        code = measure(after, t, mixed, err);
        if (after->fixture >= before->fixture)
            break;
    }
    if (!code)
        memcpy(t->now, mixed, count * sizeof *mixed);
    free(mixed);
    return code;
}

static bool is_no_worse(const scores *after, const scores *before)
{
    return after->fixture >= before->fixture &&
           !(after->held_out < before->held_out); /* both NAN without held-out samples */
}

static char reject_key[] = "digitpad.reject";

/* What is asked of digits moves with the evidence that they have. */
static dp_code save(const tuning *t, const scores *before, const scores *after,
                    dp_err *err)
{
    const char *reject = dp_network_get_meta(&t->origin, reject_key);
    char train[128], least[32] = "";
    snprintf(train, sizeof train, "fine-tuned on %d drawings of its user\n", t->n);
    if (reject)
        snprintf(least, sizeof least, "%.6g",
                 strtod(reject, NULL) + (double)(after->reject - before->reject));
    const dp_network_meta other[] = { { reject_key, least } };
    const dp_modelfile_meta meta = { .train = train,
                                     .other = other,
                                     .n_other = reject ? 1 : 0 };
    return dp_modelfile_write(t->options->output, &t->fold.spec, t->now, DP_NORM_unit,
                              &meta, err);
}

static void print_score(const char *key, double value)
{
    if (isnan(value))
        printf(",\"%s\":null", key);
    else
        printf(",\"%s\":%.6f", key, value);
}

static void tell(const tuning *t, const scores *before, const scores *after, bool kept)
{
    if (t->options->style == DP_TRAIN_NDJSON) {
        printf("{\"done\":true,\"samples\":%d,\"held_out\":%d", t->shown.n,
               t->held_out.n);
        print_score("held_out_before", before->held_out);
        print_score("held_out_after", after->held_out);
        print_score("fixture_before", before->fixture);
        print_score("fixture_after", after->fixture);
        printf(",\"kept\":%s}\n", kept ? "true" : "false");
    } else if (t->options->style == DP_TRAIN_BAR) {
        fprintf(stderr, "trained on %d drawings", t->shown.n);
        if (t->held_out.n > 0)
            fprintf(stderr, "; %d held out: %.1f %% -> %.1f %%", t->held_out.n,
                    100 * before->held_out, 100 * after->held_out);
        fprintf(stderr, "; other digits: %.1f %% -> %.1f %%\n", 100 * before->fixture,
                100 * after->fixture);
    }
}

static dp_code finish(tuning *t, bool *kept, dp_err *err)
{
    scores before, after;
    dp_code code = measure(&before, t, t->before, err);
    if (!code)
        code = go_as_far_as_possible(&after, t, &before, err);
    if (code)
        return code;
    *kept = is_no_worse(&after, &before);
    if (*kept)
        code = save(t, &before, &after, err);
    if (!code)
        tell(t, &before, &after, *kept);
    return code;
}

/* ---- the whole ------------------------------------------------------------------------- */

static dp_code run(tuning *t, bool *kept, dp_err *err)
{
    dp_code code = read_samples(t, err);
    if (!code)
        code = open_network(t, err);
    if (!code)
        code = make_fixture(&t->fixture, err);
    if (!code)
        code = dp_train_report_open(&t->report, t->options, err);
    if (code)
        return code;
    dp_interrupt_watch();
    code = train(t, err);
    dp_code closed = dp_train_report_close(&t->report, code ? NULL : err);
    code = code ? code : closed;
    return code ? code : finish(t, kept, err);
}

static void clear(tuning *t)
{
    dp_labelled *const sets[] = { &t->shown, &t->held_out, &t->fixture };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        free(sets[i]->pixels);
        free(sets[i]->label);
    }
    free(t->drawing);
    free(t->label);
    free(t->before);
    free(t->now);
    dp_samples_clear(&t->samples);
    dp_network_clear(&t->origin);
}

int dp_finetune(const dp_train_options *options)
{
    tuning t = { .options = options };
    dp_err err;
    bool kept = false;
    int status = run(&t, &kept, &err) ? dp_cli_fail(command, &err) : DP_EXIT_DONE;
    clear(&t);
    if (status == DP_EXIT_DONE && !kept) {
        dp_cli_complain(command, "the result reads worse and is not kept");
        status = DP_EXIT_SOME_BAD;
    }
    return status;
}

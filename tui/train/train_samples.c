#include "config.h"

#include "tui/train/train_samples.h"

#include "engine/core/arith.h"
#include "engine/train/finetune.h"
#include "engine/net/fold.h"
#include "engine/ink/normalize.h"
#include "tui/cli/cli.h"
#include "tui/cli/interrupt.h"
#include "tui/train/train_report.h"
#include "tui/train/train_save.h"
#include "weights/data/samples.h"
#include "weights/store/network_trust.h"
#include "weights/store/store.h"
#include "weights/images/stroke_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "train";

enum { HELD_OUT = 5 }; /* every fifth sample of a digit is held out */

typedef struct tuning {
    const dp_train_options *options;
    dp_network origin;
    dp_fold fold;  /* the chain to train, without batch norm and dropout */
    float *params; /* [fold.layout.count] */
    dp_trust_rule trust;
    dp_samples samples;
    dp_strokes *drawing; /* [n] to train on; their points belong to `samples` */
    uint8_t *label;
    int n;
    dp_labelled shown, held_out; /* images of the samples trained on, and not */
    dp_train_report report;
} tuning;

/* ---- the samples ------------------------------------------------------------------- */

/* Allocate space for n images. */
static dp_code make_room(dp_labelled *out, int n, dp_err *err)
{
    out->pixels = malloc((size_t)n * DP_PIXELS + 1);
    out->label = malloc((size_t)n + 1);
    out->capacity = n;
    if (!out->pixels || !out->label)
        return dp_fail(err, DP_NOMEM, "no memory for %d images", n);
    return DP_OK;
}

/* Add a drawing as an image. False if it has too little ink. */
static bool add_image(dp_labelled *to, const dp_strokes *strokes, int label)
{
    if (dp_normalize_strokes(to->pixels + (size_t)to->n * DP_PIXELS, strokes) !=
        DP_INK_ENOUGH)
        return false;
    to->label[to->n++] = (uint8_t)label;
    return true;
}

/* Divide the samples into those to train on and those held out. */
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
    if (good < DP_SAMPLES_ENOUGH)
        return dp_fail(err, DP_INPUT, "%s: %d samples; at least %d are needed", path,
                       good, DP_SAMPLES_ENOUGH);
    return DP_OK;
}

/* ---- the network ------------------------------------------------------------------- */

/* Fold batch norm into the weights: a few drawings would give bad statistics. */
static dp_code open_network(tuning *t, dp_err *err)
{
    const dp_train_options *o = t->options;
    dp_params layout;
    dp_code code = dp_store_load(&t->origin, o->from, NULL, err);
    if (code)
        return code;
    if (t->origin.norm != DP_NORM_UNIT)
        return dp_fail(err, DP_MODEL,
                       "%s: input scale '%s' cannot be trained, only 'unit'", o->from,
                       dp_norm_name(t->origin.norm));
    if ((code = dp_params_layout(&layout, &t->origin.spec, err)) != DP_OK ||
        (code = dp_fold_plan(&t->fold, &t->origin.spec, err)) != DP_OK ||
        (code = dp_network_trust(&t->trust, &t->origin, err)) != DP_OK)
        return dp_fail_in(err, code, "%s", o->from);
    t->params = malloc(t->fold.layout.count * sizeof *t->params);
    if (!t->params)
        return dp_fail(err, DP_NOMEM, "no memory for the network");
    dp_fold_params(t->params, &t->fold, &t->origin.spec, &layout, t->origin.params);
    return DP_OK;
}

/* ---- training ---------------------------------------------------------------------- */

static bool on_step(const dp_train_progress *p, void *user)
{
    dp_train_report_step(user, p);
    return !dp_interrupt_came();
}

static dp_code create(dp_finetune **out, const tuning *t, dp_err *err)
{
    const dp_finetune_job job = {
        .spec = &t->fold.spec,
        .params = t->params,
        .drawings = { t->drawing, t->label, t->n },
        .shown = { t->shown.pixels, t->shown.label, t->shown.n },
        .held_out = { t->held_out.pixels, t->held_out.label, t->held_out.n },
        .trust = t->trust,
        .config = &t->options->recipe.config,
        .threads = t->options->threads,
        .kernels = t->options->kernels,
    };
    return dp_finetune_create(out, &job, err);
}

static dp_code train(dp_finetune *f, tuning *t, dp_err *err)
{
    dp_code code = dp_train_report_open(&t->report, t->options, err);
    if (code)
        return code;
    dp_interrupt_watch();
    for (bool more = true; !code && more;) {
        dp_train_report_begin_epoch(&t->report, 0);
        code = dp_finetune_epoch(&more, f, on_step, &t->report, err);
    }
    dp_code closed = dp_train_report_close(&t->report, code ? NULL : err);
    return code ? code : closed;
}

/* ---- the result -------------------------------------------------------------------- */

static char trust_key[] = DP_NETWORK_TRUST_KEY;

/* Write the result. The threshold of its rule moves with that of the fixture. */
static dp_code save(const tuning *t, const dp_finetune_result *result, dp_err *err)
{
    const bool rejects = isfinite(t->trust.least);
    char train[128], trust[DP_NETWORK_TRUST_TEXT];
    dp_trust_rule rule = t->trust;
    rule.least += result->after.least - result->before.least;
    dp_network_trust_format(trust, &rule);
    snprintf(train, sizeof train, "fine-tuned on %d drawings of its user\n", t->n);
    const dp_network_meta other[] = { { trust_key, trust } };
    const dp_network_file_meta meta = { .train = train,
                                        .other = other,
                                        .n_other = rejects ? 1 : 0 };
    return dp_train_save(t->options->output, &t->fold.spec, result->params, &meta, err);
}

static void print_score(const char *key, double value)
{
    if (isnan(value))
        printf(",\"%s\":null", key);
    else
        printf(",\"%s\":%.6f", key, value);
}

static void tell(const tuning *t, const dp_finetune_result *result)
{
    const dp_finetune_scores *before = &result->before, *after = &result->after;
    if (t->options->style == DP_TRAIN_NDJSON) {
        printf("{\"done\":true,\"samples\":%d,\"held_out\":%d", t->shown.n,
               t->held_out.n);
        print_score("held_out_before", before->held_out);
        print_score("held_out_after", after->held_out);
        print_score("fixture_before", before->fixture);
        print_score("fixture_after", after->fixture);
        printf(",\"kept\":%s}\n", result->better ? "true" : "false");
    } else if (t->options->style == DP_TRAIN_BAR) {
        fprintf(stderr, "trained on %d drawings", t->shown.n);
        if (t->held_out.n > 0)
            fprintf(stderr, "; %d held out: %.1f %% -> %.1f %%", t->held_out.n,
                    100 * before->held_out, 100 * after->held_out);
        fprintf(stderr, "; other digits: %.1f %% -> %.1f %%\n", 100 * before->fixture,
                100 * after->fixture);
    }
}

/* ---- the run ----------------------------------------------------------------------- */

static dp_code run(tuning *t, bool *kept, dp_err *err)
{
    dp_finetune *f = NULL;
    dp_finetune_result result;
    dp_code code = read_samples(t, err);
    if (!code)
        code = open_network(t, err);
    if (!code)
        code = dp_train_save_check(t->options->output, &t->fold.spec, t->params, err);
    if (!code)
        code = create(&f, t, err);
    if (!code)
        code = train(f, t, err);
    if (!code)
        code = dp_finetune_finish(&result, f, err);
    if (!code && result.better)
        code = save(t, &result, err);
    if (!code) {
        tell(t, &result);
        *kept = result.better;
    }
    dp_finetune_free(f);
    return code;
}

static void clear(tuning *t)
{
    dp_labelled *const sets[] = { &t->shown, &t->held_out };
    for (size_t i = 0; i < DP_COUNT(sets); i++) {
        free(sets[i]->pixels);
        free(sets[i]->label);
    }
    free(t->drawing);
    free(t->label);
    free(t->params);
    dp_samples_clear(&t->samples);
    dp_network_clear(&t->origin);
}

int dp_train_on_samples(const dp_train_options *options)
{
    tuning t = { .options = options };
    dp_err err;
    bool kept = false;
    int status = run(&t, &kept, &err) ? dp_cli_fail(command, &err) : DP_EXIT_DONE;
    clear(&t);
    if (status == DP_EXIT_DONE && !kept) {
        dp_cli_complain(command,
                        "the fine-tuned network is worse than before; not saved");
        status = DP_EXIT_SOME_BAD;
    }
    return status;
}

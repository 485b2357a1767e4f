#include "config.h"

#include "tui/train/train_samples.h"

#include "engine/core/arith.h"
#include "engine/tune/finetune.h"
#include "engine/net/fold.h"
#include "engine/ink/normalize.h"
#include "tui/cli/cli.h"
#include "tui/train/train_save.h"
#include "weights/data/rehearsal.h"
#include "weights/data/samples.h"
#include "weights/store/network_trust.h"
#include "weights/store/store.h"
#include "weights/images/stroke_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char command[] = "train";

enum { HELD_OUT = 5 }; /* every fifth sample of a digit is held out */

typedef struct tuning {
    const dp_train_options *options;
    dp_network origin;
    dp_fold fold;  /* the chain to train, without batch norm and dropout */
    float *params; /* [fold.layout.count] */
    dp_samples samples;
    dp_strokes *drawing; /* [n] to train on; their points belong to `samples` */
    uint8_t *label;
    int n;
    dp_labelled shown, held_out; /* images of the samples trained on, and not */
    dp_rehearsal others;
    dp_trust_rule trust; /* of the network */
    dp_finetune_result result;
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

/* ---- the result -------------------------------------------------------------------- */

static bool is_better(const dp_finetune_result *r)
{
    return r->gains && r->spares;
}

static dp_code save(const tuning *t, dp_err *err)
{
    char train[128], trust[DP_NETWORK_TRUST_TEXT];
    const bool rejects = isfinite(t->trust.least);
    dp_trust_rule rule = t->trust;
    rule.least = t->result.least;
    snprintf(train, sizeof train, "fine-tuned on %d drawings of its user\n", t->n);
    if (rejects)
        dp_network_trust_format(trust, &rule);
    const char *credit = t->options->credit;
    const dp_train_meta meta = {
        .train = train,
        .trust = rejects ? trust : NULL,
        .credit = credit ? credit : dp_network_get_meta(&t->origin, DP_TRAIN_CREDIT_KEY),
    };
    return dp_train_save(t->options->output, &t->fold.spec, t->params, &meta, err);
}

/* "digits":[{"digit":1,"n":8,"before":3,"after":8},…]: those of the samples. */
static void print_digits(const dp_finetune_count own[DP_DIGITS])
{
    const char *comma = "";
    printf(",\"digits\":[");
    for (int k = 0; k < DP_DIGITS; k++) {
        if (own[k].n == 0)
            continue;
        printf("%s{\"digit\":%d,\"n\":%d,\"before\":%d,\"after\":%d}", comma, k, own[k].n,
               own[k].before, own[k].after);
        comma = ",";
    }
    printf("]");
}

static void print_result(const tuning *t)
{
    const dp_finetune_result *r = &t->result;
    printf("{\"done\":true,\"samples\":%d,\"held_out\":%d,\"held_out_before\":%d,"
           "\"held_out_after\":%d",
           t->shown.n, r->held_out.n, r->held_out.before, r->held_out.after);
    print_digits(r->own);
    printf(
        ",\"others_lost\":%.6f,\"others_lost_at_most\":%.6f,\"spares\":%s,\"kept\":%s}\n",
        r->others.lost, r->others.at_most, r->spares ? "true" : "false",
        is_better(r) ? "true" : "false");
}

/* "your 1s: 3 of 8 -> 8 of 8; your 7s: …", of the digits that are not read as before. */
static void tell_digits(const dp_finetune_count own[DP_DIGITS])
{
    bool changed = false;
    for (int k = 0; k < DP_DIGITS; k++) {
        if (own[k].before == own[k].after)
            continue;
        fprintf(stderr, "your %ds: %d of %d -> %d of %d; ", k, own[k].before, own[k].n,
                own[k].after, own[k].n);
        changed = true;
    }
    if (!changed)
        fprintf(stderr, "your digits: as before; ");
}

static void tell(const tuning *t)
{
    const dp_finetune_result *r = &t->result;
    if (t->options->style == DP_TRAIN_NDJSON) {
        print_result(t);
    } else if (t->options->style == DP_TRAIN_BAR) {
        fprintf(stderr, "trained on %d drawings; ", t->shown.n);
        tell_digits(r->own);
        fprintf(stderr, "other hands: %s\n", r->spares ? "as before" : "worse");
    }
}

/* ---- the run ----------------------------------------------------------------------- */

static dp_code finetune(tuning *t, dp_err *err)
{
    const dp_finetune_job job = {
        .spec = &t->fold.spec,
        .drawings = { t->drawing, t->label, t->n },
        .shown = { t->shown.pixels, t->shown.label, t->shown.n },
        .held_out = { t->held_out.pixels, t->held_out.label, t->held_out.n },
        .others = { t->others.pixels, t->others.label, t->others.n },
        .collection = t->others.collection,
        .weight = t->others.weight,
        .trust = t->trust,
        .threads = t->options->threads,
        .kernels = t->options->kernels,
    };
    dp_code code = dp_finetune(t->params, &t->result, &job, err);
    return code ? dp_fail_in(err, code, "%s", t->options->from) : DP_OK;
}

static dp_code run(tuning *t, dp_err *err)
{
    dp_code code = read_samples(t, err);
    if (!code)
        code = open_network(t, err);
    if (!code)
        code = dp_train_save_check(t->options->output, &t->fold.spec, t->params, err);
    if (!code)
        code = dp_rehearsal_read(&t->others, dp_rehearsal_bytes, dp_rehearsal_size, err);
    if (!code)
        code = finetune(t, err);
    if (!code && is_better(&t->result))
        code = save(t, err);
    if (!code)
        tell(t);
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
    dp_rehearsal_clear(&t->others);
    dp_samples_clear(&t->samples);
    dp_network_clear(&t->origin);
}

static int complain(const dp_finetune_result *r)
{
    if (!r->spares)
        dp_cli_complain(
            command,
            "not saved: with these samples it would misread up to %.2f %% more of "
            "other people's digits",
            100 * r->others.at_most);
    else
        dp_cli_complain(command,
                        "not saved: it reads these samples no better than before");
    return DP_EXIT_SOME_BAD;
}

int dp_train_on_samples(const dp_train_options *options)
{
    tuning t = { .options = options };
    dp_err err;
    dp_code code = run(&t, &err);
    clear(&t);
    if (code)
        return dp_cli_fail(command, &err);
    return is_better(&t.result) ? DP_EXIT_DONE : complain(&t.result);
}

#include "config.h"

#include "engine/tune/finetune.h"

#include "engine/core/arith.h"
#include "engine/infer/session.h"
#include "engine/tune/head.h"
#include "engine/train/trust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LESSONS = 400,     /* redrawn drawings, approximately */
    MOST_REPEATS = 40, /* of one drawing */
    BATCH = 32,
    SEED = 1,
};

/* The digits of others count alike at least up to this share, for the hardest ones are many. */
static const float least_weight = 0.4F;
/* Of all characters that are no digits, compared with all digits. */
static const float outlier_weight = 0.2F;
/* Confidence to answer a lesson with. */
static const float certainty = 0.95F;

/* The examples, in this order: the lessons, then images to judge by. */
typedef struct tuning {
    const dp_finetune_job *job;
    const float *params; /* the old ones */
    dp_params layout;
    int lessons, shown, held_out, others,
        n;                /* the first example of each kind; n in all */
    int features, inputs; /* inputs: of the last layer; one fewer if it has a bias */
    dp_session *body;     /* all layers but the last */
    float *feature, *logit, *target, *weight; /* dp_head_examples */
    dp_recalled *recalled;                    /* [others] */
    dp_prediction *prediction;                /* [others] */
    dp_head *head;
} tuning;

/* ---- the examples ------------------------------------------------------------------ */

static const dp_param *last_layer(const tuning *t, dp_role role)
{
    const int last = t->job->spec->n_layers - 1;
    for (int i = 0; i < t->layout.n; i++)
        if (t->layout.param[i].layer == last && t->layout.param[i].role == role)
            return &t->layout.param[i];
    return NULL;
}

/* The features and the old logits of n inputs x: [n, 784]. */
static void add_examples(tuning *t, int first, const float *x, int n)
{
    const dp_param *weight = last_layer(t, DP_WEIGHT), *bias = last_layer(t, DP_BIAS);
    float output[BATCH * DP_HEAD_MAX_FEATURES];
    dp_session_forward(t->body, x, n, output);
    for (int i = 0; i < n; i++) {
        const float *from = output + (size_t)i * (size_t)t->inputs;
        float *to = t->feature + (size_t)(first + i) * (size_t)t->features;
        memcpy(to, from, (size_t)t->inputs * sizeof *to);
        if (bias)
            to[t->inputs] = 1;
        for (int k = 0; k < DP_DIGITS; k++) {
            const float *row = t->params + weight->offset + (size_t)k * (size_t)t->inputs;
            double sum = bias ? (double)t->params[bias->offset + (size_t)k] : 0;
            for (int j = 0; j < t->inputs; j++)
                sum += (double)row[j] * (double)to[j];
            t->logit[(first + i) * DP_DIGITS + k] = (float)sum;
        }
    }
}

static void add_images(tuning *t, int first, const dp_dataset *images)
{
    float x[BATCH * DP_PIXELS];
    for (int i = 0; i < images->n; i += BATCH) {
        const int n = dp_min_int(BATCH, images->n - i);
        const uint8_t *pixels = images->pixels + (size_t)i * DP_PIXELS;
        for (int k = 0; k < n * DP_PIXELS; k++)
            x[k] = (float)pixels[k] / 255;
        add_examples(t, first + i, x, n);
    }
}

static dp_code add_lessons(tuning *t, dp_err *err)
{
    static const dp_augment augment = {
        .probability = 0.5F, .rotation = 8, .scale = 0.08F, .shift = 1
    };
    const dp_mixture mixture = { .drawings = t->job->drawings,
                                 .repeats = t->lessons / t->job->drawings.n };
    float x[BATCH * DP_PIXELS];
    dp_code code = DP_OK;
    for (int i = 0; !code && i < t->lessons; i += BATCH) {
        const int n = dp_min_int(BATCH, t->lessons - i);
        for (int k = 0; !code && k < n; k++) {
            dp_rng rng = dp_rng_stream(SEED, 0, (uint64_t)(i + k));
            code =
                dp_mixture_draw(x + k * DP_PIXELS, &mixture, i + k, &augment, &rng, err);
        }
        if (!code)
            add_examples(t, i, x, n);
    }
    return code;
}

/* Lessons are to be answered with their labels. */
static void aim_lessons(tuning *t)
{
    const dp_drawings *drawings = &t->job->drawings;
    for (int i = 0; i < t->lessons; i++) {
        t->weight[i] = 1.0F / (float)t->lessons;
        for (int k = 0; k < DP_DIGITS; k++)
            t->target[i * DP_DIGITS + k] =
                (1 - certainty) / DP_DIGITS +
                (k == drawings->label[i % drawings->n] ? certainty : 0);
    }
}

static bool is_digit(const tuning *t, int i)
{
    return t->job->others.label[i] < DP_DIGITS;
}

static bool is_rehearsed(int i)
{
    return i % 2 == 0;
}

/* The rehearsed others are to be answered as before. */
static void aim_others(tuning *t)
{
    float sum[2] = { 0, 0 };
    const float least = least_weight / (float)dp_max_int(t->job->others.n, 1);
    for (int i = 0; i < t->job->others.n; i++) {
        const int e = t->others + i;
        dp_prediction *p = &t->prediction[i];
        memcpy(p->logit, t->logit + e * DP_DIGITS, sizeof p->logit);
        dp_prediction_finish(p, &t->job->trust);
        memcpy(t->target + e * DP_DIGITS, p->prob, sizeof p->prob);
        if (!is_rehearsed(i))
            continue;
        t->weight[e] = fmaxf(t->job->weight[i], least);
        sum[is_digit(t, i)] += t->weight[e];
    }
    for (int i = 0; i < t->job->others.n; i += 2)
        t->weight[t->others + i] *= is_digit(t, i) ? 1 / sum[1] : outlier_weight / sum[0];
}

/* ---- creation ---------------------------------------------------------------------- */

static dp_code create_body(tuning *t, dp_err *err)
{
    static const dp_model_info info = { .name = "body",
                                        .norm = DP_NORM_UNIT,
                                        .trust = DP_TRUST_CONFIDENCE,
                                        .accuracy = NAN };
    dp_spec body = *t->job->spec;
    dp_model *model;
    const dp_layer *last = &body.layer[body.n_layers - 1];
    t->inputs = body.shape[body.n_layers - 1].c;
    if (body.n_layers < 2 || last->kind != DP_OP_DENSE || last->out != DP_DIGITS ||
        dp_shape_count(body.shape[0]) != DP_PIXELS || t->inputs >= DP_HEAD_MAX_FEATURES)
        return dp_fail(
            err, DP_MODEL,
            "it cannot learn a hand; that needs a network that reads 28 x 28 pixels "
            "and ends in a layer 'dense 10' of fewer than %d inputs",
            DP_HEAD_MAX_FEATURES);
    t->features = t->inputs + (last->bias ? 1 : 0);
    body.n_layers--;
    dp_code code = dp_model_create(&model, &body, t->params, &info, t->job->kernels, err);
    if (code)
        return code;
    code = dp_session_create(&t->body, model, BATCH, t->job->threads, err);
    dp_model_unref(model);
    return code;
}

static dp_code allocate(tuning *t, dp_err *err)
{
    const dp_finetune_job *job = t->job;
    const int drawings = job->drawings.n;
    const int wanted = dp_ceil_div_int(LESSONS, dp_max_int(drawings, 1));
    t->lessons = drawings * dp_min_int(wanted, MOST_REPEATS);
    t->shown = t->lessons;
    t->held_out = t->shown + job->shown.n;
    t->others = t->held_out + job->held_out.n;
    t->n = t->others + job->others.n;
    const size_t n = (size_t)t->n;
    t->feature = malloc(n * (size_t)t->features * sizeof *t->feature);
    t->logit = malloc(n * DP_DIGITS * sizeof *t->logit);
    t->target = calloc(n * DP_DIGITS, sizeof *t->target);
    t->weight = calloc(n, sizeof *t->weight);
    t->recalled = calloc((size_t)job->others.n + 1, sizeof *t->recalled);
    t->prediction = calloc((size_t)job->others.n + 1, sizeof *t->prediction);
    if (t->feature && t->logit && t->target && t->weight && t->recalled && t->prediction)
        return DP_OK;
    return dp_fail(err, DP_NOMEM, "no memory to fine-tune");
}

static dp_code prepare(tuning *t, dp_err *err)
{
    const dp_finetune_job *job = t->job;
    dp_code code = dp_params_layout(&t->layout, job->spec, err);
    if (!code)
        code = create_body(t, err);
    if (!code)
        code = allocate(t, err);
    if (!code)
        code = add_lessons(t, err);
    if (code)
        return code;
    add_images(t, t->shown, &job->shown);
    add_images(t, t->held_out, &job->held_out);
    add_images(t, t->others, &job->others);
    aim_lessons(t);
    aim_others(t);
    const dp_head_examples examples = { .n = t->n,
                                        .lessons = t->lessons,
                                        .features = t->features,
                                        .feature = t->feature,
                                        .logit = t->logit,
                                        .target = t->target,
                                        .weight = t->weight };
    return dp_head_create(&t->head, &examples, err);
}

static void clear(tuning *t)
{
    dp_head_free(t->head);
    dp_session_free(t->body);
    free(t->feature);
    free(t->logit);
    free(t->target);
    free(t->weight);
    free(t->recalled);
    free(t->prediction);
}

/* ---- judging ----------------------------------------------------------------------- */

static float margin_of(const float logit[DP_DIGITS], int label)
{
    float other = -INFINITY;
    for (int k = 0; k < DP_DIGITS; k++)
        if (k != label)
            other = fmaxf(other, logit[k]);
    return logit[label] - other;
}

static dp_recalled recall(const tuning *t, int example, int label)
{
    float after[DP_DIGITS];
    dp_head_logits(after, t->head, example);
    return (dp_recalled){ margin_of(t->logit + example * DP_DIGITS, label),
                          margin_of(after, label), 0, label };
}

static void count(dp_finetune_count *to, const dp_recalled *r)
{
    to->n++;
    to->before += r->before > 0;
    to->after += r->after > 0;
}

static void judge_own(dp_finetune_result *out, const tuning *t)
{
    for (int i = 0; i < t->job->shown.n; i++) {
        const int label = t->job->shown.label[i];
        const dp_recalled r = recall(t, t->shown + i, label);
        count(&out->own[label], &r);
    }
    for (int i = 0; i < t->job->held_out.n; i++) {
        const int label = t->job->held_out.label[i];
        const dp_recalled r = recall(t, t->held_out + i, label);
        count(&out->own[label], &r);
        count(&out->held_out, &r);
    }
}

/* What the others of one collection lose. */
static dp_forgetting judge_collection(const tuning *t, int collection)
{
    int n = 0;
    float sum = 0;
    for (int i = 0; i < t->job->others.n; i++) {
        if (is_rehearsed(i) || !is_digit(t, i) || t->job->collection[i] != collection)
            continue;
        t->recalled[n] = recall(t, t->others + i, t->job->others.label[i]);
        sum += t->recalled[n++].weight = t->job->weight[i];
    }
    for (int i = 0; i < n; i++)
        t->recalled[i].weight /= sum;
    return dp_forgetting_estimate(t->recalled, n);
}

static void judge_others(dp_finetune_result *out, const tuning *t)
{
    out->others = judge_collection(t, 0);
    for (int k = 1; k < DP_FINETUNE_COLLECTIONS; k++) {
        dp_forgetting f = judge_collection(t, k);
        if (f.at_most > out->others.at_most)
            out->others = f;
    }
}

/* Whether more of the person's digits are read right than before, or all. */
static bool gains(const dp_finetune_result *r)
{
    dp_finetune_count all = { 0 };
    for (int k = 0; k < DP_DIGITS; k++) {
        all.n += r->own[k].n;
        all.before += r->own[k].before;
        all.after += r->own[k].after;
    }
    return (all.after > all.before || all.after == all.n) &&
           r->held_out.after >= r->held_out.before;
}

static void judge(dp_finetune_result *out, const tuning *t)
{
    *out = (dp_finetune_result){ 0 };
    judge_own(out, t);
    judge_others(out, t);
    out->gains = gains(out);
    out->spares = out->others.at_most <= DP_FINETUNE_LOSS;
}

/* The threshold that accepts DP_KEEP of the others' digits, by the new logits or the old. */
static float threshold(const tuning *t, bool new)
{
    int n = 0;
    for (int i = 0; i < t->job->others.n; i++) {
        dp_prediction *p = &t->prediction[n];
        if (!is_digit(t, i))
            continue;
        memcpy(p->logit, t->logit + (t->others + i) * DP_DIGITS, sizeof p->logit);
        if (new)
            dp_head_logits(p->logit, t->head, t->others + i);
        dp_prediction_finish(p, &t->job->trust);
        n++;
    }
    return dp_fit_rejection(t->prediction, n, DP_KEEP);
}

/* ---- the whole --------------------------------------------------------------------- */

static dp_code write_params(float *params, const tuning *t, dp_err *err)
{
    const dp_param *weight = last_layer(t, DP_WEIGHT), *bias = last_layer(t, DP_BIAS);
    float *change = malloc((size_t)t->features * DP_DIGITS * sizeof *change);
    if (!change)
        return dp_fail(err, DP_NOMEM, "no memory for the new parameters");
    dp_head_change(change, t->head);
    for (int k = 0; k < DP_DIGITS; k++) {
        const float *row = change + (size_t)k * (size_t)t->features;
        float *to = params + weight->offset + (size_t)k * (size_t)t->inputs;
        for (int j = 0; j < t->inputs; j++)
            to[j] += row[j];
        if (bias)
            params[bias->offset + (size_t)k] += row[t->inputs];
    }
    free(change);
    return DP_OK;
}

dp_code dp_finetune(float *params, dp_finetune_result *out, const dp_finetune_job *job,
                    dp_err *err)
{
    /* The person's share in what is read, from the greatest step to the smallest. */
    static const double shares[] = { 0.01,    0.007,   0.005,  0.0035, 0.0025,
                                     0.00175, 0.00125, 0.0009, 0.0006 };
    tuning t = { .job = job, .params = params };
    dp_finetune_result result = { 0 };
    dp_code code = prepare(&t, err);
    for (size_t i = 0; !code && !(result.gains && result.spares) && i < DP_COUNT(shares);
         i++) {
        dp_head_fit(t.head, shares[i]);
        judge(&result, &t);
    }
    if (!code)
        code = write_params(params, &t, err);
    if (!code) {
        result.least = job->trust.least + threshold(&t, true) - threshold(&t, false);
        *out = result;
    }
    clear(&t);
    return code;
}

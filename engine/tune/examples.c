#include "config.h"

#include "engine/tune/examples.h"

#include "engine/core/arith.h"
#include "engine/infer/session.h"

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

/* ---- features and logits ----------------------------------------------------------- */

const dp_param *dp_tune_last_layer(const dp_tune_examples *e, dp_role role)
{
    const int last = e->job->spec->n_layers - 1;
    for (int i = 0; i < e->layout.n; i++)
        if (e->layout.param[i].layer == last && e->layout.param[i].role == role)
            return &e->layout.param[i];
    return NULL;
}

/* Compute the features and the old logits of n inputs x: [n, 784]. */
static void add_examples(dp_tune_examples *e, dp_session *body, int first, const float *x,
                         int n)
{
    const dp_param *weight = dp_tune_last_layer(e, DP_WEIGHT),
                   *bias = dp_tune_last_layer(e, DP_BIAS);
    float output[BATCH * DP_HEAD_MAX_FEATURES];
    dp_session_forward(body, x, n, output);
    for (int i = 0; i < n; i++) {
        const float *from = output + (size_t)i * (size_t)e->inputs;
        float *to = e->feature + (size_t)(first + i) * (size_t)e->features;
        memcpy(to, from, (size_t)e->inputs * sizeof *to);
        if (bias)
            to[e->inputs] = 1;
        for (int k = 0; k < DP_DIGITS; k++) {
            const float *row = e->params + weight->offset + (size_t)k * (size_t)e->inputs;
            double sum = bias ? (double)e->params[bias->offset + (size_t)k] : 0;
            for (int j = 0; j < e->inputs; j++)
                sum += (double)row[j] * (double)to[j];
            e->logit[(first + i) * DP_DIGITS + k] = (float)sum;
        }
    }
}

static void add_images(dp_tune_examples *e, dp_session *body, int first,
                       const dp_dataset *images)
{
    float x[BATCH * DP_PIXELS];
    for (int i = 0; i < images->n; i += BATCH) {
        const int n = dp_min_int(BATCH, images->n - i);
        const uint8_t *pixels = images->pixels + (size_t)i * DP_PIXELS;
        for (int k = 0; k < n * DP_PIXELS; k++)
            x[k] = (float)pixels[k] / 255;
        add_examples(e, body, first + i, x, n);
    }
}

static dp_code add_lessons(dp_tune_examples *e, dp_session *body, dp_err *err)
{
    static const dp_augment augment = {
        .probability = 0.5F, .rotation = 8, .scale = 0.08F, .shift = 1
    };
    const dp_mixture mixture = { .drawings = e->job->drawings,
                                 .repeats = e->lessons / e->job->drawings.n };
    float x[BATCH * DP_PIXELS];
    dp_code code = DP_OK;
    for (int i = 0; !code && i < e->lessons; i += BATCH) {
        const int n = dp_min_int(BATCH, e->lessons - i);
        for (int k = 0; !code && k < n; k++) {
            dp_rng rng = dp_rng_stream(SEED, 0, (uint64_t)(i + k));
            code =
                dp_mixture_draw(x + k * DP_PIXELS, &mixture, i + k, &augment, &rng, err);
        }
        if (!code)
            add_examples(e, body, i, x, n);
    }
    return code;
}

/* Lessons are to be answered with their labels. */
static void aim_lessons(dp_tune_examples *e)
{
    const dp_drawings *drawings = &e->job->drawings;
    for (int i = 0; i < e->lessons; i++) {
        e->weight[i] = 1.0F / (float)e->lessons;
        for (int k = 0; k < DP_DIGITS; k++)
            e->target[i * DP_DIGITS + k] =
                (1 - certainty) / DP_DIGITS +
                (k == drawings->label[i % drawings->n] ? certainty : 0);
    }
}

bool dp_tune_is_digit(const dp_finetune_job *job, int i)
{
    return job->others.label[i] < DP_DIGITS;
}

bool dp_tune_is_rehearsed(int i)
{
    return i % 2 == 0;
}

/* The rehearsed others are to be answered as before. */
static void aim_others(dp_tune_examples *e)
{
    float sum[2] = { 0, 0 };
    const float least = least_weight / (float)dp_max_int(e->job->others.n, 1);
    for (int i = 0; i < e->job->others.n; i++) {
        const int example = e->others + i;
        dp_prediction p;
        memcpy(p.logit, e->logit + example * DP_DIGITS, sizeof p.logit);
        dp_prediction_finish(&p, DP_SCORES_LOGITS, &e->job->trust);
        memcpy(e->target + example * DP_DIGITS, p.prob, sizeof p.prob);
        if (!dp_tune_is_rehearsed(i))
            continue;
        e->weight[example] = fmaxf(e->job->weight[i], least);
        sum[dp_tune_is_digit(e->job, i)] += e->weight[example];
    }
    for (int i = 0; i < e->job->others.n; i += 2)
        e->weight[e->others + i] *=
            dp_tune_is_digit(e->job, i) ? 1 / sum[1] : outlier_weight / sum[0];
}

/* ---- creation ---------------------------------------------------------------------- */

static dp_code create_body(dp_session **out, dp_tune_examples *e, dp_err *err)
{
    static const dp_model_info info = { .name = "body",
                                        .norm = DP_NORM_UNIT,
                                        .trust = DP_TRUST_CONFIDENCE,
                                        .accuracy = NAN };
    dp_spec body = *e->job->spec;
    dp_model *model;
    const dp_layer *last = &body.layer[body.n_layers - 1];
    e->inputs = body.shape[body.n_layers - 1].c;
    if (body.n_layers < 2 || last->kind != DP_OP_DENSE || last->out != DP_DIGITS ||
        dp_shape_count(body.shape[0]) != DP_PIXELS || e->inputs >= DP_HEAD_MAX_FEATURES)
        return dp_fail(
            err, DP_MODEL,
            "it cannot learn a hand; that needs a network that reads 28 x 28 pixels "
            "and ends in a layer 'dense 10' of fewer than %d inputs",
            DP_HEAD_MAX_FEATURES);
    e->features = e->inputs + (last->bias ? 1 : 0);
    body.n_layers--;
    dp_code code = dp_model_create(&model, &body, e->params, &info, e->job->kernels, err);
    if (code)
        return code;
    code = dp_session_create(out, model, BATCH, e->job->threads, err);
    dp_model_unref(model);
    return code;
}

static dp_code allocate(dp_tune_examples *e, dp_err *err)
{
    const dp_finetune_job *job = e->job;
    const int drawings = job->drawings.n;
    const int wanted = dp_ceil_div_int(LESSONS, dp_max_int(drawings, 1));
    e->lessons = drawings * dp_min_int(wanted, MOST_REPEATS);
    e->shown = e->lessons;
    e->held_out = e->shown + job->shown.n;
    e->others = e->held_out + job->held_out.n;
    e->n = e->others + job->others.n;
    const size_t n = (size_t)e->n;
    e->feature = malloc(n * (size_t)e->features * sizeof *e->feature);
    e->logit = malloc(n * DP_DIGITS * sizeof *e->logit);
    e->target = calloc(n * DP_DIGITS, sizeof *e->target);
    e->weight = calloc(n, sizeof *e->weight);
    if (e->feature && e->logit && e->target && e->weight)
        return DP_OK;
    return dp_fail(err, DP_NOMEM, "no memory to fine-tune");
}

static dp_code add_all(dp_tune_examples *e, dp_session *body, dp_err *err)
{
    dp_code code = add_lessons(e, body, err);
    if (code)
        return code;
    add_images(e, body, e->shown, &e->job->shown);
    add_images(e, body, e->held_out, &e->job->held_out);
    add_images(e, body, e->others, &e->job->others);
    aim_lessons(e);
    aim_others(e);
    return DP_OK;
}

dp_code dp_tune_examples_make(dp_tune_examples *out, const float *params,
                              const dp_finetune_job *job, dp_err *err)
{
    dp_session *body = NULL;
    *out = (dp_tune_examples){ .job = job, .params = params };
    dp_code code = dp_params_layout(&out->layout, job->spec, err);
    if (!code)
        code = create_body(&body, out, err);
    if (!code)
        code = allocate(out, err);
    if (!code)
        code = add_all(out, body, err);
    dp_session_free(body);
    return code;
}

void dp_tune_examples_clear(dp_tune_examples *e)
{
    free(e->feature);
    free(e->logit);
    free(e->target);
    free(e->weight);
}

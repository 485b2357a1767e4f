#include "config.h"

#include "engine/train/distill.h"

#include "engine/core/arena.h"
#include "engine/infer/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct dp_distill {
    int n_teachers, lanes, copies;
    size_t examples;
    float temperature;
    dp_session **session; /* [lanes, n_teachers] */
    float *logits;        /* [lanes, max_n, 10] */
    float *cache; /* [copies, examples, 10]; an entry that begins with −1 is empty */
    size_t lane_logits; /* floats of `logits` per lane */
};

static dp_code check_teacher(const dp_model *m, dp_err *err)
{
    const dp_model_info *info = dp_model_get_info(m);
    dp_code code = dp_model_check_digits(m, err);
    if (!code && info->norm != DP_NORM_UNIT)
        code = dp_fail(err, DP_MODEL, "it reads pixels in norm '%s', not 'unit'",
                       dp_norm_name(info->norm));
    return code ? dp_fail_in(err, code, "teacher %s", info->name) : DP_OK;
}

static bool allocate(dp_distill *d, int max_n)
{
    const size_t sessions = (size_t)d->lanes * (size_t)d->n_teachers;
    const size_t cached = (size_t)d->copies * d->examples * DP_DIGITS;
    d->lane_logits = (size_t)max_n * DP_DIGITS;
    d->session = calloc(sessions, sizeof *d->session);
    d->logits = malloc((size_t)d->lanes * d->lane_logits * sizeof *d->logits);
    if (!d->session || !d->logits)
        return false;
    if (cached == 0)
        return true;
    d->cache = malloc(cached * sizeof *d->cache);
    for (size_t i = 0; d->cache && i < cached; i += DP_DIGITS)
        d->cache[i] = -1;
    return d->cache != NULL;
}

dp_code dp_distill_create(dp_distill **out, const dp_distill_options *options,
                          dp_err *err)
{
    const dp_model *const *teachers = options->teachers;
    const int n_teachers = options->n_teachers, lanes = options->lanes;
    dp_code code = DP_OK;
    for (int i = 0; i < n_teachers && !code; i++)
        code = check_teacher(teachers[i], err);
    if (code)
        return code;
    dp_distill *d = calloc(1, sizeof *d);
    if (!d)
        return dp_fail(err, DP_NOMEM, "no memory for teachers");
    d->n_teachers = n_teachers;
    d->lanes = lanes;
    d->copies = options->copies;
    d->examples = (size_t)options->examples;
    d->temperature = options->temperature;
    if (!allocate(d, options->max_n))
        code = dp_fail(err, DP_NOMEM, "no memory for the teachers' answers");
    for (int i = 0; i < lanes * n_teachers && !code; i++)
        code = dp_session_create(&d->session[i], teachers[i % n_teachers], options->max_n,
                                 1, err);
    if (code) {
        dp_distill_free(d);
        return code;
    }
    *out = d;
    return DP_OK;
}

void dp_distill_free(dp_distill *d)
{
    if (!d)
        return;
    for (int i = 0; d->session && i < d->lanes * d->n_teachers; i++)
        dp_session_free(d->session[i]);
    free(d->session);
    free(d->logits);
    free(d->cache);
    free(d);
}

/* target += share · softmax(logits / temperature) */
static void add_softmax(float *target, const float *logits, float temperature,
                        double share)
{
    double power[DP_DIGITS], sum = 0;
    float top = logits[0];
    for (int i = 1; i < DP_DIGITS; i++)
        top = fmaxf(top, logits[i]);
    for (int i = 0; i < DP_DIGITS; i++) {
        power[i] = exp(((double)logits[i] - (double)top) / (double)temperature);
        sum += power[i];
    }
    for (int i = 0; i < DP_DIGITS; i++)
        target[i] += (float)(share * power[i] / sum);
}

static void ask_teachers(float *target, dp_distill *d, int lane, const float *x, int n)
{
    float *logits = d->logits + (size_t)lane * d->lane_logits;
    memset(target, 0, (size_t)n * DP_DIGITS * sizeof *target);
    for (int t = 0; t < d->n_teachers; t++) {
        dp_session_forward(d->session[lane * d->n_teachers + t], x, n, logits);
        for (int i = 0; i < n; i++)
            add_softmax(target + (size_t)i * DP_DIGITS, logits + (size_t)i * DP_DIGITS,
                        d->temperature, 1.0 / d->n_teachers);
    }
}

/* The entry for this example in this copy. */
static float *cache_entry(dp_distill *d, int index, int copy)
{
    return d->cache + ((size_t)copy * d->examples + (size_t)index) * DP_DIGITS;
}

void dp_distill_targets(float *target, dp_distill *d, int lane,
                        const dp_distill_batch *batch)
{
    const int n = batch->n;
    const size_t size = DP_DIGITS * sizeof *target;
    bool cached = d->cache != NULL;
    for (int i = 0; i < n && cached; i++)
        cached = cache_entry(d, batch->index[i], batch->copy)[0] >= 0;
    if (!cached)
        ask_teachers(target, d, lane, batch->x, n);
    for (int i = 0; i < n && d->cache; i++) {
        float *entry = cache_entry(d, batch->index[i], batch->copy);
        float *answer = target + (size_t)i * DP_DIGITS;
        if (cached)
            memcpy(answer, entry, size);
        else
            memcpy(entry, answer, size);
    }
}

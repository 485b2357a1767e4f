#include "config.h"

#include "engine/tune/finetune.h"

#include "engine/core/arith.h"
#include "engine/tune/judge.h"

#include <stdlib.h>

/* Fit the head with the greatest step that the result allows, or the smallest one. */
static void fit(dp_finetune_result *out, dp_head *head, const dp_judge *judge)
{
    /* The person's share in the digits that are read, from the greatest step to the smallest. */
    static const double shares[] = { 0.01,    0.007,   0.005,  0.0035, 0.0025,
                                     0.00175, 0.00125, 0.0009, 0.0006 };
    *out = (dp_finetune_result){ 0 };
    for (size_t i = 0; !(out->gains && out->spares) && i < DP_COUNT(shares); i++) {
        dp_head_fit(head, shares[i]);
        dp_judge_result(out, judge);
    }
    out->least = dp_judge_least(judge);
}

/* Add the head's change to the parameters of the last layer. */
static dp_code add_change(float *params, const dp_tune_examples *e, const dp_head *head,
                          dp_err *err)
{
    const dp_param *weight = dp_tune_last_layer(e, DP_WEIGHT);
    const dp_param *bias = dp_tune_last_layer(e, DP_BIAS);
    float *change = malloc((size_t)e->features * DP_DIGITS * sizeof *change);
    if (!change)
        return dp_fail(err, DP_NOMEM, "no memory for the new parameters");
    dp_head_change(change, head);
    for (int k = 0; k < DP_DIGITS; k++) {
        const float *row = change + (size_t)k * (size_t)e->features;
        float *to = params + weight->offset + (size_t)k * (size_t)e->inputs;
        for (int j = 0; j < e->inputs; j++)
            to[j] += row[j];
        if (bias)
            params[bias->offset + (size_t)k] += row[e->inputs];
    }
    free(change);
    return DP_OK;
}

static dp_code tune(float *params, dp_finetune_result *out, const dp_tune_examples *e,
                    dp_head *head, dp_err *err)
{
    dp_judge judge;
    dp_finetune_result result;
    dp_code code = dp_judge_init(&judge, e, head, err);
    if (!code) {
        fit(&result, head, &judge);
        code = add_change(params, e, head, err);
    }
    dp_judge_clear(&judge);
    if (!code)
        *out = result;
    return code;
}

dp_code dp_finetune(float *params, dp_finetune_result *out, const dp_finetune_job *job,
                    dp_err *err)
{
    dp_tune_examples e;
    dp_head *head = NULL;
    dp_code code = dp_tune_examples_make(&e, params, job, err);
    if (!code) {
        const dp_head_examples examples = { e.n,     e.lessons, e.features, e.feature,
                                            e.logit, e.target,  e.weight };
        code = dp_head_create(&head, &examples, err);
    }
    if (!code)
        code = tune(params, out, &e, head, err);
    dp_head_free(head);
    dp_tune_examples_clear(&e);
    return code;
}

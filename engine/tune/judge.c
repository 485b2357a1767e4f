#include "config.h"

#include "engine/tune/judge.h"

#include "engine/train/trust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float margin_of(const float logit[DP_DIGITS], int label)
{
    float other = -INFINITY;
    for (int k = 0; k < DP_DIGITS; k++)
        if (k != label)
            other = fmaxf(other, logit[k]);
    return logit[label] - other;
}

static dp_recalled recall(const dp_judge *j, int example, int label)
{
    float after[DP_DIGITS];
    dp_head_logits(after, j->head, example);
    return (dp_recalled){ margin_of(j->examples->logit + example * DP_DIGITS, label),
                          margin_of(after, label), 0, label };
}

static void count(dp_finetune_count *to, const dp_recalled *r)
{
    to->n++;
    to->before += r->before > 0;
    to->after += r->after > 0;
}

static void judge_own(dp_finetune_result *out, const dp_judge *j)
{
    const dp_finetune_job *job = j->examples->job;
    for (int i = 0; i < job->shown.n; i++) {
        const int label = job->shown.label[i];
        const dp_recalled r = recall(j, j->examples->shown + i, label);
        count(&out->own[label], &r);
    }
    for (int i = 0; i < job->held_out.n; i++) {
        const int label = job->held_out.label[i];
        const dp_recalled r = recall(j, j->examples->held_out + i, label);
        count(&out->own[label], &r);
        count(&out->held_out, &r);
    }
}

/* Estimate the loss of the others of one collection. */
static dp_forgetting judge_collection(const dp_judge *j, int collection)
{
    const dp_finetune_job *job = j->examples->job;
    int n = 0;
    float sum = 0;
    for (int i = 0; i < job->others.n; i++) {
        if (dp_tune_is_rehearsed(i) || !dp_tune_is_digit(job, i) ||
            job->collection[i] != collection)
            continue;
        j->recalled[n] = recall(j, j->examples->others + i, job->others.label[i]);
        sum += j->recalled[n++].weight = job->weight[i];
    }
    for (int i = 0; i < n; i++)
        j->recalled[i].weight /= sum;
    return dp_forgetting_estimate(j->recalled, n);
}

static void judge_others(dp_finetune_result *out, const dp_judge *j)
{
    out->others = judge_collection(j, 0);
    for (int k = 1; k < DP_FINETUNE_COLLECTIONS; k++) {
        dp_forgetting f = judge_collection(j, k);
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

void dp_judge_result(dp_finetune_result *out, const dp_judge *j)
{
    *out = (dp_finetune_result){ 0 };
    judge_own(out, j);
    judge_others(out, j);
    out->gains = gains(out);
    out->spares = out->others.at_most <= DP_FINETUNE_LOSS;
}

/* The threshold that accepts DP_KEEP of the others' digits, by the new logits or the old. */
static float threshold(const dp_judge *j, bool new)
{
    const dp_tune_examples *e = j->examples;
    int n = 0;
    for (int i = 0; i < e->job->others.n; i++) {
        dp_prediction *p = &j->prediction[n];
        if (!dp_tune_is_digit(e->job, i))
            continue;
        memcpy(p->logit, e->logit + (e->others + i) * DP_DIGITS, sizeof p->logit);
        if (new)
            dp_head_logits(p->logit, j->head, e->others + i);
        dp_prediction_finish(p, DP_SCORES_LOGITS, &e->job->trust);
        n++;
    }
    return dp_fit_rejection(j->prediction, n, DP_KEEP);
}

float dp_judge_least(const dp_judge *j)
{
    return j->examples->job->trust.least + threshold(j, true) - threshold(j, false);
}

dp_code dp_judge_init(dp_judge *j, const dp_tune_examples *examples, const dp_head *head,
                      dp_err *err)
{
    const size_t n = (size_t)examples->job->others.n + 1;
    *j = (dp_judge){ examples, head, calloc(n, sizeof *j->recalled),
                     calloc(n, sizeof *j->prediction) };
    return j->recalled && j->prediction ? DP_OK
                                        : dp_fail(err, DP_NOMEM, "no memory to judge");
}

void dp_judge_clear(dp_judge *j)
{
    free(j->recalled);
    free(j->prediction);
}

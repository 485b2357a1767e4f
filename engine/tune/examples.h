/* The examples that fine-tuning learns from and is judged by: the features that all layers but the
 * last compute from them, and the answers that they shall get. */
#ifndef DP_ENGINE_TUNE_EXAMPLES_H
#define DP_ENGINE_TUNE_EXAMPLES_H

#include "engine/tune/head.h"
#include "engine/tune/job.h"

/* In this order: the lessons, which are the drawings, redrawn; the job's images `shown`,
 * `held_out` and `others`. */
typedef struct dp_tune_examples {
    const dp_finetune_job *job;
    const float *params; /* the old ones */
    dp_params layout;
    int lessons, shown, held_out, others,
        n;                /* the first example of each kind; n in all */
    int features, inputs; /* inputs: of the last layer; one fewer if it has a bias */
    float *feature, *logit, *target, *weight; /* owned; as dp_head_examples */
} dp_tune_examples;

/* Compute the examples of a network and its parameters. *out refers to both arguments. DP_MODEL if the
 * network cannot be fine-tuned; DP_NOMEM. Call dp_tune_examples_clear even after a failure. */
DP_MUST_CHECK
dp_code dp_tune_examples_make(dp_tune_examples *out, const float *params,
                              const dp_finetune_job *job, dp_err *err);
void dp_tune_examples_clear(dp_tune_examples *e);

/* The parameters of the last layer; NULL if it has none of this role. */
const dp_param *dp_tune_last_layer(const dp_tune_examples *e, dp_role role);

/* Whether others[i] is a digit, and whether it is rehearsed or judges. */
bool dp_tune_is_digit(const dp_finetune_job *job, int i);
bool dp_tune_is_rehearsed(int i);

#endif

/* Judges a fitted head by images that it was not fitted to. */
#ifndef DP_ENGINE_TUNE_JUDGE_H
#define DP_ENGINE_TUNE_JUDGE_H

#include "engine/tune/examples.h"

typedef struct dp_judge {
    const dp_tune_examples *examples;
    const dp_head *head;
    dp_recalled *recalled;     /* owned; [others] */
    dp_prediction *prediction; /* owned; [others] */
} dp_judge;

/* Judge this head, after each fit anew. DP_NOMEM. Call dp_judge_clear even after a failure. */
DP_MUST_CHECK
dp_code dp_judge_init(dp_judge *j, const dp_tune_examples *examples, const dp_head *head,
                      dp_err *err);
void dp_judge_clear(dp_judge *j);

/* What the person gains and what others lose. out->least stays 0. */
void dp_judge_result(dp_finetune_result *out, const dp_judge *j);

/* The threshold of trust that accepts as many of the others' digits as the old network's does. */
float dp_judge_least(const dp_judge *j);

#endif

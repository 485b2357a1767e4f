/* Fine-tuning: a network learns one person's handwriting from a few drawings, without forgetting
 * that of others. Only its last layer changes (head.h), which is fitted to the drawings, redrawn
 * many times, and to its own answers for the digits of others: those are rehearsed (Robins 1995).
 * What the change costs others is estimated from digits that were not rehearsed. */
#ifndef DP_ENGINE_TUNE_FINETUNE_H
#define DP_ENGINE_TUNE_FINETUNE_H

#include "engine/tune/job.h"

/* Replace params: [dp_params_layout(spec)->count] by the new parameters: those of the greatest step
 * towards the person's digits that `gains` and `spares`, or of the smallest step tried. The same
 * bits for any number of threads. DP_MODEL if the network cannot be fine-tuned; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_finetune(float *params, dp_finetune_result *out, const dp_finetune_job *job,
                    dp_err *err);

#endif

/* The prediction for one image. */
#ifndef DP_ENGINE_INFER_PREDICTION_H
#define DP_ENGINE_INFER_PREDICTION_H

#include "engine/core/shape.h"

#include <stdbool.h>

typedef struct dp_prediction {
    float logit[DP_DIGITS];
    float prob[DP_DIGITS]; /* softmax of logit; sums to 1 */
    int rank[DP_DIGITS];   /* digits by falling probability; ties by rising digit */
    float evidence; /* for any digit: log Σ exp(logit), the negative energy score of
                       Liu et al. 2020 */
    bool rejected;  /* not a digit: the evidence is below the model's threshold */
} dp_prediction;

/* Compute all other fields from p->logit; `reject` as in dp_model_info. A session calls
 * it; it is public for logits that come from another source. */
void dp_prediction_finish(dp_prediction *p, float reject);

#endif

/* The prediction for one image. */
#ifndef DP_ENGINE_INFER_PREDICTION_H
#define DP_ENGINE_INFER_PREDICTION_H

#include "engine/core/shape.h"

#include <math.h>
#include <stdbool.h>

/* How far to trust an answer, from two numbers that a network gives with it: the evidence
 * for any digit, which is low for outliers, and the odds of its best digit, which are low
 * for images that can be read in two ways. Logistic regression weighs them
 * (engine/train/trust.h). */
typedef struct dp_trust_rule {
    float bias, evidence, odds; /* the weights of 1 and of the two terms */
    float least; /* trust below which an image is rejected; −INFINITY: never */
} dp_trust_rule;

/* The rule of a network that has none of its own, as an initialiser: trust the confidence,
 * reject nothing. */
#define DP_TRUST_CONFIDENCE                                                              \
    {                                                                                    \
        0, 0, 1, -INFINITY                                                               \
    }

typedef struct dp_prediction {
    float logit[DP_DIGITS];
    float prob[DP_DIGITS]; /* softmax of logit; sums to 1 */
    int rank[DP_DIGITS];   /* digits by falling probability; ties by rising digit */
    float evidence; /* for any digit: log Σ exp(logit), the negative energy score of
                       Liu et al. 2020 */
    float odds;     /* log odds of the best digit: log(prob / (1 − prob)) */
    float trust;   /* log odds that the image shows a digit and that it is the best one */
    bool rejected; /* the trust is below that of the model's rule */
} dp_prediction;

/* Compute all other fields from p->logit; `rule` as in dp_model_info. A session calls
 * it; it is public for logits that come from another source. */
void dp_prediction_finish(dp_prediction *p, const dp_trust_rule *rule);

#endif

/* The prediction for one image. */
#ifndef DP_ENGINE_INFER_PREDICTION_H
#define DP_ENGINE_INFER_PREDICTION_H

#include "engine/core/shape.h"
#include "engine/net/scores.h"

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
    float logit[DP_DIGITS]; /* the outputs of the network; see dp_scores */
    float prob[DP_DIGITS];  /* sums to 1; NAN if the network has no probabilities */
    int rank[DP_DIGITS];    /* digits by falling output; ties by rising digit */
    float evidence; /* for any digit: log Σ exp(logit), the negative energy score of
                       Liu et al. 2020; of shares: log Σ logit */
    float odds;  /* log odds of the best digit: log(prob / (1 − prob)); 0 if the network
                       has no probabilities */
    float trust; /* log odds that the image shows a digit and that it is the best one */
    bool rejected; /* the trust is below that of the model's rule */
} dp_prediction;

/* Compute all other fields from p->logit; `scores` and `rule` as in dp_model_info. A session
 * calls it; it is public for outputs that come from another source. */
void dp_prediction_finish(dp_prediction *p, dp_scores scores, const dp_trust_rule *rule);

/* Whether the network has probabilities. */
static inline bool dp_prediction_has_prob(const dp_prediction *p)
{
    return !isnan(p->prob[0]);
}

#endif

/* The answer to one image. */
#ifndef DP_ENGINE_INFER_PREDICTION_H
#define DP_ENGINE_INFER_PREDICTION_H

#include "engine/core/shape.h"

#include <stdbool.h>

typedef struct dp_prediction {
    float logit[DP_DIGITS];
    float prob[DP_DIGITS]; /* softmax of logit; sums to 1 */
    int rank[DP_DIGITS];   /* digits by falling probability, ties to the smaller digit */
    float evidence; /* that it is a digit at all: log Σ exp(logit), minus the energy
                              of Liu et al. 2020 */
    bool rejected;  /* evidence below what the model asks for: not a digit */
} dp_prediction;

/* All the rest from prediction->logit; `reject` as in dp_model_info. Exposed for whoever has
 * logits of elsewhere. */
void dp_prediction_finish(dp_prediction *p, float reject);

#endif

/* What the ten outputs of a network are. */
#ifndef DP_ENGINE_NET_SCORES_H
#define DP_ENGINE_NET_SCORES_H

#include "engine/net/spec.h"

typedef enum dp_scores {
    DP_SCORES_LOGITS, /* their softmax is the probabilities */
    DP_SCORES_SHARES, /* from 0 to 1: divided by their sum, they are the probabilities */
    DP_SCORES_RANKS,  /* only the largest one counts: the network has no probabilities */
} dp_scores;

/* What the last layer says. The values of a sigmoid are probabilities of each digit alone. Those
 * of another activation function are neither logits nor probabilities. */
dp_scores dp_scores_of(const dp_spec *spec);

#endif

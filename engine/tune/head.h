/* The head of a network is its last layer, if that is dense: softmax regression on the features
 * that the other layers compute. Fitting the head alone to new examples is a convex problem, so
 * it has one solution, whatever the start, and neither a learning rate nor epochs. */
#ifndef DP_ENGINE_TUNE_HEAD_H
#define DP_ENGINE_TUNE_HEAD_H

#include "engine/core/err.h"
#include "engine/core/shape.h"

#include <stddef.h>

enum { DP_HEAD_MAX_FEATURES = 2048 };

/* Examples of two kinds: `lessons`, which the head shall learn, come first; it shall answer all
 * others as before. */
typedef struct dp_head_examples {
    int n, lessons, features;
    const float *feature; /* [n, features]; the last one is 1 if the head has a bias */
    const float *logit;   /* [n, 10]: the answers of the old head */
    const float *target;  /* [n, 10]: the probabilities to answer */
    const float
        *weight; /* [n]: in the loss; 0: ignored. Those of either kind sum to 1. */
} dp_head_examples;

typedef struct dp_head dp_head;

/* Prepare to fit. `examples` points to arrays that must outlive the head. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_head_create(dp_head **out, const dp_head_examples *examples, dp_err *err);
void dp_head_free(dp_head *h); /* NULL is allowed */

/* Find the change D of the head's weights that minimises
 *
 *     share · Σ_lessons weight · H(target, softmax(logit + D·feature))
 *         + Σ_others weight · H(target, softmax(logit + D·feature))
 *         + HOLD / 2 · Σ_others weight · (target · D·feature)²
 *         + RIDGE / 2 · Σ_others weight · |D·feature|²
 *
 * with the cross-entropy H. The third term holds the evidence for any digit, log Σ exp(logit), to
 * first order: the drawings that are rejected depend on it. The last one makes the problem strictly
 * convex. The search begins at the change that the last call found. */
void dp_head_fit(dp_head *h, double share);

/* The change D: [10, features]. */
void dp_head_change(float *out, const dp_head *h);

/* The logits of example i with that change, if its weight is 0 too. */
void dp_head_logits(float out[DP_DIGITS], const dp_head *h, int i);

#endif

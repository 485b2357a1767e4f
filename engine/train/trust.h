/* Fitting the rule by which answers are trusted and images rejected (dp_trust_rule). One
 * rule does both jobs: it doubts outliers, and digits that are misread. */
#ifndef DP_ENGINE_TRAIN_TRUST_H
#define DP_ENGINE_TRAIN_TRUST_H

#include "engine/infer/prediction.h"

#include <stdint.h>

/* Fit the weights to predictions: [n] of images that were not trained on, label: [n], a
 * digit or DP_NO_DIGIT. The regression is on whether the best digit is the label, so it is
 * wrong for every outlier. All outliers together count four times as much
 * as all digits, so the trust is that of somebody who draws a digit once in five times. With
 * few images the weights stay near those of DP_TRUST_CONFIDENCE. They are never negative,
 * except the bias. `least` is −INFINITY. */
dp_trust_rule dp_fit_trust(const dp_prediction *predictions, const uint8_t *label, int n);

/* The fraction of held-out digits to accept. The target is to lose at most 1 % of unseen
 * digits. A fraction of 1 % that is counted on 5,000 samples has a standard error of 0.14
 * points, hence the margin. */
#define DP_KEEP 0.992

/* The highest `least` that accepts at least the fraction `keep` of n predictions by their
 * trust. +INFINITY if n is 0. */
float dp_fit_rejection(const dp_prediction *predictions, int n, double keep);

#endif

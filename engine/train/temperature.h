/* Temperature scaling (Guo et al. 2017): the logits are divided by a temperature, so that
 * the confidence of a network matches its accuracy. The temperature is folded into the
 * last layer, so that programs that run the network need not know it. The rejection
 * threshold is fitted here too. */
#ifndef DP_ENGINE_TRAIN_TEMPERATURE_H
#define DP_ENGINE_TRAIN_TEMPERATURE_H

#include "engine/infer/session.h"

/* The temperature in 0.05 … 20 that maximises the likelihood of the labels, from
 * predictions: [n] of images that were not trained on. 1 if n is 0. */
double dp_fit_temperature(const dp_prediction *predictions, const uint8_t *label, int n);

/* The fraction of held-out digits to accept. The target is to lose at most 1 % of unseen
 * digits. A fraction of 1 % that is counted on 5,000 samples has a standard error of 0.14
 * points, hence the margin. */
#define DP_KEEP 0.992

/* The highest rejection threshold that accepts at least the fraction `keep` of n
 * predictions. +INFINITY if n is 0. */
float dp_fit_rejection(const dp_prediction *predictions, int n, double keep);

/* Divide the parameters of the last layer by `temperature`. If it is not dense, return
 * false and change nothing. */
bool dp_fold_temperature(float *params, const dp_spec *spec, const dp_params *layout,
                         double temperature);

#endif

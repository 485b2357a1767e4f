/* Confidence that means what it says: one temperature that the logits are divided by (Guo
 * et al. 2017), folded into the last layer, so that whoever runs the network need not know. */
#ifndef DP_ENGINE_TRAIN_TEMPERATURE_H
#define DP_ENGINE_TRAIN_TEMPERATURE_H

#include "engine/infer/session.h"

/* The temperature in 0.05 … 20 that makes the labels most likely, given predictions [n] of
 * images that were not trained on. 1 where n is 0. */
double dp_fit_temperature(const dp_prediction *predictions, const uint8_t *label, int n);

/* The part of the held-out digits that should count as digits. No more than one in a hundred of
 * others is to be lost, and a share of 1 % counted among 5,000 is 0.14 points off in one
 * standard deviation: so a little more are kept. */
#define DP_KEEP 0.992

/* The most evidence (session.h) to ask for so that the part `keep` of n predictions are not
 * rejected; +INFINITY where n is 0. */
float dp_fit_rejection(const dp_prediction *predictions, int n, double keep);

/* Divide the logits of a network by `temperature` through its parameters. False, and
 * nothing done, where its last layer is not dense. */
bool dp_fold_temperature(float *params, const dp_spec *spec, const dp_params *layout,
                         double temperature);

#endif

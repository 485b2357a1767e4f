/* Temperature scaling (Guo et al. 2017): the logits are divided by a temperature, so that
 * the confidence of a network matches its accuracy. The temperature is folded into the
 * last layer, so that programs that run the network need not know it. */
#ifndef DP_ENGINE_TRAIN_TEMPERATURE_H
#define DP_ENGINE_TRAIN_TEMPERATURE_H

#include "engine/infer/session.h"

/* The temperature in 0.05 … 20 that maximises the likelihood of the labels, from
 * predictions: [n] of images that were not trained on. 1 if n is 0. */
double dp_fit_temperature(const dp_prediction *predictions, const uint8_t *label, int n);

/* Divide the parameters of the last layer by `temperature`. If it is not dense, return
 * false and change nothing. */
bool dp_fold_temperature(float *params, const dp_spec *spec, const dp_params *layout,
                         double temperature);

#endif

/* Batch norm's running statistics measured anew for weights that are final. During training
 * they follow weights that moved, and activations that dropout had thinned out, whose variance
 * is larger than that at inference (Li et al. 2019). */
#ifndef DP_ENGINE_TRAIN_RECALIBRATE_H
#define DP_ENGINE_TRAIN_RECALIBRATE_H

#include "engine/kernels/kernels.h"
#include "engine/synth/mixture.h"
#include "engine/net/params.h"

/* Replace the running statistics among `params` [layout->count] by those of some thousand
 * examples of the mixture, chosen and warped by `seed` alone, without dropout. Nothing happens
 * to a chain without batch norm. The same bits for any number of threads. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_recalibrate_norms(float *params, const dp_spec *spec, const dp_params *layout,
                             const dp_mixture *mixture, const dp_augment *augment,
                             uint64_t seed, int threads, const dp_kernels *kernels,
                             dp_err *err);

#endif

/* Recalibration of batch norm: the running statistics are measured again for the final
 * weights. During training they follow weights that still change, and activations with
 * dropout, whose variance is larger than at inference (Li et al. 2019). */
#ifndef DP_ENGINE_TRAIN_RECALIBRATE_H
#define DP_ENGINE_TRAIN_RECALIBRATE_H

#include "engine/kernels/kernels.h"
#include "engine/synth/mixture.h"
#include "engine/net/params.h"

/* Recompute the running statistics in params: [layout->count] over a few thousand
 * examples of the training mixture, without dropout. `seed` alone selects and augments
 * the examples. Does nothing if the network has no batch norm. `threads` ≤ 0: as many as
 * OpenMP would use; `kernels` NULL: the best. The bits are the same for any number of
 * threads. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_recalibrate_norms(float *params, const dp_spec *spec, const dp_params *layout,
                             const dp_mixture *mixture, const dp_augment *augment,
                             uint64_t seed, int threads, const dp_kernels *kernels,
                             dp_err *err);

#endif

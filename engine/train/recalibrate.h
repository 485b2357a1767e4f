/* Recalibration of batch norm: the running statistics are measured again for the final
 * weights. During training they follow weights that still change, and activations with
 * dropout, whose variance is larger than at inference (Li et al. 2019). */
#ifndef DP_ENGINE_TRAIN_RECALIBRATE_H
#define DP_ENGINE_TRAIN_RECALIBRATE_H

#include "engine/kernels/kernels.h"
#include "engine/synth/mixture.h"
#include "engine/net/params.h"

typedef struct dp_recalibrate_job {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_mixture *mixture;
    const dp_augment *augment;
    uint64_t seed;             /* alone selects and augments the examples */
    int threads;               /* ≤ 0: as many as OpenMP would use */
    const dp_kernels *kernels; /* NULL: the best */
} dp_recalibrate_job;

/* Recompute the running statistics in params: [layout->count] over a few thousand
 * examples of the training mixture, without dropout. Does nothing if the network has no
 * batch norm. The bits are the same for any number of threads. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_recalibrate_norms(float *params, const dp_recalibrate_job *job, dp_err *err);

#endif

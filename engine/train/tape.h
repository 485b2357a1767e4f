/* One chain run forwards and backwards on a few images: the workspace of one shard of a
 * training batch. Everything is allocated at creation. */
#ifndef DP_ENGINE_TRAIN_TAPE_H
#define DP_ENGINE_TRAIN_TAPE_H

#include "engine/kernels/kernels.h"
#include "engine/core/rng.h"
#include "engine/net/params.h"

typedef struct dp_tape dp_tape;

/* What the tapes of one batch share, layer by layer; NULL where they do not. */
typedef struct dp_tape_shared {
    /* The weights as op->pack arranged them, so that not each tape has to. */
    const float *packed[DP_MAX_LAYERS];
    /* Of a dense layer, [batch, in] and [batch, out]: what enters it and the gradient of
     * what leaves it. Tapes leave their images' rows there and no gradient of its weights,
     * which is the product dyᵀ·x over the whole batch. */
    float *x[DP_MAX_LAYERS], *dy[DP_MAX_LAYERS];
} dp_tape_shared;

/* A workspace for at most max_n images. spec and layout must outlive it, as must `shared`
 * (NULL: nothing), in which its images are rows from `first` on. DP_USAGE, naming the
 * layer, where one cannot be trained; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_tape_create(dp_tape **out, const dp_spec *spec, const dp_params *layout,
                       const dp_kernels *kernels, int max_n, const dp_tape_shared *shared,
                       int first, dp_err *err);
void dp_tape_free(dp_tape *t);

/* [max_n, input shape] and [max_n, output shape]: the caller writes the first before
 * dp_tape_forward and the second, the loss's gradient, before dp_tape_backward. */
float *dp_tape_input(dp_tape *t);
float *dp_tape_output_grad(dp_tape *t);

/* Run n images with parameters `params` in training mode, where layer i draws its random
 * numbers from the stream (seed, stream, i). Returns the logits [n, output shape]. */
const float *dp_tape_forward(dp_tape *t, const float *params, int n, uint64_t seed,
                             uint64_t stream);

/* Right after dp_tape_forward with the same params and n: fill dp_tape_grad. */
void dp_tape_backward(dp_tape *t, const float *params);

/* [layout->count]: the gradient of every parameter that is not left to the caller; in the
 * slots of running statistics, the batch's mean and biased variance. */
const float *dp_tape_grad(const dp_tape *t);

#endif

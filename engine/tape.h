/* One chain run forwards and backwards on a few images: the workspace of one shard of a
 * training batch. Everything is allocated at creation. */
#ifndef DP_ENGINE_TAPE_H
#define DP_ENGINE_TAPE_H

#include "engine/kernels.h"
#include "engine/rng.h"
#include "engine/spec.h"

typedef struct dp_tape dp_tape;

/* A workspace for at most max_n images. spec and layout must outlive it. DP_USAGE, naming
 * the layer, where one cannot be trained; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_tape_create(dp_tape **out, const dp_spec *spec, const dp_params *layout,
                       const dp_kernels *kernels, int max_n, dp_err *err);
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

/* [layout->count]: the gradient of every parameter; in the slots of running statistics,
 * the batch's mean and biased variance. */
const float *dp_tape_grad(const dp_tape *t);

#endif

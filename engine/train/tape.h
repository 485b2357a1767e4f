/* The forward and backward pass of a chain on a few images: the workspace of one shard of
 * a training batch. Everything is allocated at creation. */
#ifndef DP_ENGINE_TRAIN_TAPE_H
#define DP_ENGINE_TRAIN_TAPE_H

#include "engine/kernels/kernels.h"
#include "engine/core/rng.h"
#include "engine/net/params.h"

typedef struct dp_tape dp_tape;

/* Arrays that the tapes of one batch share, by layer; NULL for layers without one. */
typedef struct dp_tape_shared {
    /* The weights, packed once for all tapes by op->pack. */
    const float *packed[DP_MAX_LAYERS];
    /* For dense layers: the input, [batch, in], and the gradient of the output, [batch,
     * out]. Each tape writes the rows of its images and does not compute the gradient of
     * the weights; the caller computes it as the product dyᵀ·x over the whole batch. */
    float *x[DP_MAX_LAYERS], *dy[DP_MAX_LAYERS];
} dp_tape_shared;

typedef struct dp_tape_options {
    const dp_spec *spec;
    const dp_params *layout;
    const dp_kernels *kernels;
    int max_n;                    /* the most images of a pass */
    const dp_tape_shared *shared; /* NULL: nothing is shared */
    int first;                    /* the first row of the tape's images in its arrays */
} dp_tape_options;

/* Create a tape. spec, layout and shared must outlive it. DP_USAGE, naming the layer, if
 * a layer cannot be trained; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_tape_create(dp_tape **out, const dp_tape_options *options, dp_err *err);
void dp_tape_free(dp_tape *t); /* NULL is allowed */

/* The input, [max_n, input shape], which the caller writes before dp_tape_forward, and
 * the gradient of the loss, [max_n, output shape], which it writes before
 * dp_tape_backward. */
float *dp_tape_input(dp_tape *t);
float *dp_tape_output_grad(dp_tape *t);

/* Run n images in training mode with the parameters `params`. Layer i draws its random
 * numbers from the stream (seed, stream, i). Returns the logits, [n, output shape], valid
 * until the next call. */
const float *dp_tape_forward(dp_tape *t, const float *params, int n, uint64_t seed,
                             uint64_t stream);

/* Leave all images but image: [n], ascending, out of the backward pass that follows. The
 * statistics of batch norms remain those of all images, and their gradient with respect
 * to the others is not computed. Call it when the gradient of the loss is written. */
void dp_tape_keep(dp_tape *t, const int *image, int n);

/* Compute dp_tape_grad. Call it after dp_tape_forward, with the same params. */
void dp_tape_backward(dp_tape *t, const float *params);

/* [layout->count]: the gradient of every parameter, except weights of dense layers in
 * `shared`. The slots of the running statistics hold the batch's mean and biased
 * variance. */
const float *dp_tape_grad(const dp_tape *t);

#endif

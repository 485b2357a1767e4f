/* The table of layer kinds: how each infers its shape, is run, packed and trained. What else
 * depends on the kind (quantisation, the execution plans, the ONNX writer) switches over
 * dp_op_kind in its own folder. */
#ifndef DP_ENGINE_LAYERS_OP_H
#define DP_ENGINE_LAYERS_OP_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/rng.h"
#include "engine/core/shape.h"

/* What an op sees of its layer while it runs on n images. Arrays are row-major and start
 * on a cache line; no op allocates. */
typedef struct dp_op_call {
    const dp_layer *layer;
    dp_shape in, out;
    int n;
    const dp_kernels *kernels;
    const float *param[DP_ROLE_COUNT]; /* NULL where the layer has none */
    const float *packed; /* made by op->pack with the same kernels and `training`, or
                            NULL: the op packs into scratch itself, at each call */
    float *scratch;      /* op->scratch floats, contents undefined */

    /* Training only. */
    bool training;              /* dropout drops, bn uses the batch's own statistics */
    float *saved;               /* op->saved floats that forward leaves for backward */
    float *grad[DP_ROLE_COUNT]; /* backward adds to these; a slot may be NULL: not wanted.
                                   Statistics' slots receive the batch's mean and (biased)
                                   variance from forward */
    dp_rng rng;                 /* this layer's stream for this call */
} dp_op_call;

typedef struct dp_op {
    const char *name;

    /* The output shape, or DP_USAGE where the layer does not fit `in`. */
    dp_code (*infer)(dp_shape *out, const dp_layer *layer, dp_shape in, dp_err *err);

    /* Describe the parameter arrays (role, rank, dim) in role order; returns how many.
     * NULL: none. */
    int (*params)(dp_param out[DP_ROLE_COUNT], const dp_layer *layer, dp_shape in);

    /* Multiply-accumulates of one image. NULL: counted as none. */
    size_t (*macs)(const dp_layer *layer, dp_shape in, dp_shape out);

    /* Floats of scratch for n images, enough for forward and, where `training`, backward.
     * NULL: none. Likewise `saved` and `packed`. */
    size_t (*scratch)(const dp_op_call *call);
    size_t (*saved)(const dp_op_call *call);
    size_t (*packed)(const dp_op_call *call);

    /* Arrange the weights once for the kernels in call->kernels. */
    void (*pack)(const dp_op_call *call, float *packed);

    /* In training, what forward and backward must know of all images at once (NULL:
     * nothing): measured before forward, and collected, image by image if need be, before
     * backward. Backward of such an op does not look at y, and dx may be dy. */
    void (*measure)(const dp_op_call *call, const float *x);
    void (*collect)(const dp_op_call *call, const float *x, const float *dy);

    /* x: [n, in] → y: [n, out]. x and y may be the same where `in_place`, in training
     * too: backward of such an op does not look at x. */
    void (*forward)(const dp_op_call *call, const float *x, float *y);

    /* dy: [n, out] → dx: [n, in] (skipped where NULL); parameter gradients are added to
     * call->grad. x and y are those of forward. NULL: inference only. */
    void (*backward)(const dp_op_call *call, const float *x, const float *y,
                     const float *dy, float *dx);

    /* Refuse a layer whose options backward does not support, as dp_op_check_trainable does.
     * NULL: it supports all. */
    dp_code (*check_trainable)(const dp_layer *layer, dp_err *err);

    bool in_place;
    bool by_channel; /* each channel of each image alone, but for what it measures, with
                        parameters and `saved` of so much a channel */
} dp_op;

/* The entry of a kind; never NULL. */
const dp_op *dp_op_get(dp_op_kind kind);

/* DP_OK if the layer can be trained, else DP_USAGE with a message that says why not; the
 * caller puts the layer's name in front. */
DP_MUST_CHECK
dp_code dp_op_check_trainable(const dp_layer *layer, dp_err *err);

#endif

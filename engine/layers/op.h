/* The op table: one entry per kind of layer, with everything that the rest of the engine knows
 * of it: shapes, parameters, forward and backward pass, fusion and quantisation. To add a kind,
 * add its name to DP_OPS and its entry to a file of this folder. */
#ifndef DP_ENGINE_LAYERS_OP_H
#define DP_ENGINE_LAYERS_OP_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/rng.h"
#include "engine/core/shape.h"

/* The arguments of an op for one layer and n images. Arrays are row-major, 64-byte
 * aligned and owned by the caller; no op allocates. */
typedef struct dp_op_call {
    const dp_layer *layer;
    dp_shape in, out;
    int n;
    const dp_kernels *kernels;
    const float *param[DP_ROLE_COUNT]; /* NULL if the layer does not have it */
    const float *packed; /* written by op->pack with the same kernels and `training`.
                            NULL: the op packs the weights into scratch in each call */
    float *scratch;      /* op->scratch floats with undefined contents */

    /* Training only. */
    bool training;              /* dropout drops, bn uses the batch's own statistics */
    float *saved;               /* op->saved floats from forward to backward */
    float *grad[DP_ROLE_COUNT]; /* backward adds to them; NULL: not computed. The slots
                                   of the running statistics receive the mean and the
                                   (biased) variance of the batch */
    dp_rng rng;                 /* the stream of this layer in this call */
} dp_op_call;

/* What the text form of a layer can name: fields of dp_layer, some of which mean different
 * things in different kinds. */
typedef enum dp_field {
    DP_FIELD_NONE, /* ends a list */
    DP_FIELD_OUT,
    DP_FIELD_CHANNELS,
    DP_FIELD_SIZE,
    DP_FIELD_KERNEL,
    DP_FIELD_STRIDE,
    DP_FIELD_PAD,
    DP_FIELD_DILATION,
    DP_FIELD_GROUPS,
    DP_FIELD_BIAS,
    DP_FIELD_COUNT_PAD,
    DP_FIELD_EPS,
    DP_FIELD_SLOPE,
    DP_FIELD_ALPHA,
    DP_FIELD_RATE,
    DP_FIELD_STEP,
    DP_FIELD_ZERO,
} dp_field;

/* How an 8-bit network (engine/quant/quant.h) computes a layer. */
typedef enum dp_quant_kind {
    DP_QUANT_REFUSED, /* not at all, or folding removes the layer */
    DP_QUANT_FLOATS,  /* only on floats, after the last layer with weights */
    DP_QUANT_WEIGHTS, /* as a product of bytes and 8-bit weights */
    DP_QUANT_LOOKUP,  /* by a table of 256 bytes, computed from dp_op.act */
    DP_QUANT_MAXPOOL, /* the largest byte of each window */
    DP_QUANT_AVGPOOL, /* the mean of each window */
    DP_QUANT_RESHAPE, /* the same bytes in another shape */
} dp_quant_kind;

typedef struct dp_op {
    const char *name;

    /* The text form: the arguments, then the options, and the defaults of the options. A
     * stride without a default is the kernel. */
    dp_field argument[4], option[8];
    dp_layer defaults;

    /* Infer the output shape. DP_USAGE if the layer does not fit `in`. */
    dp_code (*infer)(dp_shape *out, const dp_layer *layer, dp_shape in, dp_err *err);

    /* Write role, rank and dim of each parameter array, ordered by role. Returns their
     * number. NULL: no parameters. */
    int (*params)(dp_param out[DP_ROLE_COUNT], const dp_layer *layer, dp_shape in);

    /* Multiply-accumulates per image. NULL: not counted. */
    size_t (*macs)(const dp_layer *layer, dp_shape in, dp_shape out);

    /* Sizes in floats for n images: of scratch (for forward, and for backward if
     * `training`), of saved and of packed. NULL: 0. */
    size_t (*scratch)(const dp_op_call *call);
    size_t (*saved)(const dp_op_call *call);
    size_t (*packed)(const dp_op_call *call);

    /* Pack the weights for call->kernels. */
    void (*pack)(const dp_op_call *call, float *packed);

    /* Only in training, for an op that needs statistics of the whole batch; else NULL.
     * `measure` runs before forward, on all images. `collect` runs before backward, on
     * all images or on a few at a time. backward of such an op does not read y, and dx
     * may be dy. */
    void (*measure)(const dp_op_call *call, const float *x);
    void (*collect)(const dp_op_call *call, const float *x, const float *dy);

    /* x: [n, in] → y: [n, out]. If `in_place`, x and y may be the same array, also in
     * training: backward of such an op does not read x. */
    void (*forward)(const dp_op_call *call, const float *x, float *y);

    /* dy: [n, out] → dx: [n, in], unless dx is NULL. Adds the parameter gradients to
     * call->grad. x and y are those of forward. NULL: the layer cannot be trained. */
    void (*backward)(const dp_op_call *call, const float *x, const float *y,
                     const float *dy, float *dx);

    /* Refuse a layer whose options backward does not support, as dp_op_check_trainable
     * does. NULL: it supports all. */
    dp_code (*check_trainable)(const dp_layer *layer, dp_err *err);

    /* The activation that the layer is, with layer->value as its parameter: it can be fused into
     * the layer before it. DP_ACT_NONE: it is not one. */
    dp_act act;

    dp_quant_kind quant;

    /* The ONNX operator that computes the layer from its input and its parameters, with its
     * fields as attributes. NULL: no single operator does. */
    const char *onnx;

    /* y = W·x + b with DP_WEIGHT: [out, …] and DP_BIAS: [out]; a scale and a shift of y can
     * be merged into them. */
    bool linear;

    bool keeps_scale;   /* in 8 bits, y has the scale and zero-point of x */
    bool training_only; /* the identity in inference */
    bool in_place;      /* see `forward` */

    /* Works on each channel alone, except for `measure`; parameters and `saved` have the same
     * number of floats for each channel. Otherwise `saved` has the same number for each
     * image. */
    bool by_channel;
} dp_op;

/* The table entry of a kind; never NULL. */
const dp_op *dp_op_get(dp_op_kind kind);

/* The number of weights of one output channel of a linear layer. */
size_t dp_op_depth(const dp_layer *layer, dp_shape in);

/* DP_OK if the layer can be trained, else DP_USAGE with a message that says why not; the
 * caller puts the layer's name in front. */
DP_MUST_CHECK
dp_code dp_op_check_trainable(const dp_layer *layer, dp_err *err);

#endif

/* One layer of a network: its kind, options and parameter arrays, and its text form,
 * which is a name, positional arguments and key=value options: "conv 32 3 stride=2". */
#ifndef DP_ENGINE_LAYERS_LAYER_H
#define DP_ENGINE_LAYERS_LAYER_H

#include "engine/core/arith.h"
#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>

/*     kind            arguments and [options=default]
 *
 *     dense           OUT [bias=1]
 *     conv            OUT K [stride=1] [pad=0] [dilation=1] [groups=1] [bias=1]
 *     bn              [eps=1e-05]       per channel, or per feature after flatten
 *     relu
 *     leaky_relu      [slope=0.01]
 *     gelu            exact, with erf
 *     gelu_tanh       the tanh approximation
 *     sigmoid
 *     tanh
 *     elu             [alpha=1]
 *     selu
 *     silu            x·sigmoid(x), also called swish
 *     hard_swish
 *     hard_sigmoid    x / 6 + 1/2, limited to [0, 1]
 *     softplus
 *     mish
 *     maxpool         K [stride=K] [pad=0]
 *     avgpool         K [stride=K] [pad=0] [count_pad=1]
 *     global_avgpool
 *     flatten         to a vector of features
 *     unflatten       CHANNELS HxW      back to an image
 *     dropout         RATE              only in training
 *     softmax
 *     quantize        STEP [zero=0]     round to 8 bits, as ONNX does
 *
 * K, stride, pad and dilation are N or HxW. pad can also be TOPxLEFTxBOTTOMxRIGHT, or
 * `same` with stride 1 and an odd kernel. */
#define DP_OPS(X)                                                                        \
    X(DENSE, dense)                                                                      \
    X(CONV, conv)                                                                        \
    X(BN, bn)                                                                            \
    X(RELU, relu)                                                                        \
    X(LEAKY_RELU, leaky_relu)                                                            \
    X(GELU, gelu)                                                                        \
    X(GELU_TANH, gelu_tanh)                                                              \
    X(SIGMOID, sigmoid)                                                                  \
    X(TANH, tanh)                                                                        \
    X(ELU, elu)                                                                          \
    X(SELU, selu)                                                                        \
    X(SILU, silu)                                                                        \
    X(HARD_SWISH, hard_swish)                                                            \
    X(HARD_SIGMOID, hard_sigmoid)                                                        \
    X(SOFTPLUS, softplus)                                                                \
    X(MISH, mish)                                                                        \
    X(MAXPOOL, maxpool)                                                                  \
    X(AVGPOOL, avgpool)                                                                  \
    X(GLOBAL_AVGPOOL, global_avgpool)                                                    \
    X(FLATTEN, flatten)                                                                  \
    X(UNFLATTEN, unflatten)                                                              \
    X(DROPOUT, dropout)                                                                  \
    X(SOFTMAX, softmax)                                                                  \
    X(QUANTIZE, quantize)

typedef enum dp_op_kind {
#define DP_OP_ENUM(NAME, name) DP_OP_##NAME,
    DP_OPS(DP_OP_ENUM)
#undef DP_OP_ENUM
} dp_op_kind;

enum { DP_OP_COUNT = 0 DP_OPS(DP_ONE) };

/* The options of one layer. Fields that its kind does not have are zero. */
typedef struct dp_layer {
    dp_op_kind kind;
    int out;       /* dense: features; conv: output channels; unflatten: channels */
    int kernel[2]; /* height, width; unflatten: of the image */
    int stride[2]; /* height, width, like the next one */
    int dilation[2];
    int pad[4]; /* top, left, bottom, right */
    int groups;
    bool bias;
    bool count_pad; /* avgpool: the mean includes the padding */
    float value;    /* bn: eps; leaky_relu: slope; elu: alpha; dropout: rate;
                       quantize: step */
    int zero;       /* quantize: the byte that stands for 0 */
} dp_layer;

/* Parse the text of one layer, [text, end). DP_USAGE if it is malformed; *out is then
 * unchanged. */
DP_MUST_CHECK dp_code dp_layer_parse(dp_layer *out, const char *text, const char *end,
                                     dp_err *err);

/* Write the canonical text of a layer, which omits options at their defaults. The text is
 * cut to fit `size` bytes. Returns the length of the whole text without its NUL. */
size_t dp_layer_format(char *text, size_t size, const dp_layer *layer);

/* ---- parameters -------------------------------------------------------------------- */

typedef enum dp_role {
    DP_WEIGHT, /* dense [out, in]; conv [out, in/groups, kh, kw] */
    DP_BIAS,   /* [out] */
    DP_GAMMA,  /* bn [c], like the next three */
    DP_BETA,
    DP_RUNNING_MEAN, /* statistics: saved, but not trained by gradient */
    DP_RUNNING_VAR,
    DP_ROLE_COUNT
} dp_role;

/* "weight", "bias", "gamma", "beta", "running_mean", "running_var". */
const char *dp_role_name(dp_role role);

/* One parameter array: `count` floats from `offset` on in the network's flat array. In a
 * file its name is "LAYER.ROLE", where LAYER is the index of the layer. */
typedef struct dp_param {
    int layer;
    dp_role role;
    int rank;
    int dim[4];
    size_t offset, count;
} dp_param;

#endif

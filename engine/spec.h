/* Networks as chains of layers, and their text form:
 *
 *     conv 32 3 | bn | relu | maxpool 2 | flatten | dense 10
 *
 * A layer is a name, positional arguments, then key=value options; DP_OPS lists them. The
 * canonical text (dp_spec_format) leaves out every option at its default. */
#ifndef DP_ENGINE_SPEC_H
#define DP_ENGINE_SPEC_H

#include "engine/err.h"
#include "engine/shape.h"

#include <stdbool.h>
#include <stddef.h>

/*  kind            text            arguments and options
 *  dense           dense           OUT [bias=0]
 *  conv            conv            OUT K [stride=1] [pad=0] [dilation=1] [groups=1] [bias=1]
 *  bn              bn              [eps=1e-05]       per channel (per feature after flatten)
 *  relu            relu
 *  leaky_relu      leaky_relu      [slope=0.01]
 *  gelu            gelu            exact, with erf
 *  gelu_tanh       gelu_tanh       the tanh approximation
 *  sigmoid, tanh
 *  maxpool         maxpool         K [stride=K] [pad=0]
 *  avgpool         avgpool         K [stride=K] [pad=0] [count_pad=1]
 *  global_avgpool  global_avgpool
 *  flatten
 *  unflatten       unflatten       CHANNELS HxW      back to an image
 *  dropout         dropout         RATE              nothing at inference
 *  softmax
 *  quantize        quantize        STEP [zero=0]     to eight bits and back
 *
 * K, stride, pad and dilation take N or HxW; pad also takes TOPxLEFTxBOTTOMxRIGHT and
 * `same` (stride 1, odd kernel). */
#define DP_OPS(X)                                                                        \
    X(dense)                                                                             \
    X(conv)                                                                              \
    X(bn)                                                                                \
    X(relu)                                                                              \
    X(leaky_relu)                                                                        \
    X(gelu)                                                                              \
    X(gelu_tanh)                                                                         \
    X(sigmoid)                                                                           \
    X(tanh)                                                                              \
    X(maxpool)                                                                           \
    X(avgpool)                                                                           \
    X(global_avgpool)                                                                    \
    X(flatten)                                                                           \
    X(unflatten)                                                                         \
    X(dropout)                                                                           \
    X(softmax)                                                                           \
    X(quantize)

typedef enum dp_op_kind {
#define DP_OP_ENUM(name) DP_OP_##name,
    DP_OPS(DP_OP_ENUM)
#undef DP_OP_ENUM
} dp_op_kind;

#define DP_OP_ONE(name) +1
enum { DP_OP_COUNT = 0 DP_OPS(DP_OP_ONE) };
#undef DP_OP_ONE

/* What one layer was asked for. Fields that its kind does not use are zero. */
typedef struct dp_layer {
    dp_op_kind kind;
    int out;       /* dense: features; conv: output channels; unflatten: channels */
    int kernel[2]; /* height, width (unflatten: of the image); likewise the next two */
    int stride[2];
    int dilation[2];
    int pad[4]; /* top, left, bottom, right */
    int groups;
    bool bias;
    bool count_pad; /* avgpool: padding counts in the mean */
    float value;    /* bn: eps; leaky_relu: slope; dropout: rate; quantize: step */
    int zero;       /* quantize: which of 0 … 255 stands for 0 */
} dp_layer;

enum {
    DP_MAX_LAYERS = 64,
    DP_MAX_SPEC_TEXT = 2048,
    DP_MAX_ACTIVATION = 1 << 22, /* floats of one image's activation */
    DP_MAX_PARAMS = 1 << 24,     /* floats of one network: 64 MiB */
};

/* A chain whose shapes fit: shape[i] enters layer i, shape[n_layers] leaves the last. */
typedef struct dp_spec {
    int n_layers;
    dp_layer layer[DP_MAX_LAYERS];
    dp_shape shape[DP_MAX_LAYERS + 1];
} dp_spec;

/* Parse a chain for inputs of shape `input` and infer every shape. DP_USAGE with the layer
 * number, its text and what is wrong; *out is untouched then. A dense or bn layer after
 * image-shaped activations needs a flatten between (dense) or acts per channel (bn). */
DP_MUST_CHECK dp_code dp_spec_parse(dp_spec *out, const char *text, dp_shape input,
                                    dp_err *err);

/* Infer shape[1…] from shape[0] and the layers; for chains that an importer assembles. */
DP_MUST_CHECK dp_code dp_spec_infer(dp_spec *spec, dp_err *err);

/* The canonical text. Returns its length without the NUL; output is cut at size. */
size_t dp_spec_format(char *text, size_t size, const dp_spec *spec);

/* The inference chain of a trained one: dropout removed, nothing else changed. Index maps
 * (kept[i] = index in the original) are written where kept is not NULL. */
void dp_spec_inference(dp_spec *out, const dp_spec *spec, int *kept);

/* Multiply-accumulates of one image, the usual measure of a network's work. */
size_t dp_spec_macs(const dp_spec *spec);

/* ---- parameters ---------------------------------------------------------------------
 * All parameters of a network are one flat array of floats. Gradients, moments and
 * averages are arrays of the same layout. */

typedef enum dp_role {
    DP_WEIGHT, /* dense [out, in]; conv [out, in/groups, kh, kw] */
    DP_BIAS,   /* [out] */
    DP_GAMMA,  /* bn [c]; likewise the rest */
    DP_BETA,
    DP_RUNNING_MEAN, /* statistics: saved, not trained by gradient */
    DP_RUNNING_VAR,
    DP_ROLE_COUNT
} dp_role;

/* "weight", "bias", "gamma", "beta", "running_mean", "running_var". */
const char *dp_role_name(dp_role role);

/* One parameter array: `count` floats at `offset` of the flat array. Its name in a file is
 * "LAYER.ROLE", with LAYER the index in the chain. */
typedef struct dp_param {
    int layer;
    dp_role role;
    int rank;
    int dim[4];
    size_t offset, count;
} dp_param;

enum { DP_MAX_PARAM_ARRAYS = 4 * DP_MAX_LAYERS };

typedef struct dp_params {
    int n;
    dp_param param[DP_MAX_PARAM_ARRAYS];
    size_t count;     /* floats in all */
    size_t trainable; /* without running statistics: the figure that papers give */
} dp_params;

/* The layout of a chain's parameters: by layer, then by role. DP_MODEL where they exceed
 * DP_MAX_PARAMS. */
DP_MUST_CHECK dp_code dp_params_layout(dp_params *out, const dp_spec *spec, dp_err *err);

#endif

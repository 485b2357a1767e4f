/* 8-bit networks (after Jacob et al. 2018). A weight is a signed byte with one scale per
 * output channel. An activation is an unsigned byte with a scale and a zero-point:
 *
 *     weight = scale[o] · w,    activation = in_scale · (q − in_zero)
 *
 * Sums are exact in 32 bits, and biases have the unit of the sums. The last layer with
 * weights gives floats. Pixels are the input without conversion. All kernels compute the
 * same bits. */
#ifndef DP_ENGINE_QUANT_QUANT_H
#define DP_ENGINE_QUANT_QUANT_H

#include "engine/core/arena.h"
#include "engine/net/norm.h"
#include "engine/net/params.h"

#include <stdatomic.h>
#include <stdint.h>

/* One layer. The arrays are NULL if the layer has no weights. */
typedef struct dp_quant_layer {
    float in_scale; /* of the layer's input; set for layers up to `last`. A layer that
                       keeps its scale (dp_op.keeps_scale) has that of the next one */
    int in_zero;    /* 0 … 255 */
    int8_t *weight; /* as in dp_params: dense [out, in]; conv [out, in/groups, kh, kw] */
    float *scale;   /* [out] */
    int32_t *bias;  /* [out], in units of in_scale · scale */
} dp_quant_layer;

/* The chain is folded (engine/net/fold.h): it has no dropout and no last softmax. A batch
 * norm that could not be folded is a 1×1 depthwise conv. Every dense and conv layer has a
 * bias. */
typedef struct dp_quant {
    atomic_int refs;
    dp_spec spec;
    dp_params layout; /* of the float parameters of spec */
    dp_norm norm;
    int last; /* the last layer with weights; its output and all after it are floats */
    dp_quant_layer layer[DP_MAX_LAYERS];
    dp_arena arena; /* holds all arrays */
} dp_quant;

/* Create a network of zeros. The caller owns one reference and fills in weight, scale and
 * bias of the layers with weights, and in_scale and in_zero of every layer up to `last`
 * that does not keep its scale; then it calls dp_quant_finish. DP_MODEL, naming the
 * layer, if the chain is not as described above; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_quant_create(dp_quant **out, const dp_spec *spec, dp_norm norm,
                                      dp_err *err);

/* Complete the layers that keep their scale. Then check that scales are finite and
 * positive, that zero-points are bytes, that the first scale is the one of the pixels,
 * and that no sum can overflow. DP_MODEL, naming the layer and the fault, if a check
 * fails. */
DP_MUST_CHECK dp_code dp_quant_finish(dp_quant *q, dp_err *err);

/* Take one reference. */
const dp_quant *dp_quant_ref(const dp_quant *q);

/* Drop one reference; dropping the last one frees the network. NULL is allowed. */
void dp_quant_unref(const dp_quant *q);

/* Dequantise: write the float parameters of q->spec, [q->layout.count], for input that is
 * scaled by q->norm. */
void dp_quant_floats(float *params, const dp_quant *q);

/* A pixel p as an 8-bit activation: its input value is scale · (p − zero) + offset. The
 * offset is the rounding error of the zero-point; it is 0 for the norms unit and raw. */
typedef struct dp_quant_pixel {
    double scale, offset;
    int zero;
} dp_quant_pixel;

dp_quant_pixel dp_quant_pixels(dp_norm norm);

/* The number of weights of one output channel; for layers with weights. */
size_t dp_quant_depth(const dp_quant *q, int layer);

/* The offset of the pixels (see above) in the input of this layer. It is 0 if an earlier
 * layer is anything but maxpool or flatten. */
double dp_quant_offset(const dp_quant *q, int layer);

/* The look-up table of an elementwise layer (relu, gelu, …): an output for each input. */
void dp_quant_table(uint8_t table[256], const dp_quant *q, int layer);

/* The output of an avgpool or global_avgpool layer before `last` for one window, in which
 * `count` bytes have the sum `sum`; their mean is taken over `divisor` values. */
uint8_t dp_quant_average(const dp_quant *q, int layer, int64_t sum, int count,
                         int divisor);

/* The requantisation factor of output channel `o` of a layer with weights: multiplied by
 * it, a sum is in units of the next layer's in_scale or, for the last layer, a float. */
float dp_quant_factor(const dp_quant *q, int layer, int o);

#endif

/* Networks in 8 bits (after Jacob et al. 2018): weights are signed bytes with one scale an
 * output channel, activations unsigned bytes with a scale and a zero-point,
 *
 *     weight = scale[o] · w,    activation = in_scale · (q − in_zero),
 *
 * sums are exact in 32 bits, biases are in the unit of the sums, and the last layer with
 * weights gives floats. Pixels enter as they are. Every kernel computes the same bits. */
#ifndef DP_ENGINE_QUANT_QUANT_H
#define DP_ENGINE_QUANT_QUANT_H

#include "engine/net/norm.h"
#include "engine/net/params.h"

#include <stdatomic.h>
#include <stdint.h>

/* One layer. The arrays are NULL where the layer has no weights. */
typedef struct dp_quant_layer {
    float in_scale; /* of the activation that enters; for layers up to `last` */
    int in_zero;    /* 0 … 255 */
    int8_t *weight; /* as in dp_params: dense [out, in]; conv [out, in/groups, kh, kw] */
    float *scale;   /* [out] */
    int32_t *bias;  /* [out], in units of in_scale · scale */
} dp_quant_layer;

/* The chain is a folded one: no dropout, no last softmax, and in the place of a bn that
 * could not be folded a conv of one weight a channel. Every dense and conv has a bias. */
typedef struct dp_quant {
    atomic_int refs;
    dp_spec spec;
    dp_params layout; /* of spec as floats */
    dp_norm norm;
    int last; /* the last layer with weights: from its sums on, values are floats */
    dp_quant_layer layer[DP_MAX_LAYERS];
    unsigned char *block; /* holds the arrays */
} dp_quant;

/* Whether a kind of layer has weights here, and whether what leaves it is on the scale of
 * what enters (relu, maxpool, flatten): such a layer needs no scale of its own. */
bool dp_quant_has_weights(dp_op_kind kind);
bool dp_quant_keeps_scale(dp_op_kind kind);

/* A network of zeros for its maker to fill: weights, scales and biases of layers with
 * weights, in_scale and in_zero of every layer up to `last` that does not keep its scale.
 * DP_MODEL, naming the layer, where the chain is not one as above; DP_NOMEM. One reference
 * is the caller's. */
DP_MUST_CHECK dp_code dp_quant_create(dp_quant **out, const dp_spec *spec, dp_norm norm,
                                      dp_err *err);

/* After filling: complete the layers that keep their scale, and check that scales are
 * finite and positive, zero-points are bytes, the first scale is that of the pixels, and
 * no sum can overflow. DP_MODEL with the layer and what is wrong. */
DP_MUST_CHECK dp_code dp_quant_finish(dp_quant *q, dp_err *err);

const dp_quant *dp_quant_ref(const dp_quant *q);
/* Drop one reference; the last one frees. NULL is allowed. */
void dp_quant_unref(const dp_quant *q);

/* Write the network's weights and biases as floats (q->layout.count) of the chain q->spec
 * with inputs of norm q->norm. */
void dp_quant_floats(float *params, const dp_quant *q);

/* What a pixel is in 8 bits, x ≈ scale · (p − zero) + rest. The rest is what rounding the
 * zero-point leaves; it is 0 for norms unit and raw. */
typedef struct dp_quant_pixel {
    double scale, rest;
    int zero;
} dp_quant_pixel;

dp_quant_pixel dp_quant_pixels(dp_norm norm);

/* Weights of one output channel of a layer that has weights. */
size_t dp_quant_depth(const dp_quant *q, int layer);

/* What a layer's float input exceeds its 8 bits by: the pixels' rest for the first layer
 * with weights, unless a layer between changes it; 0 for the others. */
double dp_quant_rest(const dp_quant *q, int layer);

/* What a layer of one value alone (relu, gelu and so on) makes of each of 256 inputs. */
void dp_quant_table(uint8_t table[256], const dp_quant *q, int layer);

/* What an avgpool or global_avgpool before `last` makes of a window: `sum` of `count`
 * values, divided by `divisor`. */
uint8_t dp_quant_average(const dp_quant *q, int layer, int64_t sum, int count,
                         int divisor);

/* The factor from sums of output channel `o` of a layer with weights to the values that
 * leave it: units of the next layer's activation, or floats from the last. */
float dp_quant_factor(const dp_quant *q, int layer, int o);

#endif

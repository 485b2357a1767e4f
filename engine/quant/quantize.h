/* From a network of floats to one of 8 bits, with the ranges of its activations measured on
 * images. */
#ifndef DP_ENGINE_QUANT_QUANTIZE_H
#define DP_ENGINE_QUANT_QUANTIZE_H

#include "engine/quant/quant.h"

/* Images that are looked at, at most; of more, as many are taken at even distances. */
enum { DP_QUANTIZE_IMAGES = 2000 };

/* Quantise a chain with its flat parameters (dp_params_layout(spec)->count floats). An
 * activation's range holds 0 and 99.99 % of the values below and above it; the rest is
 * clamped. pixels: [n, 784], n ≥ 1, as the network will see them. DP_MODEL, naming the
 * layer, where the network cannot be quantised, does not read 28×28 pixels or is not
 * finite; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_quantize(dp_quant **out, const dp_spec *spec,
                                  const float *params, dp_norm norm,
                                  const uint8_t *pixels, int n, dp_err *err);

#endif

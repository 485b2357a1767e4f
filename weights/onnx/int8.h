/* From a chain that rounds its activations to bytes to an 8-bit network: what digitpad and
 * onnxruntime's quantiser export runs here on bytes too. */
#ifndef DP_WEIGHTS_ONNX_INT8_H
#define DP_WEIGHTS_ONNX_INT8_H

#include "weights/network/network.h"
#include "weights/onnx/graph/tensor.h"

/* If an 8-bit network computes the same as `network`, set network->quant to it. That is so if
 * the input and every activation up to the last weights are rounded to bytes, the first ones
 * are the pixels of network->norm, and weights and biases are multiples of their scales. scales:
 * those of the weights of each layer. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_onnx_to_int8(dp_network *network, const dp_onnx_scales *scales,
                                      dp_err *err);

/* The norm whose pixels `layer` (quantize) leaves as they are; false if there is none. */
bool dp_onnx_rounds_pixels(dp_norm *norm, const dp_layer *layer);

#endif

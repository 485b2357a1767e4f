/* Reading ONNX files of other programs, and writing our own. In a build without protobuf-c
 * both functions fail with a message that says so. */
#ifndef DP_WEIGHTS_ONNX_ONNX_H
#define DP_WEIGHTS_ONNX_ONNX_H

#include "weights/network/network.h"

#include <stddef.h>

/* Read an ONNX model that classifies 28×28 images into ten digits, as a chain of layers. If
 * the graph scales the pixels, the scaling becomes a first bn layer. A final Softmax or
 * LogSoftmax is omitted, and so is an ArgMax; the metadata then says what the outputs are
 * unless the last layer does (DP_NETWORK_SCORES_KEY). A graph that computes on bytes becomes
 * an int8 network if one computes the same; otherwise the chain rounds floats.
 *
 * path: of the file; external data is read from its folder. NULL: such data is refused.
 * norm: the input scale, in place of what the file says; NULL: the file's.
 * DP_MODEL, with node and operator, if the file is damaged or is not such a chain; DP_NOMEM.
 * *out is untouched then. */
DP_MUST_CHECK dp_code dp_onnx_read(dp_network *out, const unsigned char *data,
                                   size_t size, const char *path, const dp_norm *norm,
                                   dp_err *err);

/* Write a network as one ONNX file of opset 17: input "input" [batch, 1, 28, 28] of scaled
 * pixels, output "logits" [batch, 10], and the chain, the input scale and the metadata as
 * properties of the model. An int8 network gets QuantizeLinear and DequantizeLinear nodes,
 * which onnxruntime executes in int8. The caller frees *data with free(). DP_NOMEM. */
DP_MUST_CHECK dp_code dp_onnx_write(unsigned char **data, size_t *size,
                                    const dp_network *network, dp_err *err);

#endif

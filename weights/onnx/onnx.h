/* ONNX files: those of other programs in, and ours out. Without protobuf-c both functions
 * fail and say so. */
#ifndef DP_WEIGHTS_ONNX_ONNX_H
#define DP_WEIGHTS_ONNX_ONNX_H

#include "weights/network/network.h"

#include <stddef.h>

enum { DP_ONNX_MAX_FILE = 64 << 20 };

/* Read an ONNX model of 28×28 images to ten digits as a chain of layers. Where the graph
 * itself scales the pixels, that becomes a first bn layer. Softmax, LogSoftmax and
 * ArgMax at the end are left out. Weights may lie in other files beside the one at `path`
 * (NULL: nowhere). DP_MODEL with node and operator where the file is damaged or is no such
 * chain; DP_NOMEM. *out is untouched then. */
DP_MUST_CHECK dp_code dp_onnx_read(dp_network *out, const unsigned char *data,
                                   size_t size, const char *path, dp_err *err);

/* Write a network (one in 8 bits with QuantizeLinear and DequantizeLinear, which
 * onnxruntime runs in 8 bits) as one ONNX file: opset 17, input "input" [batch, 1, 28, 28] already
 * scaled, output "logits" [batch, 10]; chain, input scale and metadata as properties of the
 * model. *data is the caller's to free(). DP_NOMEM. */
DP_MUST_CHECK dp_code dp_onnx_write(unsigned char **data, size_t *size,
                                    const dp_network *network, dp_err *err);

#endif

/* Lowering a graph to a chain of layers.
 *
 * The nodes are executed once, in order, on constants (the file's initializers) and on a
 * symbolic activation: its numbers are unknown, but its place in the chain is known. A node
 * whose inputs are all constants is computed. Any other node adds layers to the chain, or
 * changes only the view of its input (weights/onnx/graph/view.h). */
#ifndef DP_WEIGHTS_ONNX_LOWER_H
#define DP_WEIGHTS_ONNX_LOWER_H

#include "weights/network/network.h"
#include "weights/onnx/graph/graph.h"
#include "weights/onnx/graph/tensor.h"

/* Lower a graph that was sorted for value `output`; the caller owns *out. norm: the scale of
 * the input; NULL: the graph may tell. DP_MODEL names the node that is not supported; DP_NOMEM.
 * *out is untouched then. */
DP_MUST_CHECK dp_code dp_onnx_lower(dp_network *out, const dp_onnx_graph *graph,
                                    int output, const dp_norm *norm,
                                    dp_onnx_memory *memory, dp_err *err);

#endif

/* From a graph to a chain: the run of its nodes.
 *
 * Nodes are run once, in order, on the constants of the file and on an activation whose
 * numbers are not known but whose place in the chain is. A node of constants gives a
 * constant; any other adds layers to the chain or changes only how its result is seen. */
#ifndef DP_WEIGHTS_ONNX_LOWER_H
#define DP_WEIGHTS_ONNX_LOWER_H

#include "weights/network/network.h"
#include "weights/onnx/graph.h"
#include "weights/onnx/tensor.h"

/* Lower the graph (sorted for value `output`) into an empty chain. */
DP_MUST_CHECK dp_code dp_onnx_lower(dp_network *out, const dp_onnx_graph *graph,
                                    int output, dp_onnx_memory *memory, dp_err *err);

#endif

/* The graph's input: its shape and its scale. */
#ifndef DP_WEIGHTS_ONNX_INPUT_H
#define DP_WEIGHTS_ONNX_INPUT_H

#include "weights/network/network.h"
#include "weights/onnx/state.h"

/* Start the chain with the graph's input. DP_MODEL if its shape is not that of a 28×28 image,
 * or if nothing depends on an input. */
DP_MUST_CHECK dp_code dp_onnx_start(dp_onnx_run *run, dp_err *err);

/* Guess the input scale of the lowered graph from its input type and first layer; sets
 * norm_known if they tell. */
void dp_onnx_infer_norm(dp_network *network, const dp_onnx_run *run);

#endif

/* The graph's input: its shape and its scale. */
#ifndef DP_WEIGHTS_ONNX_INPUT_H
#define DP_WEIGHTS_ONNX_INPUT_H

#include "weights/network/network.h"
#include "weights/onnx/state.h"

/* Start the chain with the graph's input. DP_MODEL where no 28×28 image fits it. */
DP_MUST_CHECK dp_code dp_onnx_start(dp_onnx_run *run, dp_err *err);

/* Which input scale the lowered graph wants, as far as its first step tells. */
void dp_onnx_infer_norm(dp_network *network, const dp_onnx_run *run);

#endif

/* Bringing the chain up to date with an activation: element-wise functions are not layers
 * until an operator needs their result. */
#ifndef DP_WEIGHTS_ONNX_ACTIVATION_H
#define DP_WEIGHTS_ONNX_ACTIVATION_H

#include "weights/onnx/state.h"

/* DP_MODEL after an operator that must be the network's last, such as ArgMax. */
DP_MUST_CHECK dp_code dp_onnx_not_ended(const dp_onnx_run *run, dp_err *err);

/* Flush the activation's pending element-wise function into the chain as a layer, so that the
 * activation is the chain's output. DP_MODEL if no layer computes that function, or if other
 * layers have been added since (a branch). */
DP_MUST_CHECK dp_code dp_onnx_flush(dp_onnx_run *run, dp_state *state, dp_err *err);

/* The same, and undo the flatten that a constant for each pixel has added, so that the output
 * is an image again. */
DP_MUST_CHECK dp_code dp_onnx_flush_image(dp_onnx_run *run, dp_state *state, dp_err *err);

#endif

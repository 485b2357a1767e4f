/* An activation as the end of the chain. */
#ifndef DP_WEIGHTS_ONNX_ACTIVATION_H
#define DP_WEIGHTS_ONNX_ACTIVATION_H

#include "weights/onnx/state.h"

/* DP_MODEL after something that may only stand at the end. */
DP_MUST_CHECK dp_code dp_onnx_not_ended(const dp_onnx_run *run, dp_err *err);

/* Make the chain end in exactly this activation, adding the layer that its function is.
 * DP_MODEL where it is no layer, and where other layers have come since (a branch). */
DP_MUST_CHECK dp_code dp_onnx_settle(dp_onnx_run *run, dp_state *state, dp_err *err);

/* The same, as the image that its view shows: a scale for each pixel flattens the chain. */
DP_MUST_CHECK dp_code dp_onnx_settle_image(dp_onnx_run *run, dp_state *state,
                                           dp_err *err);

#endif

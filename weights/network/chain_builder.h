/* A chain under construction: layers are appended one by one, with their parameters, and
 * the shapes are inferred as it grows. The readers of ONNX and of the int8 JSON build their
 * network with it. */
#ifndef DP_WEIGHTS_NETWORK_CHAIN_BUILDER_H
#define DP_WEIGHTS_NETWORK_CHAIN_BUILDER_H

#include "engine/net/params.h"

typedef struct dp_chain {
    dp_spec spec;
    float *params; /* owned */
    size_t n_params, capacity;
    size_t last; /* index of the last layer's first parameter */
} dp_chain;

void dp_chain_init(dp_chain *chain, dp_shape input);
void dp_chain_clear(dp_chain *chain);

/* The output shape of the last layer; of an empty chain, its input shape. */
dp_shape dp_chain_shape(const dp_chain *chain);

/* Append a layer. The caller then adds its parameters with dp_chain_params, in the order
 * of dp_role. DP_MODEL if the layer does not accept the current output shape, or if there
 * are too many layers. */
DP_MUST_CHECK dp_code dp_chain_add(dp_chain *chain, const dp_layer *layer, dp_err *err);

/* Append a layer that has neither attributes nor parameters. */
DP_MUST_CHECK dp_code dp_chain_add_plain(dp_chain *chain, dp_op_kind kind, dp_err *err);

/* Append n zeros to the last layer's parameters; *out points to them until the next call.
 * DP_MODEL if there are too many, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_chain_params(float **out, dp_chain *chain, size_t n,
                                      dp_err *err);

/* Append a flatten unless the output is flat already. */
DP_MUST_CHECK dp_code dp_chain_flatten(dp_chain *chain, dp_err *err);

/* Append y = scale[i]·x + shift[i] for each channel i of n (each feature, if the output is
 * flat). It is merged into the last layer if that is a conv, dense or bn, and becomes a bn
 * otherwise. */
DP_MUST_CHECK dp_code dp_chain_affine(dp_chain *chain, const float *scale,
                                      const float *shift, int n, dp_err *err);

#endif

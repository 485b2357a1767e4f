/* A chain that grows at its end: layers, inferred shapes and flat parameters. */
#ifndef DP_WEIGHTS_NETWORK_CHAIN_BUILDER_H
#define DP_WEIGHTS_NETWORK_CHAIN_BUILDER_H

#include "engine/net/params.h"

typedef struct dp_chain {
    dp_spec spec;
    float *params; /* owned */
    size_t n_params, capacity;
    size_t last; /* where the last layer's parameters start */
} dp_chain;

void dp_chain_init(dp_chain *chain, dp_shape input);
void dp_chain_clear(dp_chain *chain);

/* The shape that leaves the last layer. */
dp_shape dp_chain_shape(const dp_chain *chain);

/* Append a layer. Its parameters follow, by dp_chain_params, in the order of dp_role.
 * DP_MODEL where it does not fit the activation. */
DP_MUST_CHECK dp_code dp_chain_add(dp_chain *chain, const dp_layer *layer, dp_err *err);

/* Append a layer that has a kind and nothing else. */
DP_MUST_CHECK dp_code dp_chain_add_plain(dp_chain *chain, dp_op_kind kind, dp_err *err);

/* Room for the last layer's next n parameters, zeroed; valid until the next call. */
DP_MUST_CHECK dp_code dp_chain_params(float **out, dp_chain *chain, size_t n,
                                      dp_err *err);

/* A flatten where the activation is not flat yet. */
DP_MUST_CHECK dp_code dp_chain_flatten(dp_chain *chain, dp_err *err);

/* y = scale·x + shift for each of the n channels (features, once flat): merged into a last
 * conv, dense or bn, else a bn of its own. */
DP_MUST_CHECK dp_code dp_chain_affine(dp_chain *chain, const float *scale,
                                      const float *shift, int n, dp_err *err);

#endif

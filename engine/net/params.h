/* The parameters of a network: one flat array of floats. Gradients, moments and averages
 * are arrays with the same layout. */
#ifndef DP_ENGINE_NET_PARAMS_H
#define DP_ENGINE_NET_PARAMS_H

#include "engine/layers/op.h"
#include "engine/net/spec.h"

enum {
    DP_MAX_PARAMS = 1 << 24, /* floats of one network: 64 MiB */
    DP_MAX_PARAM_ARRAYS = 4 * DP_MAX_LAYERS,
};

typedef struct dp_params {
    int n;
    dp_param param[DP_MAX_PARAM_ARRAYS];
    size_t count;     /* floats in all */
    size_t trainable; /* without running statistics: the count that papers give */
} dp_params;

/* Compute the layout of a chain's parameters: by layer, then by role. DP_MODEL if there
 * are more than DP_MAX_PARAMS. */
DP_MUST_CHECK dp_code dp_params_layout(dp_params *out, const dp_spec *spec, dp_err *err);

/* The floats of layer i; they follow one another. */
size_t dp_params_of_layer(const dp_params *layout, int i);

/* Set layer, in, out, param and grad of a call for layer i. params and grad are flat
 * arrays in this layout; either may be NULL. The caller sets the other fields. */
void dp_params_bind(dp_op_call *call, const dp_spec *spec, const dp_params *layout, int i,
                    const float *params, float *grad);

#endif

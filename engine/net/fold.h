/* The chain that inference computes, made from a trained one. Each batch norm is folded
 * into the weights of the layer before it. Dropout is removed, and so is a final softmax:
 * a model answers logits. */
#ifndef DP_ENGINE_NET_FOLD_H
#define DP_ENGINE_NET_FOLD_H

#include "engine/net/params.h"

#include <stdbool.h>

typedef struct dp_fold {
    dp_spec spec;              /* may have no layers */
    dp_params layout;          /* of spec */
    int source[DP_MAX_LAYERS]; /* [i]: index in the trained chain of layer i of spec */
    int norm[DP_MAX_LAYERS];   /* [i]: index of the bn that is folded into it, or −1 */
} dp_fold;

/* Plan the folding. DP_MODEL if the biases that it adds make the network too large. */
DP_MUST_CHECK
dp_code dp_fold_plan(dp_fold *out, const dp_spec *spec, dp_err *err);

/* Whether the folded parameters are those of the trained chain, whose layout this is. */
bool dp_fold_is_identity(const dp_fold *fold, const dp_params *layout);

/* Write the folded parameters, fold->layout.count floats. spec, layout and params are
 * those of the trained chain. */
void dp_fold_params(float *out, const dp_fold *fold, const dp_spec *spec,
                    const dp_params *layout, const float *params);

#endif

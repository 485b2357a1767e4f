/* A trained chain rewritten as what inference has to compute: batch norms inside the
 * weights of the layer before them, no dropout, no last softmax (models answer logits). */
#ifndef DP_ENGINE_NET_FOLD_H
#define DP_ENGINE_NET_FOLD_H

#include "engine/net/params.h"

typedef struct dp_fold {
    dp_spec spec;              /* may have no layers left */
    dp_params layout;          /* of spec */
    int source[DP_MAX_LAYERS]; /* layer i of spec was this one */
    int norm[DP_MAX_LAYERS];   /* and the bn at this index is folded into it, or −1 */
} dp_fold;

/* Rewrite the chain. DP_MODEL where the biases that folding adds are too many. */
DP_MUST_CHECK
dp_code dp_fold_plan(dp_fold *out, const dp_spec *spec, dp_err *err);

/* Write the folded parameters (fold->layout.count floats) of a chain whose own are
 * `params`, laid out by `layout`. */
void dp_fold_params(float *out, const dp_fold *fold, const dp_spec *spec,
                    const dp_params *layout, const float *params);

#endif

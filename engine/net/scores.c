#include "config.h"

#include "engine/net/scores.h"

#include "engine/layers/op.h"

dp_scores dp_scores_of(const dp_spec *spec)
{
    int last = spec->n_layers - 1;
    /* Layers that only move or round values. */
    while (last >= 0 && (spec->layer[last].kind == DP_OP_FLATTEN ||
                         spec->layer[last].kind == DP_OP_QUANTIZE ||
                         dp_op_get(spec->layer[last].kind)->training_only))
        last--;
    const dp_act act = last < 0 ? DP_ACT_NONE : dp_op_get(spec->layer[last].kind)->act;
    if (act == DP_ACT_NONE)
        return DP_SCORES_LOGITS;
    return act == DP_ACT_SIGMOID || act == DP_ACT_HARD_SIGMOID ? DP_SCORES_SHARES
                                                               : DP_SCORES_RANKS;
}

#include "config.h"

#include "engine/layers/op.h"

#include "engine/layers/layer_table.h"

const dp_op *dp_op_get(dp_op_kind kind)
{
    static const dp_op *const table[DP_OP_COUNT] = {
#define OP_ENTRY(NAME, name) [DP_OP_##NAME] = &dp_op_##name,
        DP_OPS(OP_ENTRY)
#undef OP_ENTRY
    };
    return table[kind];
}

size_t dp_op_depth(const dp_layer *layer, dp_shape in)
{
    dp_param param[DP_ROLE_COUNT];
    size_t depth = 1;
    dp_op_get(layer->kind)->params(param, layer, in); /* DP_WEIGHT comes first */
    for (int d = 1; d < param[0].rank; d++)
        depth *= (size_t)param[0].dim[d];
    return depth;
}

dp_code dp_op_check_trainable(const dp_layer *layer, dp_err *err)
{
    const dp_op *op = dp_op_get(layer->kind);
    if (!op->backward)
        return dp_fail(err, DP_USAGE, "cannot be trained");
    return op->check_trainable ? op->check_trainable(layer, err) : DP_OK;
}

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

dp_code dp_op_check_trainable(const dp_layer *layer, dp_err *err)
{
    const dp_op *op = dp_op_get(layer->kind);
    if (!op->backward)
        return dp_fail(err, DP_USAGE, "%s cannot be trained", op->name);
    if (layer->kind == DP_OP_CONV && layer->groups > 1)
        return dp_fail(err, DP_USAGE, "conv with groups cannot be trained");
    if (layer->kind == DP_OP_CONV && (layer->dilation[0] > 1 || layer->dilation[1] > 1))
        return dp_fail(err, DP_USAGE, "conv with dilation cannot be trained");
    return DP_OK;
}

/* The entries that op.c gathers, one for each name in DP_OPS, defined in op_*.c. */
#ifndef DP_ENGINE_LAYERS_LAYER_TABLE_H
#define DP_ENGINE_LAYERS_LAYER_TABLE_H

#include "engine/layers/op.h"

#define OP_DECLARE(NAME, name) extern const dp_op dp_op_##name;
DP_OPS(OP_DECLARE)
#undef OP_DECLARE

/* For layers that work on each value alone. */
static inline dp_code dp_op_infer_same(dp_shape *out, const dp_layer *layer, dp_shape in,
                                       dp_err *err)
{
    (void)layer;
    (void)err;
    *out = in;
    return DP_OK;
}

/* Values of all images of a call. */
static inline size_t dp_op_total(const dp_op_call *call)
{
    return (size_t)call->n * dp_shape_count(call->in);
}

#endif

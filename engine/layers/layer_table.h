/* The entries of the op table, one for each name in DP_OPS, and helpers for the files
 * that define them. op.c puts them together. */
#ifndef DP_ENGINE_LAYERS_LAYER_TABLE_H
#define DP_ENGINE_LAYERS_LAYER_TABLE_H

#include "engine/layers/op.h"

#define OP_DECLARE(NAME, name) extern const dp_op dp_op_##name;
DP_OPS(OP_DECLARE)
#undef OP_DECLARE

/* `infer` of a layer whose output has the shape of its input. */
static inline dp_code dp_op_infer_same(dp_shape *out, const dp_layer *layer, dp_shape in,
                                       dp_err *err)
{
    (void)layer;
    (void)err;
    *out = in;
    return DP_OK;
}

/* The number of input values of all images of a call. */
static inline size_t dp_op_total(const dp_op_call *call)
{
    return (size_t)call->n * dp_shape_count(call->in);
}

#endif

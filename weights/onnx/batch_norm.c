/* BatchNormalization. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include <inttypes.h>

/* Copy gamma, beta, mean and variance, each [dims.dim[1]], in the engine's order: by channel
 * if dimension 1 holds the channels, by element otherwise. */
static dp_code add_norm_params(dp_onnx_run *run, const dp_onnx_node *node,
                               const dp_onnx_view *view, bool channels, dp_err *err)
{
    const int64_t *size = view->size;
    int64_t height = channels ? 1 : size[DP_AXIS_H],
            width = channels ? 1 : size[DP_AXIS_W];
    for (int i = 1; i <= 4; i++) {
        const dp_onnx_tensor *t;
        float *to;
        int64_t at[DP_AXES] = { 0 };
        dp_code code = dp_onnx_weights(&t, run, node, i, 1, err);
        if (!code && (int64_t)t->count != view->dims.dim[1])
            code =
                dp_fail(err, DP_MODEL, "input %d: %zu numbers for %" PRId64 " channels",
                        i, t->count, view->dims.dim[1]);
        if (!code)
            code = dp_chain_params(&to, &run->chain,
                                   (size_t)(size[DP_AXIS_C] * height * width), err);
        if (code)
            return code;
        for (at[DP_AXIS_C] = 0; at[DP_AXIS_C] < size[DP_AXIS_C]; at[DP_AXIS_C]++)
            for (at[DP_AXIS_H] = 0; at[DP_AXIS_H] < height; at[DP_AXIS_H]++)
                for (at[DP_AXIS_W] = 0; at[DP_AXIS_W] < width; at[DP_AXIS_W]++)
                    *to++ = t->f[dp_onnx_view_index(view, 1, at)];
    }
    return DP_OK;
}

static dp_code lower_batch_norm(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    dp_layer layer = { .kind = DP_OP_BN,
                       .value = dp_onnx_attr_float(node, "epsilon", 1e-5f) };
    if (in->kind != DP_STATE_ACTIVATION || in->view.dims.rank < 2)
        return dp_fail(err, DP_MODEL, "the first input must be the activation");
    if (dp_onnx_attr_int(node, "training_mode", 0))
        return dp_fail(err, DP_MODEL, "exported in training mode; export for inference");
    dp_onnx_view view = in->view;
    bool flat = dp_chain_shape(&run->chain).c ==
                view.size[DP_AXIS_C] * view.size[DP_AXIS_H] * view.size[DP_AXIS_W];
    bool channels = dp_onnx_view_dim_is(&view, 1, DP_AXIS_C) &&
                    dp_chain_shape(&run->chain).c == view.size[DP_AXIS_C];
    bool whole = true; /* dimension 1 holds all elements of an image */
    for (int k = 0; k < view.n_axes; k++)
        whole = whole && (view.axis[k] == DP_AXIS_N) == (view.at[k] != 1);
    dp_code code = dp_onnx_flush(run, in, err);
    if (code)
        return code;
    if (!channels && !whole)
        return dp_fail(err, DP_MODEL, "dimension 1 does not hold the channels");
    if (!channels && !flat && (code = dp_chain_flatten(&run->chain, err)))
        return code;
    if ((code = dp_chain_add(&run->chain, &layer, err)) ||
        (code = add_norm_params(run, node, &view, channels, err)))
        return code;
    dp_onnx_give_activation(run, node, &view);
    return DP_OK;
}

const dp_onnx_op dp_onnx_norm_ops[] = {
    { "BatchNormalization", 5, NULL, lower_batch_norm },
    { NULL, 0, NULL, NULL },
};

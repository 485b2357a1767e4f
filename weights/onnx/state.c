#include "config.h"

#include "weights/onnx/state.h"

#include <inttypes.h>
#include <string.h>

/* ---- a node's inputs ----------------------------------------------------------------- */

dp_state *dp_onnx_input(const dp_onnx_run *run, const dp_onnx_node *node, int i)
{
    return i < node->n_inputs && node->input[i] >= 0 ? &run->state[node->input[i]] : NULL;
}

dp_code dp_onnx_constant(const dp_onnx_tensor **out, const dp_onnx_run *run,
                         const dp_onnx_node *node, int i, dp_err *err)
{
    const dp_state *state = dp_onnx_input(run, node, i);
    if (!state)
        return dp_fail(err, DP_MODEL, "input %d is missing", i);
    if (state->kind != DP_STATE_CONSTANT)
        return dp_fail(err, DP_MODEL, "input %d ('%.48s') depends on the image", i,
                       run->graph->value[node->input[i]].name);
    *out = &state->tensor;
    return DP_OK;
}

dp_code dp_onnx_weights(const dp_onnx_tensor **out, const dp_onnx_run *run,
                        const dp_onnx_node *node, int i, int rank, dp_err *err)
{
    const dp_onnx_tensor *t;
    char shape[96];
    dp_code code = dp_onnx_constant(&t, run, node, i, err);
    if (code)
        return code;
    if (!t->f || t->dims.rank != rank || t->count == 0)
        return dp_fail(err, DP_MODEL,
                       "input %d: %s of shape %s instead of floats of rank %d", i,
                       t->f ? "floats" : "integers",
                       dp_onnx_dims_text(shape, sizeof shape, &t->dims), rank);
    *out = t;
    return DP_OK;
}

dp_code dp_onnx_get_ints(dp_onnx_ints *out, const dp_onnx_run *run,
                         const dp_onnx_node *node, const char *name, int i, dp_err *err)
{
    const Onnx__AttributeProto *attr = dp_onnx_attr(node, name);
    const dp_onnx_tensor *t = NULL;
    dp_code code = DP_OK;
    *out = (dp_onnx_ints){ .n = -1 };
    if (i >= 0 && dp_onnx_input(run, node, i))
        code = dp_onnx_constant(&t, run, node, i, err);
    if (code || (!t && !attr))
        return code;
    if (t && !t->i)
        return dp_fail(err, DP_MODEL, "%s: not integers", name);
    size_t n = t ? t->count : attr->n_ints;
    if (n > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL, "%s: %zu numbers exceed the limit of %d", name, n,
                       DP_ONNX_MAX_RANK);
    if (n > 0)
        memcpy(out->at, t ? t->i : attr->ints, n * sizeof out->at[0]);
    out->n = (int)n;
    return DP_OK;
}

dp_code dp_onnx_axis(int *out, int64_t axis, int rank, dp_err *err)
{
    if (axis < -rank || axis >= rank)
        return dp_fail(err, DP_MODEL, "axis %" PRId64 " is out of range for rank %d",
                       axis, rank);
    *out = (int)(axis < 0 ? axis + rank : axis);
    return DP_OK;
}

/* ---- a node's result ----------------------------------------------------------------- */

static dp_state *output_state(dp_onnx_run *run, const dp_onnx_node *node)
{
    return &run->state[node->output[0]];
}

void dp_onnx_give_constant(dp_onnx_run *run, const dp_onnx_node *node,
                           const dp_onnx_tensor *tensor)
{
    dp_state *out = output_state(run, node);
    out->tensor = *tensor;
    out->kind = DP_STATE_CONSTANT;
}

dp_code dp_onnx_give_floats(float **f, dp_onnx_run *run, const dp_onnx_node *node,
                            const dp_onnx_dims *dims, dp_err *err)
{
    output_state(run, node)->kind = DP_STATE_CONSTANT;
    return dp_onnx_tensor_new(&output_state(run, node)->tensor, f, NULL, run->memory,
                              dims, err);
}

dp_code dp_onnx_give_ints(int64_t **i, dp_onnx_run *run, const dp_onnx_node *node,
                          const dp_onnx_dims *dims, dp_err *err)
{
    output_state(run, node)->kind = DP_STATE_CONSTANT;
    return dp_onnx_tensor_new(&output_state(run, node)->tensor, NULL, i, run->memory,
                              dims, err);
}

void dp_onnx_set_activation(dp_state *out, const dp_onnx_view *view, int generation)
{
    out->kind = DP_STATE_ACTIVATION;
    out->view = *view;
    out->generation = generation;
    out->function = dp_pointwise_identity();
    out->quantized = false;
}

void dp_onnx_give_activation(dp_onnx_run *run, const dp_onnx_node *node,
                             const dp_onnx_view *view)
{
    dp_onnx_set_activation(output_state(run, node), view, ++run->generation);
}

void dp_onnx_note_scales(dp_onnx_run *run, const dp_onnx_tensor *weights)
{
    run->scales[run->chain.spec.n_layers - 1] = weights->scales;
}

void dp_onnx_give_view(dp_onnx_run *run, const dp_onnx_node *node,
                       const dp_onnx_view *view)
{
    const dp_state *in = dp_onnx_input(run, node, 0);
    dp_state *out = output_state(run, node);
    dp_onnx_set_activation(out, view, in->generation);
    out->function = in->function;
    out->quantized = in->quantized;
}

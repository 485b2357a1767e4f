/* Where images come in: the shapes that they may have, and the scale that the graph wants. */
#include "config.h"

#include "weights/onnx/input.h"

#include <math.h>
#include <string.h>

enum { BATCH = -1, MAX_BATCH = 1 << 16 };

/* The shapes that a 28×28 image may come in. */
static const struct layout {
    dp_onnx_dims dims;
    const char *axes;
} layouts[] = {
    { { 4, { BATCH, 1, 28, 28 } }, "NCHW" },
    { { 4, { BATCH, 28, 28, 1 } }, "NHWC" },
    { { 4, { BATCH, 28, 1, 28 } }, "NHCW" },
    { { 3, { BATCH, 28, 28 } }, "NHW" },
    { { 3, { 28, 28, 1 } }, "HWC" },
    { { 2, { BATCH, 784 } }, NULL },
    { { 2, { 28, 28 } }, "HW" },
    { { 2, { 784, 1 } }, NULL },
    { { 3, { BATCH, 1, 784 } }, NULL },
    { { 3, { BATCH, 784, 1 } }, NULL },
    { { 4, { BATCH, 784, 1, 1 } }, NULL },
    { { 4, { BATCH, 1, 1, 784 } }, NULL },
    { { 1, { 784 } }, NULL },
};

/* The dimensions that a graph states; 0 for one that it leaves open. */
static dp_code stated_dims(dp_onnx_dims *dims, const Onnx__ValueInfoProto *info,
                           dp_err *err)
{
    const Onnx__TensorTypeProto *type = info->type ? info->type->tensor_type : NULL;
    *dims = (dp_onnx_dims){ 0 };
    if (!type)
        return info->type ? dp_fail(err, DP_MODEL, "is not a tensor") : DP_OK;
    size_t n = type->shape ? type->shape->n_dim : 0;
    if (n > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL, "has %zu dimensions", n);
    dims->rank = (int)n;
    for (size_t d = 0; d < n; d++) {
        int64_t value = type->shape->dim[d]->dim_value;
        dims->dim[d] = value > 0 ? value : 0;
    }
    return DP_OK;
}

/* A graph that states no shape at all is seen as its first layer wants it. */
static dp_onnx_dims guess_dims(const dp_onnx_graph *graph)
{
    for (int i = 0; i < graph->n_order; i++) {
        const dp_onnx_node *node = &graph->node[graph->order[i]];
        if (node->n_inputs > 0 && node->input[0] == graph->input)
            return strcmp(node->proto->op_type, "Conv") == 0
                       ? layouts[0].dims
                       : (dp_onnx_dims){ 2, { BATCH, 784 } };
    }
    return layouts[0].dims;
}

static bool layout_fits(const struct layout *layout, const dp_onnx_dims *dims)
{
    if (layout->dims.rank != dims->rank)
        return false;
    for (int d = 0; d < dims->rank; d++) {
        int64_t want = layout->dims.dim[d], have = dims->dim[d];
        if (want == BATCH ? have > MAX_BATCH : have > 0 && have != want)
            return false;
    }
    return true;
}

/* One image, or as many as the graph insists on. */
static dp_onnx_view layout_view(const struct layout *layout, const dp_onnx_dims *dims)
{
    int64_t size[DP_AXES] = { 1, 1, DP_SIDE, DP_SIDE };
    bool batched = layout->dims.dim[0] == BATCH;
    if (batched && dims->dim[0] > 0)
        size[DP_AXIS_N] = dims->dim[0];
    dp_onnx_view view = dp_onnx_view_plain(layout->axes ? layout->axes
                                           : batched    ? "NHW"
                                                        : "HW",
                                           size);
    if (!layout->axes) {
        dp_onnx_dims merged = layout->dims;
        if (batched)
            merged.dim[0] = size[DP_AXIS_N];
        (void)dp_onnx_view_reshape(&view, &merged);
    }
    return view;
}

dp_code dp_onnx_start(dp_onnx_run *run, dp_err *err)
{
    const dp_onnx_graph *graph = run->graph;
    if (graph->input < 0)
        return dp_fail(err, DP_MODEL, "the answer does not depend on any input");
    const dp_onnx_value *input = &graph->value[graph->input];
    dp_onnx_dims dims;
    dp_code code = stated_dims(&dims, input->graph_input, err);
    if (code)
        return dp_fail_in(err, code, "input '%.64s'", input->name);
    if (dims.rank == 0)
        dims = guess_dims(graph);
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (layout_fits(&layouts[i], &dims)) {
            dp_onnx_view view = layout_view(&layouts[i], &dims);
            dp_onnx_see(&run->state[graph->input], &view, run->generation);
            dp_chain_init(&run->chain, (dp_shape){ 1, DP_SIDE, DP_SIDE });
            return DP_OK;
        }
    char shape[96];
    return dp_fail(err, DP_MODEL,
                   "input '%.64s' has shape %s (0: open); digits are 1x28x28 images",
                   input->name, dp_onnx_dims_text(shape, sizeof shape, &dims));
}

/* What the graph does first says how it wants its pixels: integers and a division by 255
 * mean raw ones, a mean and a deviation those in units of one. */
void dp_onnx_infer_norm(dp_network *network, const dp_onnx_run *run)
{
    const Onnx__TypeProto *type = run->graph->value[run->graph->input].graph_input->type;
    const dp_layer *first = &network->spec.layer[0];
    int32_t elem = type && type->tensor_type ? type->tensor_type->elem_type : 0;
    double scale = 0;
    if (first->kind == DP_OP_BN) /* gamma / sqrt(variance + eps) */
        scale = (double)network->params[0] /
                sqrt((double)network->params[3] + (double)first->value);
    bool raw = (elem > 0 && !dp_onnx_type_is_float(elem)) || (scale > 0 && scale < 0.05);
    bool unit = !raw && scale > 1.5 && scale < 6;
    network->norm = raw ? DP_NORM_RAW : DP_NORM_UNIT;
    network->norm_known = raw || unit;
}

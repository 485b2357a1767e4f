/* The graph's input: which shapes hold a 28×28 image, and which pixel scale is expected. */
#include "config.h"

#include "weights/onnx/input.h"

#include "weights/onnx/int8.h"

#include "engine/core/arith.h"

#include <math.h>
#include <string.h>

enum { BATCH = -1, MAX_BATCH = 1 << 16 };

/* The accepted shapes; axes is NULL if height and width are one dimension. */
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

/* The declared dimensions; 0 for a symbolic or missing one. */
static dp_code stated_dims(dp_onnx_dims *dims, const Onnx__ValueInfoProto *info,
                           dp_err *err)
{
    const Onnx__TensorTypeProto *type = info->type ? info->type->tensor_type : NULL;
    *dims = (dp_onnx_dims){ 0 };
    if (!type)
        return info->type ? dp_fail(err, DP_MODEL, "not a tensor") : DP_OK;
    size_t n = type->shape ? type->shape->n_dim : 0;
    if (n > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL, "%zu dimensions exceed the limit of %d", n,
                       DP_ONNX_MAX_RANK);
    dims->rank = (int)n;
    for (size_t d = 0; d < n; d++) {
        int64_t value = type->shape->dim[d]->dim_value;
        dims->dim[d] = value > 0 ? value : 0;
    }
    return DP_OK;
}

/* A shape for a graph that declares none: what its first operator takes. */
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

/* One image, or the batch size that the graph declares. */
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
        return dp_fail(err, DP_MODEL, "the output does not depend on an input");
    const dp_onnx_value *input = &graph->value[graph->input];
    dp_onnx_dims dims;
    dp_code code = stated_dims(&dims, input->graph_input, err);
    if (code)
        return dp_fail_in(err, code, "input '%.64s'", input->name);
    if (dims.rank == 0)
        dims = guess_dims(graph);
    for (size_t i = 0; i < DP_COUNT(layouts); i++)
        if (layout_fits(&layouts[i], &dims)) {
            dp_onnx_view view = layout_view(&layouts[i], &dims);
            dp_onnx_set_activation(&run->state[graph->input], &view, run->generation);
            dp_chain_init(&run->chain, (dp_shape){ 1, DP_SIDE, DP_SIDE });
            return DP_OK;
        }
    char shape[96];
    const bool coloured = dims.rank == 4 && (dims.dim[1] == 3 || dims.dim[3] == 3);
    return dp_fail(err, DP_MODEL,
                   "input '%.64s': shape %s (0: any)%s; digitpad reads grey images of "
                   "28x28, so train a network on those",
                   input->name, dp_onnx_dims_text(shape, sizeof shape, &dims),
                   coloured ? ", 3 colours" : "");
}

/* A first layer that rounds leaves the pixels of one norm as they are. Integer input, or a
 * first layer that divides by about 255, means raw pixels of 0 to 255. A first layer that
 * divides by a standard deviation of 1/6 to 1/1.5 means pixels of 0 to 1. */
void dp_onnx_infer_norm(dp_network *network, const dp_onnx_run *run)
{
    const Onnx__TypeProto *type = run->graph->value[run->graph->input].graph_input->type;
    const dp_layer *first = &network->spec.layer[0];
    if (dp_onnx_rounds_pixels(&network->norm, first)) {
        network->norm_known = true;
        return;
    }
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

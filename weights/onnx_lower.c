#include "config.h"

#include "weights/onnx_lower.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a node's inputs ----------------------------------------------------------------- */

dp_state *dp_onnx_input(const dp_onnx_run *l, const dp_onnx_node *node, int i)
{
    return i < node->n_inputs && node->input[i] >= 0 ? &l->state[node->input[i]] : NULL;
}

dp_code dp_onnx_constant(const dp_onnx_tensor **out, const dp_onnx_run *l,
                         const dp_onnx_node *node, int i, dp_err *err)
{
    const dp_state *state = dp_onnx_input(l, node, i);
    if (!state)
        return dp_fail(err, DP_MODEL, "input %d is missing", i);
    if (state->kind != DP_STATE_CONSTANT)
        return dp_fail(err, DP_MODEL, "input %d ('%.48s') depends on the image", i,
                       l->graph->value[node->input[i]].name);
    *out = &state->tensor;
    return DP_OK;
}

dp_code dp_onnx_weights(const dp_onnx_tensor **out, const dp_onnx_run *l,
                        const dp_onnx_node *node, int i, int rank, dp_err *err)
{
    const dp_onnx_tensor *t;
    char shape[96];
    dp_code code = dp_onnx_constant(&t, l, node, i, err);
    if (code)
        return code;
    if (!t->f || t->dims.rank != rank || t->count == 0)
        return dp_fail(err, DP_MODEL,
                       "input %d has %s of shape %s, not floats of rank %d", i,
                       t->f ? "floats" : "integers",
                       dp_onnx_dims_text(shape, sizeof shape, &t->dims), rank);
    *out = t;
    return DP_OK;
}

dp_code dp_onnx_get_ints(dp_onnx_ints *out, const dp_onnx_run *l,
                         const dp_onnx_node *node, const char *name, int i, dp_err *err)
{
    const Onnx__AttributeProto *attr = dp_onnx_attr(node, name);
    const dp_onnx_tensor *t = NULL;
    dp_code code = DP_OK;
    *out = (dp_onnx_ints){ .n = -1 };
    if (i >= 0 && dp_onnx_input(l, node, i))
        code = dp_onnx_constant(&t, l, node, i, err);
    if (code || (!t && !attr))
        return code;
    if (t && !t->i)
        return dp_fail(err, DP_MODEL, "%s must be integers", name);
    size_t n = t ? t->count : attr->n_ints;
    if (n > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL, "%s has %zu numbers, more than %d", name, n,
                       DP_ONNX_MAX_RANK);
    if (n > 0)
        memcpy(out->at, t ? t->i : attr->ints, n * sizeof out->at[0]);
    out->n = (int)n;
    return DP_OK;
}

dp_code dp_onnx_axis(int *out, int64_t axis, int rank, dp_err *err)
{
    if (axis < -rank || axis >= rank)
        return dp_fail(err, DP_MODEL, "axis %" PRId64 " of a tensor of rank %d", axis,
                       rank);
    *out = (int)(axis < 0 ? axis + rank : axis);
    return DP_OK;
}

/* ---- a node's result ----------------------------------------------------------------- */

static dp_state *output_state(dp_onnx_run *l, const dp_onnx_node *node)
{
    return &l->state[node->output[0]];
}

void dp_onnx_give_constant(dp_onnx_run *l, const dp_onnx_node *node,
                           const dp_onnx_tensor *tensor)
{
    dp_state *out = output_state(l, node);
    out->tensor = *tensor;
    out->kind = DP_STATE_CONSTANT;
}

dp_code dp_onnx_give_floats(float **f, dp_onnx_run *l, const dp_onnx_node *node,
                            const dp_onnx_dims *dims, dp_err *err)
{
    output_state(l, node)->kind = DP_STATE_CONSTANT;
    return dp_onnx_tensor_new(&output_state(l, node)->tensor, f, NULL, l->memory, dims,
                              err);
}

dp_code dp_onnx_give_ints(int64_t **i, dp_onnx_run *l, const dp_onnx_node *node,
                          const dp_onnx_dims *dims, dp_err *err)
{
    output_state(l, node)->kind = DP_STATE_CONSTANT;
    return dp_onnx_tensor_new(&output_state(l, node)->tensor, NULL, i, l->memory, dims,
                              err);
}

static void give(dp_state *out, const dp_view *view, int generation)
{
    out->kind = DP_STATE_ACTIVATION;
    out->view = *view;
    out->generation = generation;
    out->function = dp_pointwise_identity();
}

void dp_onnx_give_activation(dp_onnx_run *l, const dp_onnx_node *node,
                             const dp_view *view)
{
    give(output_state(l, node), view, ++l->generation);
}

void dp_onnx_give_view(dp_onnx_run *l, const dp_onnx_node *node, const dp_view *view)
{
    const dp_state *in = dp_onnx_input(l, node, 0);
    dp_state *out = output_state(l, node);
    give(out, view, in->generation);
    out->function = in->function;
}

/* ---- the activation ------------------------------------------------------------------ */

static dp_code add_affine(dp_onnx_run *l, double scale, double shift, dp_err *err)
{
    int n = dp_chain_shape(&l->chain).c;
    float *rows = malloc(2 * (size_t)n * sizeof *rows);
    if (!rows)
        return dp_fail(err, DP_NOMEM, "out of memory");
    for (int i = 0; i < n; i++) {
        rows[i] = (float)scale;
        rows[n + i] = (float)shift;
    }
    dp_code code = dp_chain_affine(&l->chain, rows, rows + n, n, err);
    free(rows);
    return code;
}

/* A clip as two ReLUs: with y = relu(x − a), clip(x) = b − relu((b − a) − y). Bounds as
 * far out as the farthest sample bind nothing. */
static dp_code add_clip(dp_onnx_run *l, double a, double b, dp_err *err)
{
    const double far = dp_sample(DP_SAMPLES - 1);
    if (a <= -far) { /* bounded above only: −clip(−x) */
        dp_code code = add_affine(l, -1, 0, err);
        if (!code)
            code = add_clip(l, -b, far, err);
        return code ? code : add_affine(l, -1, 0, err);
    }
    dp_code code = a == 0 ? DP_OK : add_affine(l, 1, -a, err);
    if (!code)
        code = dp_chain_add_plain(&l->chain, DP_OP_relu, err);
    if (code || b >= far)
        return code || a == 0 ? code : add_affine(l, 1, a, err);
    if ((code = add_affine(l, -1, b - a, err)) ||
        (code = dp_chain_add_plain(&l->chain, DP_OP_relu, err)))
        return code;
    return add_affine(l, -1, b, err);
}

static dp_code add_leaky_relu(dp_onnx_run *l, double slope, dp_err *err)
{
    if (!(slope >= 0 && slope < 1))
        return dp_fail(err, DP_MODEL, "a leaky ReLU's slope of %g is not in [0, 1)",
                       slope);
    return dp_chain_add(
        &l->chain, &(dp_layer){ .kind = DP_OP_leaky_relu, .value = (float)slope }, err);
}

/* tanh or sigmoid of scale·x: written-out ones come with a factor that is not always 1. */
static dp_code add_scaled(dp_onnx_run *l, dp_op_kind kind, double scale, dp_err *err)
{
    dp_code code = fabs(scale - 1) < 1e-6 ? DP_OK : add_affine(l, scale, 0, err);
    return code ? code : dp_chain_add_plain(&l->chain, kind, err);
}

/* The layer that f is; `value` is what the file calls its result. */
static dp_code add_function(dp_onnx_run *l, const dp_function *f, int value, dp_err *err)
{
    switch (f->kind) {
    case DP_FN_IDENTITY:
        return DP_OK;
    case DP_FN_AFFINE:
        return add_affine(l, f->a, f->b, err);
    case DP_FN_RELU:
        return dp_chain_add_plain(&l->chain, DP_OP_relu, err);
    case DP_FN_GELU:
        return dp_chain_add_plain(&l->chain, DP_OP_gelu, err);
    case DP_FN_GELU_TANH:
        return dp_chain_add_plain(&l->chain, DP_OP_gelu_tanh, err);
    case DP_FN_SIGMOID:
        return add_scaled(l, DP_OP_sigmoid, f->a, err);
    case DP_FN_TANH:
        return add_scaled(l, DP_OP_tanh, f->a, err);
    case DP_FN_LEAKY_RELU:
        return add_leaky_relu(l, f->a, err);
    case DP_FN_CLIP:
        return add_clip(l, f->a, f->b, err);
    case DP_FN_UNKNOWN:
    case DP_FN_LOG:
        break;
    }
    return dp_fail(err, DP_MODEL,
                   "the function that ends at '%.48s' is none of a scale and shift, "
                   "relu, leaky_relu, clip, gelu, sigmoid, tanh",
                   l->graph->value[value].name);
}

dp_code dp_onnx_not_ended(const dp_onnx_run *l, dp_err *err)
{
    if (l->ending == DP_END_NONE)
        return DP_OK;
    return dp_fail(err, DP_MODEL, "comes after %s, which must be the last",
                   l->ending == DP_END_ARGMAX ? "ArgMax" : "LogSoftmax");
}

dp_code dp_onnx_settle(dp_onnx_run *l, dp_state *state, dp_err *err)
{
    dp_code code = dp_onnx_not_ended(l, err);
    if (code)
        return code;
    if (state->generation != l->generation)
        return dp_fail(err, DP_MODEL,
                       "needs a value from before the last layer; "
                       "branches and skip connections are not supported");
    dp_function f = dp_pointwise_recognize(&state->function);
    code = add_function(l, &f, (int)(state - l->state), err);
    if (!code && f.kind != DP_FN_IDENTITY) {
        state->generation = ++l->generation;
        state->function = dp_pointwise_identity();
    }
    return code;
}

/* ---- running the graph --------------------------------------------------------------- */

static const dp_onnx_op *find_op(const dp_onnx_node *node)
{
    static const dp_onnx_op *const families[] = { dp_onnx_layer_ops, dp_onnx_arith_ops,
                                                  dp_onnx_shape_ops, dp_onnx_fold_ops };
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        for (const dp_onnx_op *op = families[i]; op->name; op++)
            if (strcmp(op->name, node->proto->op_type) == 0)
                return op;
    return NULL;
}

/* The format's own operators have no domain, or this one. */
static bool standard_domain(const char *domain)
{
    return !domain || domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0;
}

static dp_code refuse_operator(const dp_onnx_node *node, dp_err *err)
{
    const char *domain = node->proto->domain;
    if (!standard_domain(domain))
        return dp_fail(err, DP_MODEL, "operators of domain '%.40s' are not supported",
                       domain);
    return dp_fail(
        err, DP_MODEL,
        "operator not supported (only convolution, pooling, dense layers, batch "
        "norm, activations, reshapes)");
}

/* Whether all inputs that are there are constants. */
static dp_code check_inputs(bool *constant, const dp_onnx_run *l,
                            const dp_onnx_node *node, int required, dp_err *err)
{
    *constant = true;
    for (int i = 0; i < node->n_inputs || i < required; i++) {
        const dp_state *in = dp_onnx_input(l, node, i);
        if (!in && i < required)
            return dp_fail(err, DP_MODEL, "input %d is missing", i);
        if (in && in->kind == DP_STATE_UNKNOWN)
            return dp_fail(err, DP_MODEL,
                           "needs '%.48s', an output that is not supported",
                           l->graph->value[node->input[i]].name);
        *constant = *constant && (!in || in->kind == DP_STATE_CONSTANT);
    }
    if (node->n_outputs < 1 || node->output[0] < 0)
        return dp_fail(err, DP_MODEL, "has no first output");
    return DP_OK;
}

static dp_code run_node(dp_onnx_run *l, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_op *op = standard_domain(node->proto->domain) ? find_op(node) : NULL;
    if (!op)
        return refuse_operator(node, err);
    bool constant;
    dp_code code = check_inputs(&constant, l, node, op->inputs, err);
    if (code)
        return code;
    dp_onnx_handler *handler = constant ? op->fold : op->lower;
    if (!handler)
        return dp_fail(err, DP_MODEL, "not supported on %s",
                       constant ? "constants" : "values that depend on the image");
    code = handler(l, node, err);
    for (int i = 0; i < node->n_inputs; i++)
        if (node->input[i] >= 0)
            l->state[node->input[i]].left--;
    return code;
}

static dp_code load_constants(dp_onnx_run *l, dp_err *err)
{
    const dp_onnx_graph *graph = l->graph;
    for (int v = 0; v < graph->n_values; v++) {
        const dp_onnx_value *value = &graph->value[v];
        l->state[v].left = value->uses;
        if (!value->initializer || value->uses == 0)
            continue;
        dp_code code =
            dp_onnx_tensor_load(&l->state[v].tensor, l->memory, value->initializer, err);
        if (code)
            return dp_fail_in(err, code, "initializer '%.64s'", value->name);
        l->state[v].kind = DP_STATE_CONSTANT;
    }
    return DP_OK;
}

static dp_code run_nodes(dp_onnx_run *l, dp_err *err)
{
    for (int i = 0; i < l->graph->n_order; i++) {
        const dp_onnx_node *node = &l->graph->node[l->graph->order[i]];
        dp_code code = run_node(l, node, err);
        if (code)
            return dp_fail_in(err, code, "node '%.64s' (%.32s)",
                              dp_onnx_node_label(l->graph, node), node->proto->op_type);
    }
    return DP_OK;
}

/* ---- the input ----------------------------------------------------------------------- */

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
static dp_view layout_view(const struct layout *layout, const dp_onnx_dims *dims)
{
    int64_t size[DP_AXES] = { 1, 1, DP_SIDE, DP_SIDE };
    bool batched = layout->dims.dim[0] == BATCH;
    if (batched && dims->dim[0] > 0)
        size[DP_AXIS_N] = dims->dim[0];
    dp_view view = dp_view_plain(layout->axes ? layout->axes
                                 : batched    ? "NHW"
                                              : "HW",
                                 size);
    if (!layout->axes) {
        dp_onnx_dims merged = layout->dims;
        if (batched)
            merged.dim[0] = size[DP_AXIS_N];
        (void)dp_view_reshape(&view, &merged);
    }
    return view;
}

static dp_code start(dp_onnx_run *l, dp_err *err)
{
    const dp_onnx_graph *graph = l->graph;
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
            dp_view view = layout_view(&layouts[i], &dims);
            give(&l->state[graph->input], &view, l->generation);
            dp_chain_init(&l->chain, (dp_shape){ 1, DP_SIDE, DP_SIDE });
            return DP_OK;
        }
    char shape[96];
    return dp_fail(err, DP_MODEL,
                   "input '%.64s' has shape %s (0: open); digits are 1x28x28 images",
                   input->name, dp_onnx_dims_text(shape, sizeof shape, &dims));
}

/* What the graph does first says how it wants its pixels: integers and a division by 255
 * mean raw ones, a mean and a deviation those in units of one. */
static void infer_norm(dp_network *network, const dp_onnx_run *l)
{
    const Onnx__TypeProto *type = l->graph->value[l->graph->input].graph_input->type;
    const dp_layer *first = &network->spec.layer[0];
    int32_t elem = type && type->tensor_type ? type->tensor_type->elem_type : 0;
    double scale = 0;
    if (first->kind == DP_OP_bn) /* gamma / sqrt(variance + eps) */
        scale = (double)network->params[0] /
                sqrt((double)network->params[3] + (double)first->value);
    bool raw = (elem > 0 && !dp_onnx_type_is_float(elem)) || (scale > 0 && scale < 0.05);
    bool unit = !raw && scale > 1.5 && scale < 6;
    network->norm = raw ? DP_NORM_raw : DP_NORM_unit;
    network->norm_known = raw || unit;
}

/* ---- the output ---------------------------------------------------------------------- */

/* A model answers logits, so what turns them into probabilities is left out. */
static void strip_softmax(dp_spec *spec)
{
    while (spec->n_layers > 1 && spec->layer[spec->n_layers - 1].kind == DP_OP_softmax)
        spec->n_layers--;
}

static dp_code finish(dp_onnx_run *l, int output, dp_err *err)
{
    dp_state *state = &l->state[output];
    dp_spec *spec = &l->chain.spec;
    if (state->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "does not depend on the image");
    l->ending = DP_END_NONE;
    bool softmax =
        spec->n_layers > 0 && spec->layer[spec->n_layers - 1].kind == DP_OP_softmax;
    if (softmax && dp_pointwise_recognize(&state->function).kind == DP_FN_LOG)
        state->function = dp_pointwise_identity();
    dp_code code = dp_onnx_settle(l, state, err);
    if (code)
        return code;
    strip_softmax(spec);
    dp_shape shape = dp_chain_shape(&l->chain);
    size_t n = dp_shape_count(shape);
    if (n == 1)
        return dp_fail(err, DP_MODEL, "is a single number, not ten digits' scores");
    if (n != DP_DIGITS || spec->n_layers == 0)
        return dp_fail(err, DP_MODEL, "is %zu numbers, not ten digits' scores", n);
    return dp_chain_flatten(&l->chain, err);
}

dp_code dp_onnx_lower(dp_network *out, const dp_onnx_graph *graph, int output,
                      dp_onnx_memory *memory, dp_err *err)
{
    dp_onnx_run l = { .graph = graph, .memory = memory };
    l.state = dp_onnx_alloc(memory, (size_t)graph->n_values, sizeof *l.state);
    if (!l.state)
        return dp_onnx_no_memory(memory, err);
    dp_code code;
    if (!(code = load_constants(&l, err)) && !(code = start(&l, err)) &&
        !(code = run_nodes(&l, err)) && (code = finish(&l, output, err)))
        code = dp_fail_in(err, code, "output '%.64s'", graph->value[output].name);
    if (code) {
        dp_chain_clear(&l.chain);
        return code;
    }
    dp_network network = { .spec = l.chain.spec, .params = l.chain.params };
    infer_norm(&network, &l);
    *out = network;
    return DP_OK;
}

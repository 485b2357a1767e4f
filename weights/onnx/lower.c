#include "config.h"

#include "weights/onnx/lower.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/input.h"
#include "weights/onnx/int8.h"
#include "weights/onnx/operators.h"

#include "engine/core/arith.h"

#include <string.h>

/* ---- running the graph --------------------------------------------------------------- */

static const dp_onnx_op *find_in(const dp_onnx_op *family, const char *name)
{
    while (family->name && strcmp(family->name, name) != 0)
        family++;
    return family->name ? family : NULL;
}

/* The standard's operators have an empty domain or this one. */
static bool standard_domain(const char *domain)
{
    return !domain || domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0;
}

/* The quantised operators exist in the standard domain and in com.microsoft. */
static const dp_onnx_op *find_op(const dp_onnx_node *node)
{
    static const dp_onnx_op *const families[] = {
        dp_onnx_window_ops, dp_onnx_dense_ops, dp_onnx_norm_ops,
        dp_onnx_arith_ops,  dp_onnx_shape_ops, dp_onnx_constant_ops,
        dp_onnx_qdq_ops,    dp_onnx_quant_ops, dp_onnx_ending_ops,
    };
    const char *domain = node->proto->domain, *name = node->proto->op_type;
    const dp_onnx_op *op = NULL;
    if (domain && strcmp(domain, "com.microsoft") == 0) {
        op = find_in(dp_onnx_qdq_ops, name);
        return op ? op : find_in(dp_onnx_quant_ops, name);
    }
    if (domain && strcmp(domain, "ai.onnx.ml") == 0)
        return (op = find_in(dp_onnx_linear_ops, name))
                   ? op
                   : find_in(dp_onnx_label_ops, name);
    for (size_t i = 0; !op && i < DP_COUNT(families); i++)
        op = find_in(families[i], name);
    return standard_domain(domain) ? op : NULL;
}

static dp_code refuse_operator(const dp_onnx_node *node, dp_err *err)
{
    const char *domain = node->proto->domain;
    if (!standard_domain(domain))
        return dp_fail(err, DP_MODEL, "operator domain '%.40s' is not supported", domain);
    if (strcmp(node->proto->op_type, "Resize") == 0 ||
        strcmp(node->proto->op_type, "Upsample") == 0)
        return dp_fail(err, DP_MODEL,
                       "operator not supported; export a network that reads images of "
                       "28x28 without resizing them");
    return dp_fail(err, DP_MODEL,
                   "operator not supported (supported: convolution, pooling, dense "
                   "layers, batch norm, activations, reshapes)");
}

/* Check that the required inputs exist. *constant: none of the inputs is an activation. */
static dp_code check_inputs(bool *constant, const dp_onnx_run *run,
                            const dp_onnx_node *node, int required, dp_err *err)
{
    *constant = true;
    for (int i = 0; i < node->n_inputs || i < required; i++) {
        const dp_state *in = dp_onnx_input(run, node, i);
        if (!in && i < required)
            return dp_fail(err, DP_MODEL, "input %d is missing", i);
        if (in && in->kind == DP_STATE_UNKNOWN)
            return dp_fail(err, DP_MODEL,
                           "input '%.48s' is an output that is not supported",
                           run->graph->value[node->input[i]].name);
        *constant = *constant && (!in || in->kind == DP_STATE_CONSTANT);
    }
    if (node->n_outputs < 1 || node->output[0] < 0)
        return dp_fail(err, DP_MODEL, "the first output is missing");
    return DP_OK;
}

static dp_code run_node(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err);

/* Run the plain operators that replace a node. *found is false if there are none. */
static dp_code run_expansion(bool *found, dp_onnx_run *run, const dp_onnx_node *node,
                             dp_err *err)
{
    dp_onnx_plain_node plain;
    dp_code code = DP_OK;
    int step = 0;
    for (; !code && dp_onnx_expand(&plain, run, node, step); step++)
        if (plain.node.input[0] >= 0)
            code = run_node(run, &plain.node, err);
    *found = step > 0;
    return code;
}

/* Compute a node whose inputs are all constants; lower or expand any other node. */
static dp_code run_node(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    const dp_onnx_op *op = find_op(node);
    if (!op)
        return refuse_operator(node, err);
    bool constant;
    dp_code code = check_inputs(&constant, run, node, op->inputs, err);
    if (code)
        return code;
    dp_onnx_handler *handler = constant ? op->constant : op->lower;
    bool found = handler != NULL;
    if (handler)
        code = handler(run, node, err);
    else if (!constant)
        code = run_expansion(&found, run, node, err);
    if (!found)
        return dp_fail(err, DP_MODEL, "not supported on %s",
                       constant ? "constants" : "values that depend on the image");
    for (int i = 0; i < node->n_inputs; i++)
        if (node->input[i] >= 0)
            run->state[node->input[i]].left--;
    return code;
}

static dp_code load_constants(dp_onnx_run *run, dp_err *err)
{
    const dp_onnx_graph *graph = run->graph;
    for (int v = 0; v < graph->n_values; v++) {
        const dp_onnx_value *value = &graph->value[v];
        run->state[v].left = value->uses;
        if (!value->initializer || value->uses == 0)
            continue;
        dp_code code = dp_onnx_tensor_load(&run->state[v].tensor, run->memory,
                                           value->initializer, err);
        if (code)
            return dp_fail_in(err, code, "initializer '%.64s'", value->name);
        run->state[v].kind = DP_STATE_CONSTANT;
    }
    return DP_OK;
}

static dp_code run_nodes(dp_onnx_run *run, dp_err *err)
{
    for (int i = 0; i < run->graph->n_order; i++) {
        const dp_onnx_node *node = &run->graph->node[run->graph->order[i]];
        dp_code code = run_node(run, node, err);
        if (code)
            return dp_fail_in(err, code, "node '%.64s' (%.32s)",
                              dp_onnx_node_label(run->graph, node), node->proto->op_type);
    }
    return DP_OK;
}

/* ---- the output ---------------------------------------------------------------------- */

static dp_code finish(dp_onnx_run *run, int output, dp_err *err)
{
    dp_state *state = &run->state[output];
    dp_spec *spec = &run->chain.spec;
    if (state->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "it does not depend on the image");
    const bool log_softmax = run->ending == DP_END_LOG_SOFTMAX;
    run->ending = DP_END_NONE;
    if (dp_spec_ends_in_softmax(spec) &&
        dp_pointwise_recognize(&state->function).kind == DP_FN_LOG)
        state->function = dp_pointwise_identity();
    dp_code code = dp_onnx_flush(run, state, err);
    if (code)
        return code;
    run->softmaxed = run->softmaxed || log_softmax || dp_spec_ends_in_softmax(spec);
    dp_spec_strip_softmax(spec); /* a model gives logits */
    dp_shape shape = dp_chain_shape(&run->chain);
    size_t n = dp_shape_count(shape);
    if (n == 1)
        return dp_fail(err, DP_MODEL, "1 number instead of the scores of ten digits");
    if (n != DP_DIGITS || spec->n_layers == 0)
        return dp_fail(err, DP_MODEL, "%zu numbers instead of the scores of ten digits",
                       n);
    return dp_chain_flatten(&run->chain, err);
}

/* Note in the metadata what the outputs are if the last layer says something else. */
static dp_code note_scores(dp_network *network, const dp_onnx_run *run, dp_err *err)
{
    const bool logits = dp_scores_of(&network->spec) == DP_SCORES_LOGITS;
    if (logits && run->only_digit)
        return dp_network_add_meta(network, DP_NETWORK_SCORES_KEY,
                                   DP_NETWORK_SCORES_RANKS, err);
    if (!logits && run->softmaxed)
        return dp_network_add_meta(network, DP_NETWORK_SCORES_KEY,
                                   DP_NETWORK_SCORES_LOGITS, err);
    return DP_OK;
}

/* The finished chain as a network, which takes its parameters. */
static dp_code take_network(dp_network *out, dp_onnx_run *run, const dp_norm *norm,
                            dp_err *err)
{
    dp_network network = { .spec = run->chain.spec, .params = run->chain.params };
    run->chain.params = NULL;
    dp_onnx_infer_norm(&network, run);
    if (norm) {
        network.norm = *norm;
        network.norm_known = true;
    }
    dp_code code =
        network.norm_known ? dp_onnx_to_int8(&network, run->scales, err) : DP_OK;
    if (!code)
        code = note_scores(&network, run, err);
    if (code)
        dp_network_clear(&network);
    else
        *out = network;
    return code;
}

dp_code dp_onnx_lower(dp_network *out, const dp_onnx_graph *graph, int output,
                      const dp_norm *norm, dp_onnx_memory *memory, dp_err *err)
{
    dp_onnx_run run = { .graph = graph, .memory = memory, .scale = 1 };
    run.state = dp_onnx_alloc(memory, (size_t)graph->n_values, sizeof *run.state);
    if (!run.state)
        return dp_onnx_no_memory(memory, err);
    dp_code code;
    if (!(code = load_constants(&run, err)) && !(code = dp_onnx_start(&run, err)) &&
        !(code = run_nodes(&run, err)) && (code = finish(&run, output, err)))
        code = dp_fail_in(err, code, "output '%.64s'", graph->value[output].name);
    if (!code)
        code = take_network(out, &run, norm, err);
    if (code)
        dp_chain_clear(&run.chain);
    return code;
}

#include "config.h"

#include "weights/onnx/graph/graph.h"

#include <string.h>

/* ---- names --------------------------------------------------------------------------- */

int dp_onnx_graph_find(const dp_onnx_graph *graph, const char *name)
{
    for (int i = 0; i < graph->n_values; i++)
        if (strcmp(graph->value[i].name, name) == 0)
            return i;
    return -1;
}

/* The value of this name, added if there is none. */
static dp_code resolve(int *out, dp_onnx_graph *graph, const char *name, dp_err *err)
{
    if (!name || strlen(name) > DP_ONNX_MAX_NAME)
        return dp_fail(err, DP_MODEL, "a name is missing or longer than %d bytes",
                       DP_ONNX_MAX_NAME);
    int i = dp_onnx_graph_find(graph, name);
    if (i < 0 && graph->n_values == DP_ONNX_MAX_VALUES - DP_ONNX_TEMPORARIES)
        return dp_fail(err, DP_MODEL, "the graph has more than %d values",
                       DP_ONNX_MAX_VALUES - DP_ONNX_TEMPORARIES);
    if (i < 0) {
        i = graph->n_values++;
        graph->value[i] = (dp_onnx_value){ .name = name, .producer = -1 };
    }
    *out = i;
    return DP_OK;
}

/* An omitted optional input has the empty name. */
static dp_code resolve_list(int *out, dp_onnx_graph *graph, char *const *names, int n,
                            dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < n && !code; i++) {
        out[i] = -1;
        if (names[i][0] != '\0')
            code = resolve(&out[i], graph, names[i], err);
    }
    return code;
}

static dp_code add_node(dp_onnx_graph *graph, const Onnx__NodeProto *proto, dp_err *err)
{
    dp_onnx_node *node = &graph->node[graph->n_nodes];
    node->proto = proto;
    if (!proto->op_type)
        return dp_fail(err, DP_MODEL, "a node has no operator name");
    if (proto->n_input > DP_ONNX_MAX_INPUTS)
        return dp_fail(err, DP_MODEL, "a node has more than %d inputs",
                       DP_ONNX_MAX_INPUTS);
    if (proto->n_output > DP_ONNX_MAX_OUTPUTS)
        return dp_fail(err, DP_MODEL, "a node has more than %d outputs",
                       DP_ONNX_MAX_OUTPUTS);
    node->n_inputs = (int)proto->n_input;
    node->n_outputs = (int)proto->n_output;
    dp_code code;
    if ((code = resolve_list(node->input, graph, proto->input, node->n_inputs, err)) ||
        (code = resolve_list(node->output, graph, proto->output, node->n_outputs, err)))
        return code;
    for (int i = 0; i < node->n_outputs; i++) {
        if (node->output[i] < 0)
            continue;
        dp_onnx_value *value = &graph->value[node->output[i]];
        if (value->producer >= 0 || value->initializer)
            return dp_fail(err, DP_MODEL, "value '%.64s' is defined twice", value->name);
        value->producer = graph->n_nodes;
    }
    graph->n_nodes++;
    return DP_OK;
}

dp_code dp_onnx_graph_build(dp_onnx_graph *graph, const Onnx__GraphProto *proto,
                            int opset, dp_err *err)
{
    /* The arrays are large, so each element is initialised only when it is added. */
    graph->opset = opset;
    graph->n_nodes = graph->n_values = graph->n_order = 0;
    graph->input = -1;
    if (proto->n_node > DP_ONNX_MAX_NODES)
        return dp_fail(err, DP_MODEL, "%zu nodes exceed the limit of %d", proto->n_node,
                       DP_ONNX_MAX_NODES);
    if (proto->n_initializer > DP_ONNX_MAX_INITIALIZERS)
        return dp_fail(err, DP_MODEL, "%zu initializers exceed the limit of %d",
                       proto->n_initializer, DP_ONNX_MAX_INITIALIZERS);
    dp_code code = DP_OK;
    int i = 0;
    for (size_t k = 0; k < proto->n_initializer && !code; k++) {
        code = resolve(&i, graph, proto->initializer[k]->name, err);
        if (!code && graph->value[i].initializer)
            code = dp_fail(err, DP_MODEL, "initializer '%.64s' is defined twice",
                           graph->value[i].name);
        if (!code)
            graph->value[i].initializer = proto->initializer[k];
    }
    for (size_t k = 0; k < proto->n_input && !code; k++)
        if (!(code = resolve(&i, graph, proto->input[k]->name, err)))
            graph->value[i].graph_input = proto->input[k];
    for (size_t k = 0; k < proto->n_node && !code; k++)
        code = add_node(graph, proto->node[k], err);
    for (int t = 0; t < DP_ONNX_TEMPORARIES; t++)
        graph->value[graph->n_values++] =
            (dp_onnx_value){ .name = "(inside a quantised operator)", .producer = -1 };
    return code;
}

/* ---- order --------------------------------------------------------------------------- */

typedef enum mark { UNSEEN, OPEN, DONE } mark;

/* Check a value that no node computes: it must be an initializer or the one input. Old files
 * list initializers as inputs as well; those are constants. */
static dp_code visit_source(dp_onnx_graph *graph, int v, dp_err *err)
{
    const dp_onnx_value *value = &graph->value[v];
    if (value->initializer || graph->input == v)
        return DP_OK;
    if (!value->graph_input)
        return dp_fail(err, DP_MODEL, "value '%.64s' is used but not defined",
                       value->name);
    if (graph->input >= 0)
        return dp_fail(err, DP_MODEL,
                       "inputs '%.64s' and '%.64s': a digit network has only one input",
                       graph->value[graph->input].name, value->name);
    graph->input = v;
    return DP_OK;
}

/* Append a value's producer after the producers of its inputs. The recursion is at most
 * DP_ONNX_MAX_NODES deep. */
static dp_code visit(dp_onnx_graph *graph, mark *marks, int v, dp_err *err)
{
    int n = graph->value[v].producer;
    graph->value[v].uses++;
    if (n < 0)
        return visit_source(graph, v, err);
    if (marks[n] == OPEN)
        return dp_fail(err, DP_MODEL, "value '%.64s' depends on itself",
                       graph->value[v].name);
    if (marks[n] == DONE)
        return DP_OK;
    marks[n] = OPEN;
    const dp_onnx_node *node = &graph->node[n];
    for (int i = 0; i < node->n_inputs; i++) {
        dp_code code =
            node->input[i] >= 0 ? visit(graph, marks, node->input[i], err) : DP_OK;
        if (code)
            return code;
    }
    marks[n] = DONE;
    graph->order[graph->n_order++] = n;
    return DP_OK;
}

dp_code dp_onnx_graph_sort(dp_onnx_graph *graph, int output, dp_err *err)
{
    mark marks[DP_ONNX_MAX_NODES] = { UNSEEN };
    graph->n_order = 0;
    graph->input = -1;
    for (int i = 0; i < graph->n_values; i++)
        graph->value[i].uses = 0;
    return visit(graph, marks, output, err);
}

/* ---- nodes --------------------------------------------------------------------------- */

const char *dp_onnx_node_label(const dp_onnx_graph *graph, const dp_onnx_node *node)
{
    if (node->proto->name && node->proto->name[0])
        return node->proto->name;
    for (int i = 0; i < node->n_outputs; i++)
        if (node->output[i] >= 0)
            return graph->value[node->output[i]].name;
    return "";
}

const Onnx__AttributeProto *dp_onnx_attr(const dp_onnx_node *node, const char *name)
{
    for (size_t i = 0; i < node->proto->n_attribute; i++) {
        const Onnx__AttributeProto *a = node->proto->attribute[i];
        if (a->name && strcmp(a->name, name) == 0)
            return a;
    }
    return NULL;
}

int64_t dp_onnx_attr_int(const dp_onnx_node *node, const char *name, int64_t otherwise)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, name);
    return a && a->has_i ? a->i : otherwise;
}

float dp_onnx_attr_float(const dp_onnx_node *node, const char *name, float otherwise)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, name);
    return a && a->has_f ? a->f : otherwise;
}

bool dp_onnx_attr_is(const dp_onnx_node *node, const char *name, const char *text)
{
    const Onnx__AttributeProto *a = dp_onnx_attr(node, name);
    return a && a->has_s && a->s.len == strlen(text) &&
           memcmp(a->s.data, text, a->s.len) == 0;
}

/* Operators on quantised tensors, each as the plain operators that it stands for, between
 * DequantizeLinear and QuantizeLinear. */
#include "config.h"

#include "weights/onnx/operators.h"

#include <string.h>

/* Where a step's operand comes from, or its result goes to: an input of the operator (0 …),
 * or a value between the steps. */
enum { T0 = DP_ONNX_MAX_INPUTS, T1, T2, T3, T4, RESULT, NONE };

typedef enum attributes { NO_ATTRIBUTES, AXIS_0, AXIS_1, AXIS_OUT, SAME } attributes;

typedef struct step {
    const char *op;
    attributes
        attributes; /* AXIS_OUT: that of the outputs of Gemm; SAME: the operator's */
    int result, operand[3];
} step;

/* A step whose first operand was left out has no result. */
static const struct expansion {
    const char *op;
    step steps[7];
} expansions[] = {
    { "QLinearConv",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "DequantizeLinear", AXIS_0, T0, { 3, 4, 5 } },
        { "Mul", NO_ATTRIBUTES, T1, { 8, 1, NONE } },
        { "Mul", NO_ATTRIBUTES, T2, { T1, 4, NONE } },
        { "Conv", SAME, T3, { T4, T0, T2 } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T3, 6, 7 } } } },
    { "QLinearMatMul",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "DequantizeLinear", AXIS_1, T0, { 3, 4, 5 } },
        { "MatMul", NO_ATTRIBUTES, T1, { T4, T0, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T1, 6, 7 } } } },
    { "QGemm",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "DequantizeLinear", AXIS_OUT, T0, { 3, 4, 5 } },
        { "Mul", NO_ATTRIBUTES, T1, { 6, 1, NONE } },
        { "Mul", NO_ATTRIBUTES, T2, { T1, 4, NONE } },
        { "Gemm", SAME, T3, { T4, T0, T2 } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T3, 7, 8 } } } },
    { "QLinearAdd",
      { { "DequantizeLinear", NO_ATTRIBUTES, T0, { 0, 1, 2 } },
        { "DequantizeLinear", NO_ATTRIBUTES, T1, { 3, 4, 5 } },
        { "Add", NO_ATTRIBUTES, T2, { T0, T1, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T2, 6, 7 } } } },
    { "QLinearMul",
      { { "DequantizeLinear", NO_ATTRIBUTES, T0, { 0, 1, 2 } },
        { "DequantizeLinear", NO_ATTRIBUTES, T1, { 3, 4, 5 } },
        { "Mul", NO_ATTRIBUTES, T2, { T0, T1, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T2, 6, 7 } } } },
    { "QLinearLeakyRelu",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "LeakyRelu", SAME, T0, { T4, NONE, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T0, 3, 4 } } } },
    { "QLinearSigmoid",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "Sigmoid", NO_ATTRIBUTES, T0, { T4, NONE, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T0, 3, 4 } } } },
    { "QLinearAveragePool",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "AveragePool", SAME, T0, { T4, NONE, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T0, 3, 4 } } } },
    { "QLinearGlobalAveragePool",
      { { "DequantizeLinear", NO_ATTRIBUTES, T4, { 0, 1, 2 } },
        { "GlobalAveragePool", NO_ATTRIBUTES, T0, { T4, NONE, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { T0, 3, 4 } } } },
};

static const struct expansion *expansion_named(const char *op)
{
    const struct expansion *e = expansions;
    while (strcmp(e->op, op) != 0)
        e++; /* dp_onnx_quant_ops has the same names */
    return e;
}

/* The value that stands for a place, −1 where it was left out. */
static int value_at(const dp_onnx_run *run, const dp_onnx_node *node, int place)
{
    if (place == NONE)
        return -1;
    if (place == RESULT)
        return node->output[0];
    if (place < DP_ONNX_MAX_INPUTS)
        return place < node->n_inputs ? node->input[place] : -1;
    int v = run->graph->n_values - DP_ONNX_TEMPORARIES + place - T0;
    return run->state[v].kind == DP_STATE_UNKNOWN ? -1 : v;
}

/* Write the node of a step. It points into *out. */
static void make_node(dp_onnx_plain_node *out, const dp_onnx_run *run,
                      const dp_onnx_node *node, const step *s)
{
    static char axis_name[] = "axis"; /* only read */
    const int first_temporary = run->graph->n_values - DP_ONNX_TEMPORARIES;
    bool last = s->result == RESULT;
    onnx__node_proto__init(&out->proto);
    onnx__attribute_proto__init(&out->axis);
    out->node = (dp_onnx_node){ .proto = &out->proto, .n_outputs = 1 };
    out->attribute[0] = &out->axis;
    out->axis.name = axis_name;
    out->axis.has_i = 1;
    out->axis.i = s->attributes == AXIS_1 ||
                  (s->attributes == AXIS_OUT && !dp_onnx_attr_int(node, "transB", 0));
    if (s->attributes == SAME) {
        out->proto.n_attribute = node->proto->n_attribute;
        out->proto.attribute = node->proto->attribute;
    } else if (s->attributes != NO_ATTRIBUTES) {
        out->proto.n_attribute = 1;
        out->proto.attribute = out->attribute;
    }
    for (int i = 0; i < 3; i++)
        if ((out->node.input[i] = value_at(run, node, s->operand[i])) >= 0)
            out->node.n_inputs = i + 1;
    out->node.output[0] = last ? node->output[0] : first_temporary + s->result - T0;
    /* Without an output scale the result stays as it is. */
    bool as_it_is = last && out->node.n_inputs == 1;
    out->proto.op_type = (char *)(as_it_is ? "Identity" : s->op); /* only read */
}

static bool expand(dp_onnx_plain_node *out, dp_onnx_run *run, const dp_onnx_node *node,
                   int at)
{
    const struct expansion *e = expansion_named(node->proto->op_type);
    if (!e->steps[at].op)
        return false;
    for (int t = 1; at == 0 && t <= DP_ONNX_TEMPORARIES; t++)
        run->state[run->graph->n_values - t].kind = DP_STATE_UNKNOWN;
    make_node(out, run, node, &e->steps[at]);
    return true;
}

const dp_onnx_op dp_onnx_quant_ops[] = {
    { "QLinearConv", 8, NULL, NULL, expand },
    { "QLinearMatMul", 8, NULL, NULL, expand },
    { "QGemm", 6, NULL, NULL, expand },
    { "QLinearAdd", 7, NULL, NULL, expand },
    { "QLinearMul", 7, NULL, NULL, expand },
    { "QLinearLeakyRelu", 4, NULL, NULL, expand },
    { "QLinearSigmoid", 4, NULL, NULL, expand },
    { "QLinearAveragePool", 4, NULL, NULL, expand },
    { "QLinearGlobalAveragePool", 4, NULL, NULL, expand },
    { NULL, 0, NULL, NULL, NULL },
};

/* Operators on quantised tensors, each as the plain operators that it stands for, between
 * DequantizeLinear and QuantizeLinear. */
#include "config.h"

#include "weights/onnx_lower.h"

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
static int value_at(const dp_onnx_run *l, const dp_onnx_node *node, int place)
{
    if (place == NONE)
        return -1;
    if (place == RESULT)
        return node->output[0];
    if (place < DP_ONNX_MAX_INPUTS)
        return place < node->n_inputs ? node->input[place] : -1;
    int v = l->graph->n_values - DP_ONNX_TEMPORARIES + place - T0;
    return l->state[v].kind == DP_STATE_UNKNOWN ? -1 : v;
}

static dp_code run_step(dp_onnx_run *l, const dp_onnx_node *node, const step *s,
                        dp_err *err)
{
    Onnx__AttributeProto axis = ONNX__ATTRIBUTE_PROTO__INIT, *list[] = { &axis };
    Onnx__NodeProto proto = ONNX__NODE_PROTO__INIT;
    dp_onnx_node plain = { .proto = &proto, .n_outputs = 1 };
    bool last = s->result == RESULT;
    char name[] = "axis";
    axis.name = name;
    axis.has_i = 1;
    axis.i = s->attributes == AXIS_1 ||
             (s->attributes == AXIS_OUT && !dp_onnx_attr_int(node, "transB", 0));
    proto.op_type = (char *)s->op; /* only read */
    if (s->attributes == SAME) {
        proto.n_attribute = node->proto->n_attribute;
        proto.attribute = node->proto->attribute;
    } else if (s->attributes != NO_ATTRIBUTES) {
        proto.n_attribute = 1;
        proto.attribute = list;
    }
    for (int i = 0; i < 3; i++)
        if ((plain.input[i] = value_at(l, node, s->operand[i])) >= 0)
            plain.n_inputs = i + 1;
    plain.output[0] = last ? node->output[0]
                           : l->graph->n_values - DP_ONNX_TEMPORARIES + s->result - T0;
    if (plain.input[0] < 0)
        return DP_OK;
    /* Without an output scale the result stays as it is. */
    if (last && plain.n_inputs == 1)
        proto.op_type = (char *)"Identity";
    return dp_onnx_run_node(l, &plain, err);
}

static dp_code lower_quantized(dp_onnx_run *l, const dp_onnx_node *node, dp_err *err)
{
    const struct expansion *e = expansion_named(node->proto->op_type);
    for (int t = 1; t <= DP_ONNX_TEMPORARIES; t++)
        l->state[l->graph->n_values - t].kind = DP_STATE_UNKNOWN;
    dp_code code = DP_OK;
    for (const step *s = e->steps; s->op && !code; s++)
        code = run_step(l, node, s, err);
    return code;
}

const dp_onnx_op dp_onnx_quant_ops[] = {
    { "QLinearConv", 8, NULL, lower_quantized },
    { "QLinearMatMul", 8, NULL, lower_quantized },
    { "QGemm", 6, NULL, lower_quantized },
    { "QLinearAdd", 7, NULL, lower_quantized },
    { "QLinearMul", 7, NULL, lower_quantized },
    { "QLinearLeakyRelu", 4, NULL, lower_quantized },
    { "QLinearSigmoid", 4, NULL, lower_quantized },
    { "QLinearAveragePool", 4, NULL, lower_quantized },
    { "QLinearGlobalAveragePool", 4, NULL, lower_quantized },
    { NULL, 0, NULL, NULL },
};

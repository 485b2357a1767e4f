/* Operators on quantised tensors. Each is expanded to DequantizeLinear nodes, the plain
 * operator, and QuantizeLinear. */
#include "config.h"

#include "engine/core/arith.h"
#include "weights/onnx/operators.h"

#include <string.h>

/* The operands of a step: inputs of the quantised operator by their position, then the values
 * between the steps (DP_ONNX_TEMPORARIES) and the operator's output. */
enum {
    /* QLinearConv, and without a bias QLinearMatMul, QLinearAdd and QLinearMul */
    A = 0,
    A_SCALE,
    A_ZERO,
    B,
    B_SCALE,
    B_ZERO,
    Y_SCALE,
    Y_ZERO,
    BIAS,
    /* QGemm */
    GEMM_BIAS = 6,
    GEMM_Y_SCALE,
    GEMM_Y_ZERO,
    /* operators with one operand, A */
    UNARY_Y_SCALE = 3,
    UNARY_Y_ZERO,

    A_FLOAT = DP_ONNX_MAX_INPUTS,
    B_FLOAT,
    BIAS_SCALED, /* by A_SCALE */
    BIAS_FLOAT,
    Y_FLOAT,
    RESULT,
    NONE
};

typedef enum attributes {
    NO_ATTRIBUTES,
    AXIS_0,   /* axis = 0 */
    AXIS_1,   /* axis = 1 */
    AXIS_OUT, /* axis = the dimension of Gemm's outputs in B */
    SAME      /* those of the quantised operator */
} attributes;

typedef struct step {
    const char *op;
    attributes attributes;
    int result, operand[3];
} step;

/* A step whose first operand is omitted is skipped. The scale of a bias is A_SCALE·B_SCALE. */
static const struct expansion {
    const char *op;
    step steps[7];
} expansions[] = {
    { "QLinearConv",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "DequantizeLinear", AXIS_0, B_FLOAT, { B, B_SCALE, B_ZERO } },
        { "Mul", NO_ATTRIBUTES, BIAS_SCALED, { BIAS, A_SCALE, NONE } },
        { "Mul", NO_ATTRIBUTES, BIAS_FLOAT, { BIAS_SCALED, B_SCALE, NONE } },
        { "Conv", SAME, Y_FLOAT, { A_FLOAT, B_FLOAT, BIAS_FLOAT } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { Y_FLOAT, Y_SCALE, Y_ZERO } } } },
    { "QLinearMatMul",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "DequantizeLinear", AXIS_1, B_FLOAT, { B, B_SCALE, B_ZERO } },
        { "MatMul", NO_ATTRIBUTES, Y_FLOAT, { A_FLOAT, B_FLOAT, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { Y_FLOAT, Y_SCALE, Y_ZERO } } } },
    { "QGemm",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "DequantizeLinear", AXIS_OUT, B_FLOAT, { B, B_SCALE, B_ZERO } },
        { "Mul", NO_ATTRIBUTES, BIAS_SCALED, { GEMM_BIAS, A_SCALE, NONE } },
        { "Mul", NO_ATTRIBUTES, BIAS_FLOAT, { BIAS_SCALED, B_SCALE, NONE } },
        { "Gemm", SAME, Y_FLOAT, { A_FLOAT, B_FLOAT, BIAS_FLOAT } },
        { "QuantizeLinear",
          NO_ATTRIBUTES,
          RESULT,
          { Y_FLOAT, GEMM_Y_SCALE, GEMM_Y_ZERO } } } },
    { "QLinearAdd",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "DequantizeLinear", NO_ATTRIBUTES, B_FLOAT, { B, B_SCALE, B_ZERO } },
        { "Add", NO_ATTRIBUTES, Y_FLOAT, { A_FLOAT, B_FLOAT, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { Y_FLOAT, Y_SCALE, Y_ZERO } } } },
    { "QLinearMul",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "DequantizeLinear", NO_ATTRIBUTES, B_FLOAT, { B, B_SCALE, B_ZERO } },
        { "Mul", NO_ATTRIBUTES, Y_FLOAT, { A_FLOAT, B_FLOAT, NONE } },
        { "QuantizeLinear", NO_ATTRIBUTES, RESULT, { Y_FLOAT, Y_SCALE, Y_ZERO } } } },
    { "QLinearLeakyRelu",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "LeakyRelu", SAME, Y_FLOAT, { A_FLOAT, NONE, NONE } },
        { "QuantizeLinear",
          NO_ATTRIBUTES,
          RESULT,
          { Y_FLOAT, UNARY_Y_SCALE, UNARY_Y_ZERO } } } },
    { "QLinearSigmoid",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "Sigmoid", NO_ATTRIBUTES, Y_FLOAT, { A_FLOAT, NONE, NONE } },
        { "QuantizeLinear",
          NO_ATTRIBUTES,
          RESULT,
          { Y_FLOAT, UNARY_Y_SCALE, UNARY_Y_ZERO } } } },
    { "QLinearAveragePool",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "AveragePool", SAME, Y_FLOAT, { A_FLOAT, NONE, NONE } },
        { "QuantizeLinear",
          NO_ATTRIBUTES,
          RESULT,
          { Y_FLOAT, UNARY_Y_SCALE, UNARY_Y_ZERO } } } },
    { "QLinearGlobalAveragePool",
      { { "DequantizeLinear", NO_ATTRIBUTES, A_FLOAT, { A, A_SCALE, A_ZERO } },
        { "GlobalAveragePool", NO_ATTRIBUTES, Y_FLOAT, { A_FLOAT, NONE, NONE } },
        { "QuantizeLinear",
          NO_ATTRIBUTES,
          RESULT,
          { Y_FLOAT, UNARY_Y_SCALE, UNARY_Y_ZERO } } } },
};
_Static_assert(RESULT - A_FLOAT == DP_ONNX_TEMPORARIES, "one value for each temporary");

/* NULL if the operator has none. */
static const struct expansion *expansion_named(const char *op)
{
    for (size_t i = 0; i < DP_COUNT(expansions); i++)
        if (strcmp(expansions[i].op, op) == 0)
            return &expansions[i];
    return NULL;
}

static int temporary(const dp_onnx_run *run, int operand)
{
    return run->graph->n_values - DP_ONNX_TEMPORARIES + operand - A_FLOAT;
}

/* The value of an operand; −1 for an omitted input or a skipped step. */
static int operand_value(const dp_onnx_run *run, const dp_onnx_node *node, int operand)
{
    if (operand == NONE)
        return -1;
    if (operand < DP_ONNX_MAX_INPUTS)
        return operand < node->n_inputs ? node->input[operand] : -1;
    int v = temporary(run, operand);
    return run->state[v].kind == DP_STATE_UNKNOWN ? -1 : v;
}

/* Write the node of a step. */
static void make_node(dp_onnx_plain_node *out, const dp_onnx_run *run,
                      const dp_onnx_node *node, const step *s)
{
    static char axis_name[] = "axis"; /* only read */
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
        if ((out->node.input[i] = operand_value(run, node, s->operand[i])) >= 0)
            out->node.n_inputs = i + 1;
    out->node.output[0] = last ? node->output[0] : temporary(run, s->result);
    /* QGemm without an output scale returns floats. */
    bool keeps_floats = last && out->node.n_inputs == 1;
    out->proto.op_type = (char *)(keeps_floats ? "Identity" : s->op); /* only read */
}

bool dp_onnx_expand(dp_onnx_plain_node *out, dp_onnx_run *run, const dp_onnx_node *node,
                    int at)
{
    const struct expansion *e = expansion_named(node->proto->op_type);
    if (!e || !e->steps[at].op)
        return false;
    for (int operand = A_FLOAT; at == 0 && operand < RESULT; operand++)
        run->state[temporary(run, operand)].kind = DP_STATE_UNKNOWN;
    make_node(out, run, node, &e->steps[at]);
    return true;
}

const dp_onnx_op dp_onnx_quant_ops[] = {
    { "QLinearConv", 8, NULL, NULL },
    { "QLinearMatMul", 8, NULL, NULL },
    { "QGemm", 6, NULL, NULL },
    { "QLinearAdd", 7, NULL, NULL },
    { "QLinearMul", 7, NULL, NULL },
    { "QLinearLeakyRelu", 4, NULL, NULL },
    { "QLinearSigmoid", 4, NULL, NULL },
    { "QLinearAveragePool", 4, NULL, NULL },
    { "QLinearGlobalAveragePool", 4, NULL, NULL },
    { NULL, 0, NULL, NULL },
};

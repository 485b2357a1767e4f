/* Element-wise operators: activation functions, and arithmetic of an activation with a
 * constant or with itself. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/gelu.h"
#include "engine/core/selu.h"
#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARAMETERS = 2 };

typedef double function_of(double x, double y, const double *parameter);

static double limit(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Operator, number of operands, result for the operands x and y and the parameters p. */
/* clang-format off */
#define FUNCTIONS(X)                                                                     \
    X(Add, 2, x + y)                                                                     \
    X(Sub, 2, x - y)                                                                     \
    X(Mul, 2, x * y)                                                                     \
    X(Div, 2, x / y)                                                                     \
    X(Pow, 2, pow(x, y))                                                                 \
    X(Max, 2, x > y ? x : y)                                                             \
    X(Min, 2, x < y ? x : y)                                                             \
    X(Sum, 2, x + y)                                                                     \
    X(PRelu, 2, x < 0 ? x * y : x)                                                       \
    X(Relu, 1, x > 0 ? x : 0)                                                            \
    X(LeakyRelu, 1, x < 0 ? x * p[0] : x)                                                \
    X(Clip, 1, limit(x, p[0], p[1]))                                                     \
    X(Gelu, 1, p[0] != 0 ? dp_gelu_tanh(x) : dp_gelu(x))                                 \
    X(Sigmoid, 1, dp_act_value(DP_ACT_SIGMOID, 0, x))                                    \
    X(Elu, 1, x < 0 ? p[0] * expm1(x) : x)                                               \
    X(Celu, 1, x < 0 ? p[0] * expm1(x / p[0]) : x)                                       \
    X(Selu, 1, p[1] * (x < 0 ? p[0] * expm1(x) : x))                                     \
    X(Swish, 1, x / (1 + exp(-p[0] * x)))                                                \
    X(HardSwish, 1, dp_act_value(DP_ACT_HARD_SWISH, 0, x))                               \
    X(HardSigmoid, 1, limit(p[0] * x + p[1], 0, 1))                                      \
    X(Softplus, 1, dp_act_value(DP_ACT_SOFTPLUS, 0, x))                                  \
    X(Mish, 1, dp_act_value(DP_ACT_MISH, 0, x))                                          \
    X(Tanh, 1, tanh(x))                                                                  \
    X(Erf, 1, erf(x))                                                                    \
    X(Exp, 1, exp(x))                                                                    \
    X(Log, 1, log(x))                                                                    \
    X(Sqrt, 1, sqrt(x))                                                                  \
    X(Neg, 1, -x)                                                                        \
    X(Abs, 1, fabs(x))                                                                   \
    X(Reciprocal, 1, 1 / x)
/* clang-format on */

#define DEFINE_FUNCTION(op, operands, value)                                             \
    static double of_##op(double x, double y, const double *p)                           \
    {                                                                                    \
        (void)y, (void)p;                                                                \
        return value;                                                                    \
    }
FUNCTIONS(DEFINE_FUNCTION)

static const struct function {
    const char *op;
    function_of *of;
    bool binary; /* or with more inputs, applied from the left */
} functions[] = {
#define LIST_FUNCTION(op, operands, value) { #op, of_##op, operands == 2 },
    FUNCTIONS(LIST_FUNCTION)
};

static const struct function *function_named(const char *op)
{
    const struct function *f = functions;
    while (strcmp(f->op, op) != 0)
        f++; /* ends: dp_onnx_arith_ops has the same names */
    return f;
}

/* The attributes that are a function's parameters, and their defaults. */
static const struct parameter {
    function_of *of;
    int at;
    const char *name;
    float otherwise;
} parameters[] = {
    { of_LeakyRelu, 0, "alpha", 0.01f },
    { of_Elu, 0, "alpha", 1 },
    { of_Celu, 0, "alpha", 1 },
    { of_Selu, 0, "alpha", (float)DP_SELU_ALPHA },
    { of_Selu, 1, "gamma", (float)DP_SELU_SCALE },
    { of_Swish, 0, "alpha", 1 },
    { of_HardSigmoid, 0, "alpha", 0.2f },
    { of_HardSigmoid, 1, "beta", 0.5f },
};

/* A node of the graph as a function with its parameters. */
typedef struct operation {
    dp_onnx_run *run;
    const dp_onnx_node *node;
    const struct function *f;
    double p[MAX_PARAMETERS];
} operation;

/* A bound of Clip: input i, or an attribute before opset 11. */
static dp_code clip_bound(double *bound, const dp_onnx_run *run, const dp_onnx_node *node,
                          const char *name, int i, dp_err *err)
{
    const dp_onnx_tensor *t;
    if (!dp_onnx_input(run, node, i)) {
        *bound = (double)dp_onnx_attr_float(node, name, (float)*bound);
        return DP_OK;
    }
    dp_code code = dp_onnx_constant(&t, run, node, i, err);
    if (!code && !dp_onnx_tensor_uniform(t, bound))
        code = dp_fail(err, DP_MODEL, "%s is not a single number", name);
    return code;
}

static dp_code get_operation(operation *out, dp_onnx_run *run, const dp_onnx_node *node,
                             dp_err *err)
{
    const struct function *f = function_named(node->proto->op_type);
    *out = (operation){ .run = run, .node = node, .f = f };
    for (size_t i = 0; i < DP_COUNT(parameters); i++)
        if (f->of == parameters[i].of)
            out->p[parameters[i].at] = (double)dp_onnx_attr_float(
                node, parameters[i].name, parameters[i].otherwise);
    if (f->of == of_Gelu)
        out->p[0] = dp_onnx_attr_is(node, "approximate", "tanh");
    if (f->of != of_Clip)
        return DP_OK;
    out->p[0] = -(double)INFINITY;
    out->p[1] = (double)INFINITY;
    dp_code code = clip_bound(&out->p[0], run, node, "min", 1, err);
    return code ? code : clip_bound(&out->p[1], run, node, "max", 2, err);
}

/* ---- broadcasting -------------------------------------------------------------------- */

/* The index of the element of a `from` tensor that is broadcast to element k of a `to`
 * tensor. */
static size_t broadcast_index(const dp_onnx_dims *from, const dp_onnx_dims *to, size_t k)
{
    size_t index = 0, stride = 1;
    for (int d = to->rank - 1, e = from->rank - 1; d >= 0 && e >= 0; d--, e--) {
        size_t at = k % (size_t)to->dim[d];
        k /= (size_t)to->dim[d];
        index += from->dim[e] == 1 ? 0 : at * stride;
        stride *= (size_t)from->dim[e];
    }
    return index;
}

/* The shape that a and b broadcast to; they are aligned at their last dimensions. */
static dp_code broadcast_dims(dp_onnx_dims *out, const dp_onnx_dims *a,
                              const dp_onnx_dims *b, dp_err *err)
{
    const dp_onnx_dims *longer = a->rank >= b->rank ? a : b,
                       *shorter = longer == a ? b : a;
    char a_text[96], b_text[96];
    *out = *longer;
    int offset = longer->rank - shorter->rank;
    for (int d = 0; d < shorter->rank; d++) {
        int64_t *dim = &out->dim[d + offset], other = shorter->dim[d];
        if (*dim != other && *dim != 1 && other != 1)
            return dp_fail(err, DP_MODEL, "shapes %s and %s do not match",
                           dp_onnx_dims_text(a_text, sizeof a_text, a),
                           dp_onnx_dims_text(b_text, sizeof b_text, b));
        *dim = *dim == 1 ? other : *dim;
    }
    return DP_OK;
}

/* Before opset 7, "axis" gives the dimension where the second operand starts. Trailing
 * dimensions of 1 have the same effect under the present rule. */
static void align(dp_onnx_dims *dims, const dp_onnx_dims *to, const dp_onnx_graph *graph,
                  const dp_onnx_node *node)
{
    int64_t axis = dp_onnx_attr_int(node, "axis", -1);
    if (graph->opset >= 7 || !dp_onnx_attr_int(node, "broadcast", 0) || axis < 0)
        return;
    while (axis + dims->rank < to->rank)
        dims->dim[dims->rank++] = 1;
}

/* ---- constants ----------------------------------------------------------------------- */

/* *a = f(*a, b), element by element; integers if both are integers. */
static dp_code apply(dp_onnx_tensor *a, const dp_onnx_tensor *b, const operation *op,
                     dp_err *err)
{
    dp_onnx_dims dims;
    float *floats = NULL;
    int64_t *ints = NULL;
    dp_onnx_tensor out;
    bool whole = a->i && b->i;
    dp_code code = broadcast_dims(&dims, &a->dims, &b->dims, err);
    if (!code)
        code = dp_onnx_tensor_new(&out, whole ? NULL : &floats, &ints, op->run->memory,
                                  &dims, err);
    if (code)
        return code;
    for (size_t k = 0; k < out.count; k++) {
        double y =
            op->f->of(dp_onnx_tensor_at(a, broadcast_index(&a->dims, &dims, k)),
                      dp_onnx_tensor_at(b, broadcast_index(&b->dims, &dims, k)), op->p);
        if (whole && !(fabs(y) < 1e15))
            return dp_fail(err, DP_MODEL, "integer overflow");
        if (whole)
            ints[k] = (int64_t)y;
        else
            floats[k] = (float)y;
    }
    *a = out;
    return DP_OK;
}

static dp_code compute_arith(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_onnx_tensor result = dp_onnx_input(run, node, 0)->tensor;
    operation op;
    dp_code code = get_operation(&op, run, node, err);
    if (!op.f->binary && !code)
        code = apply(&result, &result, &op, err);
    for (int i = 1; op.f->binary && i < node->n_inputs && !code; i++) {
        const dp_state *in = dp_onnx_input(run, node, i);
        dp_onnx_tensor b = in ? in->tensor : result;
        align(&b.dims, &result.dims, run->graph, node);
        code = in ? apply(&result, &b, &op, err)
                  : dp_fail(err, DP_MODEL, "input %d is missing", i);
    }
    if (!code)
        dp_onnx_give_constant(run, node, &result);
    return code;
}

/* ---- activations --------------------------------------------------------------------- */

/* Whether only `state` still needs the chain's present output. If so, its function can become
 * a layer without breaking a branch. */
static bool is_only_use(const dp_onnx_run *run, const dp_state *state)
{
    for (int v = 0; v < run->graph->n_values; v++) {
        const dp_state *s = &run->state[v];
        if (s->kind == DP_STATE_ACTIVATION && s->generation == run->generation &&
            s != state && s->left > 0)
            return false;
    }
    return true;
}

/* Before another function is applied: flush the pending one if it is a layer by itself, so
 * that Conv, Add, Relu, Mul … become one layer each. Otherwise the two are composed. */
static dp_code flush_if_layer(dp_onnx_run *run, dp_state *state, dp_err *err)
{
    bool layer = dp_pointwise_recognize(&state->function).kind < DP_FN_LOG &&
                 dp_pointwise_recognize(&state->function).kind > DP_FN_IDENTITY;
    return layer && is_only_use(run, state) ? dp_onnx_flush(run, state, err) : DP_OK;
}

typedef struct operand {
    const dp_state *activation; /* NULL: a number */
    double number;
} operand;

static double operand_at(const operand *o, int sample)
{
    return o->activation ? o->activation->function.y[sample] : o->number;
}

/* Set output 0 to f(a, b), evaluated on the samples, in this view. */
static void give_function(const operation *op, operand a, operand b,
                          const dp_onnx_view *view)
{
    const dp_state *activation = a.activation ? a.activation : b.activation;
    int generation = activation->generation;
    dp_pointwise function;
    for (int i = 0; i < DP_SAMPLES; i++)
        function.y[i] = op->f->of(operand_at(&a, i), operand_at(&b, i), op->p);
    dp_state *out = &op->run->state[op->node->output[0]];
    out->kind = DP_STATE_ACTIVATION;
    out->view = *view;
    out->generation = generation;
    out->function = function;
    out->quantized = false;
}

/* ---- activations and constants with more than one value ------------------------------ */

/* f(x, c) as scale·x + shift; false if f is not affine in x. */
static bool as_affine(float *scale, float *shift, const operation *op, double c,
                      bool constant_first)
{
    function_of *of = op->f->of;
    double y[3];
    for (int x = 0; x < 3; x++)
        y[x] = constant_first ? of(c, x, op->p) : of(x, c, op->p);
    *scale = (float)(y[1] - y[0]);
    *shift = (float)y[0];
    return of != of_Max && of != of_Min && of != of_PRelu &&
           fabs(y[2] - y[1] - (y[1] - y[0])) <= 1e-9 * (fabs(y[2]) + fabs(y[0]));
}

/* A scale and a shift for each element of an activation, in the engine's order. */
typedef struct affine {
    float *scale, *shift;
    bool channels; /* they are the same within each channel */
} affine;

/* For each element of the activation, express f with the constant's element as a scale and a
 * shift. False if f is not affine. */
static bool spread(affine *out, const operation *op, const dp_onnx_view *view,
                   const dp_onnx_tensor *c, bool constant_first)
{
    float *const scale = out->scale, *const shift = out->shift;
    const int64_t *size = view->size, offset = view->dims.rank - c->dims.rank;
    size_t k = 0, area = (size_t)(size[DP_AXIS_H] * size[DP_AXIS_W]);
    int64_t at[DP_AXES] = { 0 };
    out->channels = true;
    for (at[DP_AXIS_C] = 0; at[DP_AXIS_C] < size[DP_AXIS_C]; at[DP_AXIS_C]++)
        for (at[DP_AXIS_H] = 0; at[DP_AXIS_H] < size[DP_AXIS_H]; at[DP_AXIS_H]++)
            for (at[DP_AXIS_W] = 0; at[DP_AXIS_W] < size[DP_AXIS_W]; at[DP_AXIS_W]++) {
                size_t index = 0;
                for (int d = 0; d < c->dims.rank; d++) {
                    index *= (size_t)c->dims.dim[d];
                    if (c->dims.dim[d] > 1)
                        index += (size_t)dp_onnx_view_index(view, (int)(d + offset), at);
                }
                if (!as_affine(&scale[k], &shift[k], op, dp_onnx_tensor_at(c, index),
                               constant_first))
                    return false;
                size_t first = k - k % area;
                out->channels =
                    out->channels && scale[k] == scale[first] && shift[k] == shift[first];
                k++;
            }
    return true;
}

/* Keep one of the `area` equal numbers of each channel. */
static void keep_one_per_channel(float *values, int channels, int area)
{
    for (int c = 0; c < channels; c++)
        values[c] = values[c * area];
}

static dp_code add_affine(dp_onnx_run *run, const affine *map, const dp_onnx_view *view,
                          dp_err *err)
{
    int area = (int)(view->size[DP_AXIS_H] * view->size[DP_AXIS_W]);
    int n = (int)view->size[DP_AXIS_C];
    dp_shape shape = dp_chain_shape(&run->chain);
    if (map->channels && shape.c == n) {
        keep_one_per_channel(map->scale, n, area);
        keep_one_per_channel(map->shift, n, area);
        return dp_chain_affine(&run->chain, map->scale, map->shift, n, err);
    }
    dp_code code = dp_chain_flatten(&run->chain, err);
    return code ? code
                : dp_chain_affine(&run->chain, map->scale, map->shift, n * area, err);
}

static dp_code lower_vector(const operation *op, dp_state *in, const dp_onnx_tensor *c,
                            bool constant_first, const dp_onnx_view *view, dp_err *err)
{
    dp_code code = dp_onnx_flush(op->run, in, err);
    if (code)
        return code;
    size_t count =
        (size_t)(view->size[DP_AXIS_C] * view->size[DP_AXIS_H] * view->size[DP_AXIS_W]);
    float *values = malloc(2 * count * sizeof *values);
    if (!values)
        return dp_fail(err, DP_NOMEM, "out of memory");
    affine map = { .scale = values, .shift = values + count };
    if (!spread(&map, op, view, c, constant_first))
        code = dp_fail(err, DP_MODEL,
                       "a constant with several values may only scale or shift the "
                       "activation");
    else
        code = add_affine(op->run, &map, view, err);
    free(values);
    if (!code)
        dp_onnx_give_activation(op->run, op->node, view);
    return code;
}

/* ---- the operators ------------------------------------------------------------------- */

/* The activation's view after broadcasting against `other`. It may gain leading dimensions of
 * 1, but no element may be repeated. */
static dp_code broadcast_view(dp_onnx_view *view, const dp_onnx_dims *other, dp_err *err)
{
    dp_onnx_dims dims;
    dp_code code = broadcast_dims(&dims, &view->dims, other, err);
    if (!code && !dp_onnx_view_reshape(view, &dims))
        code = dp_fail(err, DP_MODEL,
                       "broadcasting the activation to a larger constant is not "
                       "supported");
    return code;
}

static dp_code with_constant(const operation *op, dp_state *in,
                             const dp_onnx_tensor *constant, bool constant_first,
                             dp_err *err)
{
    dp_onnx_tensor c = *constant;
    dp_onnx_view view = in->view;
    double number;
    if (c.count == 0)
        return dp_fail(err, DP_MODEL, "the constant is empty");
    align(&c.dims, &view.dims, op->run->graph, op->node);
    dp_code code = broadcast_view(&view, &c.dims, err);
    if (!code && dp_onnx_tensor_uniform(&c, &number)) {
        operand x = { in, 0 }, y = { NULL, number };
        if ((code = flush_if_layer(op->run, in, err)) == DP_OK)
            give_function(op, constant_first ? y : x, constant_first ? x : y, &view);
        return code;
    }
    for (int d = 0; d < c.dims.rank && !code; d++)
        if (c.dims.dim[d] > 1 && view.size[DP_AXIS_N] > 1 &&
            dp_onnx_view_dim_is(&view, d + view.dims.rank - c.dims.rank, DP_AXIS_N))
            code = dp_fail(err, DP_MODEL,
                           "a constant that differs between the images of a batch is "
                           "not supported");
    return code ? code : lower_vector(op, in, &c, constant_first, &view, err);
}

static dp_code with_itself(const operation *op, const dp_state *a, const dp_state *b,
                           dp_err *err)
{
    if (a->generation != b->generation)
        return dp_fail(err, DP_MODEL,
                       "joins two branches; only chains of layers are supported");
    if (!dp_onnx_view_same(&a->view, &b->view))
        return dp_fail(err, DP_MODEL, "the shapes of the operands differ");
    give_function(op, (operand){ a, 0 }, (operand){ b, 0 }, &a->view);
    return DP_OK;
}

static dp_code lower_binary(const operation *op, dp_err *err)
{
    dp_state *a = dp_onnx_input(op->run, op->node, 0);
    dp_state *b = dp_onnx_input(op->run, op->node, 1);
    if (op->node->n_inputs > 2)
        return dp_fail(err, DP_MODEL, "more than two inputs are not supported");
    if (a->kind == b->kind)
        return with_itself(op, a, b, err);
    return a->kind == DP_STATE_ACTIVATION ? with_constant(op, a, &b->tensor, false, err)
                                          : with_constant(op, b, &a->tensor, true, err);
}

static dp_code lower_arith(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    operation op;
    dp_code code;
    if ((code = dp_onnx_not_ended(run, err)) ||
        (code = get_operation(&op, run, node, err)))
        return code;
    if (op.f->binary)
        return lower_binary(&op, err);
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "parameters depend on the image");
    dp_onnx_view view = in->view;
    if ((code = flush_if_layer(run, in, err)) == DP_OK)
        give_function(&op, (operand){ in, 0 }, (operand){ in, 0 }, &view);
    return code;
}

const dp_onnx_op dp_onnx_arith_ops[] = {
#define LIST_OP(op, operands, value) { #op, operands, compute_arith, lower_arith },
    FUNCTIONS(LIST_OP)
#undef LIST_OP
        { NULL, 0, NULL, NULL },
};

/* From the pending function of an activation to a layer of the chain. */
#include "config.h"

#include "weights/onnx/activation.h"

#include <math.h>
#include <stdlib.h>

static dp_code add_affine(dp_onnx_run *run, double scale, double shift, dp_err *err)
{
    int n = dp_chain_shape(&run->chain).c;
    float *rows = malloc(2 * (size_t)n * sizeof *rows);
    if (!rows)
        return dp_fail(err, DP_NOMEM, "out of memory");
    for (int i = 0; i < n; i++) {
        rows[i] = (float)scale;
        rows[n + i] = (float)shift;
    }
    dp_code code = dp_chain_affine(&run->chain, rows, rows + n, n, err);
    free(rows);
    return code;
}

/* A clip as two ReLUs: with y = relu(x − a), clip(x) = b − relu((b − a) − y). A bound at the
 * outermost sample or beyond is no bound. */
static dp_code add_clip(dp_onnx_run *run, double a, double b, dp_err *err)
{
    const double far = dp_sample(DP_SAMPLES - 1);
    if (a <= -far) { /* bounded above only: −clip(−x) */
        dp_code code = add_affine(run, -1, 0, err);
        if (!code)
            code = add_clip(run, -b, far, err);
        return code ? code : add_affine(run, -1, 0, err);
    }
    dp_code code = a == 0 ? DP_OK : add_affine(run, 1, -a, err);
    if (!code)
        code = dp_chain_add_plain(&run->chain, DP_OP_RELU, err);
    if (code || b >= far)
        return code || a == 0 ? code : add_affine(run, 1, a, err);
    if ((code = add_affine(run, -1, b - a, err)) ||
        (code = dp_chain_add_plain(&run->chain, DP_OP_RELU, err)))
        return code;
    return add_affine(run, -1, b, err);
}

/* The layer that computes an activation function. */
static dp_op_kind kind_of(dp_act act)
{
    int kind = 0;
    while (dp_op_get((dp_op_kind)kind)->act != act)
        kind++;
    return (dp_op_kind)kind;
}

/* Whether a layer can have the function's parameter. */
static dp_code check_parameter(const dp_function *f, dp_err *err)
{
    const double p = f->parameter;
    if (f->act == DP_ACT_LEAKY_RELU && !(p >= 0 && p < 1))
        return dp_fail(err, DP_MODEL, "leaky ReLU: slope %g is not in [0, 1)", p);
    if (f->act == DP_ACT_ELU && !(p >= 0 && p < 100))
        return dp_fail(err, DP_MODEL, "ELU: alpha %g is not in [0, 100)", p);
    return DP_OK;
}

static bool is_about(double x, double wanted)
{
    return fabs(x - wanted) < 1e-6;
}

/* factor · act(a·x + b). Exporters that write a function out may include such numbers. */
static dp_code add_activation(dp_onnx_run *run, const dp_function *f, dp_err *err)
{
    dp_layer layer = { .kind = kind_of(f->act), .value = (float)f->parameter };
    dp_code code = check_parameter(f, err);
    if (!code && !(is_about(f->a, 1) && is_about(f->b, 0)))
        code = add_affine(run, f->a, f->b, err);
    if (!code)
        code = dp_chain_add(&run->chain, &layer, err);
    if (!code && !is_about(f->factor, 1))
        code = add_affine(run, f->factor, 0, err);
    return code;
}

/* Add f as a layer. `value` is the function's result, for the message. */
static dp_code add_function(dp_onnx_run *run, const dp_function *f, int value,
                            dp_err *err)
{
    switch (f->kind) {
    case DP_FN_IDENTITY:
        return DP_OK;
    case DP_FN_AFFINE:
        return add_affine(run, f->a, f->b, err);
    case DP_FN_CLIP:
        return add_clip(run, f->a, f->b, err);
    case DP_FN_ACTIVATION:
        return add_activation(run, f, err);
    case DP_FN_UNKNOWN:
    case DP_FN_LOG:
        break;
    }
    return dp_fail(err, DP_MODEL,
                   "unknown function at '%.48s' (known: scale and shift, clip, relu, "
                   "leaky_relu, gelu, sigmoid, tanh, elu, selu, silu, hard_swish, "
                   "hard_sigmoid, softplus, mish)",
                   run->graph->value[value].name);
}

dp_code dp_onnx_not_ended(const dp_onnx_run *run, dp_err *err)
{
    static const char *const names[] = { [DP_END_LOG_SOFTMAX] = "LogSoftmax",
                                         [DP_END_ARGMAX] = "ArgMax",
                                         [DP_END_NORMALIZER] = "Normalizer" };
    if (run->ending == DP_END_NONE)
        return DP_OK;
    return dp_fail(err, DP_MODEL, "follows %s, which must be the last operator",
                   names[run->ending]);
}

dp_code dp_onnx_flush(dp_onnx_run *run, dp_state *state, dp_err *err)
{
    dp_code code = dp_onnx_not_ended(run, err);
    if (code)
        return code;
    if (state->generation != run->generation)
        return dp_fail(err, DP_MODEL,
                       "uses a value from before the last layer; branches and skip "
                       "connections are not supported");
    dp_function f = dp_pointwise_recognize(&state->function);
    code = add_function(run, &f, (int)(state - run->state), err);
    if (!code && f.kind != DP_FN_IDENTITY) {
        state->generation = ++run->generation;
        state->function = dp_pointwise_identity();
    }
    return code;
}

dp_code dp_onnx_flush_image(dp_onnx_run *run, dp_state *state, dp_err *err)
{
    const int64_t *size = state->view.size;
    dp_code code = dp_onnx_flush(run, state, err);
    dp_shape shape = dp_chain_shape(&run->chain);
    if (code || shape.h * shape.w != 1 || size[DP_AXIS_H] * size[DP_AXIS_W] == 1)
        return code;
    return dp_chain_add(
        &run->chain,
        &(dp_layer){ .kind = DP_OP_UNFLATTEN,
                     .out = (int)size[DP_AXIS_C],
                     .kernel = { (int)size[DP_AXIS_H], (int)size[DP_AXIS_W] } },
        err);
}

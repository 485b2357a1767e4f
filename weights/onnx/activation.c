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

static dp_code add_leaky_relu(dp_onnx_run *run, double slope, dp_err *err)
{
    if (!(slope >= 0 && slope < 1))
        return dp_fail(err, DP_MODEL, "leaky ReLU: slope %g is not in [0, 1)", slope);
    return dp_chain_add(
        &run->chain, &(dp_layer){ .kind = DP_OP_LEAKY_RELU, .value = (float)slope }, err);
}

/* tanh or sigmoid of scale·x. Exporters that write them out may include a factor. */
static dp_code add_scaled(dp_onnx_run *run, dp_op_kind kind, double scale, dp_err *err)
{
    dp_code code = fabs(scale - 1) < 1e-6 ? DP_OK : add_affine(run, scale, 0, err);
    return code ? code : dp_chain_add_plain(&run->chain, kind, err);
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
    case DP_FN_RELU:
        return dp_chain_add_plain(&run->chain, DP_OP_RELU, err);
    case DP_FN_GELU:
        return dp_chain_add_plain(&run->chain, DP_OP_GELU, err);
    case DP_FN_GELU_TANH:
        return dp_chain_add_plain(&run->chain, DP_OP_GELU_TANH, err);
    case DP_FN_SIGMOID:
        return add_scaled(run, DP_OP_SIGMOID, f->a, err);
    case DP_FN_TANH:
        return add_scaled(run, DP_OP_TANH, f->a, err);
    case DP_FN_LEAKY_RELU:
        return add_leaky_relu(run, f->a, err);
    case DP_FN_CLIP:
        return add_clip(run, f->a, f->b, err);
    case DP_FN_UNKNOWN:
    case DP_FN_LOG:
        break;
    }
    return dp_fail(err, DP_MODEL,
                   "unknown function at '%.48s' (known: scale and shift, relu, "
                   "leaky_relu, clip, gelu, sigmoid, tanh)",
                   run->graph->value[value].name);
}

dp_code dp_onnx_not_ended(const dp_onnx_run *run, dp_err *err)
{
    if (run->ending == DP_END_NONE)
        return DP_OK;
    return dp_fail(err, DP_MODEL, "follows %s, which must be the last operator",
                   run->ending == DP_END_ARGMAX ? "ArgMax" : "LogSoftmax");
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

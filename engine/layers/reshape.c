/* flatten and unflatten, which only change the shape, and dropout. */
#include "config.h"

#include "engine/layers/layer_table.h"

#include <string.h>

static void copy(float *to, const float *from, size_t n)
{
    if (to != from)
        memcpy(to, from, n * sizeof *to);
}

/* ---- flatten: [c, h, w] → [c·h·w, 1, 1], the same numbers in the same order -------- */

static dp_code infer_flatten(dp_shape *out, const dp_layer *layer, dp_shape in,
                             dp_err *err)
{
    (void)layer;
    (void)err;
    *out = (dp_shape){ (int)dp_shape_count(in), 1, 1 };
    return DP_OK;
}

static void keep(const dp_op_call *call, const float *x, float *y)
{
    copy(y, x, dp_op_total(call));
}

static void keep_backward(const dp_op_call *call, const float *x, const float *y,
                          const float *dy, float *dx)
{
    (void)x;
    (void)y;
    if (dx)
        copy(dx, dy, dp_op_total(call));
}

const dp_op dp_op_flatten = {
    .name = "flatten",
    .infer = infer_flatten,
    .forward = keep,
    .backward = keep_backward,
    .quant = DP_QUANT_RESHAPE,
    .keeps_scale = true,
    .in_place = true,
};

/* ---- unflatten: [c·h·w, 1, 1] → [c, h, w] ------------------------------------------ */

static dp_code infer_unflatten(dp_shape *out, const dp_layer *layer, dp_shape in,
                               dp_err *err)
{
    const dp_shape image = { layer->out, layer->kernel[0], layer->kernel[1] };
    /* In floating point this cannot overflow: each number is at most 2²⁰. */
    const double wanted = (double)image.c * image.h * image.w;
    if (wanted != (double)dp_shape_count(in))
        return dp_fail(err, DP_USAGE, "the input has %d x %d x %d values", in.c, in.h,
                       in.w);
    *out = image;
    return DP_OK;
}

const dp_op dp_op_unflatten = {
    .name = "unflatten",
    .argument = { DP_FIELD_CHANNELS, DP_FIELD_SIZE },
    .infer = infer_unflatten,
    .forward = keep,
    .backward = keep_backward,
    .quant = DP_QUANT_FLOATS,
    .in_place = true,
};

/* ---- dropout ----------------------------------------------------------------------- */

/* In training a value becomes 0 with probability `rate` and is divided by 1 − rate
 * otherwise, which keeps its expectation (Srivastava et al. 2014). */

/* Saves the factor of each value. */
static size_t dropout_saved(const dp_op_call *call)
{
    return dp_op_total(call);
}

static void dropout(const dp_op_call *call, const float *x, float *y)
{
    const size_t n = dp_op_total(call);
    if (!call->training) {
        copy(y, x, n);
        return;
    }
    dp_rng rng = call->rng;
    const float rate = call->layer->value, kept = 1 / (1 - rate);
    for (size_t i = 0; i < n; i++) {
        call->saved[i] = dp_rng_uniform(&rng) < rate ? 0 : kept;
        y[i] = x[i] * call->saved[i];
    }
}

static void dropout_backward(const dp_op_call *call, const float *x, const float *y,
                             const float *dy, float *dx)
{
    (void)x;
    (void)y;
    const size_t n = dp_op_total(call);
    if (!dx)
        return;
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * (call->training ? call->saved[i] : 1);
}

const dp_op dp_op_dropout = {
    .name = "dropout",
    .argument = { DP_FIELD_RATE },
    .infer = dp_op_infer_same,
    .saved = dropout_saved,
    .forward = dropout,
    .backward = dropout_backward,
    .training_only = true,
    .in_place = true,
};

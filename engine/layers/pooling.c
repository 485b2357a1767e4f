/* maxpool, avgpool and global_avgpool. */
#include "config.h"

#include "engine/layers/layer_table.h"
#include "engine/layers/window.h"

#include <math.h>
#include <string.h>

/* ---- windows ----------------------------------------------------------------------- */

static dp_code infer_window(dp_shape *out, const dp_layer *layer, dp_shape in,
                            dp_err *err)
{
    const int size[2] = { in.h, in.w };
    int count[2];
    for (int d = 0; d < 2; d++) {
        const int kernel = layer->kernel[d], before = layer->pad[d];
        const int after = layer->pad[d + 2];
        /* Every window must contain a pixel. */
        if (before >= kernel || after >= kernel)
            return dp_fail(err, DP_USAGE, "the padding is as large as the kernel");
        if (kernel > size[d] + before + after)
            return dp_fail(err, DP_USAGE, "the kernel is larger than the %d x %d image",
                           in.h, in.w);
        count[d] = (size[d] + before + after - kernel) / layer->stride[d] + 1;
    }
    *out = (dp_shape){ in.c, count[0], count[1] };
    return DP_OK;
}

static dp_window window_at(const dp_op_call *call, int y, int x)
{
    return dp_window_at(call->layer, call->in, y, x);
}

/* ---- maxpool ----------------------------------------------------------------------- */

/* Index of the largest pixel, the first in row order if several are equal. */
static int largest(const dp_op_call *call, const float *x, dp_window w)
{
    int best = w.top * call->in.w + w.left;
    for (int i = w.top; i < w.bottom; i++)
        for (int j = w.left; j < w.right; j++)
            if (x[i * call->in.w + j] > x[best])
                best = i * call->in.w + j;
    return best;
}

static void maxpool_channel(const dp_op_call *call, const float *x, float *y)
{
    if (dp_window_two_by_two(call->layer)) {
        call->kernels->maxpool2(y, x, call->out.h, call->in.w);
        return;
    }
    for (int i = 0; i < call->out.h; i++)
        for (int j = 0; j < call->out.w; j++)
            *y++ = x[largest(call, x, window_at(call, i, j))];
}

static void maxpool(const dp_op_call *call, const float *x, float *y)
{
    const int in = call->in.h * call->in.w, out = call->out.h * call->out.w;
    for (int c = 0; c < call->n * call->in.c; c++, x += in, y += out)
        maxpool_channel(call, x, y);
}

static void maxpool_channel_backward(const dp_op_call *call, const float *x,
                                     const float *y, const float *dy, float *dx)
{
    if (dp_window_two_by_two(call->layer)) {
        const int done = 2 * call->out.h, w = call->in.w;
        call->kernels->maxpool2_grad(dx, x, y, dy, call->out.h, w);
        for (int j = done * w; j < call->in.h * w; j++)
            dx[j] = 0;
        return;
    }
    for (int j = 0; j < call->in.h * call->in.w; j++)
        dx[j] = 0;
    for (int i = 0; i < call->out.h; i++)
        for (int j = 0; j < call->out.w; j++)
            dx[largest(call, x, window_at(call, i, j))] += *dy++;
}

static void maxpool_backward(const dp_op_call *call, const float *x, const float *y,
                             const float *dy, float *dx)
{
    const int in = call->in.h * call->in.w, out = call->out.h * call->out.w;
    if (!dx)
        return;
    for (int c = 0; c < call->n * call->in.c; c++, x += in, y += out, dy += out, dx += in)
        maxpool_channel_backward(call, x, y, dy, dx);
}

const dp_op dp_op_maxpool = {
    .name = "maxpool",
    .argument = { DP_FIELD_KERNEL },
    .option = { DP_FIELD_STRIDE, DP_FIELD_PAD },
    .infer = infer_window,
    .forward = maxpool,
    .backward = maxpool_backward,
    .quant = DP_QUANT_MAXPOOL,
    .keeps_scale = true,
    .onnx = "MaxPool",
    .by_channel = true,
};

/* ---- avgpool ----------------------------------------------------------------------- */

static void avgpool(const dp_op_call *call, const float *x, float *y)
{
    for (int c = 0; c < call->n * call->in.c; c++, x += call->in.h * call->in.w) {
        for (int i = 0; i < call->out.h; i++) {
            for (int j = 0; j < call->out.w; j++) {
                const dp_window w = window_at(call, i, j);
                float sum = 0;
                for (int r = w.top; r < w.bottom; r++)
                    for (int s = w.left; s < w.right; s++)
                        sum += x[r * call->in.w + s];
                *y++ = sum / (float)dp_window_divisor(call->layer, w);
            }
        }
    }
}

static void avgpool_backward(const dp_op_call *call, const float *x, const float *y,
                             const float *dy, float *dx)
{
    (void)x;
    (void)y;
    if (!dx)
        return;
    memset(dx, 0, dp_op_total(call) * sizeof *dx);
    for (int c = 0; c < call->n * call->in.c; c++, dx += call->in.h * call->in.w) {
        for (int i = 0; i < call->out.h; i++) {
            for (int j = 0; j < call->out.w; j++) {
                const dp_window w = window_at(call, i, j);
                const float share = *dy++ / (float)dp_window_divisor(call->layer, w);
                for (int r = w.top; r < w.bottom; r++)
                    for (int s = w.left; s < w.right; s++)
                        dx[r * call->in.w + s] += share;
            }
        }
    }
}

const dp_op dp_op_avgpool = {
    .name = "avgpool",
    .argument = { DP_FIELD_KERNEL },
    .option = { DP_FIELD_STRIDE, DP_FIELD_PAD, DP_FIELD_COUNT_PAD },
    .defaults = { .count_pad = true },
    .infer = infer_window,
    .forward = avgpool,
    .backward = avgpool_backward,
    .quant = DP_QUANT_AVGPOOL,
    .onnx = "AveragePool",
    .by_channel = true,
};

/* ---- global_avgpool: the mean of each channel -------------------------------------- */

static dp_code infer_global(dp_shape *out, const dp_layer *layer, dp_shape in,
                            dp_err *err)
{
    (void)layer;
    (void)err;
    *out = (dp_shape){ in.c, 1, 1 };
    return DP_OK;
}

static void global_avgpool(const dp_op_call *call, const float *x, float *y)
{
    const int pixels = call->in.h * call->in.w;
    for (int c = 0; c < call->n * call->in.c; c++, x += pixels) {
        float sum = 0;
        for (int j = 0; j < pixels; j++)
            sum += x[j];
        y[c] = sum / (float)pixels;
    }
}

static void global_avgpool_backward(const dp_op_call *call, const float *x,
                                    const float *y, const float *dy, float *dx)
{
    (void)x;
    (void)y;
    const int pixels = call->in.h * call->in.w;
    if (!dx)
        return;
    for (int c = 0; c < call->n * call->in.c; c++, dx += pixels)
        for (int j = 0; j < pixels; j++)
            dx[j] = dy[c] / (float)pixels;
}

const dp_op dp_op_global_avgpool = {
    .name = "global_avgpool",
    .infer = infer_global,
    .forward = global_avgpool,
    .backward = global_avgpool_backward,
    .quant = DP_QUANT_AVGPOOL,
    .onnx = "GlobalAveragePool",
    .by_channel = true,
};

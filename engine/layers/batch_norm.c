/* bn: batch normalisation of each channel (Ioffe and Szegedy 2015):
 *
 *     y = γ · (x − mean) / √(var + eps) + β
 *
 * In training, mean and biased variance are those of the batch; otherwise they are the
 * running ones. */
#include "config.h"

#include "engine/layers/layer_table.h"

#include <math.h>

static int params(dp_param out[DP_ROLE_COUNT], const dp_layer *layer, dp_shape in)
{
    (void)layer;
    int n = 0;
    for (int role = DP_GAMMA; role <= DP_RUNNING_VAR; role++)
        out[n++] = (dp_param){ .role = (dp_role)role, .rank = 1, .dim = { in.c } };
    return n;
}

/* Saved for each channel. `measure` writes all five, `collect` adds to the sums. */
enum {
    COUNT, /* N; the backward pass can be that of fewer images */
    MEAN,
    INV_STD /* 1 / √(var + eps) */,
    SUM_DY,
    SUM_DY_X /* Σ dy · (x − mean) */,
    SAVED
};

static size_t saved(const dp_op_call *call)
{
    return SAVED * (size_t)call->in.c;
}

static size_t pixels(const dp_op_call *call)
{
    return (size_t)call->in.h * (size_t)call->in.w;
}

/* The start of channel c of image i. */
static size_t plane(const dp_op_call *call, int i, int c)
{
    return ((size_t)i * (size_t)call->in.c + (size_t)c) * pixels(call);
}

/* Compute mean and variance of channel c over the batch, save them, and write them to the
 * slots of the running statistics. One pass is enough: values are counted from the mean
 * of the first image, which is near enough that the squares do not cancel. */
static void measure_channel(const dp_op_call *call, const float *x, int c)
{
    const double count = (double)call->n * (double)pixels(call);
    const double first = call->kernels->sum(x + plane(call, 0, c), pixels(call));
    const float near = (float)(first / (double)pixels(call));
    double sum = 0, squares = 0;
    for (int i = 0; i < call->n; i++) {
        double part[2];
        const float *at = x + plane(call, i, c);
        call->kernels->moments(part, at, near, at, near, pixels(call));
        sum += part[0];
        squares += part[1];
    }
    const double offset = sum / count;
    const double mean = (double)near + offset;
    const double var = fmax(0, squares / count - offset * offset);
    float *kept = call->saved + SAVED * c;
    kept[COUNT] = (float)count;
    kept[MEAN] = (float)mean;
    kept[INV_STD] = (float)(1 / sqrt(var + (double)call->layer->value));
    kept[SUM_DY] = kept[SUM_DY_X] = 0;
    if (call->grad[DP_RUNNING_MEAN]) {
        call->grad[DP_RUNNING_MEAN][c] = (float)mean;
        call->grad[DP_RUNNING_VAR][c] = (float)var;
    }
}

static void measure(const dp_op_call *call, const float *x)
{
    for (int c = 0; c < call->in.c; c++)
        measure_channel(call, x, c);
}

static void forward(const dp_op_call *call, const float *x, float *y)
{
    for (int c = 0; c < call->in.c; c++) {
        float mean, inv_std;
        if (call->training) {
            mean = call->saved[SAVED * c + MEAN];
            inv_std = call->saved[SAVED * c + INV_STD];
        } else {
            mean = call->param[DP_RUNNING_MEAN][c];
            inv_std = 1 / sqrtf(call->param[DP_RUNNING_VAR][c] + call->layer->value);
        }
        const float scale = call->param[DP_GAMMA][c] * inv_std;
        const float shift = call->param[DP_BETA][c] - mean * scale;
        for (int i = 0; i < call->n; i++)
            call->kernels->affine(y + plane(call, i, c), x + plane(call, i, c), scale,
                                  shift, pixels(call));
    }
}

static void collect(const dp_op_call *call, const float *x, const float *dy)
{
    for (int i = 0; i < call->n; i++) {
        for (int c = 0; c < call->in.c; c++) {
            double part[2];
            float *kept = call->saved + SAVED * c;
            const size_t at = plane(call, i, c);
            call->kernels->moments(part, dy + at, 0, x + at, kept[MEAN], pixels(call));
            kept[SUM_DY] += (float)part[0];
            kept[SUM_DY_X] += (float)part[1];
        }
    }
}

/* With x̂ the normalised x and N values per channel:
 * dγ = Σ dy·x̂, dβ = Σ dy, dx = γ/σ · (dy − (dβ + x̂·dγ) / N). */
static void backward_channel(const dp_op_call *call, int c, const float *x,
                             const float *dy, float *dx)
{
    const float *kept = call->saved + SAVED * c;
    const float inv_std = kept[INV_STD];
    const float dbeta = kept[SUM_DY], dgamma = kept[SUM_DY_X] * inv_std;
    call->grad[DP_BETA][c] += dbeta;
    call->grad[DP_GAMMA][c] += dgamma;
    if (!dx)
        return;
    const float scale = call->param[DP_GAMMA][c] * inv_std;
    const float slope = -scale * dgamma * inv_std / kept[COUNT];
    const float shift = -scale * dbeta / kept[COUNT] - slope * kept[MEAN];
    const float factors[3] = { scale, slope, shift };
    for (int i = 0; i < call->n; i++) {
        const size_t at = plane(call, i, c);
        call->kernels->affine2(dx + at, dy + at, x + at, factors, pixels(call));
    }
}

/* With the running statistics bn is a fixed affine function, and only dx is computed. */
static void backward_running(const dp_op_call *call, const float *dy, float *dx)
{
    for (int c = 0; c < call->in.c; c++) {
        const float scale = call->param[DP_GAMMA][c] /
                            sqrtf(call->param[DP_RUNNING_VAR][c] + call->layer->value);
        for (int i = 0; i < call->n; i++)
            call->kernels->affine(dx + plane(call, i, c), dy + plane(call, i, c), scale,
                                  0, pixels(call));
    }
}

static void backward(const dp_op_call *call, const float *x, const float *y,
                     const float *dy, float *dx)
{
    (void)y;
    if (!call->training) {
        backward_running(call, dy, dx);
        return;
    }
    for (int c = 0; c < call->in.c; c++)
        backward_channel(call, c, x, dy, dx);
}

const dp_op dp_op_bn = {
    .name = "bn",
    .option = { DP_FIELD_EPS },
    .defaults = { .value = 1e-5f },
    .infer = dp_op_infer_same,
    .params = params,
    .saved = saved,
    .measure = measure,
    .collect = collect,
    .forward = forward,
    .backward = backward,
    .onnx = "BatchNormalization",
    .by_channel = true,
};

/* The reference implementation of 8-bit networks: layer by layer, channel by channel,
 * straight from the quantised weights. It is never optimised. The kernels must agree bit
 * for bit. */
#include "config.h"

#include "engine/infer/executor.h"

#include "engine/infer/int8_floats.h"
#include "engine/layers/window.h"

#include <math.h>
#include <string.h>

static uint8_t at(dp_shape s, const uint8_t *x, int c, int y, int z)
{
    return x[(c * s.h + y) * s.w + z];
}

/* A dense layer is a 1 × 1 convolution of a 1 × 1 image. */
static dp_layer as_conv(const dp_layer *layer)
{
    if (layer->kind == DP_OP_CONV)
        return *layer;
    return (dp_layer){ .kind = DP_OP_CONV,
                       .out = layer->out,
                       .kernel = { 1, 1 },
                       .stride = { 1, 1 },
                       .dilation = { 1, 1 },
                       .groups = 1 };
}

/* bias + Σ weight · (x − in_zero), of channel o and output pixel p, which count in row
 * order. Padding has the value in_zero, so it adds nothing. */
static int32_t sum_at(const dp_quant *q, int i, const dp_layer *conv, const uint8_t *x,
                      int o, int p)
{
    const dp_shape in = q->spec.shape[i];
    const int y = p / q->spec.shape[i + 1].w, z = p % q->spec.shape[i + 1].w;
    const int width = in.c / conv->groups, first = o / (conv->out / conv->groups) * width;
    const int8_t *w = q->layer[i].weight + (size_t)o * dp_quant_depth(q, i);
    int32_t sum = q->layer[i].bias[o];
    for (int c = first; c < first + width; c++)
        for (int ky = 0; ky < conv->kernel[0]; ky++)
            for (int kx = 0; kx < conv->kernel[1]; kx++, w++) {
                const int row =
                    y * conv->stride[0] - conv->pad[0] + ky * conv->dilation[0];
                const int col =
                    z * conv->stride[1] - conv->pad[1] + kx * conv->dilation[1];
                if (row >= 0 && row < in.h && col >= 0 && col < in.w)
                    sum += *w * (at(in, x, c, row, col) - q->layer[i].in_zero);
            }
    return sum;
}

/* The output goes to `floats` or, if that is NULL, to `bytes`. */
static void run_product(const dp_quant *q, int i, const uint8_t *x, uint8_t *bytes,
                        float *floats)
{
    const dp_layer conv = as_conv(&q->spec.layer[i]);
    const dp_shape out = q->spec.shape[i + 1];
    const int zero = i == q->last ? 0 : q->layer[i + 1].in_zero;
    const float low = (float)-zero, high = (float)(UINT8_MAX - zero);
    size_t n = 0;
    for (int o = 0; o < out.c; o++)
        for (int p = 0; p < out.h * out.w; p++, n++) {
            const float v =
                (float)sum_at(q, i, &conv, x, o, p) * dp_quant_factor(q, i, o);
            if (floats)
                floats[n] = v;
            else
                bytes[n] = (uint8_t)(rintf(fminf(fmaxf(v, low), high)) + (float)zero);
        }
}

static void run_pool(const dp_quant *q, int i, const uint8_t *x, uint8_t *to)
{
    const dp_layer *layer = &q->spec.layer[i];
    const bool maxpool = dp_op_get(layer->kind)->quant == DP_QUANT_MAXPOOL;
    const dp_shape in = q->spec.shape[i], out = q->spec.shape[i + 1];
    for (int c = 0; c < in.c; c++)
        for (int y = 0; y < out.h; y++)
            for (int z = 0; z < out.w; z++) {
                const dp_window w = dp_window_at(layer, in, y, z);
                uint8_t most = 0;
                int64_t sum = 0;
                for (int r = w.top; r < w.bottom; r++)
                    for (int s = w.left; s < w.right; s++) {
                        const uint8_t v = at(in, x, c, r, s);
                        most = v > most ? v : most;
                        sum += v;
                    }
                *to++ = maxpool ? most
                                : dp_quant_average(q, i, sum, dp_window_pixels(w),
                                                   dp_window_divisor(layer, w));
            }
}

static void run_lookup(const dp_quant *q, int i, const uint8_t *x, uint8_t *to)
{
    uint8_t table[256];
    const size_t n = dp_shape_count(q->spec.shape[i]);
    dp_quant_table(table, q, i);
    for (size_t k = 0; k < n; k++)
        to[k] = table[x[k]];
}

/* ---- executor -------------------------------------------------------------------- */

static int count_steps(const void *plan)
{
    return ((const dp_quant *)plan)->spec.n_layers;
}

/* Bytes in the order [c, h, w]; after the last layer with weights, floats. */
static dp_activation activation(const void *plan, int i)
{
    const dp_quant *q = plan;
    if (i > q->last)
        return dp_int8_float_activation(q, i - q->last - 1);
    return (dp_activation){ .bytes = dp_shape_count(q->spec.shape[i]) };
}

static dp_step_traits traits(const void *plan, int i)
{
    const dp_quant *q = plan;
    return (dp_step_traits){ .dense = q->spec.layer[i].kind == DP_OP_DENSE };
}

static const void *borrow(const void *plan, const dp_model_input *in)
{
    (void)plan;
    return in->pixels;
}

static void load(const void *plan, const dp_model_input *in, int n, void *to)
{
    const dp_quant *q = plan;
    const size_t count = (size_t)n * dp_shape_count(q->spec.shape[0]);
    for (size_t i = 0; i < count; i++)
        ((uint8_t *)to)[i] = dp_int8_from_float(&q->layer[0], in->x[i]);
}

/* Run layer i on one image. The output goes to y if it is floats, else to `to`. */
static void run_layer(const dp_quant *q, int i, const uint8_t *x, uint8_t *to, float *y)
{
    switch (dp_op_get(q->spec.layer[i].kind)->quant) {
    case DP_QUANT_WEIGHTS:
        run_product(q, i, x, to, i == q->last ? y : NULL);
        break;
    case DP_QUANT_MAXPOOL:
    case DP_QUANT_AVGPOOL:
        run_pool(q, i, x, to);
        break;
    case DP_QUANT_RESHAPE:
        memcpy(to, x, dp_shape_count(q->spec.shape[i]));
        break;
    default:
        run_lookup(q, i, x, to);
        break;
    }
}

static void run(const dp_step_call *call)
{
    const dp_quant *q = call->plan;
    const int i = call->step;
    if (i > q->last) {
        dp_int8_run_floats(q, i - q->last - 1, call->n, call->x, call->y);
        return;
    }
    const uint8_t *x = call->x;
    uint8_t *bytes = call->y;
    float *floats = call->y;
    const size_t in = dp_shape_count(q->spec.shape[i]);
    const size_t out = dp_shape_count(q->spec.shape[i + 1]);
    for (int k = 0; k < call->n; k++, x += in, bytes += out, floats += out)
        run_layer(q, i, x, bytes, floats);
}

const dp_executor dp_int8_reference_executor = {
    .tile_bytes = 1 << 18,
    .macs_per_ms = 400000000,
    .count_steps = count_steps,
    .activation = activation,
    .traits = traits,
    .borrow = borrow,
    .load = load,
    .run = run,
};

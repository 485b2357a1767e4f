#include "config.h"

#include "engine/lower.h"

#include <string.h>

enum { MAX_LAYOUT = 1 << 26 };

static int round_up(int n, int unit)
{
    return (n + unit - 1) / unit * unit;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Pixels from the first to the last tap of the kernel. */
static long long reach(const dp_lower_geometry *g, int d)
{
    return (long long)(g->kernel[d] - 1) * g->dilation[d] + 1;
}

/* Height or width of the image with its spread. */
static long long extent(const dp_lower_geometry *g, int d)
{
    return ((long long)(d == 0 ? g->in.h : g->in.w) - 1) * g->spread[d] + 1;
}

static long long padded(const dp_lower_geometry *g, int d)
{
    return extent(g, d) + g->pad[d] + g->pad[d + 2];
}

static dp_code check(const dp_lower_geometry *g, dp_err *err)
{
    for (int d = 0; d < 2; d++) {
        if (reach(g, d) > padded(g, d))
            return dp_fail(err, DP_USAGE, "the kernel is larger than the %d x %d image",
                           g->in.h, g->in.w);
        if (g->stride[d] > padded(g, d))
            return dp_fail(err, DP_USAGE, "the stride is larger than the image");
    }
    /* An upper bound, in floating point because it cannot overflow there. */
    double rows = (double)padded(g, 0) + g->stride[0];
    double cols = (double)padded(g, 1) + 2.0 * g->stride[1];
    if (rows * cols * g->in.c > MAX_LAYOUT)
        return dp_fail(err, DP_USAGE, "the padded image is too large");
    return DP_OK;
}

dp_code dp_lower_plan(dp_lowering *out, const dp_lower_geometry *g, int tile_cols,
                      dp_err *err)
{
    dp_code code = check(g, err);
    if (code != DP_OK)
        return code;
    const int *stride = g->stride, *pad = g->pad;
    dp_lowering plan = {.geometry = *g};
    for (int d = 0; d < 2; d++)
        plan.out[d] = (int)((padded(g, d) - reach(g, d)) / stride[d]) + 1;
    const int width = (int)extent(g, 1) + larger(pad[1], pad[3]);
    plan.row = larger(round_up(width, stride[1]) / stride[1], plan.out[1]);
    plan.cols = (plan.out[0] - 1) * plan.row + plan.out[1];
    plan.padded_cols = round_up(plan.cols, tile_cols);
    const int rows = round_up((int)padded(g, 0), stride[0]) / stride[0];
    const int last_tap = (int)((reach(g, 0) - 1) / stride[0]) * plan.row +
                         (int)((reach(g, 1) - 1) / stride[1]);
    plan.phase = larger(rows * plan.row, last_tap + plan.cols);
    plan.channel = stride[0] * stride[1] * plan.phase;
    plan.size =
        (size_t)g->in.c * (size_t)plan.channel + (size_t)(plan.padded_cols - plan.cols);
    *out = plan;
    return DP_OK;
}

/* Where a pixel of the padded image lies in its channel. */
static int place(const dp_lowering *plan, int y, int x)
{
    const int *stride = plan->geometry.stride;
    int phase = y % stride[0] * stride[1] + x % stride[1];
    return phase * plan->phase + y / stride[0] * plan->row + x / stride[1];
}

void dp_lower_rows(int *row, const dp_lowering *plan, int channels, bool flipped)
{
    const dp_lower_geometry *g = &plan->geometry;
    for (int c = 0; c < channels; c++) {
        for (int i = 0; i < g->kernel[0]; i++) {
            for (int j = 0; j < g->kernel[1]; j++) {
                int ky = flipped ? g->kernel[0] - 1 - i : i;
                int kx = flipped ? g->kernel[1] - 1 - j : j;
                *row++ = c * plan->channel +
                         place(plan, ky * g->dilation[0], kx * g->dilation[1]);
            }
        }
    }
}

void dp_lower_clear(float *laid_out, const dp_lowering *plan)
{
    memset(laid_out, 0, plan->size * sizeof(float));
}

/* One row of pixels whose first goes to column `x` of row `y` of the padded image. */
static void lay_out_row(float *channel, const dp_lowering *plan, int y, const float *from)
{
    const dp_lower_geometry *g = &plan->geometry;
    if (g->stride[1] == 1 && g->spread[1] == 1) {
        float *to = channel + place(plan, y, g->pad[1]);
        for (int x = 0; x < g->in.w; x++)
            to[x] = from[x];
    } else {
        for (int x = 0; x < g->in.w; x++)
            channel[place(plan, y, g->pad[1] + x * g->spread[1])] = from[x];
    }
}

void dp_lower_image(float *laid_out, const dp_lowering *plan, const float *x)
{
    const dp_lower_geometry *g = &plan->geometry;
    for (int c = 0; c < g->in.c; c++, laid_out += plan->channel)
        for (int y = 0; y < g->in.h; y++, x += g->in.w)
            lay_out_row(laid_out, plan, g->pad[0] + y * g->spread[0], x);
}

void dp_lower_crop(float *y, const dp_lowering *plan, int channels, const float *wide)
{
    for (int c = 0; c < channels; c++, wide += plan->padded_cols) {
        const float *from = wide;
        for (int i = 0; i < plan->out[0]; i++, from += plan->row, y += plan->out[1])
            for (int j = 0; j < plan->out[1]; j++)
                y[j] = from[j];
    }
}

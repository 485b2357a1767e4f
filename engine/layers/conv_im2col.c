#include "config.h"

#include "engine/layers/conv_im2col.h"

#include "engine/core/arith.h"

#include <string.h>

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Pixels from the first to the last tap of the kernel. */
static long long reach(const dp_im2col_geometry *g, int d)
{
    return (long long)(g->kernel[d] - 1) * g->dilation[d] + 1;
}

/* Height or width of the image with its spread. */
static long long extent(const dp_im2col_geometry *g, int d)
{
    return ((long long)(d == 0 ? g->in.h : g->in.w) - 1) * g->spread[d] + 1;
}

static long long padded(const dp_im2col_geometry *g, int d)
{
    return extent(g, d) + g->pad[d] + g->pad[d + 2];
}

static dp_code check(const dp_im2col_geometry *g, dp_err *err)
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
    if (rows * cols * g->in.c > DP_MAX_LAYOUT)
        return dp_fail(err, DP_USAGE, "the padded image is too large");
    return DP_OK;
}

dp_code dp_im2col_plan(dp_im2col *out, const dp_im2col_geometry *g,
                       const dp_kernels *kernels, dp_err *err)
{
    dp_code code = check(g, err);
    if (code != DP_OK)
        return code;
    const int *stride = g->stride, *pad = g->pad;
    dp_im2col plan = { .geometry = *g, .kernels = kernels };
    for (int d = 0; d < 2; d++)
        plan.out[d] = (int)((padded(g, d) - reach(g, d)) / stride[d]) + 1;
    const int width = (int)extent(g, 1) + larger(pad[1], pad[3]);
    plan.row = larger(dp_ceil_div_int(width, stride[1]), plan.out[1]);
    plan.cols = (plan.out[0] - 1) * plan.row + plan.out[1];
    plan.padded_cols = dp_round_up_int(plan.cols, kernels->tile_cols);
    const int rows = dp_ceil_div_int((int)padded(g, 0), stride[0]);
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
static int place(const dp_im2col *plan, int y, int x)
{
    const int *stride = plan->geometry.stride;
    int phase = y % stride[0] * stride[1] + x % stride[1];
    return phase * plan->phase + y / stride[0] * plan->row + x / stride[1];
}

void dp_im2col_rows(int *row, const dp_im2col *plan, int channels, bool flipped)
{
    const dp_im2col_geometry *g = &plan->geometry;
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

void dp_im2col_clear(float *laid_out, const dp_im2col *plan)
{
    memset(laid_out, 0, plan->size * sizeof(float));
}

/* Pixel by pixel: x: [h, w] to its places in a channel that has a stride or a spread. */
static void scatter(float *channel, const dp_im2col *plan, const float *x)
{
    const dp_im2col_geometry *g = &plan->geometry;
    for (int i = 0; i < g->in.h; i++)
        for (int j = 0; j < g->in.w; j++)
            channel[place(plan, g->pad[0] + i * g->spread[0],
                          g->pad[1] + j * g->spread[1])] = *x++;
}

void dp_im2col_image(float *laid_out, const dp_im2col *plan, const float *x)
{
    const dp_im2col_geometry *g = &plan->geometry;
    const bool row_by_row =
        g->stride[0] == 1 && g->stride[1] == 1 && g->spread[0] == 1 && g->spread[1] == 1;
    const int first = place(plan, g->pad[0], g->pad[1]);
    for (int c = 0; c < g->in.c; c++, laid_out += plan->channel, x += g->in.h * g->in.w) {
        if (row_by_row)
            plan->kernels->copy_rows(laid_out + first, plan->row, x, g->in.w, g->in.h,
                                     g->in.w);
        else
            scatter(laid_out, plan, x);
    }
}

void dp_im2col_crop(float *y, const dp_im2col *plan, int channels, const float *wide)
{
    const int h = plan->out[0], w = plan->out[1];
    for (int c = 0; c < channels; c++, wide += plan->padded_cols, y += h * w)
        plan->kernels->copy_rows(y, w, wide, plan->row, h, w);
}

#include "config.h"

#include "engine/layers/conv_im2col.h"

#include "engine/core/arith.h"

#include <string.h>

/* Height (d = 0) or width (d = 1) that the dilated kernel covers. */
static long long reach(const dp_im2col_geometry *geometry, int d)
{
    return (long long)(geometry->kernel[d] - 1) * geometry->dilation[d] + 1;
}

/* Height or width of the spread image. */
static long long extent(const dp_im2col_geometry *geometry, int d)
{
    return ((long long)(d == 0 ? geometry->in.h : geometry->in.w) - 1) *
               geometry->spread[d] +
           1;
}

/* Height or width of the spread image with its padding. */
static long long padded(const dp_im2col_geometry *geometry, int d)
{
    return extent(geometry, d) + geometry->pad[d] + geometry->pad[d + 2];
}

static dp_code check(const dp_im2col_geometry *geometry, dp_err *err)
{
    for (int d = 0; d < 2; d++) {
        if (reach(geometry, d) > padded(geometry, d))
            return dp_fail(err, DP_USAGE, "the kernel is larger than the %d x %d image",
                           geometry->in.h, geometry->in.w);
        if (geometry->stride[d] > padded(geometry, d))
            return dp_fail(err, DP_USAGE, "the stride is larger than the image");
    }
    /* An upper bound; in floating point, which cannot overflow. */
    double rows = (double)padded(geometry, 0) + geometry->stride[0];
    double cols = (double)padded(geometry, 1) + 2.0 * geometry->stride[1];
    if (rows * cols * geometry->in.c > DP_MAX_LAYOUT)
        return dp_fail(err, DP_USAGE, "the padded image is too large");
    return DP_OK;
}

dp_code dp_im2col_plan(dp_im2col *out, const dp_im2col_geometry *geometry,
                       const dp_kernels *kernels, dp_err *err)
{
    dp_code code = check(geometry, err);
    if (code != DP_OK)
        return code;
    const int *stride = geometry->stride, *pad = geometry->pad;
    dp_im2col plan = { .geometry = *geometry, .kernels = kernels };
    for (int d = 0; d < 2; d++)
        plan.out[d] = (int)((padded(geometry, d) - reach(geometry, d)) / stride[d]) + 1;
    const int width = (int)extent(geometry, 1) + dp_max_int(pad[1], pad[3]);
    plan.row = dp_max_int(dp_ceil_div_int(width, stride[1]), plan.out[1]);
    plan.cols = (plan.out[0] - 1) * plan.row + plan.out[1];
    plan.padded_cols = dp_round_up_int(plan.cols, kernels->tile_cols);
    const int rows = dp_ceil_div_int((int)padded(geometry, 0), stride[0]);
    const int last_tap = (int)((reach(geometry, 0) - 1) / stride[0]) * plan.row +
                         (int)((reach(geometry, 1) - 1) / stride[1]);
    plan.phase = dp_max_int(rows * plan.row, last_tap + plan.cols);
    plan.channel = stride[0] * stride[1] * plan.phase;
    plan.size = (size_t)geometry->in.c * (size_t)plan.channel +
                (size_t)(plan.padded_cols - plan.cols);
    *out = plan;
    return DP_OK;
}

/* The position of pixel (y, x) of the padded image in its channel. */
static int place(const dp_im2col *plan, int y, int x)
{
    const int *stride = plan->geometry.stride;
    int phase = y % stride[0] * stride[1] + x % stride[1];
    return phase * plan->phase + y / stride[0] * plan->row + x / stride[1];
}

void dp_im2col_rows(int *row, const dp_im2col *plan, int channels, bool flipped)
{
    const dp_im2col_geometry *geometry = &plan->geometry;
    for (int c = 0; c < channels; c++) {
        for (int i = 0; i < geometry->kernel[0]; i++) {
            for (int j = 0; j < geometry->kernel[1]; j++) {
                int ky = flipped ? geometry->kernel[0] - 1 - i : i;
                int kx = flipped ? geometry->kernel[1] - 1 - j : j;
                *row++ = c * plan->channel + place(plan, ky * geometry->dilation[0],
                                                   kx * geometry->dilation[1]);
            }
        }
    }
}

void dp_im2col_clear(float *image, const dp_im2col *plan)
{
    memset(image, 0, plan->size * sizeof(float));
}

/* Copy x: [h, w] pixel by pixel into a channel with a stride or a spread. */
static void scatter(float *channel, const dp_im2col *plan, const float *x)
{
    const dp_im2col_geometry *geometry = &plan->geometry;
    for (int i = 0; i < geometry->in.h; i++)
        for (int j = 0; j < geometry->in.w; j++)
            channel[place(plan, geometry->pad[0] + i * geometry->spread[0],
                          geometry->pad[1] + j * geometry->spread[1])] = *x++;
}

void dp_im2col_image(float *image, const dp_im2col *plan, const float *x)
{
    const dp_im2col_geometry *geometry = &plan->geometry;
    const bool row_by_row = geometry->stride[0] == 1 && geometry->stride[1] == 1 &&
                            geometry->spread[0] == 1 && geometry->spread[1] == 1;
    const int first = place(plan, geometry->pad[0], geometry->pad[1]);
    for (int c = 0; c < geometry->in.c;
         c++, image += plan->channel, x += geometry->in.h * geometry->in.w) {
        if (row_by_row)
            plan->kernels->copy_rows(image + first, plan->row, x, geometry->in.w,
                                     geometry->in.h, geometry->in.w);
        else
            scatter(image, plan, x);
    }
}

void dp_im2col_crop(float *y, const dp_im2col *plan, int channels, const float *wide)
{
    const int h = plan->out[0], w = plan->out[1];
    for (int c = 0; c < channels; c++, wide += plan->padded_cols, y += h * w)
        plan->kernels->copy_rows(y, w, wide, plan->row, h, w);
}

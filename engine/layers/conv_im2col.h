/* A convolution as a matrix product without im2col. The image is laid out so that one row
 * of the im2col matrix (one tap of the kernel, over all output positions) is a run of
 * memory; the rows overlap, so the matrix is a table of their starts (dp_mat.row).
 *
 * Each channel is copied with its zero padding. In the product the output is as wide as
 * a row of that copy: the positions between two output rows are computed in vain, and
 * crop drops them. The zeros right of one row serve as those left of the next, which
 * keeps them few. A stride s splits a channel into s × s phases, images of every s-th
 * pixel, in which it is a stride of 1. A spread puts zeros between the pixels: the
 * transposed convolution that gives the gradient of a strided one. */
#ifndef DP_ENGINE_LAYERS_CONV_IM2COL_H
#define DP_ENGINE_LAYERS_CONV_IM2COL_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/shape.h"

enum { DP_MAX_LAYOUT = 1 << 24 }; /* floats of a laid-out image: 64 MiB */

/* What is convolved with what. Pairs are height, width. */
typedef struct dp_im2col_geometry {
    dp_shape in;
    int kernel[2], stride[2], dilation[2], spread[2];
    int pad[4]; /* top, left, bottom, right */
} dp_im2col_geometry;

typedef struct dp_im2col {
    dp_im2col_geometry geometry;
    const dp_kernels *kernels;
    int out[2];      /* output height and width */
    int row;         /* floats from one row of a phase to the next */
    int phase;       /* floats of a phase */
    int channel;     /* floats of a channel: all its phases */
    int cols;        /* columns of the product: (out[0] − 1) * row + out[1] … */
    int padded_cols; /* … and rounded up to whole tiles */
    size_t size;     /* floats of the laid-out image */
} dp_im2col;

/* Work it out for products by `kernels`. DP_USAGE where the
 * kernel does not fit or the layout is too large. */
DP_MUST_CHECK
dp_code dp_im2col_plan(dp_im2col *out, const dp_im2col_geometry *g,
                       const dp_kernels *kernels, dp_err *err);

/* Starts of the rows for `channels` channels, in the order (channel, ky, kx), which is
 * that of the weights; each ky and kx counted backwards where `flipped`. */
void dp_im2col_rows(int *row, const dp_im2col *plan, int channels, bool flipped);

/* Zero the layout once, then lay out image after image, x: [in]. */
void dp_im2col_clear(float *laid_out, const dp_im2col *plan);
void dp_im2col_image(float *laid_out, const dp_im2col *plan, const float *x);

/* y: [channels, out] from the product, wide: [channels, padded_cols]. */
void dp_im2col_crop(float *y, const dp_im2col *plan, int channels, const float *wide);

#endif

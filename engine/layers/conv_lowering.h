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
#ifndef DP_ENGINE_LAYERS_CONV_LOWERING_H
#define DP_ENGINE_LAYERS_CONV_LOWERING_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/shape.h"

enum { DP_MAX_LAYOUT = 1 << 24 }; /* floats of a laid-out image: 64 MiB */

/* What is convolved with what. Pairs are height, width. */
typedef struct dp_lower_geometry {
    dp_shape in;
    int kernel[2], stride[2], dilation[2], spread[2];
    int pad[4]; /* top, left, bottom, right */
} dp_lower_geometry;

typedef struct dp_lowering {
    dp_lower_geometry geometry;
    const dp_kernels *kernels;
    int out[2];      /* output height and width */
    int row;         /* floats from one row of a phase to the next */
    int phase;       /* floats of a phase */
    int channel;     /* floats of a channel: all its phases */
    int cols;        /* columns of the product: (out[0] − 1) * row + out[1] … */
    int padded_cols; /* … and rounded up to whole tiles */
    size_t size;     /* floats of the laid-out image */
} dp_lowering;

/* Work it out for products by `kernels`. DP_USAGE where the
 * kernel does not fit or the layout is too large. */
DP_MUST_CHECK
dp_code dp_lower_plan(dp_lowering *out, const dp_lower_geometry *g,
                      const dp_kernels *kernels, dp_err *err);

/* Starts of the rows for `channels` channels, in the order (channel, ky, kx), which is
 * that of the weights; each ky and kx counted backwards where `flipped`. */
void dp_lower_rows(int *row, const dp_lowering *plan, int channels, bool flipped);

/* Zero the layout once, then lay out image after image, x: [in]. */
void dp_lower_clear(float *laid_out, const dp_lowering *plan);
void dp_lower_image(float *laid_out, const dp_lowering *plan, const float *x);

/* y: [channels, out] from the product, wide: [channels, padded_cols]. */
void dp_lower_crop(float *y, const dp_lowering *plan, int channels, const float *wide);

#endif

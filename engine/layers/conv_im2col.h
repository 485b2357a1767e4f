/* A convolution as a matrix product, without building the im2col matrix. Each channel is
 * copied once, with its zero padding. In that layout a row of the im2col matrix (one tap
 * of the kernel over all output positions) is contiguous. The rows overlap, so the matrix
 * is an array of their starts, dp_mat.row.
 *
 * The output of the product is as wide as a row of the padded image. The positions
 * between two output rows are computed too, and dp_im2col_crop drops them. The zeros on
 * the right of a row also serve as those on the left of the next, which keeps these
 * positions few.
 *
 * A stride s splits a channel into s × s phases, each an image of every s-th pixel, in
 * which the stride is 1. A spread inserts zeros between pixels: this gives the transposed
 * convolution that computes the input gradient of a strided one. */
#ifndef DP_ENGINE_LAYERS_CONV_IM2COL_H
#define DP_ENGINE_LAYERS_CONV_IM2COL_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/shape.h"

enum { DP_MAX_LAYOUT = 1 << 24 }; /* floats of an image in this layout: 64 MiB */

/* The image and the kernel. Pairs are height, width. */
typedef struct dp_im2col_geometry {
    dp_shape in;
    int kernel[2], stride[2], dilation[2], spread[2];
    int pad[4]; /* top, left, bottom, right */
} dp_im2col_geometry;

typedef struct dp_im2col {
    dp_im2col_geometry geometry;
    const dp_kernels *kernels;
    int out[2];      /* output height and width */
    int row;         /* from one row of a phase to the next, in floats */
    int phase;       /* floats of a phase */
    int channel;     /* floats of a channel: all its phases */
    int cols;        /* columns of the product: (out[0] − 1) * row + out[1] */
    int padded_cols; /* cols rounded up to whole tiles */
    size_t size;     /* floats of the image in this layout */
} dp_im2col;

/* Compute the layout for products by `kernels`. DP_USAGE if the kernel is larger than the
 * image or the layout is larger than DP_MAX_LAYOUT. */
DP_MUST_CHECK
dp_code dp_im2col_plan(dp_im2col *out, const dp_im2col_geometry *geometry,
                       const dp_kernels *kernels, dp_err *err);

/* Write the starts of the rows for `channels` channels in the order of the weights,
 * (channel, ky, kx); ky and kx count backwards if `flipped`. row: [channels · kernel
 * area]. */
void dp_im2col_rows(int *row, const dp_im2col *plan, int channels, bool flipped);

/* Clear the layout once, then copy one image after the other into it; x: [in]. */
void dp_im2col_clear(float *image, const dp_im2col *plan);
void dp_im2col_image(float *image, const dp_im2col *plan, const float *x);

/* Extract y: [channels, out] from the product wide: [channels, padded_cols]. */
void dp_im2col_crop(float *y, const dp_im2col *plan, int channels, const float *wide);

#endif

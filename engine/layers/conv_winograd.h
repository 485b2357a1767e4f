/* A 3×3 convolution at stride 1 by Winograd's algorithm for training, where images are
 * NCHW: they are converted to NHWC before it and back after it. */
#ifndef DP_ENGINE_LAYERS_CONV_WINOGRAD_H
#define DP_ENGINE_LAYERS_CONV_WINOGRAD_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/shape.h"

typedef struct dp_winograd {
    const dp_kernels *kernels;
    dp_shape in, out;
    int top, left; /* padding; that on the other sides follows from the shapes */
} dp_winograd;

/* Whether Winograd's algorithm can compute this convolution: 3×3, stride 1, no dilation,
 * no groups. */
bool dp_winograd_fits(const dp_layer *layer);

/* From how many channels on it is also faster. Its transformations cost time per channel;
 * the multiplications that it saves grow with input channels × output channels. */
enum {
    DP_WINOGRAD_INFER_CHANNELS = 16, /* input channels */
    DP_WINOGRAD_TRAIN_CHANNELS = 16, /* input and output channels, because they trade
                                        places in the backward pass */
};

/* Pack w: [out, in, 3, 3] and bias: [out] or NULL into dp_winograd_packed floats. If
 * `mirrored`, w is [in, out, 3, 3] and each kernel is rotated by 180°: the convolution
 * that computes the input gradient. */
size_t dp_winograd_packed(const dp_winograd *filter);
void dp_winograd_pack(const dp_winograd *filter, float *packed, const float *w,
                      const float *bias, bool mirrored);

/* Convolve one image, x: [in] → y: [out], with dp_winograd_scratch floats of scratch.
 * dp_winograd_prepare initialises the scratch once, before the first image. */
size_t dp_winograd_scratch(const dp_winograd *filter);
void dp_winograd_prepare(const dp_winograd *filter, float *scratch);
void dp_winograd_run(const dp_winograd *filter, const float *packed, const float *x,
                     float *y, float *scratch);

/* Add the weight gradient to grad: [out, in, 3, 3], from n images x: [n, in] and the
 * output gradients dy: [n, out]. scratch has dp_winograd_grad_scratch floats. */
size_t dp_winograd_grad_scratch(const dp_winograd *filter);
void dp_winograd_grad(const dp_winograd *filter, int n, const float *x, const float *dy,
                      float *grad, float *scratch);

#endif

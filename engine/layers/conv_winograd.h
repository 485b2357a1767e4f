/* A convolution of 3 × 3 at a stride of 1 by Winograd's algorithm, for images whose channels
 * lie apart, as they do in training: they are laid together around it. */
#ifndef DP_ENGINE_LAYERS_CONV_WINOGRAD_H
#define DP_ENGINE_LAYERS_CONV_WINOGRAD_H

#include "engine/kernels/kernels.h"
#include "engine/layers/layer.h"
#include "engine/core/shape.h"

typedef struct dp_winograd {
    const dp_kernels *kernels;
    dp_shape in, out;
    int top, left; /* padding; the rest follows from the shapes */
} dp_winograd;

/* Whether Winograd's algorithm can compute this convolution: 3 × 3, stride 1, no dilation, no
 * groups. */
bool dp_winograd_fits(const dp_layer *layer);

/* From how many channels on it is also faster: its transformations cost the same per channel,
 * while the multiplications that it saves grow with the product of both channel counts. */
enum {
    DP_WINOGRAD_INFER_CHANNELS = 16, /* input channels */
    DP_WINOGRAD_TRAIN_CHANNELS =
        16, /* input channels, and output channels as well: they trade
                                        places in the backward pass */
};

/* Floats of packed weights, and arrange them: w: [out, in, 3, 3], and bias: [out] or NULL.
 * `mirrored` takes w: [in, out, 3, 3] and each kernel upside down: the convolution that
 * leads gradients back. */
size_t dp_winograd_packed(const dp_winograd *f);
void dp_winograd_pack(const dp_winograd *f, float *packed, const float *w,
                      const float *bias, bool mirrored);

/* Floats of scratch, which is prepared once for dp_winograd_run: x: [in] → y: [out]. */
size_t dp_winograd_scratch(const dp_winograd *f);
void dp_winograd_prepare(const dp_winograd *f, float *scratch);
void dp_winograd_run(const dp_winograd *f, const float *packed, const float *x, float *y,
                     float *scratch);

/* Add the gradient of the weights to grad: [out, in, 3, 3], from n images x: [n, in] and the
 * gradient of their sums, dy: [n, out]. scratch has dp_winograd_grad_scratch(f) floats. */
size_t dp_winograd_grad_scratch(const dp_winograd *f);
void dp_winograd_grad(const dp_winograd *f, int n, const float *x, const float *dy,
                      float *grad, float *scratch);

#endif

/* Fused runs: successive layers that treat the channels of an image independently (batch
 * norm, activations, pooling). Training runs all layers of a fused run on a few channels
 * at a time, so that the activations between them stay in the L1 cache. These are not
 * stored; the backward pass computes them again. */
#ifndef DP_ENGINE_TRAIN_CHANNEL_FUSION_H
#define DP_ENGINE_TRAIN_CHANNEL_FUSION_H

#include "engine/layers/op.h"
#include "engine/net/spec.h"

enum { DP_MAX_FUSED = 4 };

typedef struct dp_fused {
    int n;                         /* layers */
    int channels;                  /* of an image, run together */
    dp_op_call call[DP_MAX_FUSED]; /* of each layer, for all channels of all images */
    float *between[DP_MAX_FUSED];  /* [i]: buffer for the input of layer i > 0 */
    float *gradient[2]; /* alternating buffers for the gradients of `between` */
} dp_fused;

/* The number of layers of the fused run that begins with layer i of a chain; 1 if no
 * other layer fuses with it. */
int dp_fused_length(const dp_spec *spec, int i);

/* For the fused run of n layers from layer i on: the number of channels that run
 * together, and the size in floats that each buffer of `between` and `gradient` needs for
 * them. */
int dp_fused_channels(const dp_spec *spec, int i, int n);
size_t dp_fused_buffer_size(const dp_spec *spec, int i, int n);

/* x: [images, input of the first layer] → y: [images, output of the last layer]. */
void dp_fused_forward(const dp_fused *s, const float *x, float *y);

/* dy, of the shape of y → dx, of the shape of x, with x and y from the forward pass.
 * Parameter gradients are added as in dp_op. If `wanted` is false, dx is only a buffer
 * and its contents are undefined afterwards. */
void dp_fused_backward(const dp_fused *s, const float *x, const float *y, const float *dy,
                       float *dx, bool wanted);

#endif

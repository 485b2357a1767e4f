/* a fused run: successive layers that treat each channel of each image alone — a bn whose
 * statistics are known, activations, pooling. In training it runs on a few channels at a
 * time from its first layer to its last, so that what passes between them stays in the
 * first-level cache and need not be kept: backward computes it again. */
#ifndef DP_ENGINE_TRAIN_CHANNEL_FUSION_H
#define DP_ENGINE_TRAIN_CHANNEL_FUSION_H

#include "engine/layers/op.h"
#include "engine/net/spec.h"

enum { DP_MAX_FUSED = 4 };

typedef struct dp_fused {
    int n;                         /* layers */
    int channels;                  /* of an image that run together */
    dp_op_call call[DP_MAX_FUSED]; /* the layers', on all images */
    float *between[DP_MAX_FUSED];  /* [i] enters layer i; none enters the first */
    float *gradient[2];            /* the gradients of those, by turns */
} dp_fused;

/* Layers of the fused run that begins with layer i of a chain; 1 for any other layer. */
int dp_fused_length(const dp_spec *spec, int i);

/* Channels that run together where n layers from i on are a fused run, and the floats that
 * each array of `between` and `gradient` needs for them. */
int dp_fused_channels(const dp_spec *spec, int i, int n);
size_t dp_fused_part(const dp_spec *spec, int i, int n);

/* From x: [images, in of the first layer] to y: [images, out of the last]. */
void dp_fused_forward(const dp_fused *s, const float *x, float *y);

/* From dy, of the shape of y, to dx, of the shape of x, whose former contents are lost
 * even where `wanted` is false. x and y are as forward had and left them. */
void dp_fused_backward(const dp_fused *s, const float *x, const float *y, const float *dy,
                       float *dx, bool wanted);

#endif

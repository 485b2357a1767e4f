/* The windows of the pooling layers. */
#ifndef DP_ENGINE_LAYERS_WINDOW_H
#define DP_ENGINE_LAYERS_WINDOW_H

#include "engine/core/arith.h"
#include "engine/core/shape.h"
#include "engine/layers/layer.h"

/* The part of a window that is inside the image: rows [top, bottom), columns [left,
 * right). */
typedef struct dp_window {
    int top, bottom, left, right;
} dp_window;

/* The window of output pixel (y, x); the whole image for a global_avgpool. */
static inline dp_window dp_window_at(const dp_layer *layer, dp_shape in, int y, int x)
{
    if (layer->kind == DP_OP_GLOBAL_AVGPOOL)
        return (dp_window){ 0, in.h, 0, in.w };
    const int top = y * layer->stride[0] - layer->pad[0];
    const int left = x * layer->stride[1] - layer->pad[1];
    return (dp_window){
        .top = dp_clamp_int(top, 0, in.h),
        .bottom = dp_clamp_int(top + layer->kernel[0], 0, in.h),
        .left = dp_clamp_int(left, 0, in.w),
        .right = dp_clamp_int(left + layer->kernel[1], 0, in.w),
    };
}

static inline int dp_window_pixels(dp_window w)
{
    return (w.bottom - w.top) * (w.right - w.left);
}

/* The number that the sum of a window is divided by. */
static inline int dp_window_divisor(const dp_layer *layer, dp_window w)
{
    if (layer->kind == DP_OP_AVGPOOL && layer->count_pad)
        return layer->kernel[0] * layer->kernel[1];
    return dp_window_pixels(w);
}

/* Whether the windows are 2×2 and do not overlap: kernel 2, stride 2, no padding. */
static inline bool dp_window_two_by_two(const dp_layer *layer)
{
    return layer->kernel[0] == 2 && layer->kernel[1] == 2 && layer->stride[0] == 2 &&
           layer->stride[1] == 2 && !layer->pad[0] && !layer->pad[1] && !layer->pad[2] &&
           !layer->pad[3];
}

#endif

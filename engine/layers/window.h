/* The windows of pooling layers. */
#ifndef DP_ENGINE_LAYERS_WINDOW_H
#define DP_ENGINE_LAYERS_WINDOW_H

#include "engine/core/arith.h"
#include "engine/core/shape.h"
#include "engine/layers/layer.h"

/* The pixels of a window that lie in the image: rows [top, bottom), columns [left, right). */
typedef struct dp_window {
    int top, bottom, left, right;
} dp_window;

/* The window of output pixel (y, x); of a global_avgpool the whole image. */
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

/* What the sum of a window is divided by for its mean. */
static inline int dp_window_divisor(const dp_layer *layer, dp_window w)
{
    if (layer->kind == DP_OP_AVGPOOL && layer->count_pad)
        return layer->kernel[0] * layer->kernel[1];
    return dp_window_pixels(w);
}

/* Whether windows tile the image two by two, but for an odd row or column at the end. */
static inline bool dp_window_two_by_two(const dp_layer *l)
{
    return l->kernel[0] == 2 && l->kernel[1] == 2 && l->stride[0] == 2 &&
           l->stride[1] == 2 && !l->pad[0] && !l->pad[1] && !l->pad[2] && !l->pad[3];
}

#endif

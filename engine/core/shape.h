/* The shape of one image's activation: channels × height × width, stored in that
 * order. */
#ifndef DP_ENGINE_CORE_SHAPE_H
#define DP_ENGINE_CORE_SHAPE_H

#include <stddef.h>

enum {
    DP_SIDE = 28, /* MNIST images are 28×28 */
    DP_PIXELS = DP_SIDE * DP_SIDE,
    DP_DIGITS = 10,
    DP_NO_DIGIT = 255, /* the label of an outlier */
};

/* n features are { n, 1, 1 }. A batch of images is an array [n, c, h, w], row-major. */
typedef struct dp_shape {
    int c, h, w;
} dp_shape;

/* Values of one image. */
static inline size_t dp_shape_count(dp_shape s)
{
    return (size_t)s.c * (size_t)s.h * (size_t)s.w;
}

#endif

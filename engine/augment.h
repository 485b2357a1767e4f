/* Affine warps of training images: more handwriting than was collected. */
#ifndef DP_ENGINE_AUGMENT_H
#define DP_ENGINE_AUGMENT_H

#include "engine/rng.h"
#include "engine/shape.h"

/* How far images are warped. All zero leaves them as they are. */
typedef struct dp_augment {
    float probability; /* that an image is warped at all */
    float rotation;    /* degrees, uniform in ± */
    float scale;       /* each axis alone by a factor uniform in 1 ± scale; below 1 */
    float shear;       /* horizontal, as a tangent, uniform in ± */
    float shift;       /* pixels, each axis uniform in ± */
} dp_augment;

/* A warp by where each output pixel (x, y) comes from: the input at
 *     c + m · ((x, y) − c − shift),   c = (14, 14), the centre of mass of MNIST's images.
 * m is row-major [2, 2]. */
typedef struct dp_warp {
    float m[4];
    float shift[2]; /* x, y */
} dp_warp;

/* Draw a warp: the inverse of rotation · shear · scale, and a shift. Takes six numbers of
 * the stream whatever the parameters, so that changing one does not change the others. */
dp_warp dp_augment_draw(const dp_augment *a, dp_rng *rng);

/* Sample a 28×28 image bilinearly through a warp, with nothing outside it.
 * image: [784], 0 … 255 → out: [784], 0 … 1 (norm `unit`). */
void dp_augment_warp(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                     const dp_warp *warp);

/* The network's input for one training image: warped with a->probability, else only
 * scaled to 0 … 1. */
void dp_augment_image(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                      const dp_augment *a, dp_rng *rng);

#endif

/* Training images warped, distorted and redrawn: more handwriting than was collected. */
#ifndef DP_ENGINE_SYNTH_AUGMENT_H
#define DP_ENGINE_SYNTH_AUGMENT_H

#include "engine/core/rng.h"
#include "engine/core/shape.h"

/* How far images are warped. All zero leaves them as they are. */
typedef struct dp_augment {
    float probability; /* that an image is warped at all */
    float rotation;    /* degrees, uniform in ± */
    float scale;       /* each axis alone by a factor uniform in 1 ± scale; below 1 */
    float shear;       /* horizontal, as a tangent, uniform in ± */
    float shift;       /* pixels, each axis uniform in ± */
    float elastic;     /* probability that a warped image is also distorted elastically */
    float pen;         /* probability that its strokes get thinner or thicker */
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

/* How far each output pixel's origin is moved, in pixels, before the warp applies. */
typedef struct dp_elastic {
    float x[DP_PIXELS], y[DP_PIXELS];
} dp_elastic;

/* An elastic distortion as in Simard, Steinkraus and Platt 2003: every pixel moves at
 * random, uniformly in ±34, and a Gaussian of σ = 4 pixels smooths that to ±1.4 or so. */
void dp_augment_draw_elastic(dp_elastic *out, dp_rng *rng);

/* Sample a 28×28 image bilinearly through a warp, with nothing outside it. `elastic` is
 * NULL for none. image: [784], 0 … 255 → out: [784], 0 … 1 (norm `unit`). */
void dp_augment_warp(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                     const dp_warp *warp, const dp_elastic *elastic);

/* Make strokes thicker (amount > 0) or thinner: move each pixel `|amount|`, 0 … 1, of the
 * way to the greatest or least of itself and its four neighbours. A whole one changes the
 * width by two pixels. */
void dp_augment_pen(float image[DP_PIXELS], float amount);

/* The network's input for one training image: warped with a->probability, else only
 * scaled to 0 … 1. Which one is warped, and how, does not depend on what else is on. */
void dp_augment_image(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                      const dp_augment *a, dp_rng *rng);

#endif

/* Data augmentation of training images: random affine transforms, elastic distortion and
 * pens. */
#ifndef DP_ENGINE_SYNTH_AUGMENT_H
#define DP_ENGINE_SYNTH_AUGMENT_H

#include "engine/core/rng.h"
#include "engine/core/shape.h"

/* The distribution of augmentations. All zero leaves images as they are. */
typedef struct dp_augment {
    float probability; /* that an image is augmented at all */
    float rotation;    /* in degrees, uniform in ±rotation */
    float scale;       /* below 1; a factor for each axis, uniform in 1 ± scale */
    float shear;       /* horizontal, as a tangent, uniform in ±shear */
    float shift;       /* in pixels, for each axis, uniform in ±shift */
    float elastic; /* probability that an augmented image is also distorted elastically */
    float pen;     /* probability that its strokes become thinner or thicker */
    /* What images from web canvases show; each the probability for an augmented image: */
    float misplaced; /* half to full size, anywhere where it fits */
    float thick;     /* a pen of up to 2.6 pixels in radius */
    float hard;      /* few grey levels: steep edges, or 2 to 4 levels */
} dp_augment;

/* An affine transform, as the map from output to input: output pixel (x, y) is sampled at
 *     c + m · ((x, y) − c − shift),   c = (14, 14), the centre of mass of MNIST's images.
 * m is row-major [2, 2]. */
typedef struct dp_affine {
    float m[4];
    float shift[2]; /* x, y */
} dp_affine;

/* Draw a random affine transform: the inverse of rotation · shear · scale, and a shift.
 * Always takes six numbers from the stream, so that changing one parameter does not
 * change the rest. */
dp_affine dp_augment_draw_affine(const dp_augment *a, dp_rng *rng);

/* A displacement field: added to the coordinates of each output pixel, in pixels, before
 * the affine map. */
typedef struct dp_elastic {
    float x[DP_PIXELS], y[DP_PIXELS];
} dp_elastic;

/* Draw an elastic distortion (Simard, Steinkraus and Platt 2003): displacements that are
 * uniform in ±34 pixels, smoothed by a Gaussian with σ = 4 pixels to a standard deviation
 * of 1.4. */
void dp_augment_draw_elastic(dp_elastic *out, dp_rng *rng);

/* Resample a 28×28 image bilinearly through an affine transform and an elastic
 * distortion, which may be NULL. Outside the image everything is 0. image: [784], 0 …
 * 255; out: [784], 0 … 1 (norm `unit`). */
void dp_augment_resample(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                         const dp_affine *affine, const dp_elastic *elastic);

/* Make strokes thicker (amount > 0) or thinner (amount < 0) by grey-scale dilation or
 * erosion with the four neighbours: each pixel moves by the fraction |amount| ≤ 1 towards
 * the greatest or least value. An amount of ±1 changes the width by two pixels. */
void dp_augment_pen(float image[DP_PIXELS], float amount);

/* Harden an image: steepen its edges around a random level or, in half of the cases, round
 * it to 2 … 4 levels. The most ink stays, so no image becomes blank. */
void dp_augment_harden(float image[DP_PIXELS], dp_rng *rng);

/* The network's input for one training image: augmented with a->probability, otherwise
 * only scaled to 0 … 1. The affine transform does not depend on the probabilities that
 * follow it in dp_augment, except that a misplaced or thick digit is also scaled. */
void dp_augment_image(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                      const dp_augment *a, dp_rng *rng);

#endif

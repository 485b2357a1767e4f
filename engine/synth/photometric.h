/* Changes of an image's levels: light, noise, fog, blur and spots, as in MNIST-C (Mu and
 * Gilmer 2019, after Hendrycks and Dietterich 2019), written from their description. */
#ifndef DP_ENGINE_SYNTH_PHOTOMETRIC_H
#define DP_ENGINE_SYNTH_PHOTOMETRIC_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/core/shape.h"

/* The kinds, with what their amount is. MNIST-C's severities are within these ranges: */
#define DP_PHOTOMETRICS(X)                                                               \
    X(BRIGHTNESS, brightness) /* added to each pixel: 0 … 0.5 */                       \
    X(CONTRAST, contrast)     /* factor of the distance to the mean: 1 … 0.05 */       \
    X(SHOT_NOISE, shot_noise) /* Poisson noise: its deviation in white, 0 … 0.6 */     \
    X(IMPULSE_NOISE,                                                                     \
      impulse_noise)            /* share of pixels set to black or white, 0 … 0.27 */  \
    X(FOG, fog)                 /* greatest level of the fog, 0 … 3 */                 \
    X(MOTION_BLUR, motion_blur) /* length: σ of half a Gaussian in pixels, 0 … 5 */   \
    X(GLASS_BLUR, glass_blur)   /* σ of the blur in pixels, 0 … 1.5 */                \
    X(SPATTER, spatter)         /* share of the image under drops, 0 … 0.3 */          \
    X(DOTTED_LINE, dotted_line) /* number of lines, 0 … 4 */

typedef enum dp_photometric {
#define DP_PHOTOMETRIC_ENUM(NAME, name) DP_PHOTOMETRIC_##NAME,
    DP_PHOTOMETRICS(DP_PHOTOMETRIC_ENUM)
#undef DP_PHOTOMETRIC_ENUM
} dp_photometric;

enum { DP_PHOTOMETRIC_COUNT = 0 DP_PHOTOMETRICS(DP_ONE) };

/* Change an image by this amount. image: [784], 0 … 1 with ink 1, and stays in this range.
 * An amount of 0, of 1 for CONTRAST, changes nothing. A pure function of the image, the
 * amount and the random stream. */
void dp_photometric_change(float image[DP_PIXELS], dp_photometric kind, float amount,
                           dp_rng *rng);

#endif

/* From a drawing or an image to the 28×28 image that the networks read: ink 255 on 0,
 * placed by MNIST's convention. The pad, predict and training on strokes all use this. */
#ifndef DP_ENGINE_INK_NORMALIZE_H
#define DP_ENGINE_INK_NORMALIZE_H

#include "engine/core/shape.h"
#include "engine/ink/strokes.h"

#include <stdbool.h>
#include <stdint.h>

/* MNIST's convention: the longest side of the ink, in pixels, and the index of its centre
 * of mass in both axes. */
#define DP_INK_LONGEST_SIDE 20.0
#define DP_INK_CENTER       14.0

/* Whether there is enough ink to predict.
 *
 * A drawing has too little ink if it is a dot, if its longest side is below the width of
 * the widest pen (unless no width is known), or if less than 1/16 of it is left after
 * erasing. The pen is redrawn 2.3 pixels wide, so a drawing is enlarged at most 8 times.
 * An image has too little ink if the longest side of the ink is below 2.5 pixels. */
typedef enum dp_ink {
    DP_INK_BLANK,  /* nothing is drawn, or all of it is erased */
    DP_INK_LITTLE, /* too little to read: the user may still be drawing */
    DP_INK_ENOUGH,
} dp_ink;

/* Normalise strokes as vectors. The bounding box of the ink that survives the eraser is
 * scaled to DP_INK_LONGEST_SIDE and keeps its aspect; segments become capsules of
 * constant radius; the centre of mass moves to DP_INK_CENTER with sub-pixel precision. An
 * eraser of unknown width is a tenth of the drawing wide. The image is all 0 unless the
 * result is DP_INK_ENOUGH. */
dp_ink dp_normalize_strokes(uint8_t image[DP_PIXELS], const dp_strokes *strokes);

/* The same with another pen radius, in pixels of the image: training varies the pen. */
dp_ink dp_normalize_strokes_radius(uint8_t image[DP_PIXELS], const dp_strokes *strokes,
                                   float radius);

/* The bounding box of the ink that survives the eraser, in the drawing's units. It is
 * empty if and only if the result is DP_INK_BLANK. */
dp_ink dp_normalize_strokes_box(dp_bounds *out, const dp_strokes *strokes);

/* The map from a drawing to its image: point p is at pixel (scale·p.x + x, scale·p.y +
 * y). Pixel centres have integer coordinates. */
typedef struct dp_placement {
    float scale, x, y;
} dp_placement;

/* dp_normalize_strokes that also returns the map, only with DP_INK_ENOUGH, and the box of
 * dp_normalize_strokes_box. */
dp_ink dp_normalize_strokes_placed(uint8_t image[DP_PIXELS], dp_placement *placement,
                                   dp_bounds *bounds, const dp_strokes *strokes);

/* A grey image, 0 black … 255 white. Does not own its pixels. */
typedef struct dp_gray {
    const uint8_t *pixel; /* [height, width] row-major */
    int width, height;
} dp_gray;

typedef enum dp_invert {
    DP_INVERT_AUTO, /* whichever is more plausible */
    DP_INVERT_YES,  /* dark ink on light paper */
    DP_INVERT_NO,   /* light ink on dark paper, as in MNIST */
} dp_invert;

typedef enum dp_normalize_mode {
    DP_NORMALIZE_AUTO, /* always, but for 28×28 images that follow MNIST's convention */
    DP_NORMALIZE_ALWAYS,
    DP_NORMALIZE_NEVER, /* copy a 28×28 image; of dp_invert only DP_INVERT_YES acts */
} dp_normalize_mode;

typedef struct dp_normalize_options {
    dp_normalize_mode mode;
    dp_invert invert;
} dp_normalize_options;

/* Normalise a grey image of clean ink on plain paper, such as a generated one; pictures
 * from outside are pages (page.h). Find the polarity, stretch the contrast, find the
 * bounding box, scale by area averaging and move the centre of mass. The image is all 0
 * unless *ink is DP_INK_ENOUGH. DP_INPUT for DP_NORMALIZE_NEVER and another size than 28×28. */
DP_MUST_CHECK dp_code dp_normalize_image(uint8_t image[DP_PIXELS], dp_ink *ink,
                                         const dp_gray *in, dp_normalize_options options,
                                         dp_err *err);

/* Copy a 28×28 image that follows MNIST's convention already, with the ink made light;
 * false for all others. Every image of MNIST passes. */
DP_MUST_CHECK bool dp_copy_like_mnist(uint8_t image[DP_PIXELS], const dp_gray *in,
                                      dp_invert invert);

#endif

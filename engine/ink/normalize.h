/* From a drawing or an image to the 28×28 ink that the networks read: ink 255 on 0, the
 * longest side 20 pixels, the centre of mass at (14, 14). The one implementation, for the
 * pad, for predict and for training on strokes. */
#ifndef DP_ENGINE_INK_NORMALIZE_H
#define DP_ENGINE_INK_NORMALIZE_H

#include "engine/core/shape.h"
#include "engine/ink/strokes.h"

#include <stdint.h>

/* Whether there is anything to predict. */
typedef enum dp_ink {
    DP_INK_BLANK,  /* nothing drawn, or all of it erased: no prediction */
    DP_INK_LITTLE, /* too small to read: "keep drawing" */
    DP_INK_ENOUGH,
} dp_ink;

/* Little is, in a drawing: a dot; a longest side below the width of the widest pen (strokes of
 * unknown width have no such limit, for their unit may be anything); what is left after
 * erasing where it is below 1/16 of the drawing. As the pen is redrawn 2.3 pixels wide,
 * this also limits enlarging to 8 times. In an image: a longest side below 2.5 pixels. */

/* Strokes, normalised as vectors: the box of the ink that survives the eraser is scaled,
 * aspect kept, to 20; segments become capsules of constant radius; the centre of mass
 * goes to (14, 14) at sub-pixel precision. An eraser of unknown width is a tenth of the
 * drawing wide. The image is all 0 unless DP_INK_ENOUGH. About 0.05 ms. */
dp_ink dp_normalize_strokes(uint8_t image[DP_PIXELS], const dp_strokes *strokes);

/* The same with a capsule radius in model pixels other than the default: for training on
 * strokes with varied pens. */
dp_ink dp_normalize_strokes_radius(uint8_t image[DP_PIXELS], const dp_strokes *strokes,
                                   float radius);

/* The box of the ink that survives the eraser; empty only with DP_INK_BLANK. */
dp_ink dp_normalize_strokes_box(dp_bounds *out, const dp_strokes *strokes);

/* Where a drawing lies in its image: p falls on pixel (scale·p.x + x, scale·p.y + y), whose
 * centre is at whole numbers. */
typedef struct dp_placement {
    float scale, x, y;
} dp_placement;

/* dp_normalize_strokes that also says so; *where is written only with DP_INK_ENOUGH. */
dp_ink dp_normalize_strokes_placed(uint8_t image[DP_PIXELS], dp_placement *where,
                                   const dp_strokes *strokes);

/* A grey image, 0 black … 255 white. Owned by whoever made it. */
typedef struct dp_gray {
    const uint8_t *pixel; /* [height, width] row-major */
    int width, height;
} dp_gray;

typedef enum dp_invert {
    DP_INVERT_AUTO, /* the border says which side is paper */
    DP_INVERT_YES,  /* dark ink on light paper */
    DP_INVERT_NO,   /* light ink on dark, as MNIST */
} dp_invert;

typedef enum dp_normalize_mode {
    DP_NORMALIZE_AUTO, /* leave a 28×28 image that looks like MNIST alone */
    DP_NORMALIZE_ALWAYS,
    DP_NORMALIZE_NEVER, /* 28×28 as it is (DP_INPUT for another size); only INVERT_YES acts */
} dp_normalize_mode;

/* The raster rule: polarity, contrast stretch, box, area-averaged scale, centre of mass.
 * *ink as above. DP_INPUT only for DP_NORMALIZE_NEVER on another size; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_normalize_image(uint8_t image[DP_PIXELS], dp_ink *ink,
                                         const dp_gray *in, dp_normalize_mode mode,
                                         dp_invert invert, dp_err *err);

/* The ink of an image: polarity and contrast as above, 0 paper … 255 the darkest. All 0 where
 * nothing stands out from the paper. ink: [height, width]. */
void dp_normalize_image_ink(uint8_t *ink, const dp_gray *in, dp_invert invert);

#endif

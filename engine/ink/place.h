/* Places ink in the 28×28 image by MNIST's convention: one resampling both scales the
 * bounding box and moves the centre of mass. */
#ifndef DP_ENGINE_INK_PLACE_H
#define DP_ENGINE_INK_PLACE_H

#include "engine/ink/normalize.h"

/* The bounding box of the ink in whole pixels, [x0, x1) × [y0, y1), and its centre of
 * mass. */
typedef struct dp_extent {
    int x0, y0, x1, y1;
    double x, y;
} dp_extent;

/* The table from pixel values to ink, 0 … 255. */
typedef float dp_ink_table[256];

int dp_extent_longest(const dp_extent *e);

/* Find the box and, with DP_INK_ENOUGH, the centre of the ink of `in`; `in` has some. */
dp_ink dp_extent_find(dp_extent *out, const dp_gray *in, const dp_ink_table table);

/* Draw the ink in that box. */
void dp_place(uint8_t image[DP_PIXELS], const dp_gray *in, const dp_ink_table table,
              const dp_extent *e);

#endif

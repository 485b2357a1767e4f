/* Anti-aliased strokes in a raster image. */
#ifndef DP_ENGINE_INK_RASTER_H
#define DP_ENGINE_INK_RASTER_H

#include "engine/ink/strokes.h"

/* The coverage of each pixel, 0 … 1. The centre of the pixel in row i and column j is (j,
 * i), the convention in which the centre of mass of an MNIST image is (14, 14). */
typedef struct dp_raster {
    float *pixel; /* [height, width] row-major, owned by the caller */
    int width, height;
} dp_raster;

/* Draw the capsule around the segment a–b, in pixels; a = b gives a dot. Its coverage is
 * clip(radius + 0.5 − distance, 0, 1). The pen sets a pixel to max(pixel, coverage), the
 * eraser to min(pixel, 1 − coverage). */
void dp_raster_segment(dp_raster *r, dp_point a, dp_point b, float radius, dp_tool tool);

#endif

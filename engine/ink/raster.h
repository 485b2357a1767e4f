/* Anti-aliased strokes on a grid of pixels. */
#ifndef DP_ENGINE_INK_RASTER_H
#define DP_ENGINE_INK_RASTER_H

#include "engine/ink/strokes.h"

/* Row-major coverage in 0 … 1; pixel (i, j) has its centre at (j, i): the same convention
 * in which the centre of mass of an MNIST image is (14, 14). Owned by the caller. */
typedef struct dp_raster {
    float *pixel;
    int width, height;
} dp_raster;

/* The capsule around the segment a–b: coverage clip(radius + 0.5 − distance, 0, 1), merged
 * by maximum where `tool` is the pen, and by pixel = min(pixel, 1 − coverage) where it is
 * the eraser. a = b gives a dot. Coordinates are in pixels. */
void dp_raster_segment(dp_raster *r, dp_point a, dp_point b, float radius, dp_tool tool);

#endif

/* A canvas of grey levels on which pages are drawn: a digit, lines, light, what lies around
 * the sheet. */
#ifndef DP_ENGINE_SYNTH_CANVAS_H
#define DP_ENGINE_SYNTH_CANVAS_H

#include "engine/core/rng.h"
#include "engine/core/shape.h"
#include "engine/ink/normalize.h"
#include "engine/ink/strokes.h"

enum { DP_CANVAS_SIDE = 280 };

/* Pixel (x, y) is level[y · width + x], 0 black … 255 white, and covers x … x + 1. */
typedef struct dp_canvas {
    int width, height;
    float paper, ink; /* levels */
    dp_bounds digit;  /* the box of the digit's ink */
    float pen;        /* the width of its strokes, about */
    float level[DP_CANVAS_SIDE * DP_CANVAS_SIDE];
    uint8_t pixel[DP_CANVAS_SIDE * DP_CANVAS_SIDE]; /* what dp_canvas_gray returns */
} dp_canvas;

/* Begin with empty paper. Sides are at most DP_CANVAS_SIDE. */
void dp_canvas_begin(dp_canvas *c, int width, int height, float paper);

/* Write a digit of c->ink with its box at a random place in `area`, its longer side `side`
 * pixels long. image: [784], ink 255 on 0, not blank. The box may leave an area that is too small
 * for it. */
void dp_canvas_write(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_bounds area,
                     float side, dp_rng *rng);

/* Darken the pixels of a rectangle, clipped to the canvas, to at most this level. */
void dp_canvas_darken(dp_canvas *c, dp_bounds r, float level);

/* Set the pixels outside of a rectangle to a level. */
void dp_canvas_surround(dp_canvas *c, dp_bounds r, float level);

/* Multiply every pixel by 1 − amount · shade(x, y), where x and y are −1 … 1 over the
 * canvas. */
typedef struct dp_shade {
    float (*at)(const struct dp_shade *s, float x, float y); /* 0 … 1 */
    float x, y, size; /* what they mean, `at` knows */
} dp_shade;
void dp_canvas_shade(dp_canvas *c, const dp_shade *s, float amount);

void dp_canvas_invert(dp_canvas *c);

/* Add Gaussian noise of this standard deviation. */
void dp_canvas_noise(dp_canvas *c, float deviation, dp_rng *rng);

/* The canvas as an image; its pixels belong to the canvas. */
dp_gray dp_canvas_gray(dp_canvas *c);

#endif

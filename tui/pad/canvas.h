/* What the pad shows of a drawing: a square of grey pixels, each half a cell, so about
 * square on a terminal. Derived from the strokes, and drawn again whenever those change
 * otherwise than by growing. The pen's lines are smoothed as they are for the network. */
#ifndef DP_TUI_PAD_CANVAS_H
#define DP_TUI_PAD_CANVAS_H

#include "engine/core/err.h"
#include "engine/ink/strokes.h"

typedef struct dp_canvas {
    int side;        /* pixels a row and rows */
    float *pixel;    /* [side, side], ink 0 … 1 */
    float *settled;  /* likewise, without the end of a line that may still be smoothed */
    dp_point origin; /* the drawing's point at the upper left corner */
    float extent;    /* the drawing's units across */
    bool smooth;     /* the lines are staircases of cells */
    int n_strokes,
        n_points; /* of these the first n are settled; the points of the last one */
} dp_canvas;

/* Make it side × side pixels, blank. DP_NOMEM; it is as before then. A zeroed struct is ready
 * for this; origin and extent stay. */
DP_MUST_CHECK
dp_code dp_canvas_resize(dp_canvas *c, int side, dp_err *err);
void dp_canvas_free(dp_canvas *c);

/* Show the square from `origin` on, `extent` units wide. */
void dp_canvas_place(dp_canvas *c, dp_point origin, float extent);

/* Place so that all of the drawing is seen: left where it is if it fits the square of
 * `side` units and fills a fair part of it, as a drawing made on a pad of this size does;
 * else centred. */
void dp_canvas_fit(dp_canvas *c, const dp_strokes *s);

/* Pixels, from the upper left corner, to the drawing's units and back. */
dp_point dp_canvas_to_drawing(const dp_canvas *c, dp_point pixel);
dp_point dp_canvas_to_pixels(const dp_canvas *c, dp_point p);

/* Show these strokes. Where `grown` they are those of the last call with points and strokes
 * added at most, and only these are drawn. */
void dp_canvas_draw(dp_canvas *c, const dp_strokes *s, bool grown);

#endif

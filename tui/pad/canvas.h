/* The drawing as the pad shows it: a square of grey pixels. A cell shows two of them, one above
 * the other, so that a pixel is about square on a terminal. */
#ifndef DP_TUI_PAD_CANVAS_H
#define DP_TUI_PAD_CANVAS_H

#include "engine/core/err.h"
#include "tui/ink/sketch.h"

typedef struct dp_canvas {
    int side;           /* width and height in pixels */
    const float *pixel; /* [side, side], ink 0 … 1; of the sketch */
    dp_point origin;    /* the point of the drawing in the upper left corner */
    float extent;       /* width and height in units of the drawing */
    dp_sketch sketch;
} dp_canvas;

/* Resize to side × side blank pixels. Start from a zeroed struct; origin and extent stay. On
 * DP_NOMEM the canvas is unchanged. */
DP_MUST_CHECK
dp_code dp_canvas_resize(dp_canvas *c, int side, dp_err *err);
void dp_canvas_free(dp_canvas *c);

/* Show the square of `extent` units whose upper left corner is `origin`. Blanks the canvas. */
void dp_canvas_place(dp_canvas *c, dp_point origin, float extent);

/* Place the canvas for a drawing. A drawing that fits into the square of `side` units at (0, 0)
 * and is not tiny in it (longer side ≥ side/4) was probably made on a pad of this size: show
 * that square. Show it for an empty drawing as well. Otherwise centre the drawing in a square
 * whose side is 1.25 times its longer side. */
void dp_canvas_fit(dp_canvas *c, const dp_strokes *s);

/* Convert between pixels and units of the drawing. Pixels count from the upper left corner. */
dp_point dp_canvas_to_drawing(const dp_canvas *c, dp_point pixel);
dp_point dp_canvas_to_pixels(const dp_canvas *c, dp_point p);

/* Draw the strokes. `appended`: they are those of the last call, with points and strokes added
 * at the end; only these are drawn then. */
void dp_canvas_draw(dp_canvas *c, const dp_strokes *s, bool appended);

#endif

/* A drawing as grey pixels, in any resolution. It is kept up to date while the drawing grows:
 * only what a new point changes is drawn again. Lines are smoothed as for the network. */
#ifndef DP_TUI_INK_SKETCH_H
#define DP_TUI_INK_SKETCH_H

#include "engine/ink/strokes.h"
#include "tui/ink/area.h"

enum { DP_SKETCH_MAX_SIDE = 2560 }; /* pixels */

typedef struct dp_sketch {
    int width, height; /* in pixels; 0: nothing is drawn */
    float *pixel;      /* [height, width], ink 0 … 1 */
    dp_area changed;   /* what may have changed since the owner emptied it */
    const float *
        underlay; /* [height, width], not owned: at least so much ink is everywhere; NULL:
                              none. Set it before a dp_sketch_draw that draws everything. */

    dp_point origin;        /* the point of the drawing in the upper left corner */
    float scale_x, scale_y; /* pixels per unit of the drawing; > 0 */

    /* What later points cannot change any more: everything but the end of the last stroke,
     * which is still being smoothed. */
    float *stable; /* [height, width] */
    int n_stable_strokes;
    int n_stable_points; /* of the last of these strokes */
    dp_area tail;        /* where `pixel` differs from `stable` */
    bool smooth;         /* the last of these strokes is on a grid of cells: smooth it */
} dp_sketch;

/* Resize to width × height blank pixels, each 1 … DP_SKETCH_MAX_SIDE. Start from a zeroed
 * struct; origin and scale stay. On DP_NOMEM the sketch is unchanged. */
DP_MUST_CHECK
dp_code dp_sketch_resize(dp_sketch *s, int width, int height, dp_err *err);
void dp_sketch_free(dp_sketch *s);

/* Show the drawing from `origin` on, in this scale. Blanks the sketch. */
void dp_sketch_place(dp_sketch *s, dp_point origin, float scale_x, float scale_y);

/* The pixel where a point of the drawing is. Pixels count from the upper left corner. */
dp_point dp_sketch_to_pixels(const dp_sketch *s, dp_point p);

/* Half the width of a line in pixels. `width`: in units of the drawing; 0, if the stroke does
 * not record it: the usual pen. Lines are as thick across as along if the scales differ. */
float dp_sketch_radius(const dp_sketch *s, float width);

/* Draw the strokes. `appended`: they are those of the last call, with points and strokes added
 * at the end; only these are drawn then. */
void dp_sketch_draw(dp_sketch *s, const dp_strokes *strokes, bool appended);

#endif

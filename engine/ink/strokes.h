/* A drawing as the pen made it: polylines with tool and width, in order. It is the truth
 * about a drawing; the pad's canvas, the 28×28 image and the undo list derive from it.
 *
 * Coordinates are in square units of any size, y down. In the pad one cell is 1 wide and
 * 2 high. */
#ifndef DP_ENGINE_INK_STROKES_H
#define DP_ENGINE_INK_STROKES_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum dp_tool { DP_PEN, DP_ERASER } dp_tool;

typedef struct dp_point {
    float x, y;
} dp_point;

/* A rectangle; x0 > x1: empty. */
typedef struct dp_bounds {
    float x0, y0, x1, y1;
} dp_bounds;

typedef struct dp_stroke {
    dp_tool tool;
    float width;      /* diameter, in the drawing's units; 0: not known */
    int first, count; /* its points: point[first … first + count − 1] */
} dp_stroke;

enum {
    DP_MAX_POINTS = 1 << 18,
    DP_MAX_STROKES = 1 << 12,
};

/* Strokes [0, n_strokes) are the drawing; those in [n_strokes, n_kept) were undone and can
 * come back until something new is drawn. A zeroed struct is an empty drawing. */
typedef struct dp_strokes {
    dp_point *point;
    int32_t
        *time_ms; /* beside each point: since the drawing's first point; 0 if unknown */
    dp_stroke *stroke;
    int n_strokes, n_kept;
    int point_capacity, stroke_capacity;
} dp_strokes;

void dp_strokes_clear(dp_strokes *s); /* free everything; the struct is empty again */

/* Start a stroke (dropping undone ones) or lengthen the last one. A point equal to the one
 * before is ignored. DP_INPUT past the limits or for a non-finite coordinate, DP_NOMEM;
 * the drawing is as before then. */
DP_MUST_CHECK dp_code dp_strokes_begin(dp_strokes *s, dp_tool tool, float width,
                                       dp_point p, int32_t time_ms, dp_err *err);
DP_MUST_CHECK dp_code dp_strokes_extend(dp_strokes *s, dp_point p, int32_t time_ms,
                                        dp_err *err);

/* Take back or bring back one stroke. False where there is none. */
bool dp_strokes_undo(dp_strokes *s);
bool dp_strokes_redo(dp_strokes *s);

/* Replace *out by a copy of the visible strokes. */
DP_MUST_CHECK dp_code dp_strokes_copy(dp_strokes *out, const dp_strokes *s, dp_err *err);

/* The end of making a drawing: *s is replaced by *made where code is DP_OK, else stays as it
 * was and *made is freed. Returns code. */
DP_MUST_CHECK
dp_code dp_strokes_become(dp_strokes *s, dp_strokes *made, dp_code code);

#endif

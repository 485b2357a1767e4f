/* A drawing: the polylines of pen and eraser in the order in which they were drawn. The
 * pad's canvas, the 28×28 image and the undo list are derived from it.
 *
 * Coordinates are in square units of any size, with y down. In the pad, a cell is 1 unit
 * wide and 2 units high. */
#ifndef DP_ENGINE_INK_STROKES_H
#define DP_ENGINE_INK_STROKES_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum dp_tool { DP_PEN, DP_ERASER } dp_tool;

typedef struct dp_point {
    float x, y;
} dp_point;

/* A rectangle. It is empty if x0 > x1. */
typedef struct dp_bounds {
    float x0, y0, x1, y1;
} dp_bounds;

typedef struct dp_stroke {
    dp_tool tool;
    float width;      /* diameter in the drawing's units; 0 if unknown */
    int first, count; /* its points are point[first … first + count − 1] */
} dp_stroke;

enum {
    DP_MAX_POINTS = 1 << 18,
    DP_MAX_STROKES = 1 << 12,
};

/* Strokes [0, n_strokes) are visible. Strokes [n_strokes, n_kept) are undone; they can be
 * redone until a new point is drawn. A zeroed struct is an empty drawing. */
typedef struct dp_strokes {
    dp_point *point;
    int32_t *time_ms; /* of each point, since the drawing's first one; 0 if unknown */
    dp_stroke *stroke;
    int n_strokes, n_kept;
    int point_capacity, stroke_capacity;
} dp_strokes;

void dp_strokes_clear(dp_strokes *s); /* free everything and make the drawing empty */

/* Begin a stroke, or extend the last visible one; either drops the undone strokes. A
 * point equal to the one before it is ignored. DP_INPUT beyond the limits, for a
 * coordinate that is not finite and for a negative or infinite width; DP_USAGE if the
 * stroke to extend is missing; DP_NOMEM. On failure the drawing does not change. */
DP_MUST_CHECK dp_code dp_strokes_begin(dp_strokes *s, dp_tool tool, float width,
                                       dp_point p, int32_t time_ms, dp_err *err);
DP_MUST_CHECK dp_code dp_strokes_extend(dp_strokes *s, dp_point p, int32_t time_ms,
                                        dp_err *err);

/* Cut the last visible stroke after its first n points (1 or more); a shorter one stays. Drops the
 * undone strokes. */
void dp_strokes_shorten(dp_strokes *s, int n);

/* Undo or redo one stroke. False if there is none. */
bool dp_strokes_undo(dp_strokes *s);
bool dp_strokes_redo(dp_strokes *s);

/* Replace *out by a copy of the visible strokes. On failure (DP_NOMEM) *out does not
 * change. */
DP_MUST_CHECK dp_code dp_strokes_copy(dp_strokes *out, const dp_strokes *s, dp_err *err);

/* Add the visible strokes of another drawing, without their times. DP_NOMEM; some are then
 * missing. */
DP_MUST_CHECK dp_code dp_strokes_append(dp_strokes *s, const dp_strokes *more,
                                        dp_err *err);

/* Commit a new drawing: if code is DP_OK, replace *s by *made, which gives up its memory;
 * otherwise free *made and leave *s as it is. Returns code. */
DP_MUST_CHECK
dp_code dp_strokes_commit(dp_strokes *s, dp_strokes *made, dp_code code);

#endif

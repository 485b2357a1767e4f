/* The points of a stroke in JSON, in each of the forms that programs write. */
#ifndef DP_WEIGHTS_DATA_STROKE_POINTS_H
#define DP_WEIGHTS_DATA_STROKE_POINTS_H

#include "engine/ink/strokes.h"

#include <stddef.h>

struct json_t; /* of jansson; only sources in weights/ include its header */

/* One stroke. It borrows from the JSON value. */
typedef struct dp_stroke_points {
    const struct json_t *list; /* of points; or of columns x, y and perhaps more */
    bool columns;
    size_t n; /* points */
} dp_stroke_points;

/* Whether a JSON value may be a point: [x,y], with up to two more numbers, or an object
 * with "x" and "y". */
bool dp_stroke_is_point(const struct json_t *value);

/* The number of points of a stroke in columns, that is, of two to four arrays of the same
 * length: [[x,…],[y,…],[t,…]]. False if the value has another form. */
bool dp_stroke_is_columns(size_t *n, const struct json_t *value);

/* Set *out to a stroke: an array of points, or of columns, as the caller says; or an object
 * that has such an array as "points". False if it has another form. */
bool dp_stroke_points_of(dp_stroke_points *out, const struct json_t *value, bool columns);

/* Read point k < n, and its time in milliseconds: the third number, or "t" or "time"; 0 if
 * there is none. False if it is not a point. */
bool dp_stroke_point(dp_point *p, double *ms, const dp_stroke_points *s, size_t k);

#endif

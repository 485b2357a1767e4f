/* Drawings as JSON: {"strokes":[[[x,y],…],…]}. The optional arrays "tools" and "widths"
 * have an entry a stroke, the optional array "t" has an array of milliseconds a stroke.
 * The pad opens and saves this form, and predict reads it.
 *
 * These forms of other programs are read too. Strokes without points are skipped.
 *
 *     [x,y,t] [x,y,t,pressure]     points with their time, in milliseconds
 *     {"x":…,"y":…,"t":…}          the same; the time may be "time"
 *     {"points":[…]}               a stroke
 *     "strokes":[[x,y],…]          the only stroke
 *     "drawing":[[[x,…],[y,…]],…]  Quick, Draw!: a stroke is two to four arrays of the same
 *                                  length. Under "strokes" this form needs more than four
 *                                  points in a stroke: [[1,2],[3,4]] are two points. */
#ifndef DP_WEIGHTS_DATA_STROKES_JSON_H
#define DP_WEIGHTS_DATA_STROKES_JSON_H

#include "engine/ink/strokes.h"

#include <stddef.h>

struct json_t; /* of jansson; only sources in weights/ include its header */

/* Parse a drawing from a line of JSON of `size` bytes. DP_INPUT with the place, such as
 * "strokes[2][14]: …"; DP_NOMEM. *out is written only on success. */
DP_MUST_CHECK dp_code dp_strokes_json_read(dp_strokes *out, const char *text, size_t size,
                                           dp_err *err);

/* The same from a JSON object. */
DP_MUST_CHECK dp_code dp_strokes_json_from(dp_strokes *out, const struct json_t *object,
                                           dp_err *err);

/* The visible strokes as one line of JSON without a newline. The caller frees it with
 * free(); NULL if memory is short. */
char *dp_strokes_json_write(const dp_strokes *s);

#endif

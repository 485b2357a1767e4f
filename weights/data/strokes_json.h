/* Drawings as JSON: {"strokes":[[[x,y],…],…]}. The optional arrays "tools" and "widths"
 * have an entry a stroke, the optional array "t" has an array of milliseconds a stroke.
 * The pad opens and saves this form, and predict reads it. */
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

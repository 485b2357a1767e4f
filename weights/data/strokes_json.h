/* Drawings as JSON: {"strokes":[[[x,y],…],…]} with optional parallel arrays "tools", "widths"
 * and "t". The form that the pad saves and opens and that predict reads. */
#ifndef DP_WEIGHTS_DATA_STROKES_JSON_H
#define DP_WEIGHTS_DATA_STROKES_JSON_H

#include "engine/ink/strokes.h"

#include <stddef.h>

struct json_t; /* jansson's json_t, which only files of weights/ look into */

/* Read the drawing of a JSON text of `size` bytes into *out (empty before). DP_INPUT with the
 * place: "strokes[2][14]: …". *out is empty after a failure. */
DP_MUST_CHECK dp_code dp_strokes_json_read(dp_strokes *out, const char *text, size_t size,
                                           dp_err *err);

/* The same from an object that is already parsed. */
DP_MUST_CHECK dp_code dp_strokes_json_from(dp_strokes *out, const struct json_t *object,
                                           dp_err *err);

/* The visible strokes as one line of JSON without a newline, to be freed with free(); NULL
 * when memory is short. */
char *dp_strokes_json_write(const dp_strokes *s);

#endif

/* A data set of drawings, divided by who drew them (weights/data/division.h) into training,
 * validation and test. */
#ifndef DP_WEIGHTS_IMAGES_STROKE_SET_H
#define DP_WEIGHTS_IMAGES_STROKE_SET_H

#include "engine/ink/strokes.h"
#include "weights/data/division.h"
#include "weights/images/labelled.h"

#include <stdint.h>

enum { DP_STROKE_SET_MAX_DRAWINGS = 1 << 19 };

/* Labelled drawings. A zeroed struct is an empty set. */
typedef struct dp_drawn {
    dp_strokes *strokes; /* [n] */
    uint8_t *label;      /* [n], 0 … 9, or DP_NO_DIGIT */
    int n, capacity;
} dp_drawn;

/* A zeroed struct is an empty set. */
typedef struct dp_stroke_set {
    dp_drawn train;
    dp_labelled validation, test; /* rendered by dp_normalize_strokes, as in predict */
} dp_stroke_set;

/* Add a file with lines of {"label": 0 … 9, "writer": …, "strokes": …}
 * (data/strokes_json.h), divided by dp_divide_writers. DP_IO if it cannot be read;
 * DP_INPUT, with path and record, if a line is malformed or has too little ink, or if
 * there are too few writers; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_stroke_set_add(dp_stroke_set *set, const char *path, dp_division *how,
                          dp_err *err);

/* The same for drawings that are not digits: lines of {"class": "ALPHABET/CHARACTER",
 * "strokes": …}, divided by dp_divide_alphabets. Those with "lookalike": true are left out,
 * because people read digits in them. */
DP_MUST_CHECK
dp_code dp_stroke_set_add_outliers(dp_stroke_set *set, const char *path, dp_division *how,
                                   dp_err *err);
void dp_stroke_set_clear(dp_stroke_set *set);

#endif

/* Labelled drawings, split by writer: a network is judged on the hands of people whom it has
 * never seen, rendered as predict renders them. */
#ifndef DP_WEIGHTS_DATA_STROKE_SET_H
#define DP_WEIGHTS_DATA_STROKE_SET_H

#include "engine/core/shape.h"
#include "engine/ink/strokes.h"

#include <stdint.h>

enum {
    DP_STROKE_SET_MAX_WRITERS = 4096,
    DP_STROKE_SET_MAX_DRAWINGS = 1 << 19,
};

/* 28×28 images. pixels: [n, 784], 0 … 255; label: [n], 0 … 9. */
typedef struct dp_labelled {
    uint8_t *pixels, *label;
    int n, capacity;
} dp_labelled;

/* Append one image to a set, which may be zeroed. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_labelled_add(dp_labelled *to, const uint8_t image[DP_PIXELS], uint8_t label,
                        dp_err *err);
void dp_labelled_clear(dp_labelled *images);

/* Drawings as they were drawn. strokes: [n], label: [n], 0 … 9. */
typedef struct dp_drawn {
    dp_strokes *strokes;
    uint8_t *label;
    int n, capacity;
} dp_drawn;

/* Of every six writers of a file, in the order in which they appear, the first four are
 * trained on, the fifth is for validation and the sixth for the test. A zeroed struct is an
 * empty set. */
typedef struct dp_stroke_set {
    dp_drawn train;
    dp_labelled validation, test;
    int drawings;
} dp_stroke_set;

/* Add a file of lines {"label": 0 … 9, "writer": …, "strokes": …} (data/strokes_json.h). DP_IO where
 * it cannot be read, DP_INPUT with path and record where one is bad, lacks a field or has too
 * little ink, or where there are fewer than six writers; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_stroke_set_add(dp_stroke_set *set, const char *path, dp_err *err);
void dp_stroke_set_clear(dp_stroke_set *set);

#endif

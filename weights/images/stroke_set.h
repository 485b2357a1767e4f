/* A data set of labelled drawings, split by writer into training, validation and test, so
 * that a network is measured on the handwriting of people whom it has not seen. */
#ifndef DP_WEIGHTS_IMAGES_STROKE_SET_H
#define DP_WEIGHTS_IMAGES_STROKE_SET_H

#include "engine/ink/strokes.h"
#include "weights/images/labelled.h"

#include <stdint.h>

enum {
    DP_STROKE_SET_MAX_WRITERS = 4096,
    DP_STROKE_SET_MAX_DRAWINGS = 1 << 19,
};

/* Labelled drawings. A zeroed struct is an empty set. */
typedef struct dp_drawn {
    dp_strokes *strokes; /* [n] */
    uint8_t *label;      /* [n], 0 … 9 */
    int n, capacity;
} dp_drawn;

/* In the order in which they first appear in a file, the first four of every six writers
 * are for training, the fifth is for validation and the sixth for the test. A zeroed
 * struct is an empty set. */
typedef struct dp_stroke_set {
    dp_drawn train;
    dp_labelled validation, test; /* rendered by dp_normalize_strokes, as in predict */
    int drawings;                 /* of all three */
} dp_stroke_set;

/* Add a file with lines of {"label": 0 … 9, "writer": …, "strokes": …}
 * (data/strokes_json.h). DP_IO if it cannot be read; DP_INPUT, with path and record, if a
 * line is malformed or has too little ink, or if there are fewer than six writers;
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_stroke_set_add(dp_stroke_set *set, const char *path, dp_err *err);
void dp_stroke_set_clear(dp_stroke_set *set);

#endif

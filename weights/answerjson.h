/* An answer of `predict` as a line of NDJSON. */
#ifndef DP_WEIGHTS_ANSWERJSON_H
#define DP_WEIGHTS_ANSWERJSON_H

#include "engine/session.h"
#include "weights/text.h"

#include <stdint.h>

/* What is known of one input. Without prediction and error it was blank. */
typedef struct dp_answer {
    uint64_t index;
    const char *source, *model; /* bytes from outside, perhaps no UTF-8 */
    const char *id, *label;     /* JSON texts; NULL for null */
    const dp_prediction *prediction;
    bool rejected;
    const char *error;
} dp_answer;

/* Append the line, newline included, with the `top` likeliest digits. Numbers have nine
 * significant digits, which name a float exactly. */
void dp_answerjson_add(dp_text *t, const dp_answer *a, int top);

#endif

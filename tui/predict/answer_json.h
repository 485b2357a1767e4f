/* An answer of `predict` as a line of NDJSON. */
#ifndef DP_TUI_PREDICT_ANSWER_JSON_H
#define DP_TUI_PREDICT_ANSWER_JSON_H

#include "engine/segment/segment.h"
#include "weights/io/text.h"

#include <stdint.h>

/* What is known of one input. Without prediction, number and error it was blank. */
typedef struct dp_answer {
    uint64_t index;
    const char *source, *model;      /* bytes from outside, perhaps no UTF-8 */
    const char *id, *label;          /* JSON texts; NULL for null */
    const dp_prediction *prediction; /* of a single digit */
    bool wants_number;               /* several digits were looked for… */
    const dp_segmentation *number;   /* …and at least one found: all of them */
    float confidence;                /* digits below it are rejected */
    const char *error;
} dp_answer;

/* Whether a digit is one that may be none, and whether any is. */
bool dp_answer_rejects(const dp_answer *a, const dp_prediction *p);
bool dp_answer_is_rejected(const dp_answer *a);

/* How likely the digit is, or the least likely one of several; NAN without any. */
float dp_answer_confidence(const dp_answer *a);

/* Append the line, newline included, with the `top` likeliest digits. Numbers have nine
 * significant digits, which name a float exactly. Where a number is wanted the keys `number`
 * and `digits` join the usual ones, which are null where it has several digits. */
void dp_answer_json_add(dp_text *t, const dp_answer *a, int top);

#endif

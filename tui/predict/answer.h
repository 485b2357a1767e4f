/* An answer of `predict` to one input, and its text in the three output formats. */
#ifndef DP_TUI_PREDICT_ANSWER_H
#define DP_TUI_PREDICT_ANSWER_H

#include "weights/io/text.h"
#include "weights/library/predictor.h"

#include <stdint.h>

typedef enum dp_answer_form {
    DP_ANSWER_TEXT,
    DP_ANSWER_JSON,
    DP_ANSWER_CSV
} dp_answer_form;

/* What all answers of a run have in common. */
typedef struct dp_answer_options {
    const char *model; /* its name */
    dp_answer_form form;
    int top; /* how many of the likeliest digits to list; 0: none (text), 3 (JSON) */
    bool with_source; /* text: begin with the source */
    float confidence; /* reject digits below it */
    bool numbers;     /* an input may hold several digits */
    dp_normalize_options normalize;
} dp_answer_options;

/* The answer to one input. */
typedef struct dp_answer {
    const char *source;                   /* bytes from outside, perhaps not UTF-8 */
    char *id, *label;                     /* owned JSON texts; NULL for null */
    dp_result result;                     /* empty if the input is blank or bad */
    bool bad;                             /* the input could not be read */
    char error[sizeof((dp_err *)0)->msg]; /* why, if it is bad */
} dp_answer;

void dp_answer_clear(dp_answer *a);

/* The first line of the output, without its newline; NULL if the format has none. */
const char *dp_answer_header(const dp_answer_options *options);

/* How many digits to list with their probabilities: `wanted`, or 1 if the network has none. */
int dp_answer_top(const dp_prediction *p, int wanted);

/* Append the answer to input number `index` as a line in the format options.form. Text shows ?
 * in place of a digit or number that is rejected. A probability that the network does not have
 * is - in text, null in JSON, empty in CSV. */
void dp_answer_add(dp_text *t, const dp_answer *a, uint64_t index,
                   const dp_answer_options *options);

/* The same as JSON (answer_json.c). Probabilities have nine significant digits, which
 * identify a float exactly. With options.numbers, the keys `number` and `digits` are
 * added; the usual ones are then null for a number of several digits. */
void dp_answer_add_json(dp_text *t, const dp_answer *a, uint64_t index,
                        const dp_answer_options *options);

#endif

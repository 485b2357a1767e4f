/* Inputs on their way to answers: a batch is collected in order, predicted together, and
 * written. */
#ifndef DP_TUI_PREDICT_BATCH_H
#define DP_TUI_PREDICT_BATCH_H

#include "tui/predict/answer_json.h"
#include "weights/data/image.h"

typedef enum dp_answer_form {
    DP_ANSWER_TEXT,
    DP_ANSWER_JSON,
    DP_ANSWER_CSV
} dp_answer_form;

typedef struct dp_answer_options {
    dp_answer_form form;
    int top;          /* the likeliest digits that are listed; 0: none (text), 3 (json) */
    bool with_source; /* text: the source stands first */
    float confidence; /* a prediction below it is rejected */
    bool numbers;     /* an input may be of several digits */
    dp_normalize_mode preprocess;
    dp_invert invert;
} dp_answer_options;

/* A batch, its workspace and its text. One thread at a time may use it. */
typedef struct dp_batch dp_batch;

/* The line that the form begins with, if it does, on stdout. */
void dp_batch_header(const dp_answer_options *options);

/* An empty batch to be answered by `model`. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_batch_create(dp_batch **out, const dp_model *model,
                        const dp_answer_options *options, dp_err *err);
void dp_batch_free(dp_batch *a); /* NULL is allowed */

/* Inputs in the batch, of which some are blank; whether it holds no more. */
int dp_batch_count(const dp_batch *a);
int dp_batch_blanks(const dp_batch *a);
bool dp_batch_full(const dp_batch *a);

/* Add an input to a batch that is not full; `source` must outlive the answer. DP_INPUT where
 * the image cannot be preprocessed as asked (nothing is added then), DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_batch_add(dp_batch *a, const char *source, const dp_record *record,
                     dp_err *err);

/* Add one that could not be read. */
void dp_batch_add_error(dp_batch *a, const char *source, const dp_err *why);

/* Answer the batch, whose first input is number `index` of the run. */
void dp_batch_predict(dp_batch *a, uint64_t index);

/* Write the answers to stdout, flush it, and empty the batch. False where that failed. */
bool dp_batch_write(dp_batch *a);

#endif

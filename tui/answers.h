/* Inputs on their way to answers: collected in order, predicted together, written out. */
#ifndef DP_TUI_ANSWERS_H
#define DP_TUI_ANSWERS_H

#include "weights/answerjson.h"
#include "weights/image.h"

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
    dp_preproc_mode preprocess;
    dp_invert invert;
} dp_answer_options;

typedef struct dp_answers dp_answers;

/* Answers by `model` on at most `threads` threads (≤ 0: as many as OpenMP would use), on
 * stdout. Writes the header that the form may have. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_answers_create(dp_answers **out, const dp_model *model, int threads,
                          const dp_answer_options *options, dp_err *err);
void dp_answers_free(dp_answers *a); /* unwritten answers are lost; NULL is allowed */

/* Add an input; `source` must outlive the answer. DP_INPUT where the image cannot be
 * preprocessed as asked (nothing is added then), DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_answers_add(dp_answers *a, const char *source, const dp_record *record,
                       dp_err *err);

/* Add one that could not be read. */
void dp_answers_add_error(dp_answers *a, const char *source, const dp_err *why);

/* Write everything that is waiting, and flush stdout. The signature is that of a hook. */
void dp_answers_flush(void *answers);

/* Blank inputs so far. */
uint64_t dp_answers_blanks(const dp_answers *a);

/* False once stdout does not take what is written to it. */
bool dp_answers_ok(const dp_answers *a);

#endif

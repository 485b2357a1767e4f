/* A batch of inputs: filled in order, and predicted together. */
#ifndef DP_TUI_PREDICT_BATCH_H
#define DP_TUI_PREDICT_BATCH_H

#include "tui/predict/answer.h"
#include "weights/images/image.h"

/* The most inputs in a batch. Large enough to keep all threads busy; larger batches only delay the
 * first answer. */
enum { DP_BATCH = 256 };

/* A batch with its session. One thread at a time may use it. */
typedef struct dp_batch dp_batch;

/* Create an empty batch for `model`, which must outlive it. *options is copied.
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_batch_create(dp_batch **out, const dp_model *model,
                        const dp_answer_options *options, dp_err *err);
void dp_batch_free(dp_batch *b); /* NULL is allowed */

/* The number of inputs in the batch; how many of them are blank; how many are rejected, after
 * dp_batch_predict; whether the batch is full. */
int dp_batch_count(const dp_batch *b);
int dp_batch_blanks(const dp_batch *b);
int dp_batch_rejected(const dp_batch *b);
bool dp_batch_full(const dp_batch *b);

/* Normalise an input and add it to a batch that is not full; `source` is copied.
 * DP_INPUT if the image cannot be normalised as the options ask (then nothing is
 * added), DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_batch_add(dp_batch *b, const char *source, const dp_record *record,
                     dp_err *err);

/* Whether the input that was just added from `record` is rejected as a digit and can be read as
 * a number of several digits. False if options.numbers is set, and after some tries. */
bool dp_batch_last_is_number(dp_batch *b, const dp_record *record);

/* Add an input that could not be read. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_batch_add_error(dp_batch *b, const char *source, const dp_err *why,
                           dp_err *err);

/* Predict the whole batch. */
void dp_batch_predict(dp_batch *b);

/* Append answer i of the predicted batch to a text, as that to input number `index`. */
void dp_batch_format(dp_text *t, const dp_batch *b, int i, uint64_t index);

/* Empty the batch. */
void dp_batch_empty(dp_batch *b);

/* Whether the 28×28 images of the batch, which is predicted, are recognised far better with
 * rows and columns exchanged. False if there are fewer than 50. */
bool dp_batch_is_transposed(dp_batch *b);

#endif

/* Fine-tuning in a child process: starts `digitpad train --samples` and reads its
 * result. */
#ifndef DP_WEIGHTS_IO_TRAIN_PROCESS_H
#define DP_WEIGHTS_IO_TRAIN_PROCESS_H

#include "engine/core/shape.h"
#include "weights/io/child.h"

typedef enum dp_train_kind {
    DP_TRAIN_DONE, /* sets `samples` and all members after it */
    DP_TRAIN_END,  /* the end of the output */
} dp_train_kind;

/* The user's drawings of one digit: how many there are, and how many are read right. */
typedef struct dp_train_count {
    int n, before, after;
} dp_train_count;

typedef struct dp_train_event {
    dp_train_kind kind;
    int samples;                     /* drawings trained on */
    dp_train_count digit[DP_DIGITS]; /* of these and of those held out, by label */
    bool spares; /* whether it reads other people's digits as before */
    bool kept;   /* whether the result was written */
} dp_train_event;

/* Start this program again to fine-tune the network `from` on a file of samples. It
 * writes the result to `output` if it is better. DP_IO if it cannot be started. */
DP_MUST_CHECK dp_code dp_train_process_start(dp_child *out, const char *samples,
                                             const char *from, const char *output,
                                             dp_err *err);

/* The next event, without waiting; false if there is none yet. After the last one, every
 * call returns DP_TRAIN_END. */
bool dp_train_process_next(dp_train_event *out, dp_child *child);

#endif

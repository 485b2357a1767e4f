/* Fine-tuning in a child process: starts `digitpad train --samples` and reads its
 * progress. */
#ifndef DP_WEIGHTS_IO_TRAIN_PROCESS_H
#define DP_WEIGHTS_IO_TRAIN_PROCESS_H

#include "weights/io/child.h"

typedef enum dp_train_kind {
    DP_TRAIN_PROGRESS, /* sets `progress` */
    DP_TRAIN_DONE,     /* sets `samples` and all members after it */
    DP_TRAIN_END,      /* the end of the output */
} dp_train_kind;

typedef struct dp_train_event {
    dp_train_kind kind;
    double progress;       /* the fraction of all epochs that is done, 0 … 1 */
    int samples, held_out; /* numbers of drawings */

    /* Accuracies, 0 … 1, on held-out drawings and on the fixture; NAN without
     * drawings. */
    double held_out_before, held_out_after, fixture_before, fixture_after;
    bool kept; /* whether the result was written */
} dp_train_event;

/* Start this program again to fine-tune the network `from` on a file of samples. It
 * writes the result to `output` unless it is worse. DP_IO if it cannot be started. */
DP_MUST_CHECK dp_code dp_train_process_start(dp_child *out, const char *samples,
                                             const char *from, const char *output,
                                             dp_err *err);

/* The next event, without waiting; false if there is none yet. After the last one, every
 * call returns DP_TRAIN_END. */
bool dp_train_process_next(dp_train_event *out, dp_child *child);

#endif

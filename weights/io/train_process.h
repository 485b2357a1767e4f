/* Fine-tuning in a child process: `digitpad train --samples` started, and what it reports. */
#ifndef DP_WEIGHTS_IO_TRAIN_PROCESS_H
#define DP_WEIGHTS_IO_TRAIN_PROCESS_H

#include "weights/io/child.h"

typedef enum dp_train_kind {
    DP_TRAIN_PROGRESS, /* part */
    DP_TRAIN_DONE,     /* samples, held_out and what follows */
    DP_TRAIN_END,      /* it has nothing more to say */
} dp_train_kind;

/* Accuracies are parts, 0 … 1; NAN where there was nothing to measure with. */
typedef struct dp_train_event {
    dp_train_kind kind;
    double part; /* of all epochs, done */
    int samples, held_out;
    double held_out_before, held_out_after, fixture_before, fixture_after;
    bool kept;
} dp_train_event;

/* Start this very program to fine-tune the network `from` on the samples of a file, and to
 * write the result to `output` if it is no worse. DP_IO where it cannot be started. */
DP_MUST_CHECK dp_code dp_train_process_start(dp_child *out, const char *samples,
                                             const char *from, const char *output,
                                             dp_err *err);

/* The next event, without waiting; false while there is none. After the last one comes
 * DP_TRAIN_END, for ever. */
bool dp_train_process_next(dp_train_event *out, dp_child *child);

#endif

/* The log of a training run, epoch by epoch, and the CSV file in which `train --log`
 * keeps it. */
#ifndef DP_WEIGHTS_DATA_TRAIN_LOG_H
#define DP_WEIGHTS_DATA_TRAIN_LOG_H

#include "engine/core/err.h"

enum { DP_TRAIN_LOG_MAX = 1 << 16 }; /* epochs */

typedef struct dp_epoch {
    double loss;
    double train, validation; /* accuracies, 0 … 1; NAN if nothing was held out */
} dp_epoch;

/* A zeroed struct is an empty log. */
typedef struct dp_train_log {
    dp_epoch *epoch; /* [n] */
    int n, capacity;
} dp_train_log;

/* Append one epoch. DP_INPUT beyond DP_TRAIN_LOG_MAX, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_train_log_add(dp_train_log *log, const dp_epoch *epoch,
                                       dp_err *err);

/* Append the epochs in a file's columns loss, train_accuracy and validation_accuracy.
 * DP_IO, with path and line, if it cannot be read or is not the log of a training run;
 * DP_INPUT as dp_train_log_add, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_train_log_read(dp_train_log *log, const char *path, dp_err *err);
void dp_train_log_clear(dp_train_log *log);

#endif

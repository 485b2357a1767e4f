/* What a training run measured, epoch by epoch, and the CSV file that `train --log` keeps of
 * it. */
#ifndef DP_WEIGHTS_DATA_TRAIN_LOG_H
#define DP_WEIGHTS_DATA_TRAIN_LOG_H

#include "engine/core/err.h"

enum { DP_TRAIN_LOG_MAX = 1 << 16 }; /* epochs */

/* Accuracies are parts, 0 … 1. */
typedef struct dp_epoch {
    double loss, train, validation;
} dp_epoch;

/* A zeroed struct is an empty log. */
typedef struct dp_train_log {
    dp_epoch *epoch; /* [n] */
    int n, capacity;
} dp_train_log;

/* DP_NOMEM; DP_INPUT beyond DP_TRAIN_LOG_MAX. */
DP_MUST_CHECK dp_code dp_train_log_add(dp_train_log *log, const dp_epoch *epoch,
                                       dp_err *err);

/* Append what a file holds in its columns loss, train_accuracy and validation_accuracy. DP_IO
 * with path and line where it cannot be read or is no such file; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_train_log_read(dp_train_log *log, const char *path, dp_err *err);
void dp_train_log_clear(dp_train_log *log);

#endif

/* A training run in a file, so that it can go on later as if it had never stopped.
 *
 *     16 bytes    "digitpad ckpt 1\n"
 *     u64         fingerprint of all that follows
 *     u64, text   length of a description of the run, and the description
 *     u64 × 4     epoch, step, images, correct (dp_train_state)
 *     f64         loss
 *     f32 …       the state's arrays
 *
 * All little-endian. */
#ifndef DP_WEIGHTS_MODEL_CHECKPOINT_H
#define DP_WEIGHTS_MODEL_CHECKPOINT_H

#include "engine/train/trainer.h"

enum { DP_CHECKPOINT_MAX_BYTES = 1 << 30 };

/* Replace the file atomically. `run` is lines of `name = value`: all that must be the same
 * for the run to go on with the same bits. `count` values in each array. DP_IO, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_checkpoint_write(const char *path, const char *run,
                            const dp_train_state *state, size_t count, dp_err *err);

/* Read a state of the same run: its numbers into *state, its values into the arrays that
 * *state already points to. DP_IO where there is no such file or it is damaged, DP_USAGE,
 * with the first line that differs, where it is another run's; *state is untouched then. */
DP_MUST_CHECK
dp_code dp_checkpoint_read(dp_train_state *state, const char *path, const char *run,
                           size_t count, dp_err *err);

#endif

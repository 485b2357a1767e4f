/* Checkpoints: the state of a training run in a file. A resumed run gives the same bits as one
 * that was never interrupted.
 *
 *     16 bytes    "digitpad ckpt 1\n"
 *     u64         fingerprint of everything after it
 *     u64, text   the length of the run's description, and the description
 *     u64 × 4     epoch, step, images, correct (dp_train_state)
 *     f64         loss
 *     f32 …       the arrays of the state
 *
 * All numbers are little-endian. */
#ifndef DP_WEIGHTS_MODEL_CHECKPOINT_H
#define DP_WEIGHTS_MODEL_CHECKPOINT_H

#include "engine/train/trainer.h"

enum { DP_CHECKPOINT_MAX_BYTES = 1 << 30 };

/* Replace the file atomically. `run` describes the run in lines of `name = value`, with
 * everything that the resumed run must have in common. The arrays of the state have `count`
 * elements. DP_IO, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_checkpoint_write(const char *path, const char *run,
                            const dp_train_state *state, size_t count, dp_err *err);

/* Read the state of the same run into *state and into the arrays that *state points to. DP_IO
 * if the file cannot be read or is damaged. DP_USAGE, with the first line that differs, if it
 * belongs to another run. *state is untouched then. */
DP_MUST_CHECK
dp_code dp_checkpoint_read(dp_train_state *state, const char *path, const char *run,
                           size_t count, dp_err *err);

#endif

/* The data of `digitpad train`: IDX images and drawings, divided into training,
 * validation and test sets. */
#ifndef DP_TUI_TRAIN_TRAIN_DATA_H
#define DP_TUI_TRAIN_TRAIN_DATA_H

#include "engine/train/trainer.h"
#include "tui/train/train_options.h"
#include "weights/images/stroke_set.h"

typedef struct dp_train_data {
    uint8_t *pixels, *label; /* owned: the training images, then those of held_out */
    dp_drawn drawn;          /* the training drawings */
    dp_mixture mixture;      /* what to train on; points to the above */
    dp_dataset held_out;     /* the validation set: the next two, one after the other */
    dp_dataset validation, strokes_validation;
    dp_dataset test, strokes_test;
    uint64_t fingerprint; /* of all data except the test sets */
} dp_train_data;

/* Read all files that the options name, and show progress through o->talk. Sets without
 * data have n = 0. DP_IO if a file cannot be read or is damaged, or if there are too
 * few images for a validation set; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_train_data_read(dp_train_data *out, dp_train_options *o, dp_err *err);
void dp_train_data_clear(dp_train_data *data); /* a zeroed one is allowed */

#endif

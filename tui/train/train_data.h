/* What `digitpad train` trains on and what it measures with: IDX images and drawings. */
#ifndef DP_TUI_TRAIN_TRAIN_DATA_H
#define DP_TUI_TRAIN_TRAIN_DATA_H

#include "engine/train/trainer.h"
#include "tui/train/train_options.h"
#include "weights/data/stroke_set.h"

typedef struct dp_train_data {
    uint8_t *pixels, *label; /* images to train on, then those of held_out */
    dp_drawn drawn;
    dp_mixture mixture;  /* to train on: some of the images, drawings of some writers */
    dp_dataset held_out; /* for validation */
    dp_dataset validation, strokes_validation; /* its two parts */
    dp_dataset test, strokes_test;
    uint64_t fingerprint; /* of all but the tests */
} dp_train_data;

/* Read all that the options name. Parts that there are none of have n = 0. DP_IO for data
 * that cannot be read or is damaged, or too little to hold some out; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_train_data_read(dp_train_data *out, const dp_train_options *o, dp_err *err);
void dp_train_data_clear(dp_train_data *data); /* a zeroed one is allowed */

#endif

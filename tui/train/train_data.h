/* The data of `digitpad train`: images, drawings of digits, and drawings of other things,
 * divided into training, validation and test sets. */
#ifndef DP_TUI_TRAIN_TRAIN_DATA_H
#define DP_TUI_TRAIN_TRAIN_DATA_H

#include "engine/train/trainer.h"
#include "tui/train/train_options.h"
#include "weights/images/stroke_set.h"

typedef struct dp_train_data {
    uint8_t *pixels, *label; /* owned: the training images, then those of held_out */
    dp_drawn drawn, others;  /* the training drawings: digits, and other things */
    dp_mixture mixture;      /* what to train on; points to the above */
    dp_dataset held_out;     /* the validation set: the next two, one after the other */
    dp_dataset validation, strokes_validation;
    dp_dataset outliers_validation; /* drawings that are not digits */
    dp_dataset test, strokes_test;
    uint64_t fingerprint; /* of all data except the test sets */
} dp_train_data;

/* Read all files that the options name, and show progress through o->talk. Sets without
 * data have n = 0; so have the test sets unless o->test, and all but those of training if
 * o->all. Images are held out by writer if o->writers says who wrote them
 * (weights/data/writers.h), otherwise at random (dp_train_held_out). DP_IO if a file cannot
 * be read or is damaged, or if there are too few images for a validation set; DP_USAGE if a
 * pattern of o->hold_out matches nothing; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_train_data_read(dp_train_data *out, dp_train_options *o, dp_err *err);
void dp_train_data_clear(dp_train_data *data); /* a zeroed one is allowed */

#endif

/* Fine-tuning a network on the drawings that its user labelled: `digitpad train --samples`. */
#ifndef DP_TUI_TRAIN_TRAIN_SAMPLES_H
#define DP_TUI_TRAIN_TRAIN_SAMPLES_H

#include "tui/train/train_options.h"

/* Train options->from on the samples, but every fifth of a digit, mixed with digits that the
 * program makes up; write the result where it is no worse than before on the samples that
 * were held out and on other made-up digits. Returns the exit status. */
int dp_train_on_samples(const dp_train_options *options);

#endif

/* `digitpad train --samples`: fine-tunes a network on the drawings that its user
 * labelled. The training itself is in engine/tune/finetune.h. */
#ifndef DP_TUI_TRAIN_TRAIN_SAMPLES_H
#define DP_TUI_TRAIN_TRAIN_SAMPLES_H

#include "tui/train/train_options.h"

/* Fit options->from to the samples. Every fifth sample of a digit is held out. Write the result if it
 * reads the samples better and spares other people's digits (dp_finetune_result); otherwise
 * DP_EXIT_SOME_BAD. Returns the exit status, after a complaint about an error. */
int dp_train_on_samples(const dp_train_options *options);

#endif

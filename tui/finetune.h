/* Fine-tuning a network on the drawings that its user labelled: `digitpad train --samples`. */
#ifndef DP_TUI_FINETUNE_H
#define DP_TUI_FINETUNE_H

#include "tui/train_options.h"

enum { DP_FINETUNE_LEAST = 10 }; /* samples */

/* What suits a few drawings and a network that reads well already. */
void dp_finetune_defaults(dp_train_config *config);

/* Train options->from on the samples, but every fifth of a digit, mixed with digits that the
 * program makes up; write the result where it is no worse than before on the samples that
 * were held out and on other made-up digits. Returns the exit status. */
int dp_finetune(const dp_train_options *options);

#endif

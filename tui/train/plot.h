/* Curves of a training run in a terminal. */
#ifndef DP_TUI_TRAIN_PLOT_H
#define DP_TUI_TRAIN_PLOT_H

#include "weights/data/train_log.h"

#include <stdbool.h>
#include <stdio.h>

/* Print loss and accuracy over the epochs, less than 80 columns wide: validation as a line
 * and training as dots, in Braille patterns or, where !utf8, in ASCII. Nothing below two
 * epochs. */
void dp_plot_print(FILE *f, const dp_train_log *log, bool utf8);

#endif

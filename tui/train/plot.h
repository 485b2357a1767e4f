/* Plots the curves of a training run in a terminal. */
#ifndef DP_TUI_TRAIN_PLOT_H
#define DP_TUI_TRAIN_PLOT_H

#include "weights/data/train_log.h"

#include <stdbool.h>
#include <stdio.h>

/* Print loss and accuracy over the epochs, in less than 80 columns: validation as a line,
 * training as dots. Uses Braille patterns, or ASCII if !utf8. Prints nothing for fewer
 * than two epochs. */
void dp_plot_print(FILE *f, const dp_train_log *log, bool utf8);

#endif

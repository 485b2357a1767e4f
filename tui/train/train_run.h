/* One run of `digitpad train` on images: prepare it, train, finish and save the result. */
#ifndef DP_TUI_TRAIN_TRAIN_RUN_H
#define DP_TUI_TRAIN_TRAIN_RUN_H

#include "engine/infer/model.h"
#include "engine/train/calibrate.h"
#include "engine/train/trainer.h"
#include "tui/train/refit.h"
#include "tui/train/train_data.h"
#include "tui/train/train_options.h"
#include "tui/train/train_report.h"

#include <limits.h>

enum {
    DP_TRAIN_DESCRIPTION = DP_RECIPE_MAX_TEXT + 64 * (2 + DP_MAX_TEACHERS)
}; /* bytes */

typedef struct dp_train_run {
    dp_train_options options;
    dp_spec spec;
    dp_train_data data;
    dp_model *from; /* or NULL */
    dp_model *teacher[DP_MAX_TEACHERS];
    dp_refit refit; /* with options.all */
    dp_trainer *trainer;
    char checkpoint[PATH_MAX]; /* its path */
    char identity[DP_TRAIN_DESCRIPTION +
                  64]; /* text of everything that determines the result */
    dp_train_report report;
    dp_train_scores scores; /* of the result */
    dp_calibrated calibrated;
} dp_train_run;

/* Read the data and create the trainer, after finding all errors that can be found before any
 * work is done or any file is changed. Codes as in the messages; r is cleared in any case by
 * dp_train_run_clear. */
DP_MUST_CHECK dp_code dp_train_run_prepare(dp_train_run *r, dp_err *err);

/* Format the canonical recipe and the fingerprints of the networks that it depends on. */
void dp_train_run_describe(char text[DP_TRAIN_DESCRIPTION], const dp_train_run *r);

/* Train to the last epoch and save the result. DP_INTERRUPTED after SIGINT, once a checkpoint
 * is saved. */
DP_MUST_CHECK dp_code dp_train_run_train(dp_train_run *r, dp_err *err);

void dp_train_run_clear(dp_train_run *r);

#endif

/* What `digitpad train` says while it runs: a bar, JSON lines, a CSV log. */
#ifndef DP_TUI_TRAIN_TRAIN_REPORT_H
#define DP_TUI_TRAIN_TRAIN_REPORT_H

#include "engine/train/trainer.h"
#include "tui/cli/progress.h"
#include "tui/train/train_options.h"
#include "weights/data/train_log.h"

/* Parts answered correctly, 0 … 1; NAN where there is nothing to measure with. */
typedef struct dp_train_scores {
    double validation, strokes; /* of held-out images, and of drawings by other writers */
    double test, strokes_test;
} dp_train_scores;

typedef struct dp_train_report {
    dp_train_style style;
    int epochs;
    bool strokes; /* there are drawings among the data */
    const char *log_path;
    FILE *log; /* or NULL */
    dp_progress bar;
    double start, epoch_start;
    double said;   /* when the last line about a step was written */
    int before;    /* images of this epoch that were done before the run was resumed */
    double origin; /* part of all epochs that was done then; below 0: not known yet */
    double validation;        /* accuracy after the last epoch; NAN before any */
    dp_train_log epochs_done; /* for the curves at the end */
} dp_train_report;

/* Begin; creates the log, or goes on with it where the run is resumed: then the curves at the
 * end show all of it. DP_IO. */
DP_MUST_CHECK
dp_code dp_train_report_open(dp_train_report *r, const dp_train_options *o, dp_err *err);

/* `before` of its images were done before the run was resumed. */
void dp_train_report_begin_epoch(dp_train_report *r, int before);
void dp_train_report_step(dp_train_report *r, const dp_train_progress *p);
void dp_train_report_epoch(dp_train_report *r, const dp_train_progress *p,
                           const dp_train_scores *scores);
void dp_train_report_result(dp_train_report *r, const dp_train_scores *scores);

/* End; DP_IO where the log could not be written. */
DP_MUST_CHECK
dp_code dp_train_report_close(dp_train_report *r, dp_err *err);

#endif

/* The progress reports of `digitpad train`: a bar, lines of JSON, and a CSV log. */
#ifndef DP_TUI_TRAIN_TRAIN_REPORT_H
#define DP_TUI_TRAIN_TRAIN_REPORT_H

#include "engine/train/trainer.h"
#include "tui/cli/progress.h"
#include "tui/train/train_options.h"
#include "weights/data/train_log.h"

/* Accuracies, 0 … 1; NAN if there is no data to measure. */
typedef struct dp_train_scores {
    double validation, strokes; /* held-out images; drawings by held-out writers */
    double test, strokes_test;
    double
        outliers; /* rejected share of drawings, of held-out alphabets, that are no digits */
} dp_train_scores;

typedef struct dp_train_report {
    dp_train_style style;
    int epochs;
    bool strokes, outliers; /* the data include drawings of digits, and of other things */
    const char *log_path;
    FILE *log; /* or NULL */
    dp_progress bar;
    double start, epoch_start;
    double said;       /* time of the last line about a step */
    int before;        /* images of this epoch done before the run was resumed */
    double origin;     /* fraction of all epochs done then; < 0 until the first step */
    double validation; /* accuracy after the last epoch; NAN before the first */
    dp_train_log epochs_done; /* for the curves at the end */
} dp_train_report;

/* Start the reports and create the log. A resumed run appends to its log instead, and the
 * curves at the end show all of it. DP_IO. */
DP_MUST_CHECK
dp_code dp_train_report_open(dp_train_report *r, const dp_train_options *o, dp_err *err);

/* Report the start of an epoch (with `before` of its images done before the run was
 * resumed), a step, the end of an epoch, and the result. */
void dp_train_report_begin_epoch(dp_train_report *r, int before);
void dp_train_report_step(dp_train_report *r, const dp_train_progress *p);
void dp_train_report_epoch(dp_train_report *r, const dp_train_progress *p,
                           const dp_train_scores *scores);
void dp_train_report_result(dp_train_report *r, const dp_train_scores *scores);

/* End the reports and close the log. DP_IO if the log could not be written. */
DP_MUST_CHECK
dp_code dp_train_report_close(dp_train_report *r, dp_err *err);

#endif

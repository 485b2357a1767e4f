/* Learning from the user. A digit key keeps the drawing as a labelled sample; `T` fine-tunes the
 * current network on all samples, in a child process whose reports the loop polls. */
#ifndef DP_TUI_DRAW_TRAIN_JOB_H
#define DP_TUI_DRAW_TRAIN_JOB_H

#include "tui/draw/errands.h"
#include "tui/pad/app.h"
#include "weights/io/train_process.h"
#include "weights/store/carried.h"

/* Zeroed but for `errands`: no sample kept and not running. */
typedef struct dp_train_job {
    dp_errands *errands; /* starts the training; not owned */
    char *last_sample;   /* its line in the file of samples; NULL: none to withdraw */
    bool running;
    dp_child child;
    const dp_carried *base; /* the network that is fine-tuned */
} dp_train_job;

/* Keep the drawing, which app->reading reads, as a sample of the digit app->sample_label; if it is
 * read as a number, only the strokes of the weakest digit. If the drawing is a sample already,
 * its label is replaced. */
void dp_train_job_keep_sample(dp_train_job *t, dp_app *app);

/* Remove the last sample again. */
void dp_train_job_withdraw_sample(dp_train_job *t, dp_app *app);

/* Start to fine-tune the current network. If that is not possible, a message of the app says
 * why. */
void dp_train_job_start(dp_train_job *t, dp_app *app);

/* Stop the training; the network remains as it was. */
void dp_train_job_stop(dp_train_job *t, dp_app *app);

/* The descriptor to poll for reading; −1, which poll ignores, if not running. */
int dp_train_job_fd(const dp_train_job *t);

/* Process the reports of the child without blocking. A network that is better than before is
 * loaded and selected. Returns whether there is something new to show. */
bool dp_train_job_handle(dp_train_job *t, dp_app *app);

/* Stop a running training, and free. */
void dp_train_job_end(dp_train_job *t);

#endif

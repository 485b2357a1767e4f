/* The pad learns from its user: a digit key keeps the drawing as a sample, and the current
 * network is fine-tuned on all samples in a child process that the pad's loop polls. */
#ifndef DP_TUI_DRAW_TRAIN_JOB_H
#define DP_TUI_DRAW_TRAIN_JOB_H

#include "tui/pad/app.h"
#include "weights/io/train_process.h"
#include "weights/store/carried.h"

/* Zeroed: nothing is labelled and nothing goes on. */
typedef struct dp_train_job {
    char *line; /* of the sample that can be taken back; NULL: none */
    bool running;
    dp_child child;
    const dp_carried *base; /* the network that is fine-tuned */
} dp_train_job;

/* Keep the drawing as a sample of app->label; a label that it has already is replaced. */
void dp_train_job_label(dp_train_job *t, dp_app *app);

/* Take the last label back. */
void dp_train_job_unlabel(dp_train_job *t, dp_app *app);

/* Start to fine-tune the current network, where there are enough samples. */
void dp_train_job_start(dp_train_job *t, dp_app *app);

/* Stop that; the network is as before. */
void dp_train_job_stop(dp_train_job *t, dp_app *app);

/* The descriptor to poll for reading; −1, which poll ignores, where nothing goes on. */
int dp_train_job_fd(const dp_train_job *t);

/* Take what the child reports, without waiting: a better network is changed to at once. True
 * where there is something new to show. */
bool dp_train_job_handle(dp_train_job *t, dp_app *app);

/* Stop what goes on, and free. */
void dp_train_job_end(dp_train_job *t);

#endif

/* What the pad may not do itself because it is confined (weights/sandbox): starting digitpad-hub and
 * the training, and making a new file in the current folder. A process outside the sandbox does just
 * these, whatever a corrupted pad asks for. */
#ifndef DP_TUI_DRAW_ERRANDS_H
#define DP_TUI_DRAW_ERRANDS_H

#include "tui/draw/own_folders.h"
#include "weights/sandbox/aide.h"
#include "weights/store/hub_client.h"

enum { DP_ERRANDS_NAME = 64 };

typedef struct dp_errands {
    dp_aide aide;
} dp_errands;

/* Start the process; call it before there are threads, and before the sandbox. At its end, also when
 * the pad is killed, it releases the folders. DP_IO. */
DP_MUST_CHECK dp_code dp_errands_start(dp_errands *out, const dp_own_folders *folders,
                                       dp_err *err);
void dp_errands_end(dp_errands *e);

/* Start digitpad-hub for n models of the registry. *e must outlive *out, which dp_hub_client_free
 * ends. Failures as those of dp_hub_client_start; DP_USAGE for another name. */
DP_MUST_CHECK dp_code dp_errands_fetch(dp_hub_client **out, dp_errands *e,
                                       const char *const *models, int n, dp_err *err);

/* Start to fine-tune a carried network on the user's samples (weights/io/train_process.h). *e must
 * outlive *out, which dp_child_end ends. DP_USAGE for another name. */
DP_MUST_CHECK dp_code dp_errands_train(dp_child *out, dp_errands *e, const char *base,
                                       dp_err *err);

/* Make a file in the current folder for a drawing, with a name of the present time that no file has
 * yet. The caller closes *fd. DP_IO. */
DP_MUST_CHECK dp_code dp_errands_create(int *fd, char name[DP_ERRANDS_NAME],
                                        dp_errands *e, dp_err *err);

/* Remove the file that was made last, because it could not be written. */
void dp_errands_discard(dp_errands *e);

#endif

/* Fetches models from the Hub while the pad is in use. The helper digitpad-hub downloads them;
 * the loop polls its reports. */
#ifndef DP_TUI_DRAW_FETCH_JOB_H
#define DP_TUI_DRAW_FETCH_JOB_H

#include "tui/draw/errands.h"
#include "tui/pad/app.h"

enum { DP_FETCH_FAILURE_SIZE = 320 };

/* Zeroed but for `errands`: not running. */
typedef struct dp_fetch_job {
    dp_errands *errands;                 /* starts the helper; not owned */
    dp_hub_client *client;               /* NULL: not running */
    int n_pending;                       /* models without a final report */
    int64_t finished;                    /* bytes of the models that have arrived */
    char fetched[64];                    /* their names */
    char failure[DP_FETCH_FAILURE_SIZE]; /* the first message of failure; "": none */
    bool asked;                          /* the user has selected the model */
    bool untold;                         /* the user does not know of the failure yet */
} dp_fetch_job;

/* Start fetching the registry's models that are not in the cache. Does nothing if HF_HUB_OFFLINE
 * is set, if a fetch failed within the last day, or if there is no helper. app->fetching holds
 * the progress. */
void dp_fetch_job_start(dp_fetch_job *b, dp_app *app);

/* Start fetching one model that the user selected. If that is not possible, a message of the app
 * says why. */
void dp_fetch_job_fetch(dp_fetch_job *b, dp_app *app, const char *name);

/* The descriptor to poll for reading; −1, which poll ignores, if not running. */
int dp_fetch_job_fd(const dp_fetch_job *b);

/* Process the reports of the helper without blocking. A model that has arrived, and is verified,
 * is added to app->models. Returns whether there is something new to show. */
bool dp_fetch_job_handle(dp_fetch_job *b, dp_app *app);

/* Tell the user in a few words that models could not be fetched, which nobody has asked for: not
 * before the first answer, and only once. Returns whether there is something new to show. */
bool dp_fetch_job_tell(dp_fetch_job *b, dp_app *app);

/* End the helper because the user asked for it. What nobody has asked for is not fetched again for
 * a day. */
void dp_fetch_job_cancel(dp_fetch_job *b, dp_app *app);

/* End the helper, if it is running, and wait for it. It leaves no partial files. */
void dp_fetch_job_end(dp_fetch_job *b, dp_app *app);

#endif

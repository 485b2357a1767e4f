/* Fetching the Hub's models that have names while the pad is used: digitpad-hub does it, and
 * the pad's loop polls what it reports. Curses-free. */
#ifndef DP_TUI_DRAW_FETCH_JOB_H
#define DP_TUI_DRAW_FETCH_JOB_H

#include "tui/pad/app.h"
#include "weights/store/hub_client.h"

enum { DP_BACKGROUND_FAILURE = 320 };

/* Zeroed: nothing goes on. */
typedef struct dp_fetch_job {
    dp_hub_client *run;                  /* NULL: nothing goes on */
    int open;                            /* models that nothing final was heard of yet */
    int64_t finished;                    /* bytes of the models that are there */
    char ready[64];                      /* their names, for a message */
    char failure[DP_BACKGROUND_FAILURE]; /* the first one; "" for none */
} dp_fetch_job;

/* Start to fetch what is not in the cache, unless HF_HUB_OFFLINE is set or a fetch failed
 * within the last day. Without a helper nothing happens. What goes on is in app->fetching. */
void dp_fetch_job_start(dp_fetch_job *b, dp_app *app);

/* Fetch one model that somebody asks for, unless something is being fetched. What goes on, or
 * why nothing does, is said. */
void dp_fetch_job_fetch(dp_fetch_job *b, dp_app *app, const char *name);

/* The descriptor to poll for reading; −1, which poll ignores, where nothing goes on. */
int dp_fetch_job_fd(const dp_fetch_job *b);

/* Take what the helper reports, without waiting: a model that is verified joins app->models.
 * True where there is something new to show. */
bool dp_fetch_job_handle(dp_fetch_job *b, dp_app *app);

/* The user wants no more of it: as dp_fetch_job_end, and none for a day. */
void dp_fetch_job_refuse(dp_fetch_job *b, dp_app *app);

/* End the helper, if it runs, and wait for it: it leaves nothing half-written. */
void dp_fetch_job_end(dp_fetch_job *b, dp_app *app);

#endif

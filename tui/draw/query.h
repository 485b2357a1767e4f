/* The pad's conversation with the terminal: asks once, after the first frame, what it can do, and
 * puts the answers into app->caps; then switches on what they allow. */
#ifndef DP_TUI_DRAW_QUERY_H
#define DP_TUI_DRAW_QUERY_H

#include "tui/pad/app.h"
#include "tui/term/pixel_mouse.h"
#include "tui/term/screen.h"

typedef struct dp_query {
    dp_app *app;
    dp_screen *screen;
    dp_input *input;
    int in;              /* the terminal's input */
    unsigned questions;  /* a set of DP_ASK_… */
    bool done;           /* they have been answered, or will not be */
    int n_through;       /* how often the terminal around tmux has been asked */
    bool ask_cell;       /* ask again for the size of a cell */
    int64_t asked_ms;    /* when the terminal was last asked for DA1 */
    bool asks_again;     /* because the reply took long */
    int64_t deadline_ms; /* replies are expected until then; 0: none are */
    unsigned reports;    /* what is switched on: a set of DP_TERM_… */
    dp_pixel_mouse mouse;
} dp_query;

/* Fill in app->caps and choose app->ink, as far as the environment tells, and switch on reports,
 * `mouse` among them. The other members of *q are set. */
void dp_query_open(dp_query *q, bool mouse);

/* Send the queries that are due, if any. Call it after a frame was shown. Returns whether there is
 * something new to show: nothing is asked, and the wish for an ink is not granted. */
bool dp_query_ask(dp_query *q, int64_t now_ms);

/* Take an event before the pad gets it: a reply is used up, which returns true; of a mouse report
 * the place is completed. */
bool dp_query_take(dp_query *q, dp_event *event);

/* When to give up: stop expecting replies that do not come. INT64_MAX: never. */
int64_t dp_query_due(const dp_query *q);
void dp_query_give_up(dp_query *q);

/* The window has a new size: ask for that of a cell after the next frame; it may be new too. */
void dp_query_resized(dp_query *q);

/* Switch all reports off, after the replies under way have come or half a second; the shell would
 * take them for typed text. And switch the reports on again. */
void dp_query_pause(dp_query *q);
void dp_query_resume(dp_query *q);

/* Show the drawing in the next ink that the terminal can show, and say so. */
void dp_query_next_ink(dp_query *q);

#endif

/* The pad on a terminal: the loop that reads input, runs the network and draws. */
#ifndef DP_TUI_DRAW_LOOP_H
#define DP_TUI_DRAW_LOOP_H

#include "tui/draw/errands.h"
#include "tui/pad/app.h"
#include "tui/term/screen.h"

typedef struct dp_pad_options {
    dp_errands *errands;
    dp_charset_choice charset;
    dp_when color;
    bool mouse;
    bool fetch;            /* fetch the named models of the Hub in the background */
    bool offline;          /* fetch nothing, even if the user selects it */
    bool replay;           /* start with a replay of the opened drawing */
    int timeout_s;         /* accept after this many seconds without input; 0: never */
    const char *save_path; /* for the key `s`; NULL: a new name in the current folder */
} dp_pad_options;

/* Why the loop ended. */
typedef enum dp_pad_end {
    DP_PAD_QUIT,
    DP_PAD_ACCEPTED,
    DP_PAD_CANCELLED,
    DP_PAD_HANGUP, /* the terminal went away */
    DP_PAD_SIGNAL, /* SIGINT, SIGTERM or SIGHUP */
} dp_pad_end;

/* Run the pad until the user ends it. `app` comes from dp_app_init. Whatever the outcome, the
 * terminal is restored on return. *sig is the signal of DP_PAD_SIGNAL. DP_USAGE without a
 * terminal, or if it cannot place its cursor; DP_IO, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_pad_run(dp_pad_end *end, int *sig, dp_app *app, const dp_pad_options *options,
                   dp_err *err);

#endif

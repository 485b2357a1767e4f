/* The pad on a terminal: the loop that reads, draws and asks the network. */
#ifndef DP_TUI_DRAW_LOOP_H
#define DP_TUI_DRAW_LOOP_H

#include "tui/pad/app.h"
#include "tui/term/screen.h"

typedef struct dp_pad_options {
    dp_charset_choice charset;
    dp_when color;
    bool mouse;
    bool fetch;            /* models of the Hub, meanwhile */
    bool replay;           /* the drawing that was opened, at once */
    int timeout_s;         /* > 0: as Enter after so long without input */
    const char *save_path; /* of the key `s`; NULL: a new name in the current folder */
} dp_pad_options;

typedef enum dp_pad_end {
    DP_PAD_QUIT,
    DP_PAD_ACCEPTED,
    DP_PAD_CANCELLED,
    DP_PAD_HANGUP, /* the terminal went away */
    DP_PAD_SIGNAL, /* asked to stop by INT, TERM or HUP */
} dp_pad_end;

/* Run until the user is done; the terminal is as it was found on return, whatever the
 * outcome. *sig is the signal of DP_PAD_SIGNAL. app was made for a window of 0 × 0. DP_USAGE
 * where there is no terminal or it cannot be drawn on. */
DP_MUST_CHECK
dp_code dp_pad_run(dp_pad_end *end, int *sig, dp_app *app, const dp_pad_options *options,
                   dp_err *err);

#endif

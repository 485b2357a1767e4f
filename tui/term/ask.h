/* Asks the terminal what it can do, for a command that shows no screen. */
#ifndef DP_TUI_TERM_ASK_H
#define DP_TUI_TERM_ASK_H

#include "engine/core/err.h"
#include "tui/term/caps.h"

typedef struct dp_asked {
    dp_caps caps;
    unsigned questions; /* a set of DP_ASK_…; 0: the terminal gets no query */
    int reply_ms;       /* how long the last reply took; −1: it did not come */
    int cols, rows;     /* of the window; 0: unknown */
    int signal;         /* SIGINT or the like came meanwhile; 0: none */
} dp_asked;

/* Ask, and wait at most a second for the last reply. What stands in the cursor's line is lost.
 * DP_USAGE if there is no terminal; DP_IO. */
DP_MUST_CHECK dp_code dp_ask_terminal(dp_asked *out, dp_err *err);

#endif

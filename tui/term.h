/* The terminal as the kernel sees it: modes, signals, job control, and how to leave it as it
 * was found whatever happens. One terminal a process, because signal handlers know no other.
 *
 * The order of a session: dp_term_open, the screen's own opening, dp_term_enter; then
 * dp_term_leave, the screen's closing, dp_term_close. */
#ifndef DP_TUI_TERM_H
#define DP_TUI_TERM_H

#include "engine/err.h"

#include <signal.h>
#include <stdbool.h>

/* Undoes every mode that the pad, or ncurses for it, ever sets: mouse reporting, colours,
 * character sets, hidden cursor, alternate screen. For signal handlers and for
 * `digitpad restore-terminal`. */
extern const char dp_term_undo[];

/* Find the terminal: standard input and output where both are terminals, else /dev/tty.
 * DP_USAGE where there is none. The descriptors are the module's own. */
DP_MUST_CHECK dp_code dp_term_open(int *in_fd, int *out_fd, dp_err *err);

/* Raw mode (signals stay), handlers, mouse reports where asked for, and standard error into
 * a buffer where it is the same kind of terminal. dp_term_leave undoes that: mouse first,
 * so that no report is left over for the shell, then the modes that were found. Between
 * the two, a fatal signal restores the terminal before it kills. */
void dp_term_enter(bool mouse);
void dp_term_leave(void);

/* Descriptors closed, handlers as they were, and what was written to standard error in the
 * meantime shown. */
void dp_term_close(void);

/* What signals asked for since the last call, as bits. dp_term_wake_fd becomes readable
 * whenever there is something. */
enum {
    DP_TERM_QUIT = 1,    /* INT, TERM or HUP: dp_term_quit_signal says which */
    DP_TERM_SUSPEND = 2, /* TSTP */
    DP_TERM_RESUMED = 4, /* CONT after somebody else stopped the process */
    DP_TERM_RESIZED = 8, /* WINCH */
};
int dp_term_wake_fd(void);
unsigned dp_term_requests(void);
int dp_term_quit_signal(void); /* 0: none */

/* Stop the process as TSTP would; returns after CONT. To be called after dp_term_leave. */
void dp_term_stop(void);

/* The window's size in cells. False where the terminal does not know. */
bool dp_term_size(int *cols, int *rows);

/* Keep asynchronous signals from threads that are created between the two calls. */
void dp_term_block_signals(sigset_t *old);
void dp_term_unblock_signals(const sigset_t *old);

#endif

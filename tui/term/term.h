/* The terminal as the kernel sees it: modes, signals, job control, and how to leave it as it
 * was found whatever happens. One terminal a process, because signal handlers know no other.
 */
#ifndef DP_TUI_TERM_TERM_H
#define DP_TUI_TERM_TERM_H

#include "engine/core/err.h"

#include <signal.h>
#include <stdbool.h>

/* Undoes every mode that the pad, or ncurses for it, ever sets: mouse reporting, colours,
 * character sets, hidden cursor, alternate screen. For signal handlers and for
 * `digitpad restore-terminal`. */
extern const char dp_term_undo[];

/* Find the terminal (standard input and output where both are terminals, else /dev/tty), put
 * it into raw mode (keys for signals stay), handle signals, and keep standard error back
 * where it is a terminal. From here to dp_term_close a fatal signal restores the terminal
 * before it kills. DP_USAGE where there is none. The descriptors are the module's own. */
DP_MUST_CHECK
dp_code dp_term_open(int *in_fd, int *out_fd, dp_err *err);

/* Modes and handlers as they were found, and what was written to standard error meanwhile
 * shown. The screen is closed before. Without dp_term_open it does nothing. */
void dp_term_close(void);

/* Ask for mouse reports: presses, releases and drags (modes 1002 and 1006), or no more.
 * To be switched off while the modes are still raw: reports that are already on their way
 * are thrown away, or the shell would take them for typed text. */
void dp_term_mouse(bool on);

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

/* Stop the process as TSTP would, with the modes that were found; after CONT the modes are
 * raw again. The screen is paused and the mouse off before. */
void dp_term_stop(void);

/* Raw mode again, after somebody else stopped the process and a shell had the terminal. */
void dp_term_resume(void);

/* The window's size in cells. False where the terminal does not know. */
bool dp_term_size(int *cols, int *rows);

/* Keep asynchronous signals from threads that are created between the two calls. */
void dp_term_block_signals(sigset_t *old);
void dp_term_unblock_signals(const sigset_t *old);

#endif

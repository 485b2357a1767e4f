/* The terminal device: raw mode, signals and job control. Its modes are restored on every way
 * out of the program but SIGKILL. A process has one such terminal, because its signal handlers
 * have no argument to tell several apart. */
#ifndef DP_TUI_TERM_TERM_H
#define DP_TUI_TERM_TERM_H

#include "engine/core/err.h"

#include <signal.h>
#include <stdbool.h>

/* Control sequences that end one that was interrupted, and undo every mode the pad or ncurses sets:
 * synchronized output, bracketed paste, mouse reporting, colours, character sets, hidden cursor,
 * alternate screen. Sent by the handlers of fatal signals and by `digitpad restore-terminal`. */
extern const char dp_term_undo[];

/* Open the terminal: standard input and output if both are terminals, else /dev/tty. Set raw
 * mode (Ctrl-C, Ctrl-Z and Ctrl-\ still send signals), install signal handlers, and hold back
 * standard error if it is a terminal. Until dp_term_close, a fatal signal restores the terminal
 * before it ends the process. The two descriptors belong to this module. DP_USAGE if there is
 * no terminal; DP_IO. */
DP_MUST_CHECK
dp_code dp_term_open(int *in_fd, int *out_fd, dp_err *err);

/* Restore modes and signal handlers, and print what was held back of standard error. Close the
 * screen before. Does nothing if the terminal is not open. */
void dp_term_close(void);

/* What the handlers of fatal signals send before dp_term_undo: control sequences in memory that
 * never changes. NULL: nothing. */
void dp_term_undo_also(const char *sequences);

/* What the terminal reports besides keys. */
enum {
    DP_TERM_MOUSE = 1,  /* presses, releases and drags (modes 1002 and 1006) */
    DP_TERM_PIXELS = 2, /* these in pixels (mode 1016) */
    DP_TERM_PASTE = 4,  /* where a paste begins and ends (mode 2004) */
};

/* Switch on the reports of this set, and off all others. Switch all off before raw mode ends:
 * those still under way are discarded then, and the shell would take them for typed text. */
void dp_term_report(unsigned reports);

/* What signals have asked for. Each signal sets a bit and makes dp_term_wake_fd readable;
 * dp_term_requests returns the bits and clears them. */
enum {
    DP_TERM_QUIT = 1,    /* SIGINT, SIGTERM or SIGHUP: see dp_term_quit_signal */
    DP_TERM_SUSPEND = 2, /* SIGTSTP: call dp_term_stop */
    DP_TERM_RESUMED = 4, /* SIGCONT after a SIGSTOP: call dp_term_resume */
    DP_TERM_RESIZED = 8, /* SIGWINCH */
};
int dp_term_wake_fd(void);
unsigned dp_term_requests(void);
int dp_term_quit_signal(void); /* the last one; 0: none */

/* Restore the modes and stop the process, as SIGTSTP does by default; return in raw mode once
 * the process is continued. Pause the screen and switch the mouse off before. */
void dp_term_stop(void);

/* Set raw mode again, after SIGSTOP gave the terminal to a shell without warning. All reports
 * count as switched off then. */
void dp_term_resume(void);

/* The window's size in cells. False if the kernel does not know it. */
bool dp_term_size(int *cols, int *rows);

/* The size of a cell in pixels. False if the kernel does not know it. */
bool dp_term_cell(int *width, int *height);

/* Threads that are created between these two calls do not receive the signals that are meant
 * for the loop. *old keeps the caller's mask. */
void dp_term_block_signals(sigset_t *old);
void dp_term_unblock_signals(const sigset_t *old);

#endif

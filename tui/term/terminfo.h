/* The terminal types that the program carries, for systems whose terminfo lacks them or that
 * have none. scripts/embed-terminfo writes them into a source. */
#ifndef DP_TUI_TERM_TERMINFO_H
#define DP_TUI_TERM_TERMINFO_H

typedef struct dp_terminfo {
    const char *type; /* "xterm-256color" */
    const char
        *entry; /* a value of TERMINFO from which ncurses (6.1 or later) reads it */
} dp_terminfo;

extern const dp_terminfo dp_terminfo_carried[]; /* ends with a NULL type */

#endif

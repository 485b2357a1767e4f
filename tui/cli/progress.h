/* A progress bar on one line of a terminal; nothing where there is none. */
#ifndef DP_TUI_CLI_PROGRESS_H
#define DP_TUI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct dp_progress {
    FILE *f;
    bool shown;   /* f is a terminal that can move its cursor */
    double start; /* seconds of dp_progress_clock */
    double drawn; /* when the line was last drawn; 0: never */
} dp_progress;

/* Seconds from some fixed moment, never going back. */
double dp_progress_clock(void);

/* Begin a piece of work whose progress goes to f (stderr as a rule). */
void dp_progress_begin(dp_progress *p, FILE *f);

/* `done` of the work, 0 … 1, is finished; `text` says more and comes first. Draws at most
 * ten times a second, so it may be called as often as convenient. */
void dp_progress_show(dp_progress *p, double done, const char *text);

/* Take the line away, so that other text can be printed; the next show draws it again. */
void dp_progress_clear(dp_progress *p);

/* What a line of `columns` columns shows: the text, a bar in what room is left, the
 * percentage and the remaining time. Cut to fit; always terminated. Plain ASCII where
 * !utf8. */
void dp_progress_line(char *out, size_t size, int columns, double done, double elapsed,
                      const char *text, bool utf8);

#endif

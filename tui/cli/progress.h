/* A progress bar on one line of a terminal. Other streams show nothing. */
#ifndef DP_TUI_CLI_PROGRESS_H
#define DP_TUI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct dp_progress {
    FILE *f;
    bool shown;   /* f is a terminal that can move its cursor */
    double start; /* seconds of dp_progress_clock; the first second shows nothing */
    double drawn; /* when the line was last drawn; 0: it is not on the screen */
} dp_progress;

/* Seconds since a fixed moment; never goes back. */
double dp_progress_clock(void);

/* Start a progress bar on f, usually stderr. */
void dp_progress_begin(dp_progress *p, FILE *f);

/* Whether dp_progress_show would draw now. */
bool dp_progress_is_due(const dp_progress *p);

/* Show that the fraction `done` of the work, 0 … 1, is finished; NAN if that is unknown, then
 * there is no bar. `text` precedes it. Draws at most ten times a second, so call it as often as
 * convenient. */
void dp_progress_show(dp_progress *p, double done, const char *text);

/* Erase the line so that other text can be printed; the next show draws it again. */
void dp_progress_clear(dp_progress *p);

enum { DP_PROGRESS_BYTES = 1024 }; /* of a line */

/* Format a line of at most `columns` − 1 columns: the text, a bar in the remaining space,
 * the percentage, and the time left after `elapsed` seconds; or the text alone if `done` is NAN.
 * Long text is cut. Without utf8 the line is plain ASCII. */
void dp_progress_line(char out[DP_PROGRESS_BYTES], int columns, double done,
                      double elapsed, const char *text, bool utf8);

#endif

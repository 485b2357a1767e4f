/* Sends a grid of cells to the terminal through ncurses. This is the only header that includes
 * curses, and screen.c is the only file that calls it. Input is read in draw/loop.c. */
#ifndef DP_TUI_TERM_SCREEN_H
#define DP_TUI_TERM_SCREEN_H

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>

#include "engine/core/err.h"
#include "tui/term/grid.h"
#include "tui/term/out.h"
#include "tui/term/palette.h"

typedef struct dp_screen dp_screen;

/* Start ncurses on two descriptors, which are duplicated. Call dp_term_open first: ncurses
 * keeps the modes and signal handlers that it finds. A terminal type that neither terminfo nor
 * the program knows is treated as xterm-256color if its name suggests that, else as vt100.
 * DP_USAGE if TERM is unset or the terminal cannot place its cursor ("dumb"); DP_IO, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_screen_open(dp_screen **out, int in_fd, int out_fd, dp_charset_choice charset,
                       dp_when color, dp_err *err);
/* Leave the alternate screen, end ncurses and free. NULL is allowed. */
void dp_screen_close(dp_screen *s);

/* The colours and characters of the terminal. */
dp_palette dp_screen_palette(const dp_screen *s);

/* Whether the terminal understands ECMA-48 control sequences, and so may report the mouse. */
bool dp_screen_is_ansi(const dp_screen *s);

/* Whether the line is slow (below 38,400 baud), so that updates should be rare. */
bool dp_screen_is_slow(const dp_screen *s);

/* The size that ncurses found, in cells. Needed if dp_term_size does not know it. */
void dp_screen_size(const dp_screen *s, int *cols, int *rows);

/* Tell ncurses the new size of the window. The next dp_screen_show sends everything. */
void dp_screen_resize(dp_screen *s, int cols, int rows);

/* Make the next dp_screen_show send every cell. */
void dp_screen_redraw(dp_screen *s);

/* Leave the alternate screen until the next dp_screen_show. */
void dp_screen_pause(dp_screen *s);

/* Send the cells that have changed since the last call, if any, and after them `picture`: control
 * sequences that draw something else over cells, and leave the cursor where it is; "": nothing.
 * The cursor rests in cell (x, y), which is seen only if the terminal cannot hide it. */
void dp_screen_show(dp_screen *s, const dp_grid *g, int x, int y, const char *picture);

/* Make the next dp_screen_show send all cells of h rows from row y on. */
void dp_screen_touch(dp_screen *s, int y, int h);

/* Send control sequences at once. */
void dp_screen_write(dp_screen *s, const char *bytes);

/* Whether frames are synchronized updates (mode 2026): the terminal then shows each of them at
 * once. At first they are not. */
void dp_screen_sync(dp_screen *s, bool on);

/* Send queries (term/caps.h) from the first column of the first row, and draw again the rows that
 * they would fill: a terminal may print what it does not understand. It must be an ANSI one. */
void dp_screen_ask(dp_screen *s, const char *queries);

#endif

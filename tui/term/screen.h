/* The screen: a grid of cells on its way to the terminal, through ncurses. The only header
 * that includes curses, and screen.c the only file that calls it. Input is not read here. */
#ifndef DP_TUI_TERM_SCREEN_H
#define DP_TUI_TERM_SCREEN_H

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>

#include "engine/core/err.h"
#include "tui/term/grid.h"
#include "tui/term/out.h"
#include "tui/term/palette.h"

typedef enum dp_charset_choice {
    DP_CHARSET_AUTO, /* as the locale says */
    DP_CHARSET_ALWAYS_UTF8,
    DP_CHARSET_ALWAYS_ASCII,
} dp_charset_choice;

typedef struct dp_screen dp_screen;

/* Start ncurses on the two descriptors (which stay the caller's), already in raw mode, and
 * with the caller's signal handlers in place: it then leaves both alone. A
 * terminal that terminfo does not know is taken for xterm-256color where its name suggests
 * that, else for vt100. DP_USAGE where TERM is unset or cannot place a cursor (dumb). */
DP_MUST_CHECK
dp_code dp_screen_open(dp_screen **out, int in_fd, int out_fd, dp_charset_choice charset,
                       dp_when color, dp_err *err);
/* Leave the alternate screen and end. NULL is allowed. */
void dp_screen_close(dp_screen *s);

/* What it can show. */
dp_palette dp_screen_palette(const dp_screen *s);

/* Whether it understands the control sequences of ECMA-48, mouse reports among them. */
bool dp_screen_is_ansi(const dp_screen *s);

/* Whether the line is so slow that updates should be rare. */
bool dp_screen_is_slow(const dp_screen *s);

/* The size that ncurses found at the start, for terminals that the kernel does not know. */
void dp_screen_size(const dp_screen *s, int *cols, int *rows);

/* The window has another size now; everything is sent again. */
void dp_screen_resize(dp_screen *s, int cols, int rows);

/* Send everything again with the next dp_screen_show. */
void dp_screen_redraw(dp_screen *s);

/* Give the terminal back for a while; the next dp_screen_show takes it again. */
void dp_screen_pause(dp_screen *s);

/* Send what differs from the last time. The cursor, where it cannot be hidden, waits at
 * cell (x, y). */
void dp_screen_show(dp_screen *s, const dp_grid *g, int x, int y);

#endif

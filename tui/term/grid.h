/* The screen as an array of cells that the views draw into. Knows nothing of curses, so tests
 * can read it back. Drawing outside the grid is clipped. */
#ifndef DP_TUI_TERM_GRID_H
#define DP_TUI_TERM_GRID_H

#include "engine/core/err.h"
#include "tui/term/button.h"
#include "tui/term/palette.h"
#include "tui/term/rect.h"

#include <stdbool.h>

/* Columns or rows. The rest of a larger window stays empty. */
enum { DP_GRID_MAX_SIDE = 1000 };

typedef struct dp_grid {
    int cols, rows;
    dp_cell *cell; /* [rows, cols] */
    dp_palette palette;
    dp_buttons buttons; /* that have been drawn since dp_grid_blank */
} dp_grid;

/* Resize to cols × rows blank cells, each clamped to 1 … DP_GRID_MAX_SIDE. Start from a
 * zeroed struct with its palette set. On DP_NOMEM the grid is unchanged. */
DP_MUST_CHECK
dp_code dp_grid_resize(dp_grid *g, int cols, int rows, dp_err *err);
void dp_grid_free(dp_grid *g);

/* Make all cells blank, and forget the buttons. */
void dp_grid_blank(dp_grid *g);
void dp_grid_fill(dp_grid *g, dp_rect r, dp_paint paint);

/* The cell in column x of row y; NULL outside the grid. */
dp_cell *dp_grid_at(const dp_grid *g, int x, int y);

/* Put one character, or its substitute if the character set lacks it. */
void dp_grid_put(dp_grid *g, int x, int y, uint32_t glyph, dp_tone tone);

/* Write UTF-8 text from column x on, at most `width` cells. A character that is not one column
 * wide becomes `?`. Pass text from outside the program through dp_out_safe first. Returns the
 * column after the text. */
int dp_grid_text(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text);

/* The same, but right-aligned or centred in the columns x … x + width − 1. */
void dp_grid_right(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text);
void dp_grid_center(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text);

/* The width of UTF-8 text in cells. */
int dp_grid_text_width(const char *text);

/* Make a click on the columns x … end − 1 of a row type this key. */
void dp_grid_button(dp_grid *g, int x, int y, int end, int key);

/* Draw a frame around r: its cells are just outside r. */
void dp_grid_frame(dp_grid *g, dp_rect r, dp_tone tone);

/* Fill the fraction 0 … 1 of a horizontal bar `width` cells long; the remaining cells are left
 * as they are. */
void dp_grid_bar(dp_grid *g, int x, int y, int width, float fraction, dp_tone tone);

/* Draw ink [height, width] of 0 … 1 with its upper left corner in cell (x, y). One cell shows
 * two rows of pixels. */
void dp_grid_pixels(dp_grid *g, int x, int y, const float *ink, int width, int height);

/* The same in one colour, ink [2 · r.h, r.w]: half a cell is either filled or empty. */
void dp_grid_big_digit(dp_grid *g, dp_rect r, const float *ink, dp_tone tone);

#endif

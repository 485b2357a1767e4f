/* The screen as an array of cells that views draw into; curses-free. Everything is clipped. */
#ifndef DP_TUI_TERM_GRID_H
#define DP_TUI_TERM_GRID_H

#include "engine/core/err.h"
#include "tui/term/rect.h"
#include "tui/term/palette.h"

#include <stdbool.h>

enum {
    DP_GRID_MAX_SIDE = 1000
}; /* columns or rows; a larger window stays empty beyond */

typedef struct dp_grid {
    int cols, rows;
    dp_cell *cell; /* [rows, cols] */
    dp_palette palette;
} dp_grid;

/* Make it cols × rows blank cells (each clamped to 1 … DP_GRID_MAX_SIDE). A zeroed struct
 * with a palette is ready for this. DP_NOMEM; it is as before then. */
DP_MUST_CHECK
dp_code dp_grid_resize(dp_grid *g, int cols, int rows, dp_err *err);
void dp_grid_free(dp_grid *g);

void dp_grid_blank(dp_grid *g);
void dp_grid_fill(dp_grid *g, dp_rect r, dp_paint paint);

/* NULL outside. */
dp_cell *dp_grid_at(const dp_grid *g, int x, int y);

/* One character, as the character set allows. */
void dp_grid_put(dp_grid *g, int x, int y, uint32_t glyph, dp_tone tone);

/* UTF-8 text from x on, at most `width` cells of it. Characters that are not one column
 * wide become `?`; text from outside goes through dp_out_safe before. Returns the x after. */
int dp_grid_text(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text);

/* The same, ending at the right edge x + width or centred between. */
void dp_grid_right(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text);
void dp_grid_center(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text);

/* Cells that text takes. */
int dp_grid_text_width(const char *text);

/* A frame whose inside is r. */
void dp_grid_frame(dp_grid *g, dp_rect r, dp_tone tone);

/* A horizontal bar over the fraction 0 … 1 of `width` cells; the rest is left alone. */
void dp_grid_bar(dp_grid *g, int x, int y, int width, float fraction, dp_tone tone);

/* Ink [height, width] in 0 … 1, two rows of pixels a row of cells, from cell (x, y) on. */
void dp_grid_pixels(dp_grid *g, int x, int y, const float *ink, int width, int height);

/* The same in one colour, for the large digits: a half is filled or not. */
void dp_grid_big_digit(dp_grid *g, int x, int y, const float *ink, int width, int height,
                       dp_tone tone);

#endif

/* Pictures in characters: octants divide a cell into 2 × 4 pixels, sextants into 2 × 3. A cell
 * shows two colours, those with the least squared error. The characters do not go through
 * ncurses, because older C libraries do not know how wide they are. */
#ifndef DP_TUI_INK_OCTANTS_H
#define DP_TUI_INK_OCTANTS_H

#include "tui/ink/update.h"
#include "weights/io/text.h"

enum { DP_OCTANT_ROWS = 4, DP_SEXTANT_ROWS = 3, DP_OCTANT_COLS = 2 };

/* The character whose pixels are set in `pattern`: bit 2 · row + column. `rows` is one of the
 * two above. */
uint32_t dp_octant(int rows, unsigned pattern);

/* A cell: the pixels set in `pattern` have the colour fg, the others bg. */
typedef struct dp_octant_cell {
    uint8_t fg, bg;
    uint8_t pattern;
} dp_octant_cell;

/* Choose the cell for rows × 2 colours of pixels, by rows: the two of them with the least squared
 * error; or the lowest and the highest, paper and full ink at an edge, if these are nearly as
 * good. Most edges then have the same two colours, which saves bytes. */
dp_octant_cell dp_octant_choose(const uint8_t *color, int rows);

/* Write the cells of the area that differ from those in `shown`, [place.h, place.w], which is
 * updated. If u->before is NULL, write all. */
void dp_octants_draw(dp_text *out, const dp_update *u, dp_octant_cell *shown);

#endif

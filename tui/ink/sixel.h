/* Pictures as sixels (VT330/VT340 programmer reference, volume 2, chapter 14). */
#ifndef DP_TUI_INK_SIXEL_H
#define DP_TUI_INK_SIXEL_H

#include "tui/ink/update.h"
#include "weights/io/text.h"

/* Draw the pixels that have changed; the others are left as they are on the screen. The images
 * begin at cells and end inside the picture, so that the screen does not scroll as long as a row
 * of cells is below it. Text that is written over them erases them. */
void dp_sixel_draw(dp_text *out, const dp_update *u);

/* The same for a terminal that may fill what an image leaves out, or drop what is below it: draw all pixels of the cells that
 * have changed. */
void dp_sixel_draw_cells(dp_text *out, const dp_update *u);

#endif

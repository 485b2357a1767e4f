/* Mouse reports in pixels (mode 1016).
 *
 * A terminal may say that it knows the mode and still report cells. So reports count as cells
 * until one names a column or row that the window does not have; from then on they count as
 * pixels. */
#ifndef DP_TUI_TERM_PIXEL_MOUSE_H
#define DP_TUI_TERM_PIXEL_MOUSE_H

#include "tui/term/input.h"

#include <stdbool.h>

typedef struct dp_pixel_mouse {
    bool on;      /* the mode is set */
    bool trusted; /* a report in pixels has been seen since */
} dp_pixel_mouse;

/* Complete a mouse event whose x and y are as the terminal reported them: set its cell, and its
 * exact place if it is in pixels. The window has cols × rows cells of cell_w × cell_h pixels.
 * Other events are left as they are. */
void dp_pixel_mouse_locate(dp_pixel_mouse *mouse, dp_event *e, const int window[2],
                           const int cell[2]);

#endif

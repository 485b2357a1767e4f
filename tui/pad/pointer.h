/* Drawing with the mouse and with the keyboard: events become points of strokes. */
#ifndef DP_TUI_PAD_POINTER_H
#define DP_TUI_PAD_POINTER_H

#include "tui/pad/app.h"

/* Apply a mouse report of time now_ms that concerns the pad, which nothing covers: a press on it,
 * what follows the press until the release, or the wheel. */
void dp_pointer_mouse(dp_app *app, const dp_event *e, int64_t now_ms);

/* Where a key moves the crosshair. */
enum {
    DP_TO_LEFT,
    DP_TO_RIGHT,
    DP_TO_TOP,
    DP_TO_BOTTOM,
    DP_TO_TOP_LEFT,
    DP_TO_TOP_RIGHT,
    DP_TO_BOTTOM_LEFT,
    DP_TO_BOTTOM_RIGHT,
};

/* Move the crosshair by a cell, or by four if `fast`, and draw if the pen is down. Diagonals are
 * two columns per row: 45 degrees. */
void dp_pointer_move(dp_app *app, int direction, bool fast, int64_t now_ms);

/* Put the pen down at the crosshair, or lift it. */
void dp_pointer_toggle_pen(dp_app *app, int64_t now_ms);

/* Draw a dot at the crosshair. */
void dp_pointer_dot(dp_app *app, int64_t now_ms);

/* Make the pen wider, or narrower if `by` is negative. */
void dp_pointer_resize_pen(dp_app *app, int by);

/* The circle that the tool covers, in canvas pixels. False if it is not shown: it is shown with
 * the crosshair, while the mouse erases, and after the pen was resized. */
bool dp_pointer_outline(const dp_app *app, dp_point *center, float *radius);

/* The width of a stroke of this tool, in units of the drawing. */
float dp_pointer_width(const dp_app *app, dp_tool tool);

#endif

/* Drawing with the mouse and with the keyboard: events become points of strokes. */
#ifndef DP_TUI_PAD_POINTER_H
#define DP_TUI_PAD_POINTER_H

#include "tui/pad/app.h"

/* Apply a mouse report of time now_ms. The window must be large enough for a pad. */
void dp_pointer_mouse(dp_app *app, const dp_event *e, int64_t now_ms);

/* Apply a key that draws, moves the crosshair or changes the tool; false if `key` does none of
 * these. `mods` is a set of DP_MOD_…. */
bool dp_pointer_key(dp_app *app, int key, unsigned mods, int64_t now_ms);

/* The circle that the tool covers, in canvas pixels. False if it is not shown: it is shown with
 * the crosshair, while the mouse erases, and after the pen was resized. */
bool dp_pointer_outline(const dp_app *app, dp_point *center, float *radius);

/* The width of a stroke of this tool, in units of the drawing. */
float dp_pointer_width(const dp_app *app, dp_tool tool);

#endif

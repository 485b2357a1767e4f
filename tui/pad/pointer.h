/* Drawing by hand: what mouse reports and drawing keys make of the drawing. */
#ifndef DP_TUI_PAD_POINTER_H
#define DP_TUI_PAD_POINTER_H

#include "tui/pad/app.h"

/* A mouse report at now_ms, in a window that is large enough. */
void dp_pointer_mouse(dp_app *app, const dp_event *e, int64_t now_ms);

/* True where the key draws, moves the crosshair or chooses what to draw with. */
bool dp_pointer_key(dp_app *app, int key, unsigned mods, int64_t now_ms);

/* Where the tool would draw and how wide, in the canvas' pixels: while the crosshair is shown,
 * while the mouse erases, and after the size was changed. False where nobody needs to know. */
bool dp_pointer_outline(const dp_app *app, dp_point *center, float *radius);

/* How wide a tool draws, in the drawing's units. */
float dp_pointer_width(const dp_app *app, dp_tool tool);

#endif

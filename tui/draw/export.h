/* What leaves the pad while it is open: saved drawings, and the copied number. Each leaves a message
 * in the status line. */
#ifndef DP_TUI_DRAW_EXPORT_H
#define DP_TUI_DRAW_EXPORT_H

#include "tui/draw/errands.h"
#include "tui/pad/app.h"

/* Save the drawing as `path`; NULL: as digit-DATE-TIME.ndjson in the current folder, where `errands`
 * makes the file. */
void dp_export_save(dp_app *app, const char *path, dp_errands *errands);

/* Copy the number to the clipboard of the terminal `out`, if it is said to have one. */
void dp_export_copy(dp_app *app, int out, bool has_clipboard);

#endif

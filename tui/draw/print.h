/* Prints the drawing as text, after the pad has given the terminal back. */
#ifndef DP_TUI_DRAW_PRINT_H
#define DP_TUI_DRAW_PRINT_H

#include "tui/cli/thumbnail.h"
#include "tui/pad/canvas.h"

/* Print what the canvas shows, as large as on the pad. Prints nothing while the pad has no size.
 * DP_NOMEM. Write errors are those of the stream. */
DP_MUST_CHECK
dp_code dp_print_canvas(FILE *f, const dp_canvas *canvas, dp_thumbnail_style style,
                        dp_err *err);

#endif

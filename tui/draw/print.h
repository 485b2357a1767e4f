/* Prints the drawing as text, after the pad has given the terminal back. */
#ifndef DP_TUI_DRAW_PRINT_H
#define DP_TUI_DRAW_PRINT_H

#include "tui/cli/thumbnail.h"
#include "tui/pad/canvas.h"

/* Print the area that `shown` shows, as large as it is there, without the picture under the
 * strokes. Prints nothing if the pad never had a size. DP_NOMEM. Write errors are those of the
 * stream. */
DP_MUST_CHECK
dp_code dp_print_drawing(FILE *f, const dp_strokes *s, const dp_canvas *shown,
                         dp_thumbnail_style style, dp_err *err);

#endif

/* The display: the grid of cells that ncurses sends, and the picture over it if the ink is finer
 * than half blocks. Both are shown in one frame. */
#ifndef DP_TUI_DRAW_DISPLAY_H
#define DP_TUI_DRAW_DISPLAY_H

#include "tui/term/screen.h"
#include "tui/view/view.h"

/* Zeroed: not open. */
typedef struct dp_display {
    dp_screen *screen;
    dp_grid grid;
    dp_surface surface; /* the ink, if it is finer than half blocks */
} dp_display;

/* The arguments and errors are those of dp_screen_open. Call dp_display_resize next, and
 * dp_display_close even after a failure. */
DP_MUST_CHECK
dp_code dp_display_open(dp_display *d, int in_fd, int out_fd, dp_charset_choice charset,
                        dp_when color, dp_err *err);
/* Remove the picture, leave the screen and free. */
void dp_display_close(dp_display *d);

/* Fit the display and the app to the window. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_display_resize(dp_display *d, dp_app *app, dp_err *err);

/* Show the app. Its buttons are then those on the screen. */
void dp_display_show(dp_display *d, dp_app *app);

/* Let the next dp_display_show send everything. */
void dp_display_redraw(dp_display *d);

/* Remove the picture and leave the screen to others, until the next dp_display_show. */
void dp_display_pause(dp_display *d);

#endif

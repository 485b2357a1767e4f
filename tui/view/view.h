/* The application's state as a picture: everything that is on the screen. Pure functions
 * from dp_app to cells, cut by area into view*.c. */
#ifndef DP_TUI_VIEW_VIEW_H
#define DP_TUI_VIEW_VIEW_H

#include "tui/pad/app.h"
#include "tui/term/grid.h"

/* Draw the whole screen. */
void dp_view_draw(dp_grid *g, const dp_app *app);

/* Its parts, in the rectangles of app->layout. */
void dp_view_pad(dp_grid *g, const dp_app *app);
void dp_view_panel(dp_grid *g, const dp_app *app);
void dp_view_answer(dp_grid *g, const dp_app *app, const dp_panel *panel);
void dp_view_bars(dp_grid *g, const dp_app *app, dp_rect r);
void dp_view_status(dp_grid *g, const dp_app *app);
void dp_view_keys(dp_grid *g, const dp_app *app);
void dp_view_help(dp_grid *g, const dp_app *app);
void dp_view_menu(dp_grid *g, const dp_app *app);

/* What draws next: "pen 3", "eraser 3 · down". Returns the tone that suits it. */
dp_tone dp_view_tool(char *text, size_t size, const dp_app *app);

/* What is being trained or fetched, in at most `width` cells. */
void dp_view_work(char *text, size_t size, const dp_app *app, int width);

/* What is shown of the inside of the network, in a panel's place for it, and its title. */
void dp_view_inspector(dp_grid *g, const dp_app *app, const dp_panel *panel);
void dp_view_inspector_title(char *text, size_t size, const dp_app *app,
                             const dp_panel *panel);

/* The canvas with its ink coloured by how it argues. Once app->insight is ready for it. */
void dp_view_arguing(dp_grid *g, const dp_app *app);

#endif

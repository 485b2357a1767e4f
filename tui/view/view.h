/* The views: functions that draw a dp_app into a grid of cells. They change nothing else. Each
 * area of the screen has a file, view_AREA.c. */
#ifndef DP_TUI_VIEW_VIEW_H
#define DP_TUI_VIEW_VIEW_H

#include "tui/ink/surface.h"
#include "tui/pad/app_answer.h"
#include "tui/term/grid.h"

/* Draw the whole screen. */
void dp_view_draw(dp_grid *g, const dp_app *app);

/* Draw one area, in its rectangles of app->layout. */
void dp_view_pad(dp_grid *g, const dp_app *app);
void dp_view_panel(dp_grid *g, const dp_app *app);
void dp_view_answer(dp_grid *g, const dp_app *app, const dp_panel *panel);
void dp_view_bars(dp_grid *g, const dp_app *app, dp_rect r);
void dp_view_status(dp_grid *g, const dp_app *app);
void dp_view_keys(dp_grid *g, const dp_app *app);
void dp_view_help(dp_grid *g, const dp_app *app);
void dp_view_menu(dp_grid *g, const dp_app *app);

/* Format a probability in per cent, "99.9", in at most four cells; it is the same everywhere on
 * the screen. Truncated, so that "100" means a probability of 1. Tenths are blank during a
 * stroke, because they would only flicker and cost bytes. */
void dp_view_percent(char *text, size_t size, const dp_app *app, float p);

/* Whether dp_view_pad leaves the ink to the owner, who shows it by dp_view_ink: if app->fine_ink
 * is set and nothing else has to be drawn on the pad. */
bool dp_view_leaves_ink(const dp_app *app);

/* Draw the ink and the marks of the tool into the picture of a surface that is on. */
void dp_view_ink(dp_surface *surface, const dp_palette *palette, const dp_app *app);

/* Format the current tool: "pen 3", "eraser 3 · down". Returns the tone to show it in. */
dp_tone dp_view_tool(char *text, size_t size, const dp_app *app);

/* Format the progress of training or fetching; a shorter text if it does not fit `width` cells.
 * Call it only while app->training.model or app->fetching.models is set. */
void dp_view_jobs(char *text, size_t size, const dp_app *app, int width);

/* Write text in the row and columns of r. Its parts, which " · " separates, are buttons if they
 * begin with the name of a key that works now: "training cnn · x stops". Returns the column after
 * the text. */
int dp_view_hints(dp_grid *g, const dp_app *app, dp_rect r, dp_tone tone,
                  const char *text);

/* The first of n texts that is at most `width` cells wide; the last one if none is. */
const char *dp_view_fitting(const char *const *texts, int n, int width);

/* Draw an empty box of w × h cells with a frame in the middle of the screen. It is an overlay:
 * nothing but what is drawn into it can be clicked, and a click elsewhere closes it. Returns the
 * box. */
dp_rect dp_view_box(dp_grid *g, int w, int h, const char *title);

/* Draw the selected view of the network in its rectangle of the panel, and format its title. */
void dp_view_inspector(dp_grid *g, const dp_app *app, const dp_panel *panel);
void dp_view_inspector_title(char *text, size_t size, const dp_app *app,
                             const dp_panel *panel);

/* Whether the ink is coloured by attribution: the view "why" is selected and has its data. */
bool dp_view_explains(const dp_app *app);

/* The attribution at a point of the canvas, in its pixels. Needs app->insight.ready. */
float dp_view_attribution_at(const dp_app *app, dp_point pixel);

/* Draw the canvas with its ink coloured by attribution. Needs app->insight.ready. */
void dp_view_attribution(dp_grid *g, const dp_app *app);

#endif

#include "config.h"

#include "tui/draw/display.h"

#include "tui/term/term.h"

/* Rows that show sixels or octants keep them until other cells are sent. */
static void touch_picture(dp_display *d)
{
    const dp_rect place = d->surface.setting.place;
    if (dp_surface_needs_cells(&d->surface))
        dp_screen_touch(d->screen, place.y, place.h);
}

/* Set the surface up for the ink and the layout as they are now. Without memory the ink is coarse. */
static void prepare_surface(dp_display *d, dp_app *app)
{
    dp_surface_setting setting = dp_surface_setting_of(
        app->ink, &app->caps, app->layout.too_small ? (dp_rect){ 0 } : app->layout.pad);
    dp_err err;
    if (!dp_surface_has(&d->surface, &setting)) {
        touch_picture(d);
        (void)!dp_surface_set(&d->surface, &setting, &err);
    }
    app->fine_ink = dp_surface_is_on(&d->surface);
}

/* The bytes that bring the picture up to date, or remove it; "" if they fail, which the next frame
 * makes up for. */
static const char *draw_picture(dp_display *d, dp_app *app)
{
    const dp_text *bytes;
    if (dp_view_leaves_ink(app)) {
        dp_sketch *sketch = &d->surface.sketch;
        sketch->underlay = dp_paper_underlay(&app->paper, DP_PAPER_FINE_INK,
                                             sketch->width, sketch->height);
        dp_view_ink(&d->surface, &d->grid.palette, app);
        app->redrawn = false;
        bytes = dp_surface_show(&d->surface, !dp_app_is_drawing(app));
    } else {
        touch_picture(d);
        bytes = dp_surface_hide(&d->surface);
    }
    return bytes->size > 0 ? bytes->bytes : "";
}

void dp_display_show(dp_display *d, dp_app *app)
{
    prepare_surface(d, app);
    dp_view_draw(&d->grid, app);
    app->buttons = d->grid.buttons;
    const char *picture = draw_picture(d, app);
    int x = 0, y = d->grid.rows - 1; /* of the cursor */
    if (app->crosshair_shown && !app->layout.too_small) {
        x = app->layout.pad.x + app->crosshair_x;
        y = app->layout.pad.y + app->crosshair_y;
    }
    const char *undo = dp_surface_undo(&d->surface);
    if (undo) /* before the first image, and until after the last */
        dp_term_undo_also(undo);
    dp_screen_show(d->screen, &d->grid, x, y, picture);
    dp_term_undo_also(undo);
}

/* Remove the picture before others use the screen, or it is cleared: a terminal may keep images of
 * which it shows nothing any more. */
static void remove_picture(dp_display *d)
{
    const dp_text *bytes = dp_surface_hide(&d->surface);
    if (bytes->size > 0)
        dp_screen_write(d->screen, bytes->bytes);
    dp_term_undo_also(NULL);
}

void dp_display_redraw(dp_display *d)
{
    remove_picture(d);
    dp_screen_redraw(d->screen);
}

void dp_display_pause(dp_display *d)
{
    remove_picture(d);
    dp_screen_pause(d->screen);
}

dp_code dp_display_resize(dp_display *d, dp_app *app, dp_err *err)
{
    int cols, rows;
    if (!dp_term_size(&cols, &rows))
        dp_screen_size(d->screen, &cols, &rows);
    dp_code code = dp_grid_resize(&d->grid, cols, rows, err);
    if (code == DP_OK) /* with the size that the grid has clamped */
        code = dp_app_resize(app, d->grid.cols, d->grid.rows, err);
    remove_picture(d);
    dp_screen_resize(d->screen, d->grid.cols, d->grid.rows);
    return code;
}

dp_code dp_display_open(dp_display *d, int in_fd, int out_fd, dp_charset_choice charset,
                        dp_when color, dp_err *err)
{
    dp_code code = dp_screen_open(&d->screen, in_fd, out_fd, charset, color, err);
    if (code == DP_OK)
        d->grid.palette = dp_screen_palette(d->screen);
    return code;
}

void dp_display_close(dp_display *d)
{
    if (d->screen)
        remove_picture(d);
    dp_screen_close(d->screen);
    dp_grid_free(&d->grid);
    dp_surface_free(&d->surface);
}

#include "config.h"

#include "tui/pad/app.h"

#include "engine/core/arith.h"
#include "tui/term/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

dp_code dp_app_init(dp_app *app, const char *model, int threads, int pen, dp_err *err)
{
    *app = (dp_app){ .pen = pen, .reading_stale = true };
    dp_code code = dp_model_list_open(&app->models, model, threads, err);
    return code == DP_OK ? dp_app_resize(app, 0, 0, err) : code;
}

void dp_app_free(dp_app *app)
{
    dp_insight_free(&app->insight);
    dp_model_list_close(&app->models);
    dp_history_free(&app->history);
    dp_replay_stop(&app->replay);
    dp_paper_free(&app->paper);
    for (int i = 0; i < app->gallery.n; i++)
        dp_strokes_clear(&app->gallery.drawing[i]);
    free(app->gallery.drawing);
    dp_canvas_free(&app->canvas);
}

void dp_app_set_message(dp_app *app, bool warning, const char *fmt, ...)
{
    char text[sizeof app->message];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    dp_out_safe_utf8(app->message, sizeof app->message, text);
    app->message_is_warning = warning;
}

const dp_strokes *dp_app_strokes(const dp_app *app)
{
    return app->replay.on ? &app->replay.shown : dp_history_strokes(&app->history);
}

static void redraw(dp_app *app, bool appended)
{
    dp_canvas *canvas = &app->canvas;
    canvas->sketch.underlay =
        dp_paper_underlay(&app->paper, DP_PAPER_CANVAS, canvas->side, canvas->side);
    dp_canvas_draw(canvas, dp_app_strokes(app), appended);
    app->redrawn |= !appended;
    app->reading_stale = true;
}

void dp_app_drawing_changed(dp_app *app, bool appended)
{
    redraw(app, appended);
    app->sample_kept = false;
}

/* ---- the gallery ----------------------------------------------------------------------- */

/* Put the current drawing of the gallery on the pad: a copy, which the user may change. */
static dp_code show_drawing(dp_app *app, dp_err *err)
{
    dp_strokes copy = { 0 };
    dp_code code = dp_strokes_copy(&copy, &app->gallery.drawing[app->gallery.at], err);
    if (code != DP_OK)
        return code;
    dp_history_adopt(&app->history, &copy);
    if (app->canvas.side > 0)
        dp_canvas_fit(&app->canvas, dp_history_strokes(&app->history));
    dp_app_drawing_changed(app, false);
    return DP_OK;
}

dp_code dp_app_open_drawings(dp_app *app, dp_strokes *drawings, int n, dp_err *err)
{
    app->gallery = (dp_gallery){ .drawing = drawings, .n = n };
    dp_code code = show_drawing(app, err);
    if (code == DP_OK && n > 1)
        dp_app_set_message(app, false, "drawing 1 of %d · n next · N back", n);
    return code;
}

void dp_app_next_drawing(dp_app *app, int by)
{
    dp_gallery *g = &app->gallery;
    dp_err err;
    if (g->n < 2) {
        dp_app_set_message(app, false,
                           "there is only one drawing; open a file with several");
        return;
    }
    g->at = (g->at + by + g->n) % g->n;
    if (show_drawing(app, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    else
        dp_app_set_message(app, false, "drawing %d of %d · n next · N back", g->at + 1,
                           g->n);
}

/* ---- the picture ----------------------------------------------------------------------- */

dp_code dp_app_open_picture(dp_app *app, const dp_gray *picture, dp_err *err)
{
    dp_session *session = dp_model_list_session(&app->models);
    dp_code code = dp_paper_open(&app->paper, picture, session, err);
    if (code)
        return code;
    dp_app_drawing_changed(app, false);
    dp_app_set_message(app, false, "a picture to trace over · c removes it");
    return DP_OK;
}

bool dp_app_reads_picture(const dp_app *app)
{
    return app->paper.shown && !app->replay.on && dp_app_strokes(app)->n_strokes == 0;
}

/* ---- replay ---------------------------------------------------------------------------- */

void dp_app_replay(dp_app *app, int64_t now_ms)
{
    dp_err err;
    if (dp_replay_start(&app->replay, dp_history_strokes(&app->history), now_ms, &err) !=
        DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    redraw(app, false);
}

bool dp_app_advance_replay(dp_app *app, int64_t now_ms)
{
    if (!dp_replay_advance(&app->replay, now_ms))
        return false;
    redraw(app, false);
    return true;
}

void dp_app_end_replay(dp_app *app)
{
    dp_replay_stop(&app->replay);
    redraw(app, false);
}

/* ---- the window ------------------------------------------------------------------------ */

static bool is_untouched(const dp_app *app)
{
    const dp_strokes *s = dp_history_strokes(&app->history);
    return s->n_kept == 0 && app->history.current == 0 && app->history.last == 0;
}

/* Resize the canvas. If nothing has been drawn, a pixel is one unit wide. If a drawing was
 * opened before the first resize, fit it; any other drawing keeps its place and scale. */
static dp_code resize_canvas(dp_app *app, int side, dp_err *err)
{
    bool first = app->canvas.side == 0;
    dp_code code = dp_canvas_resize(&app->canvas, side, err);
    if (code != DP_OK)
        return code;
    if (is_untouched(app))
        dp_canvas_place(&app->canvas, (dp_point){ 0, 0 }, (float)side);
    else if (first)
        dp_canvas_fit(&app->canvas, dp_history_strokes(&app->history));
    if (first) {
        app->crosshair_x = side / 2;
        app->crosshair_y = side / 4;
    }
    dp_app_drawing_changed(app, false);
    return DP_OK;
}

dp_code dp_app_resize(dp_app *app, int cols, int rows, dp_err *err)
{
    dp_layout layout = dp_layout_of(cols, rows);
    if (!layout.too_small && layout.pad.w != app->canvas.side) {
        dp_code code = resize_canvas(app, layout.pad.w, err);
        if (code != DP_OK)
            return code;
    }
    app->layout = layout;
    if (!layout.too_small) {
        app->crosshair_x = dp_clamp_int(app->crosshair_x, 0, layout.pad.w - 1);
        app->crosshair_y = dp_clamp_int(app->crosshair_y, 0, layout.pad.h - 1);
    }
    dp_app_lift_pen(app);
    return DP_OK;
}

void dp_app_lift_pen(dp_app *app)
{
    app->reading_stale |=
        dp_app_is_drawing(app); /* some results wait for the pen to lift */
    app->mouse_down = app->pen_down = app->stroke_open = false;
    app->line_from = 0;
}

bool dp_app_is_drawing(const dp_app *app)
{
    return app->mouse_down || app->pen_down || app->replay.on;
}

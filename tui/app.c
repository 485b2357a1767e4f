#include "config.h"

#include "tui/app.h"

#include "tui/hand.h"
#include "tui/keys.h"
#include "tui/out.h"

#include <stdarg.h>
#include <stdio.h>

dp_code dp_app_init(dp_app *app, const char *model, int pen, int cols, int rows,
                    dp_err *err)
{
    *app = (dp_app){ .pen = pen, .stale = true };
    dp_code code = dp_models_open(&app->models, model, err);
    return code == DP_OK ? dp_app_resize(app, cols, rows, err) : code;
}

void dp_app_free(dp_app *app)
{
    dp_insight_free(&app->insight);
    dp_models_close(&app->models);
    dp_drawing_free(&app->drawing);
    dp_canvas_free(&app->canvas);
}

void dp_app_say(dp_app *app, bool warning, const char *fmt, ...)
{
    char text[sizeof app->message];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    dp_out_safe(app->message, sizeof app->message, text);
    app->warning = warning;
}

void dp_app_changed(dp_app *app, bool grown)
{
    dp_canvas_draw(&app->canvas, dp_drawing_strokes(&app->drawing), grown);
    app->stale = true;
}

void dp_app_open_drawing(dp_app *app, dp_strokes *strokes)
{
    dp_drawing_adopt(&app->drawing, strokes);
    if (app->canvas.side > 0)
        dp_canvas_fit(&app->canvas, dp_drawing_strokes(&app->drawing));
    dp_app_changed(app, false);
}

static bool is_untouched(const dp_app *app)
{
    const dp_strokes *s = dp_drawing_strokes(&app->drawing);
    return s->n_kept == 0 && app->drawing.current == 0 && app->drawing.last == 0;
}

static int clamp(int value, int lo, int hi)
{
    return value < lo ? lo : value > hi ? hi : value;
}

/* A canvas of another size. A cell of it is one unit wide, unless there is a drawing that
 * would not fit then. */
static dp_code resize_canvas(dp_app *app, int side, dp_err *err)
{
    bool first = app->canvas.side == 0;
    dp_code code = dp_canvas_resize(&app->canvas, side, err);
    if (code != DP_OK)
        return code;
    if (is_untouched(app))
        dp_canvas_place(&app->canvas, (dp_point){ 0, 0 }, (float)side);
    else if (first)
        dp_canvas_fit(&app->canvas, dp_drawing_strokes(&app->drawing));
    if (first) {
        app->cross_x = side / 2;
        app->cross_y = side / 4;
    }
    dp_app_changed(app, false);
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
        app->cross_x = clamp(app->cross_x, 0, layout.pad.w - 1);
        app->cross_y = clamp(app->cross_y, 0, layout.pad.h - 1);
    }
    dp_hand_lift(app);
    return DP_OK;
}

bool dp_app_is_drawing(const dp_app *app)
{
    return app->mouse_down || app->pen_down;
}

dp_verdict dp_app_verdict(const dp_app *app)
{
    const dp_answer *a = &app->answer;
    if (a->ink != DP_INK_ENOUGH)
        return a->ink == DP_INK_BLANK ? DP_VERDICT_BLANK : DP_VERDICT_KEEP_DRAWING;
    bool rejected = a->prediction.rejected && !dp_app_is_drawing(app);
    return rejected ? DP_VERDICT_NOT_A_DIGIT : DP_VERDICT_DIGIT;
}

dp_look dp_app_look(const dp_app *app)
{
    if (app->insight.look != DP_LOOK_WHERE_ROOMY)
        return app->insight.look;
    return app->layout.roomy ? DP_LOOK_IMAGE : DP_LOOK_OFF;
}

bool dp_app_looks_beside(const dp_app *app)
{
    return dp_app_look(app) != DP_LOOK_OFF && dp_app_look(app) != DP_LOOK_WHY;
}

dp_wish dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms)
{
    app->sized = false;
    if (event->kind == DP_EVENT_KEY)
        return dp_keys_press(app, event->key, event->mods, now_ms);
    if (event->kind == DP_EVENT_MOUSE && !app->layout.too_small)
        dp_hand_mouse(app, event, now_ms);
    return DP_WISH_NONE;
}

bool dp_app_predict(dp_app *app)
{
    if (!app->stale)
        return false;
    app->stale = false;
    dp_session *session = dp_models_session(&app->models);
    dp_answer_ask(&app->answer, session, dp_models_other(&app->models),
                  dp_drawing_strokes(&app->drawing));
    bool steady = !dp_app_is_drawing(app);
    if (steady || app->latency_us == 0)
        app->latency_us = app->answer.latency_us;
    dp_insight_update(&app->insight, dp_session_model(session), &app->answer, steady);
    return true;
}

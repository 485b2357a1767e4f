#include "config.h"

#include "tui/pad/events.h"

#include "tui/pad/pointer.h"

/* ---- keys that change the pad ---------------------------------------------------------- */

static void change_history(dp_app *app, bool (*change)(dp_history *),
                           const char *no_change)
{
    dp_app_lift_pen(app);
    if (change(&app->history))
        dp_app_drawing_changed(app, false);
    else
        dp_app_set_message(app, false, "%s", no_change);
}

static void select_next_model(dp_app *app)
{
    dp_err err;
    if (dp_model_list_next(&app->models, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    app->reading_stale = true;
}

static void open_menu(dp_app *app)
{
    dp_app_lift_pen(app);
    dp_menu_open(&app->menu, &app->models, app->reading.image);
    app->overlay = DP_OVERLAY_MODELS;
}

/* The next reading computes what the selected view needs. */
static void select_next_view(dp_app *app, int by)
{
    dp_session *session = dp_model_list_session(&app->models);
    app->insight.inspector = dp_app_inspector(app);
    dp_insight_next_view(&app->insight, dp_session_model(session), by);
    app->reading_stale = true;
}

/* Keys that change nothing but the pad. False if `key` is not one of them. */
static bool on_pad_key(dp_app *app, int key, int64_t now_ms)
{
    switch (key) {
    case 'c':
        change_history(app, dp_history_new_page, "the pad is clear");
        return true;
    case 'U':
    case DP_CTRL('r'):
        change_history(app, dp_history_redo, "nothing to redo");
        return true;
    case 'm':
        select_next_model(app);
        return true;
    case 'M':
        open_menu(app);
        return true;
    case 'v':
    case 'V':
        select_next_view(app, key == 'v' ? 1 : -1);
        return true;
    case 'r':
        dp_app_lift_pen(app);
        dp_app_replay(app, now_ms);
        return true;
    case 'n':
    case 'N':
        dp_app_lift_pen(app);
        dp_app_next_drawing(app, key == 'n' ? 1 : -1);
        return true;
    case 'C':
        app->high_contrast = !app->high_contrast;
        return true;
    case '?':
        app->overlay = DP_OVERLAY_HELP;
        return true;
    case DP_KEY_ESC:
        dp_app_lift_pen(app);
        app->crosshair_shown = false;
        return true;
    default:
        return false;
    }
}

/* ---- keys that make requests ----------------------------------------------------------- */

/* With --once these keys end the program. */
static dp_request on_once_key(int key)
{
    switch (key) {
    case DP_KEY_ENTER:
        return DP_REQUEST_ACCEPT;
    case DP_KEY_ESC:
    case 'q':
        return DP_REQUEST_CANCEL;
    default:
        return DP_REQUEST_NONE;
    }
}

/* Keys that work even if the window is too small for a pad. */
static dp_request on_global_key(const dp_app *app, int key)
{
    dp_request request = app->once ? on_once_key(key) : DP_REQUEST_NONE;
    if (request != DP_REQUEST_NONE)
        return request;
    switch (key) {
    case 'q':
    case DP_CTRL('c'):
        return DP_REQUEST_QUIT;
    case DP_CTRL('l'):
        return DP_REQUEST_REDRAW;
    case DP_CTRL('z'):
        return DP_REQUEST_SUSPEND;
    default:
        return DP_REQUEST_NONE;
    }
}

/* If the drawing has just been kept as a sample, that is the step to undo. */
static dp_request undo(dp_app *app)
{
    if (app->sample_kept)
        return DP_REQUEST_WITHDRAW_SAMPLE;
    change_history(app, dp_history_undo, "nothing to undo");
    return DP_REQUEST_NONE;
}

static dp_request stop_fetching(const dp_app *app)
{
    return app->fetching.models[0] ? DP_REQUEST_STOP_FETCHING : DP_REQUEST_NONE;
}

/* `s`, `T` and the digits do nothing with --once. */
static dp_request on_request_key(dp_app *app, int key)
{
    switch (key) {
    case 'u':
        return undo(app);
    case 'x':
        return app->training.model ? DP_REQUEST_STOP_TRAINING : stop_fetching(app);
    case 's':
        dp_app_lift_pen(app);
        return app->once ? DP_REQUEST_NONE : DP_REQUEST_SAVE;
    case 'T':
        return app->once ? DP_REQUEST_NONE : DP_REQUEST_TRAIN;
    default:
        break;
    }
    if (key < '0' || key > '9' || app->once)
        return DP_REQUEST_NONE;
    dp_app_lift_pen(app);
    app->sample_label = key - '0';
    return DP_REQUEST_KEEP_SAMPLE;
}

/* ---- keys of the overlays -------------------------------------------------------------- */

/* Select the model of the menu's row, or fetch it. */
static dp_request choose_model(dp_app *app)
{
    const dp_menu_row *row = &app->menu.row[app->menu.at];
    dp_err err;
    if (row->state == DP_MENU_ABSENT)
        return DP_REQUEST_FETCH;
    app->overlay = DP_OVERLAY_NONE;
    if (dp_model_list_select(&app->models, row->name, &err) != DP_OK)
        dp_app_set_message(app, true, "%s", err.msg);
    app->reading_stale = true;
    return DP_REQUEST_NONE;
}

static dp_request on_menu_key(dp_app *app, int key)
{
    switch (key) {
    case DP_KEY_UP:
    case 'k':
        dp_menu_move(&app->menu, -1);
        return DP_REQUEST_NONE;
    case DP_KEY_DOWN:
    case 'j':
    case 'm':
        dp_menu_move(&app->menu, 1);
        return DP_REQUEST_NONE;
    case DP_KEY_ENTER:
        return choose_model(app);
    case 'x':
        return stop_fetching(app);
    case DP_KEY_ESC:
    case 'M':
    case 'q':
        app->overlay = DP_OVERLAY_NONE;
        return DP_REQUEST_NONE;
    default:
        return DP_REQUEST_NONE;
    }
}

static dp_request on_overlay_key(dp_app *app, int key)
{
    if (app->overlay == DP_OVERLAY_MODELS)
        return on_menu_key(app, key);
    app->overlay = DP_OVERLAY_NONE; /* any key closes the help, and does nothing else */
    return DP_REQUEST_NONE;
}

/* ---- events ---------------------------------------------------------------------------- */

static dp_request on_key(dp_app *app, int key, unsigned mods, int64_t now_ms)
{
    bool is_terminal_key =
        key == DP_CTRL('l') || key == DP_CTRL('z') || key == DP_CTRL('c');
    app->message[0] = '\0';
    if (app->overlay != DP_OVERLAY_NONE && !is_terminal_key)
        return on_overlay_key(app, key);
    dp_request request = on_global_key(app, key);
    if (request != DP_REQUEST_NONE || app->layout.too_small)
        return request;
    if (dp_pointer_key(app, key, mods, now_ms) || on_pad_key(app, key, now_ms))
        return DP_REQUEST_NONE;
    return on_request_key(app, key);
}

dp_request dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms)
{
    app->pen_resized = false;
    dp_app_end_replay(app);
    if (event->kind == DP_EVENT_KEY)
        return on_key(app, event->key, event->mods, now_ms);
    if (event->kind == DP_EVENT_MOUSE && !app->layout.too_small)
        dp_pointer_mouse(app, event, now_ms);
    return DP_REQUEST_NONE;
}

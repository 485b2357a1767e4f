#include "config.h"

#include "tui/pad/events.h"

#include "tui/pad/pointer.h"

static void change_history(dp_app *app, bool (*change)(dp_history *), const char *nothing)
{
    dp_app_lift_pen(app);
    if (change(&app->history))
        dp_app_changed(app, false);
    else
        dp_app_say(app, false, "%s", nothing);
}

static void next_model(dp_app *app)
{
    dp_err err;
    if (dp_model_list_next(&app->models, &err) != DP_OK)
        dp_app_say(app, true, "%s", err.msg);
    app->stale = true;
}

/* What the view needs of the network comes with the next answer. */
static void turn_inspector(dp_app *app, int by)
{
    app->insight.inspector = dp_app_inspector(app);
    dp_insight_turn(&app->insight, dp_session_model(dp_model_list_session(&app->models)),
                    by);
    app->stale = true;
}

/* What --once makes of a key; the pad as usual for the rest. */
static dp_request on_once_key(int key)
{
    if (key == DP_KEY_ENTER)
        return DP_REQUEST_ACCEPT;
    return key == DP_KEY_ESC || key == 'q' ? DP_REQUEST_CANCEL : DP_REQUEST_NONE;
}

/* Keys that work in any window, however small. */
static dp_request on_global_key(dp_app *app, int key)
{
    if (app->once && on_once_key(key))
        return on_once_key(key);
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

/* A sample that has just been kept is what is taken back first. */
static dp_request undo(dp_app *app)
{
    if (app->labelled)
        return DP_REQUEST_UNLABEL;
    change_history(app, dp_history_undo, "nothing to undo");
    return DP_REQUEST_NONE;
}

/* Keys that teach the network; none of them with --once. */
static dp_request on_teaching_key(dp_app *app, int key)
{
    if (key >= '0' && key <= '9') {
        dp_app_lift_pen(app);
        app->label = key - '0';
        return DP_REQUEST_LABEL;
    }
    return key == 'T' ? DP_REQUEST_TRAIN : DP_REQUEST_NONE;
}

static dp_request on_stop_key(const dp_app *app)
{
    if (app->training.name)
        return DP_REQUEST_STOP_TRAINING;
    return app->fetching.models[0] ? DP_REQUEST_STOP_FETCHING : DP_REQUEST_NONE;
}

static dp_request on_command_key(dp_app *app, int key, int64_t now_ms)
{
    switch (key) {
    case 'c':
        change_history(app, dp_history_new_page, "the pad is clear");
        break;
    case 'u':
        return undo(app);
    case 'U':
    case DP_CTRL('r'):
        change_history(app, dp_history_redo, "nothing to redo");
        break;
    case 'm':
        next_model(app);
        break;
    case 'M':
        dp_app_lift_pen(app);
        dp_menu_open(&app->menu, &app->models, app->reading.image);
        app->overlay = DP_OVERLAY_MODELS;
        break;
    case 'x':
        return on_stop_key(app);
    case 'v':
    case 'V':
        turn_inspector(app, key == 'v' ? 1 : -1);
        break;
    case 'r':
        dp_app_lift_pen(app);
        dp_app_replay(app, now_ms);
        break;
    case 'n':
    case 'N':
        dp_app_lift_pen(app);
        dp_app_turn_page(app, key == 'n' ? 1 : -1);
        break;
    case 'C':
        app->high_contrast = !app->high_contrast;
        break;
    case '?':
        app->overlay = DP_OVERLAY_HELP;
        break;
    case DP_KEY_ESC:
        dp_app_lift_pen(app);
        app->crosshair = false;
        break;
    case 's':
        dp_app_lift_pen(app);
        return app->once ? DP_REQUEST_NONE : DP_REQUEST_SAVE;
    default:
        return app->once ? DP_REQUEST_NONE : on_teaching_key(app, key);
    }
    return DP_REQUEST_NONE;
}

/* Keys that an overlay leaves to the pad. */
static bool is_terminal_key(int key)
{
    return key == DP_CTRL('l') || key == DP_CTRL('z') || key == DP_CTRL('c');
}

/* Enter in the menu: use the model, or have it fetched. */
static dp_request choose_model(dp_app *app)
{
    const dp_menu_row *row = &app->menu.row[app->menu.at];
    dp_err err;
    if (row->state == DP_MENU_ABSENT)
        return DP_REQUEST_FETCH;
    app->overlay = DP_OVERLAY_NONE;
    if (dp_model_list_select(&app->models, row->name, &err) != DP_OK)
        dp_app_say(app, true, "%s", err.msg);
    app->stale = true;
    return DP_REQUEST_NONE;
}

static dp_request on_menu_key(dp_app *app, int key)
{
    switch (key) {
    case DP_KEY_UP:
    case 'k':
        dp_menu_move(&app->menu, -1);
        break;
    case DP_KEY_DOWN:
    case 'j':
    case 'm':
        dp_menu_move(&app->menu, 1);
        break;
    case DP_KEY_ENTER:
        return choose_model(app);
    case 'x':
        return app->fetching.models[0] ? DP_REQUEST_STOP_FETCHING : DP_REQUEST_NONE;
    case DP_KEY_ESC:
    case 'M':
    case 'q':
        app->overlay = DP_OVERLAY_NONE;
        break;
    default:
        break;
    }
    return DP_REQUEST_NONE;
}

static dp_request on_overlay_key(dp_app *app, int key)
{
    if (app->overlay == DP_OVERLAY_MODELS)
        return on_menu_key(app, key);
    app->overlay = DP_OVERLAY_NONE; /* any key closes the help, and does nothing else */
    return DP_REQUEST_NONE;
}

static dp_request on_key(dp_app *app, int key, unsigned mods, int64_t now_ms)
{
    app->message[0] = '\0';
    if (app->overlay != DP_OVERLAY_NONE && !is_terminal_key(key))
        return on_overlay_key(app, key);
    dp_request request = on_global_key(app, key);
    if (request != DP_REQUEST_NONE || app->layout.too_small ||
        dp_pointer_key(app, key, mods, now_ms))
        return request;
    return on_command_key(app, key, now_ms);
}

dp_request dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms)
{
    app->sized = false;
    dp_app_end_replay(app);
    if (event->kind == DP_EVENT_KEY)
        return on_key(app, event->key, event->mods, now_ms);
    if (event->kind == DP_EVENT_MOUSE && !app->layout.too_small)
        dp_pointer_mouse(app, event, now_ms);
    return DP_REQUEST_NONE;
}

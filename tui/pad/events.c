#include "config.h"

#include "tui/pad/events.h"

#include "tui/pad/keys.h"
#include "tui/pad/pointer.h"

/* Whether the user does something: a reply of the terminal, or a mouse that moves without a button,
 * is nothing. */
static bool is_of_user(const dp_event *event)
{
    return event->kind == DP_EVENT_KEY ||
           (event->kind == DP_EVENT_MOUSE &&
            !(event->mouse == DP_MOUSE_MOVE && event->button == DP_BUTTON_NONE));
}

static dp_request type(dp_app *app, int code, dp_press press)
{
    const dp_key *key = dp_key_find(app, code);
    app->message[0] = '\0';
    if (key) {
        press.arg = key->arg;
        key->act(app, &press);
    } else if (app->overlay == DP_OVERLAY_HELP) {
        app->overlay = DP_OVERLAY_NONE; /* any other key closes the help */
    }
    return press.request;
}

/* ---- mouse ----------------------------------------------------------------------------- */

static bool is_pad_seen(const dp_app *app)
{
    return app->overlay == DP_OVERLAY_NONE && !app->layout.too_small;
}

/* Whether a press here draws or erases. */
static bool is_on_pad(const dp_app *app, const dp_event *e)
{
    return is_pad_seen(app) && dp_rect_contains(app->layout.pad, e->x, e->y);
}

static void press_outside(dp_app *app, const dp_event *e)
{
    if (app->mouse_down)
        dp_app_lift_pen(app);
    app->pressed_outside = true;
    if (e->button == DP_BUTTON_LEFT)
        app->pressed = dp_buttons_at(&app->buttons, e->x, e->y);
    if (!app->pressed.key) /* which may be a part of the message */
        app->message[0] = '\0';
}

/* The keys that the help lists work on the pad; for them a click closes the help first. */
static dp_request click(dp_app *app, dp_button button, int64_t now_ms)
{
    if (app->overlay == DP_OVERLAY_HELP && !dp_key_find(app, button.key))
        app->overlay = DP_OVERLAY_NONE;
    return type(app, button.key, (dp_press){ .row = button.row, .now_ms = now_ms });
}

static dp_request turn_wheel(dp_app *app, const dp_event *e, int64_t now_ms)
{
    int code = e->mouse == DP_MOUSE_WHEEL_UP ? DP_KEY_UP : DP_KEY_DOWN;
    if (app->overlay != DP_OVERLAY_NONE)
        return type(app, code, (dp_press){ .now_ms = now_ms });
    if (is_pad_seen(app))
        dp_pointer_mouse(app, e, now_ms);
    return DP_REQUEST_NONE;
}

/* A press on the pad draws until the release, wherever the mouse goes; a press elsewhere only
 * ever clicks: a button acts if the release is on it as well. */
static dp_request on_mouse(dp_app *app, const dp_event *e, int64_t now_ms)
{
    const dp_button pressed = app->pressed;
    const bool was_outside = app->pressed_outside;
    if (e->mouse == DP_MOUSE_WHEEL_UP || e->mouse == DP_MOUSE_WHEEL_DOWN)
        return turn_wheel(app, e, now_ms);
    if (e->mouse != DP_MOUSE_MOVE || e->button == DP_BUTTON_NONE) {
        app->pressed = (dp_button){ 0 };
        app->pressed_outside = false;
    }
    if (e->mouse == DP_MOUSE_PRESS && !is_on_pad(app, e)) {
        press_outside(app, e);
    } else if (e->mouse == DP_MOUSE_RELEASE && was_outside) {
        if (pressed.key && dp_rect_contains(pressed.area, e->x, e->y))
            return click(app, pressed, now_ms);
    } else if (e->mouse == DP_MOUSE_RELEASE ||
               (is_pad_seen(app) && !app->pressed_outside)) {
        dp_pointer_mouse(app, e, now_ms);
    }
    return DP_REQUEST_NONE;
}

dp_request dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms)
{
    app->pen_resized = false;
    if (app->replay.on && is_of_user(event))
        dp_app_end_replay(app);
    if (event->kind == DP_EVENT_KEY)
        return type(app, event->key, (dp_press){ .mods = event->mods, .now_ms = now_ms });
    if (event->kind == DP_EVENT_MOUSE)
        return on_mouse(app, event, now_ms);
    return DP_REQUEST_NONE;
}

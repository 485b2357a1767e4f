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

static unsigned where_of(const dp_app *app)
{
    switch (app->overlay) {
    case DP_OVERLAY_HELP:
        return DP_IN_HELP;
    case DP_OVERLAY_MODELS:
        return DP_IN_MENU;
    case DP_OVERLAY_NONE:
        break;
    }
    return app->layout.too_small ? DP_IN_SMALL_WINDOW : DP_ON_PAD;
}

/* The entry of the table for a key; NULL if the key does nothing now. */
static const dp_key *find_key(const dp_app *app, int code)
{
    for (const dp_key_row *row = dp_key_rows; row->where; row++)
        if (dp_key_row_works(row, where_of(app), app->once))
            for (const dp_key *key = row->key; key && key->code; key++)
                if (key->code == code)
                    return key;
    return NULL;
}

static dp_request on_key(dp_app *app, const dp_event *event, int64_t now_ms)
{
    const dp_key *key = find_key(app, event->key);
    dp_press press = { .mods = event->mods, .now_ms = now_ms };
    app->message[0] = '\0';
    if (key) {
        press.arg = key->arg;
        key->act(app, &press);
    } else if (app->overlay == DP_OVERLAY_HELP) {
        app->overlay = DP_OVERLAY_NONE; /* any other key closes the help */
    }
    return press.request;
}

dp_request dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms)
{
    app->pen_resized = false;
    if (app->replay.on && is_of_user(event))
        dp_app_end_replay(app);
    if (event->kind == DP_EVENT_KEY)
        return on_key(app, event, now_ms);
    if (event->kind == DP_EVENT_MOUSE && !app->layout.too_small)
        dp_pointer_mouse(app, event, now_ms);
    return DP_REQUEST_NONE;
}

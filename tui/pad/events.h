/* What each key and each mouse report does. A new key is a case here, a line in view_help.c
 * and in the man page. */
#ifndef DP_TUI_PAD_EVENTS_H
#define DP_TUI_PAD_EVENTS_H

#include "tui/pad/app.h"

/* A key or a mouse report at now_ms; what it asks of whoever owns the terminal. */
dp_request dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms);

#endif

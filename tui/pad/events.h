/* What keys and mouse reports do to the pad. */
#ifndef DP_TUI_PAD_EVENTS_H
#define DP_TUI_PAD_EVENTS_H

#include "tui/pad/app.h"
#include "tui/pad/request.h"

/* Apply a key or a mouse report of time now_ms. The result asks the loop for what the pad cannot
 * do itself. */
dp_request dp_app_event(dp_app *app, const dp_event *event, int64_t now_ms);

#endif

/* What each key does. A new key is a case here, a line in view_help.c and in the man page. */
#ifndef DP_TUI_KEYS_H
#define DP_TUI_KEYS_H

#include "tui/app.h"

/* A key at now_ms; what it asks of whoever owns the terminal. */
dp_wish dp_keys_press(dp_app *app, int key, unsigned mods, int64_t now_ms);

#endif

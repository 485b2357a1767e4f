/* The table of keys: what each does, where it works, and how lists of keys describe it. Events
 * are dispatched through it, the help shows it, and a test compares the README's and the man
 * page's lists with it. */
#ifndef DP_TUI_PAD_KEYS_H
#define DP_TUI_PAD_KEYS_H

#include "tui/pad/app.h"
#include "tui/pad/request.h"

/* Where a key works. */
enum {
    DP_ON_PAD = 1,
    DP_IN_SMALL_WINDOW = 2, /* which has no room for a pad */
    DP_IN_HELP = 4,
    DP_IN_MENU = 8,
    DP_ANYWHERE = DP_ON_PAD | DP_IN_SMALL_WINDOW | DP_IN_HELP | DP_IN_MENU,
};

/* Keys that only clicks type. */
enum {
    DP_KEY_ROW = 0x200, /* on a row of a list: on a bar, or in the menu */
    DP_KEY_OUTSIDE,     /* outside the overlay that is shown */
};

typedef struct dp_press {
    int arg;       /* of the key that was pressed */
    int row;       /* with DP_KEY_ROW */
    unsigned mods; /* a set of DP_MOD_… */
    int64_t now_ms;
    dp_request request; /* out: what the action asks of the loop */
} dp_press;

typedef struct dp_key {
    int code; /* of its event */
    void (*act)(dp_app *app, dp_press *press);
    int arg; /* tells the keys of an action apart */
} dp_key;

/* How a row depends on draw --once. */
typedef enum dp_key_mode { DP_ONCE_OR_NOT, DP_UNLESS_ONCE, DP_ONLY_ONCE } dp_key_mode;

/* Keys that belong together: one line of a list. */
typedef struct dp_key_row {
    const char *names, *what; /* "u  U  ^R", "undo; redo" */
    unsigned where;           /* a set of the places above; 0 after the last row */
    dp_key_mode mode;
    bool minor;        /* not in the help, which has no room for it */
    const dp_key *key; /* code 0 after the last one; NULL: a button of the mouse */
} dp_key_row;

extern const dp_key_row dp_key_rows[];

/* Whether the keys of a row work in one of these places. */
bool dp_key_row_works(const dp_key_row *row, unsigned where, bool once);

/* The rows that the help lists, and the part of them that the window shows: from `first` on, `height`
 * of them in each of one or two columns. */
enum { DP_HELP_ROWS_MAX = 64, DP_HELP_COLUMN_W = 38 };
typedef struct dp_help_window {
    int n, first, height, columns;
} dp_help_window;
dp_help_window dp_key_help(const dp_key_row *rows[DP_HELP_ROWS_MAX], const dp_app *app);

/* The entry of the table for a key; NULL if the key does nothing now. */
const dp_key *dp_key_find(const dp_app *app, int code);

#endif

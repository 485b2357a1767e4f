/* The menu of models: those that can be used now and those that can be fetched. */
#ifndef DP_TUI_PAD_MODEL_MENU_H
#define DP_TUI_PAD_MODEL_MENU_H

#include "tui/pad/model_list.h"

typedef enum dp_menu_state {
    DP_MENU_READY,
    DP_MENU_ABSENT, /* on the Hub, to be fetched */
    DP_MENU_BROKEN, /* cannot be opened */
} dp_menu_state;

typedef struct dp_menu_row {
    const char *name; /* to open or to fetch it by; not safe to print */
    dp_menu_state state;
    int64_t bytes;     /* of its file; 0: not known */
    char accuracy[16]; /* on the MNIST test set, "99.60 %"; "" where nothing says */
    int latency_us;    /* of one image, as measured now; 0: not known */
} dp_menu_row;

enum { DP_MENU_MAX = 2 * DP_MODEL_LIST_MAX };

typedef struct dp_menu {
    int n, at; /* rows, and the one that is chosen */
    dp_menu_row row[DP_MENU_MAX];
} dp_menu;

/* List them, open those that are there, and time each on this image. The row of the current
 * model is chosen. */
void dp_menu_open(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS]);

/* The same rows with what has changed since; the choice stays. */
void dp_menu_refresh(dp_menu *menu, dp_model_list *models,
                     const uint8_t image[DP_PIXELS]);

void dp_menu_move(dp_menu *menu, int by);

#endif

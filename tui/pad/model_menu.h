/* The menu of models (key `M`): those that can be used now, and those that can be fetched. */
#ifndef DP_TUI_PAD_MODEL_MENU_H
#define DP_TUI_PAD_MODEL_MENU_H

#include "tui/pad/model_list.h"

typedef enum dp_menu_state {
    DP_MENU_READY,
    DP_MENU_ABSENT, /* on the Hub; not fetched yet */
    DP_MENU_BROKEN, /* its file cannot be opened */
} dp_menu_state;

typedef struct dp_menu_row {
    const char *name; /* to open it or to fetch it; not safe to print */
    dp_menu_state state;
    int64_t bytes;  /* of its file; 0: unknown */
    float accuracy; /* on the MNIST test set, 0 … 1; NAN: unknown */
    int latency_us; /* of one image, measured when the menu was opened; 0: unknown */
} dp_menu_row;

enum { DP_MENU_MAX = 2 * DP_MODEL_LIST_MAX };

typedef struct dp_menu {
    int n, at; /* the number of rows, and the selected one */
    dp_menu_row row[DP_MENU_MAX];
} dp_menu;

/* Fill the menu: open the models of the list, and time each on the image. Selects the row of
 * the current model. */
void dp_menu_open(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS]);

/* Fill it again after a model has arrived. The selection stays on its model. */
void dp_menu_refresh(dp_menu *menu, dp_model_list *models,
                     const uint8_t image[DP_PIXELS]);

/* Move the selection by rows, cyclically. */
void dp_menu_move(dp_menu *menu, int by);

#endif

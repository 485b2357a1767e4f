/* The menu of models (key `M`): those that can be used now, and those that can be fetched. */
#ifndef DP_TUI_PAD_MODEL_MENU_H
#define DP_TUI_PAD_MODEL_MENU_H

#include "tui/pad/model_list.h"

typedef enum dp_menu_state {
    DP_MENU_READY,
    DP_MENU_UNTRIED, /* its file is there; dp_menu_try has not opened it yet */
    DP_MENU_ABSENT,  /* on the Hub; not fetched yet */
    DP_MENU_BROKEN,  /* its file cannot be opened */
} dp_menu_state;

typedef struct dp_menu_row {
    const char *name; /* to open it or to fetch it; not safe to print */
    dp_menu_state state;
    int64_t bytes;  /* of its file; 0: unknown */
    float accuracy; /* on the MNIST test set, 0 … 1, as eval measures it; NAN: unknown */
    int latency_us; /* of the network for one image, as bench measures it; 0: unknown */
} dp_menu_row;

enum { DP_MENU_MAX = 2 * DP_MODEL_LIST_MAX };

typedef struct dp_menu {
    int n, at; /* the number of rows, and the selected one */
    dp_menu_row row[DP_MENU_MAX];
} dp_menu;

/* List the models, and select the row of the current one. Opens and measures nothing, which
 * could keep the user waiting. */
void dp_menu_open(dp_menu *menu, const dp_model_list *models);

/* Open the next model that is untried, and time it on the image. Returns false if none is left.
 * One call takes as long as opening one file: call it when nothing else is due. */
bool dp_menu_try(dp_menu *menu, dp_model_list *models, const uint8_t image[DP_PIXELS]);

/* List the models again after one has arrived. The selection stays on its model, and what is
 * known of the others is kept. */
void dp_menu_refresh(dp_menu *menu, const dp_model_list *models);

/* Move the selection by rows, cyclically. */
void dp_menu_move(dp_menu *menu, int by);

#endif

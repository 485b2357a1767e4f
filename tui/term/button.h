/* The places of the screen that a click acts on. What draws such a place also registers it, so
 * that what is seen is what can be clicked. */
#ifndef DP_TUI_TERM_BUTTON_H
#define DP_TUI_TERM_BUTTON_H

#include "tui/term/rect.h"

typedef struct dp_button {
    dp_rect area;
    int key; /* what a click types: the code of a key event; 0: nothing */
    int row; /* of a list, for the key of a row */
} dp_button;

enum { DP_BUTTONS_MAX = 128 };

/* Zeroed: none. */
typedef struct dp_buttons {
    int n;
    dp_button button[DP_BUTTONS_MAX]; /* later ones cover earlier ones */
} dp_buttons;

/* Add a button; one too many is dropped. */
void dp_buttons_add(dp_buttons *b, dp_button button);

/* The button in a cell; its key is 0 if the cell has none. */
dp_button dp_buttons_at(const dp_buttons *b, int x, int y);

#endif

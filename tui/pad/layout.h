/* Where everything on the screen goes: a pure function of the window's size, so that it can
 * be tested, printed (`draw --layout=80x24`) and asked again after every resize. */
#ifndef DP_TUI_PAD_LAYOUT_H
#define DP_TUI_PAD_LAYOUT_H

#include "tui/term/rect.h"

#include <stdio.h>

enum {
    DP_LAYOUT_MIN_COLS = 40, /* below either of these there is only a message */
    DP_LAYOUT_MIN_ROWS = 16,
    DP_PAD_MIN_SIDE = 28,
    DP_PAD_MAX_SIDE = 112,
};

/* What stands beside the pad. */
typedef struct dp_panel {
    dp_rect digit;  /* the answer, large */
    dp_rect answer; /* confidence and top three */
    dp_rect bars;   /* one row a digit; three rows in the compact form */
    dp_rect inset;  /* 28×14: what the network sees */
    dp_rect maps;   /* around the inset: what its layers answer, at least as large */
} dp_panel;

typedef struct dp_layout {
    int cols, rows;
    bool too_small;
    bool compact;       /* a 28×14 pad with the essentials beside it */
    bool roomy;         /* the inset has a place of its own, beside everything else */
    bool inset_on_pad;  /* no room anywhere: the inset stands in for the canvas */
    dp_rect pad;        /* the canvas: w × w/2 cells; its frame is one cell around it */
    dp_rect frame;      /* of the panel; w = 0 in the compact form, which has none */
    dp_panel plain;     /* the panel without the inset… */
    dp_panel inspector; /* …and with it */
    dp_rect status, keys; /* one row each; w = 0 in the compact form */
} dp_layout;

/* The layout of a window of cols × rows cells. Any size, even 0 or negative, is answered. */
dp_layout dp_layout_of(int cols, int rows);

/* As one line of JSON. */
void dp_layout_print(FILE *f, const dp_layout *layout);

#endif

/* Where everything is on the screen, as a pure function of the window's size: easy to test, and
 * printed by `draw --layout=80x24`. */
#ifndef DP_TUI_PAD_LAYOUT_H
#define DP_TUI_PAD_LAYOUT_H

#include "tui/term/rect.h"

#include <stdio.h>

enum {
    DP_LAYOUT_MIN_COLS = 40, /* a smaller window shows only a message */
    DP_LAYOUT_MIN_ROWS = 16,
    DP_PAD_MIN_SIDE = 28,
    DP_PAD_MAX_SIDE = 192,
};

/* The panel beside the pad, or below it. */
typedef struct dp_panel {
    dp_rect digit;  /* the answer as a large digit */
    dp_rect answer; /* confidence and the top three; beside the digit, or below it */
    dp_rect bars;   /* one to three rows for each digit; three rows for the best three */
    dp_rect inset;  /* 28×14 cells, or two or three times that: the network's input */
    dp_rect maps;   /* feature maps or activations */
} dp_panel;

typedef struct dp_layout {
    int cols, rows;
    bool too_small;
    bool compact;      /* a pad with the essentials beside it */
    bool tall;         /* the panel is below the pad */
    bool roomy;        /* the inset has a place beside everything else */
    bool inset_on_pad; /* the inset covers the canvas, for lack of another place */
    dp_rect pad;    /* the canvas: w × w/2 cells, with a frame of one cell around it */
    dp_rect frame;  /* of the panel; w = 0 in the compact form, which has none */
    dp_panel plain; /* the panel while the inset is hidden… */
    dp_panel inspector;   /* …and while it is shown */
    dp_rect status, keys; /* one row, and one or two; w = 0 in low compact windows */
} dp_layout;

/* The layout of a window of cols × rows cells. Any numbers are valid, even negative ones. */
dp_layout dp_layout_of(int cols, int rows);

/* Print it as one line of JSON. */
void dp_layout_print(FILE *f, const dp_layout *layout);

#endif

/* A rectangle of cells. */
#ifndef DP_TUI_TERM_RECT_H
#define DP_TUI_TERM_RECT_H

#include <stdbool.h>

/* (x, y) is the upper left cell, 0-based. w is 0 if the rectangle is not shown. */
typedef struct dp_rect {
    int x, y, w, h;
} dp_rect;

static inline bool dp_rect_contains(dp_rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

#endif

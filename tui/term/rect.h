/* A rectangle of cells. */
#ifndef DP_TUI_TERM_RECT_H
#define DP_TUI_TERM_RECT_H

#include <stdbool.h>

/* x and y count from 0; w is 0 if it is not shown. */
typedef struct dp_rect {
    int x, y, w, h;
} dp_rect;

static inline bool dp_rect_contains(dp_rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

#endif

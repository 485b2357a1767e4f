/* A rectangle of pixels. */
#ifndef DP_TUI_INK_AREA_H
#define DP_TUI_INK_AREA_H

#include "engine/core/arith.h"

#include <stdbool.h>

/* Columns x0 … x1 − 1 of rows y0 … y1 − 1. Empty if x0 ≥ x1 or y0 ≥ y1, as when zeroed. */
typedef struct dp_area {
    int x0, y0, x1, y1;
} dp_area;

static inline bool dp_area_is_empty(dp_area a)
{
    return a.x0 >= a.x1 || a.y0 >= a.y1;
}

/* The smallest area that contains both. */
static inline dp_area dp_area_join(dp_area a, dp_area b)
{
    if (dp_area_is_empty(a))
        return b;
    if (dp_area_is_empty(b))
        return a;
    return (dp_area){ dp_min_int(a.x0, b.x0), dp_min_int(a.y0, b.y0),
                      dp_max_int(a.x1, b.x1), dp_max_int(a.y1, b.y1) };
}

/* The part of an area that is inside width × height pixels. */
static inline dp_area dp_area_clip(dp_area a, int width, int height)
{
    return (dp_area){ dp_max_int(a.x0, 0), dp_max_int(a.y0, 0), dp_min_int(a.x1, width),
                      dp_min_int(a.y1, height) };
}

#endif

/* A picture that can be written to, [height, width] row-major. Does not own its pixels. */
#ifndef DP_ENGINE_INK_PLANE_H
#define DP_ENGINE_INK_PLANE_H

#include "engine/ink/normalize.h"

#include <stddef.h>

typedef struct dp_plane {
    uint8_t *pixel;
    int width, height;
} dp_plane;

static inline size_t dp_plane_count(const dp_plane *p)
{
    return (size_t)p->width * (size_t)p->height;
}

static inline uint8_t *dp_plane_row(const dp_plane *p, int y)
{
    return p->pixel + (ptrdiff_t)y * p->width;
}

/* Columns x0 … x1 − 1 of rows y0 … y1 − 1. */
typedef struct dp_rect {
    int x0, y0, x1, y1;
} dp_rect;

#endif

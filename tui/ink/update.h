/* A change of the picture on the screen, which kitty.c, sixel.c and octants.c turn into bytes
 * for the terminal. Their output moves the cursor and changes colours; surface.c saves and
 * restores both. */
#ifndef DP_TUI_INK_UPDATE_H
#define DP_TUI_INK_UPDATE_H

#include "tui/ink/picture.h"
#include "tui/term/rect.h"

typedef struct dp_update {
    const dp_picture *now;
    const dp_picture
        *before;   /* what the terminal shows, in the same size; NULL: nothing yet */
    dp_area area;  /* all pixels that differ; not empty */
    dp_rect place; /* the cells of the whole picture */
} dp_update;

/* The pixels of a cell. */
static inline int dp_update_cell_w(const dp_update *u)
{
    return u->now->width / u->place.w;
}

static inline int dp_update_cell_h(const dp_update *u)
{
    return u->now->height / u->place.h;
}

/* The area of all cells in which something has changed. */
static inline dp_area dp_update_cells(const dp_update *u)
{
    const int w = dp_update_cell_w(u), h = dp_update_cell_h(u);
    const dp_area a = u->area;
    return (dp_area){ a.x0 / w * w, a.y0 / h * h, dp_ceil_div_int(a.x1, w) * w,
                      dp_ceil_div_int(a.y1, h) * h };
}

/* Whether pixel i, counted by rows, has changed. */
static inline bool dp_update_changes(const dp_update *u, size_t i)
{
    return !u->before || u->now->color[i] != u->before->color[i];
}

#endif

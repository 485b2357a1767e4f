#include "config.h"

#include "tui/term/pixel_mouse.h"

void dp_pixel_mouse_locate(dp_pixel_mouse *mouse, dp_event *e, const int window[2],
                           const int cell[2])
{
    if (e->kind != DP_EVENT_MOUSE || !mouse->on || cell[0] <= 0 || cell[1] <= 0)
        return;
    mouse->trusted |= e->x >= window[0] || e->y >= window[1];
    if (!mouse->trusted)
        return;
    e->px = ((float)e->x + 0.5F) / (float)cell[0]; /* the middle of the pixel */
    e->py = ((float)e->y + 0.5F) / (float)cell[1];
    e->x /= cell[0];
    e->y /= cell[1];
    e->fine = true;
}

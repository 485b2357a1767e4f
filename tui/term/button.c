#include "config.h"

#include "tui/term/button.h"

void dp_buttons_add(dp_buttons *b, dp_button button)
{
    if (b->n < DP_BUTTONS_MAX)
        b->button[b->n++] = button;
}

dp_button dp_buttons_at(const dp_buttons *b, int x, int y)
{
    for (int i = b->n - 1; i >= 0; i--)
        if (dp_rect_contains(b->button[i].area, x, y))
            return b->button[i];
    return (dp_button){ 0 };
}

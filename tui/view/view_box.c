/* The box that an overlay is drawn into. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/pad/keys.h"

dp_rect dp_view_box(dp_grid *g, int w, int h, const char *title)
{
    dp_rect box = { (g->cols - w) / 2, (g->rows - h) / 2, w, h };
    g->buttons.n = 0;
    dp_buttons_add(&g->buttons,
                   (dp_button){ { 0, 0, g->cols, g->rows }, DP_KEY_OUTSIDE, 0 });
    dp_grid_fill(g, box, dp_palette_paint(&g->palette, DP_TONE_TEXT));
    dp_grid_frame(g, box, DP_TONE_ACCENT);
    dp_grid_text(g, box.x + 1, box.y - 1, w - 2, DP_TONE_ACCENT, title);
    return box;
}

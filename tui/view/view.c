#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"

#include <stdio.h>

static void draw_too_small(dp_grid *g, const dp_app *app)
{
    char need[64];
    snprintf(need, sizeof need, "%d×%d needed", DP_LAYOUT_MIN_COLS, DP_LAYOUT_MIN_ROWS);
    const char *const lines[] = { "window too small", need,
                                  app->once ? "Esc cancels" : "q quits" };
    int n = DP_COUNT(lines);
    int y = g->rows > n ? (g->rows - n) / 2 : 0;
    for (int i = 0; i < n; i++)
        dp_grid_center(g, 0, y + i, g->cols, i == 0 ? DP_TONE_STRONG : DP_TONE_TEXT,
                       lines[i]);
}

void dp_view_draw(dp_grid *g, const dp_app *app)
{
    g->palette.high_contrast = app->high_contrast;
    dp_grid_blank(g);
    if (app->layout.too_small) {
        draw_too_small(g, app);
        return;
    }
    dp_view_pad(g, app);
    dp_view_panel(g, app);
    if (!app->layout.compact) {
        dp_view_status(g, app);
        dp_view_keys(g, app);
    }
    if (app->overlay == DP_OVERLAY_HELP)
        dp_view_help(g, app);
    if (app->overlay == DP_OVERLAY_MODELS)
        dp_view_menu(g, app);
}

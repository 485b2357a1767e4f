#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"

#include <stdio.h>

static void draw_too_small(dp_grid *g, const dp_app *app)
{
    char need[64];
    snprintf(need, sizeof need, "%d×%d needed", DP_LAYOUT_MIN_COLS, DP_LAYOUT_MIN_ROWS);
    const char *quit = app->once ? "Esc cancels" : "q quits";
    int y = dp_max_int((g->rows - 3) / 2, 0);
    int x = dp_max_int((g->cols - dp_grid_text_width(quit)) / 2, 0);
    dp_grid_center(g, 0, y, g->cols, DP_TONE_STRONG, "window too small");
    dp_grid_center(g, 0, y + 1, g->cols, DP_TONE_TEXT, need);
    dp_view_hints(g, app, (dp_rect){ x, y + 2, g->cols - x, 1 }, DP_TONE_TEXT, quit);
}

void dp_view_draw(dp_grid *g, const dp_app *app)
{
    g->palette.high_contrast = app->high_contrast;
    g->palette.light = app->light;
    dp_grid_blank(g);
    if (app->layout.too_small) {
        draw_too_small(g, app);
        return;
    }
    dp_view_pad(g, app);
    dp_view_panel(g, app);
    if (app->layout.status.w > 0) {
        dp_view_status(g, app);
        dp_view_keys(g, app);
    }
    if (app->overlay == DP_OVERLAY_HELP)
        dp_view_help(g, app);
    if (app->overlay == DP_OVERLAY_MODELS)
        dp_view_menu(g, app);
}

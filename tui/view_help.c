/* The keys, over everything else. */
#include "config.h"

#include "tui/view.h"

/* The most important ones first: a low window shows as many as fit. */
static const struct {
    const char *keys, *what;
} lines[] = {
    {"left drag", "draw"},
    {"right drag", "erase"},
    {"wheel  [ ]", "pen size"},
    {"arrows  hjkl", "crosshair; HJKL: by four"},
    {"d  space", "pen down or up; dot"},
    {"e", "eraser or pen"},
    {"c", "clear"},
    {"u  U  ^R", "undo; redo"},
    {"m", "next model"},
    {"v", "what the network sees"},
    {"s", "save the drawing"},
    {"^L  ^Z", "redraw; suspend"},
    {"?  q", "this help; quit"},
    {"Shift-drag", "select text, in most terminals"},
};

static const struct {
    const char *keys, *what;
} once_lines[] = {
    {"Enter", "accept the drawing"},
    {"Esc  q", "cancel"},
};

void dp_view_help(dp_grid *g, const dp_app *app)
{
    enum { KEYS_W = 14, W = 36, N = sizeof lines / sizeof lines[0] };
    (void)once_lines;
    int h = N < app->layout.rows - 2 ? N : app->layout.rows - 2;
    dp_rect box = {(app->layout.cols - W) / 2, (app->layout.rows - h) / 2, W, h};
    dp_grid_fill(g, box, dp_style_paint(&g->style, DP_TONE_TEXT));
    dp_grid_frame(g, box, DP_TONE_ACCENT);
    dp_grid_text(g, box.x + 1, box.y - 1, W - 2, DP_TONE_ACCENT, " keys ");
    for (int i = 0; i < h; i++) {
        dp_grid_text(g, box.x + 1, box.y + i, KEYS_W, DP_TONE_STRONG, lines[i].keys);
        dp_grid_text(g, box.x + 1 + KEYS_W, box.y + i, W - KEYS_W - 1, DP_TONE_TEXT,
                     lines[i].what);
    }
}

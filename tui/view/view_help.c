/* The help: an overlay that lists the keys. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"

/* The most important keys first, because a low window shows only as many as fit. once_keys and
 * once_what replace a line with --once; NULL: it stays; "": it is left out. */
static const struct {
    const char *keys, *what;
    const char *once_keys, *once_what;
} lines[] = {
    { "left drag", "draw", NULL, NULL },
    { "right drag", "erase", NULL, NULL },
    { "wheel  [ ]", "pen size", NULL, NULL },
    { "arrows  hjkl", "crosshair; HJKL: by four", NULL, NULL },
    { "d  space", "pen down or up; dot", NULL, NULL },
    { "e", "eraser or pen", NULL, NULL },
    { "c", "clear", NULL, NULL },
    { "u  U  ^R", "undo; redo", NULL, NULL },
    { "m  M", "next model; all models", NULL, NULL },
    { "0 … 9", "label: keep as a sample", "", "" },
    { "T", "train on the samples", "", "" },
    { "x", "stop training, fetching", NULL, NULL },
    { "v  V", "look inside: next; back", NULL, NULL },
    { "C", "high contrast", NULL, NULL },
    { "r", "replay the drawing", NULL, NULL },
    { "n  N", "next drawing; back", NULL, NULL },
    { "s", "save the drawing", "Enter", "accept the drawing" },
    { "^L  ^Z", "redraw; suspend", NULL, NULL },
    { "?  q", "this help; quit", "Esc  q", "cancel" },
    { "Shift-drag", "select text to copy", NULL, NULL },
};

static bool is_left_out(const dp_app *app, int i)
{
    return app->once && lines[i].once_keys && !*lines[i].once_keys;
}

void dp_view_help(dp_grid *g, const dp_app *app)
{
    enum { KEYS_W = 13, W = 38, N = DP_COUNT(lines) };
    int n = 0, rows = app->layout.rows - 2;
    for (int i = 0; i < N; i++)
        n += !is_left_out(app, i);
    int h = n < rows ? n : rows;
    dp_rect box = { (app->layout.cols - W) / 2, (app->layout.rows - h) / 2, W, h };
    dp_grid_fill(g, box, dp_palette_paint(&g->palette, DP_TONE_TEXT));
    dp_grid_frame(g, box, DP_TONE_ACCENT);
    dp_grid_text(g, box.x + 1, box.y - 1, W - 2, DP_TONE_ACCENT, " keys ");
    for (int i = 0, y = box.y; i < N && y < box.y + h; i++) {
        bool other = app->once && lines[i].once_keys;
        if (is_left_out(app, i))
            continue;
        dp_grid_text(g, box.x + 1, y, KEYS_W, DP_TONE_STRONG,
                     other ? lines[i].once_keys : lines[i].keys);
        dp_grid_text(g, box.x + 1 + KEYS_W, y++, W - KEYS_W - 1, DP_TONE_TEXT,
                     other ? lines[i].once_what : lines[i].what);
    }
}

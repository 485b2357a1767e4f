/* Texts in which keys are named: a click on a key's part of the text types it. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"
#include "tui/view/key_names.h"

#include <stddef.h>
#include <string.h>

int dp_view_hints(dp_grid *g, const dp_app *app, dp_rect r, dp_tone tone,
                  const char *text)
{
    static const char separator[] = " · ";
    const int width = dp_grid_text_width(text);
    const char *rest;
    for (const char *part = text; part; part = rest ? rest + strlen(separator) : NULL) {
        rest = strstr(part, separator);
        int from = r.x + width - dp_grid_text_width(part);
        int to = r.x + width - (rest ? dp_grid_text_width(rest) : 0);
        int key = dp_key_named(part, strcspn(part, " "));
        if (key && dp_key_find(app, key))
            dp_grid_button(g, from, r.y, dp_min_int(to, r.x + r.w), key);
    }
    return dp_grid_text(g, r.x, r.y, r.w, tone, text);
}

const char *dp_view_fitting(const char *const *texts, int n, int width)
{
    int i = 0;
    while (i < n - 1 && dp_grid_text_width(texts[i]) > width)
        i++;
    return texts[i];
}

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

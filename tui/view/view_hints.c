/* Texts in which keys are named: a click on a key's part of the text types it. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"
#include "tui/view/key_names.h"

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

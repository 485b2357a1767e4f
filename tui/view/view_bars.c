/* The ten bars, one for the probability of each digit. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/pad/keys.h"

#include <stdio.h>

/* Whether there are probabilities, even if the answer is rejected. */
static bool has_answer(const dp_app *app)
{
    return app->reading.ink == DP_INK_ENOUGH;
}

/* ▸7 ███████████      52 %
 * The answer is marked by a sign, by weight and by colour. Percentages are whole: ten flickering
 * decimals would help nobody and cost bytes. */
static void draw_bar(dp_grid *g, const dp_app *app, dp_rect r, int row, int digit)
{
    enum { LABEL = 3, PERCENT = 6 };
    const dp_prediction *p = &app->reading.prediction;
    bool winner = dp_app_verdict(app) == DP_VERDICT_DIGIT && digit == p->rank[0];
    int y = r.y + row;
    dp_tone tone = winner ? DP_TONE_ACCENT : DP_TONE_MUTED;
    if (winner)
        dp_grid_put(g, r.x, y, U'▸', tone);
    dp_grid_put(g, r.x + 1, y, (uint32_t)('0' + digit), winner ? DP_TONE_STRONG : tone);
    if (!has_answer(app))
        return;
    dp_buttons_add(&g->buttons, (dp_button){ { r.x, y, r.w, 1 }, DP_KEY_ROW, digit });
    bool narrow = r.w < 12;
    int right = narrow ? PERCENT - 2 : PERCENT, percent = (int)(p->prob[digit] * 100);
    dp_grid_bar(g, r.x + LABEL, y, r.w - LABEL - right, p->prob[digit], tone);
    char text[16];
    snprintf(text, sizeof text, narrow ? "%d%%" : "%d %%", percent);
    if (percent > 0)
        dp_grid_right(g, r.x + r.w - right, y, right,
                      winner ? DP_TONE_STRONG : DP_TONE_MUTED, text);
}

void dp_view_bars(dp_grid *g, const dp_app *app, dp_rect r)
{
    for (int row = 0; row < r.h; row++) {
        bool ranked = r.h < DP_DIGITS; /* the compact form shows only the best three */
        if (!ranked)
            draw_bar(g, app, r, row, row);
        else if (has_answer(app))
            draw_bar(g, app, r, row, app->reading.prediction.rank[row]);
    }
}

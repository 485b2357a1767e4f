/* The ten bars, one for the probability of each digit. */
#include "config.h"

#include "tui/view/view.h"

#include <stdio.h>

/* Whether there are probabilities, even if the answer is rejected. */
static bool has_answer(const dp_app *app)
{
    return app->reading.ink == DP_INK_ENOUGH;
}

/* ▸7 ███████████    52.1 %
 * The answer is marked by a sign, by weight and by colour. Bars below one per cent have no
 * number. */
static void draw_bar(dp_grid *g, const dp_app *app, dp_rect r, int row, int digit)
{
    enum { LABEL = 3, PERCENT = 7, NARROW_PERCENT = 5 };
    const dp_prediction *p = &app->reading.prediction;
    bool winner = dp_app_verdict(app) == DP_VERDICT_DIGIT && digit == p->rank[0];
    int y = r.y + row;
    dp_tone tone = winner ? DP_TONE_ACCENT : DP_TONE_MUTED;
    if (winner)
        dp_grid_put(g, r.x, y, U'▸', tone);
    dp_grid_put(g, r.x + 1, y, (uint32_t)('0' + digit), winner ? DP_TONE_STRONG : tone);
    if (!has_answer(app))
        return;
    bool narrow = r.w < 12;
    int right = narrow ? NARROW_PERCENT : PERCENT;
    dp_grid_bar(g, r.x + LABEL, y, r.w - LABEL - right, p->prob[digit], tone);
    char number[16], text[32];
    dp_view_percent(number, sizeof number, app, p->prob[digit]);
    snprintf(text, sizeof text, narrow ? "%s" : "%s %%", number);
    if (p->prob[digit] >= 0.01F)
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

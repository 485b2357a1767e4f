/* The ten bars, one for the probability of each digit. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"
#include "tui/pad/keys.h"

#include <stdio.h>

/* Whether there are probabilities, even if the answer is rejected. */
static bool has_answer(const dp_app *app)
{
    return app->reading.ink == DP_INK_ENOUGH &&
           dp_prediction_has_prob(&app->reading.prediction);
}

/* ▸7 ███████████    52.1 %
 * The answer is marked by a sign, by weight and by colour. Bars below one per cent have no
 * number. */
static void draw_bar(dp_grid *g, const dp_app *app, dp_rect r, int digit)
{
    enum { LABEL = 3, PERCENT = 7, NARROW_PERCENT = 5 };
    const dp_prediction *p = &app->reading.prediction;
    bool winner = dp_app_verdict(app) == DP_VERDICT_DIGIT && digit == p->rank[0];
    int y = r.y,
        thickness = dp_max_int(r.h - 1, 1); /* a blank row below it, if there are two */
    dp_tone tone = winner ? DP_TONE_ACCENT : DP_TONE_MUTED;
    if (winner)
        dp_grid_put(g, r.x, y, U'▸', tone);
    dp_grid_put(g, r.x + 1, y, (uint32_t)('0' + digit), winner ? DP_TONE_STRONG : tone);
    if (!has_answer(app))
        return;
    dp_buttons_add(&g->buttons, (dp_button){ r, DP_KEY_ROW, digit });
    bool narrow = r.w < 12;
    int right = narrow ? NARROW_PERCENT : PERCENT;
    for (int i = 0; i < thickness; i++)
        dp_grid_bar(g, r.x + LABEL, y + i, r.w - LABEL - right, p->prob[digit], tone);
    char number[16], text[32];
    dp_view_percent(number, sizeof number, app, p->prob[digit]);
    snprintf(text, sizeof text, narrow ? "%s" : "%s %%", number);
    if (p->prob[digit] >= 0.01F)
        dp_grid_right(g, r.x + r.w - right, y, right,
                      winner ? DP_TONE_STRONG : DP_TONE_MUTED, text);
}

void dp_view_bars(dp_grid *g, const dp_app *app, dp_rect r)
{
    const bool ranked =
        r.h < DP_DIGITS; /* the compact form may show only the best three */
    const int n = ranked ? r.h : DP_DIGITS;
    for (int i = 0; i < n; i++) {
        dp_rect bar = { r.x, r.y + i * (r.h / n), r.w, r.h / n };
        if (!ranked)
            draw_bar(g, app, bar, i);
        else if (has_answer(app))
            draw_bar(g, app, bar, app->reading.prediction.rank[i]);
    }
}

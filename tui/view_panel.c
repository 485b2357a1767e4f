/* The answer beside the pad: a large digit, how sure the network is, ten bars. */
#include "config.h"

#include "tui/view.h"

#include "tui/figure.h"

#include <stdio.h>

enum { MAX_FIGURE = 64 * 64 };

/* Below this the answer is a guess, and does not shine. */
#define LIKELY 0.6F

/* Whether there are probabilities: a guess at least. */
static bool has_answer(const dp_app *app)
{
    return app->answer.ink == DP_INK_ENOUGH;
}

static bool is_digit(const dp_app *app)
{
    return dp_app_verdict(app) == DP_VERDICT_DIGIT;
}

static float best(const dp_app *app)
{
    const dp_prediction *p = &app->answer.prediction;
    return p->prob[p->rank[0]];
}

/* Never "100.0 %" of what is not certain, nor "0.0 %" of what is not impossible: the figure
 * is cut, not rounded. While the pen moves tenths would only flicker, and cost bytes. */
static void format_percent(char *text, size_t size, const dp_app *app, float p)
{
    int tenths = (int)(p * 1000);
    if (dp_app_is_drawing(app))
        snprintf(text, size, "%d   %%", tenths / 10);
    else
        snprintf(text, size, "%d.%d %%", tenths / 10, tenths % 10);
}

/* ---- digit ----------------------------------------------------------------------------- */

static void draw_digit(dp_grid *g, const dp_app *app, dp_rect r)
{
    float ink[MAX_FIGURE];
    int width = r.w, height = 2 * r.h;
    if (!is_digit(app) || width * height > MAX_FIGURE)
        return;
    dp_figure_draw(ink, width, height, app->answer.prediction.rank[0]);
    dp_tone tone = best(app) >= LIKELY ? DP_TONE_FIGURE : DP_TONE_MUTED;
    dp_grid_figure(g, r.x, r.y, ink, width, height, tone);
}

/* ---- answer ---------------------------------------------------------------------------- */

static const char *confidence_word(float p)
{
    return p >= 0.99F  ? "certain"
           : p >= 0.9F ? "confident"
           : p >= 0.6F ? "likely"
                       : "unsure";
}

static void draw_top(dp_grid *g, const dp_app *app, int n, int x, int y)
{
    const dp_prediction *p = &app->answer.prediction;
    for (int i = 0; i < n; i++) {
        char text[32], percent[16];
        bool first = i == 0 && is_digit(app);
        format_percent(percent, sizeof percent, app, p->prob[p->rank[i]]);
        snprintf(text, sizeof text, "%d %9s", p->rank[i], percent);
        dp_grid_text(g, x, y + i, 16, first ? DP_TONE_STRONG : DP_TONE_MUTED, text);
    }
}

/* Two words below each other where there is no digit to name. */
static void draw_verdict(dp_grid *g, const dp_app *app, dp_rect r)
{
    static const char *const words[][2] = {
        [DP_VERDICT_BLANK] = { "nothing", "drawn yet" },
        [DP_VERDICT_KEEP_DRAWING] = { "keep", "drawing" },
        [DP_VERDICT_NOT_A_DIGIT] = { "not", "a digit" },
    };
    dp_verdict verdict = dp_app_verdict(app);
    dp_tone tone = verdict == DP_VERDICT_BLANK         ? DP_TONE_MUTED
                   : verdict == DP_VERDICT_NOT_A_DIGIT ? DP_TONE_WARNING
                                                       : DP_TONE_STRONG;
    dp_grid_text(g, r.x, r.y, r.w, tone, words[verdict][0]);
    dp_grid_text(g, r.x, r.y + 1, r.w, tone, words[verdict][1]);
}

/* Word and figure, on one line where rows are few. */
static void draw_confidence(dp_grid *g, const dp_app *app, dp_rect r)
{
    char percent[16];
    bool one_line = !app->layout.compact && r.h < 6;
    format_percent(percent, sizeof percent, app, best(app));
    int x = dp_grid_text(g, r.x, r.y, r.w, DP_TONE_ACCENT, confidence_word(best(app)));
    if (one_line)
        dp_grid_text(g, x + 1, r.y, r.x + r.w - x - 1, DP_TONE_STRONG, percent);
    else
        dp_grid_text(g, r.x, r.y + 1, r.w, DP_TONE_STRONG, percent);
}

/* "mlp: 2  61 %" where the other network is of another opinion. */
static void draw_second(dp_grid *g, const dp_app *app, dp_rect r, int y)
{
    const dp_second_opinion *second = &app->answer.second;
    char text[96];
    if (!second->name)
        return;
    int n = snprintf(text, sizeof text, "%s: %d", second->name, second->digit);
    if (r.w >= n + 7)
        snprintf(text + n, sizeof text - (size_t)n, " %4d %%", (int)(second->prob * 100));
    dp_grid_text(g, r.x, y, r.w, DP_TONE_WARNING, text);
}

/* The top three stand at the bottom; where rows are few a second opinion replaces the last. */
static void draw_answer(dp_grid *g, const dp_app *app, dp_rect r)
{
    if (is_digit(app))
        draw_confidence(g, app, r);
    else
        draw_verdict(g, app, r);
    if (!has_answer(app))
        return;
    if (app->layout.compact) {
        draw_second(g, app, r, r.y + 2);
        return;
    }
    bool low = r.h < 6, second = app->answer.second.name;
    int n = low && (second || !is_digit(app)) ? 2 : 3;
    draw_top(g, app, n, r.x, r.y + r.h - (low && second ? 3 : n));
    draw_second(g, app, r, low ? r.y + r.h - 1 : r.y + 3);
}

/* ---- bars ------------------------------------------------------------------------------ */

/* ▸7 ███████████      52 % — the best one is marked by sign, weight and colour. Whole
 * percents: ten figures that flicker in their last place help nobody and cost bytes. */
static void draw_bar(dp_grid *g, const dp_app *app, dp_rect r, int row, int digit)
{
    enum { LABEL = 3, PERCENT = 6 };
    const dp_prediction *p = &app->answer.prediction;
    bool winner = is_digit(app) && digit == p->rank[0];
    int y = r.y + row;
    dp_tone tone = winner ? DP_TONE_ACCENT : DP_TONE_MUTED;
    if (winner)
        dp_grid_put(g, r.x, y, U'▸', tone);
    dp_grid_put(g, r.x + 1, y, (uint32_t)('0' + digit), winner ? DP_TONE_STRONG : tone);
    if (!has_answer(app))
        return;
    bool narrow = r.w < 12;
    int right = narrow ? PERCENT - 2 : PERCENT, percent = (int)(p->prob[digit] * 100);
    dp_grid_bar(g, r.x + LABEL, y, r.w - LABEL - right, p->prob[digit], tone);
    char text[16];
    snprintf(text, sizeof text, narrow ? "%d%%" : "%d %%", percent);
    if (percent > 0)
        dp_grid_right(g, r.x + r.w - right, y, right,
                      winner ? DP_TONE_STRONG : DP_TONE_MUTED, text);
}

static void draw_bars(dp_grid *g, const dp_app *app, dp_rect r)
{
    for (int row = 0; row < r.h; row++) {
        bool ranked = r.h < DP_DIGITS; /* the compact form has room for the best three */
        if (!ranked)
            draw_bar(g, app, r, row, row);
        else if (has_answer(app))
            draw_bar(g, app, r, row, app->answer.prediction.rank[row]);
    }
}

/* ---- inset ----------------------------------------------------------------------------- */

static void draw_inset(dp_grid *g, const dp_app *app, const dp_panel *panel)
{
    dp_rect r = dp_app_look(app) == DP_LOOK_IMAGE ? panel->inset : panel->maps;
    char title[96];
    dp_view_look_title(title, sizeof title, app, panel);
    dp_grid_center(g, r.x, r.y - 1, r.w, DP_TONE_MUTED, title);
    dp_view_look(g, app, panel);
}

/* ---- frame ----------------------------------------------------------------------------- */

/* "391k " parameters */
static void format_size(char *text, size_t size, const dp_app *app)
{
    const dp_model *m = dp_session_model(dp_models_session(&app->models));
    double n = (double)dp_model_layout(m)->trainable;
    if (n < 1e6)
        snprintf(text, size, "%.0fk ", n * 1e-3);
    else
        snprintf(text, size, "%.1fM ", n * 1e-6);
}

/* The network's name on the left of the upper edge, what it took on the right. */
static void draw_frame(dp_grid *g, const dp_app *app)
{
    dp_rect f = app->layout.frame;
    dp_rect inside = { f.x + 1, f.y + 1, f.w - 2, f.h - 2 };
    dp_grid_frame(g, inside, DP_TONE_FRAME);
    char text[96];
    snprintf(text, sizeof text, " %s ", dp_models_name(&app->models));
    int x = dp_grid_text(g, f.x + 2, f.y, f.w - 16, DP_TONE_STRONG, text);
    format_size(text, sizeof text, app);
    if (x + dp_grid_text_width(text) < f.x + f.w - 14)
        x = dp_grid_text(g, x, f.y, f.w - 16, DP_TONE_MUTED, text);
    if (app->latency_us == 0)
        return;
    snprintf(text, sizeof text, " %d µs ", app->latency_us);
    dp_grid_right(g, x, f.y, f.x + f.w - 2 - x, DP_TONE_MUTED, text);
}

void dp_view_panel(dp_grid *g, const dp_app *app)
{
    const dp_layout *l = &app->layout;
    bool inset = dp_app_looks_beside(app) && !l->inset_on_pad;
    const dp_panel *panel = inset ? &l->look : &l->plain;
    if (!l->compact)
        draw_frame(g, app);
    draw_digit(g, app, panel->digit);
    draw_answer(g, app, panel->answer);
    draw_bars(g, app, panel->bars);
    if (inset)
        draw_inset(g, app, panel);
}

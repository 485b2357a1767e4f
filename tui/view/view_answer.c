/* The answer: the large digit, or the digits of a number; the confidence; the top three. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/view/big_digit.h"

#include <math.h>
#include <stdio.h>

enum { MAX_BIG_DIGIT = 64 * 64 };

static bool is_digit(const dp_app *app)
{
    return dp_app_verdict(app) == DP_VERDICT_DIGIT;
}

static float best(const dp_app *app)
{
    const dp_prediction *p = &app->reading.prediction;
    return p->prob[p->rank[0]];
}

void dp_view_percent(char *text, size_t size, const dp_app *app, float p)
{
    int tenths = (int)(p * 1000);
    if (tenths >= 1000)
        snprintf(text, size, "100");
    else if (dp_app_is_drawing(app))
        snprintf(text, size, "%d  ", tenths / 10);
    else
        snprintf(text, size, "%d.%d", tenths / 10, tenths % 10);
}

/* The same with its sign: "99.9 %". */
static void format_percent(char *text, size_t size, const dp_app *app, float p)
{
    char number[16];
    dp_view_percent(number, sizeof number, app, p);
    snprintf(text, size, "%s %%", number);
}

/* Below this probability, or if the network's rule doubts it, the answer is a guess, and is
 * muted. */
static bool is_guess(const dp_app *app)
{
    return best(app) < 0.6F || app->reading.prediction.trust < 0;
}

static bool has_prob(const dp_app *app)
{
    return dp_prediction_has_prob(&app->reading.prediction);
}

static const char *confidence_word(const dp_app *app)
{
    return !has_prob(app)       ? "no"
           : is_guess(app)      ? "unsure"
           : best(app) >= 0.99F ? "certain"
           : best(app) >= 0.9F  ? "confident"
                                : "likely";
}

/* ---- digits ---------------------------------------------------------------------------- */

/* Write the number as text, with a mark under its weakest digit. */
static void draw_number_as_text(dp_grid *g, const dp_segmentation *number, dp_rect r)
{
    char text[DP_SEGMENTS_MAX + 1], mark[DP_SEGMENTS_MAX + 1] = "";
    dp_segmentation_text(text, number);
    int x = r.x + (r.w - number->n) / 2;
    dp_grid_text(g, x, r.y + r.h - 2, r.w, DP_TONE_STRONG, text);
    snprintf(mark, sizeof mark, "%*s", number->weakest + 1, "^");
    dp_grid_text(g, x, r.y + r.h - 1, r.w, DP_TONE_WARNING, mark);
}

/* Draw large digits side by side, with a mark under the weakest one; as text if they would be too
 * narrow. */
static void draw_number(dp_grid *g, const dp_segmentation *number, dp_rect r)
{
    enum { MIN_W = 4 };
    float ink[MAX_BIG_DIGIT];
    int n = number->n, w = r.w / n, height = 2 * (r.h - 1);
    if (w > height) /* no wider than high */
        w = height;
    if (w < MIN_W || w * height > MAX_BIG_DIGIT) {
        draw_number_as_text(g, number, r);
        return;
    }
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &number->digit[i].prediction;
        int x = r.x + (r.w - n * w) / 2 + i * w;
        bool weakest = i == number->weakest;
        dp_big_digit_draw(ink, w - 1, height, p->rank[0]);
        dp_grid_big_digit(g, (dp_rect){ x, r.y, w - 1, r.h - 1 }, ink,
                          weakest ? DP_TONE_STRONG : DP_TONE_BIG_DIGIT);
        if (weakest)
            dp_grid_text(g, x + (w - 1) / 2, r.y + r.h - 1, 1, DP_TONE_WARNING, "^");
    }
}

/* Draw the number in the rectangles of digit and answer, and the confidence of its weakest digit
 * below it. */
static void draw_number_answer(dp_grid *g, const dp_app *app, dp_rect digit,
                               dp_rect answer)
{
    char percent[24], text[64];
    const dp_segmentation *number = &app->reading.number;
    bool below = answer.y > digit.y;
    dp_rect whole = { digit.x, digit.y, answer.x + answer.w - digit.x, digit.h - 1 };
    int y = digit.y + digit.h - 1;
    if (below) {
        whole = (dp_rect){ answer.x, digit.y, answer.w, digit.h };
        y = answer.y;
    }
    draw_number(g, number, whole);
    if (!has_prob(app)) {
        dp_grid_text(g, whole.x, y, whole.w, DP_TONE_ACCENT, "no confidence");
        return;
    }
    format_percent(percent, sizeof percent, app, best(app));
    snprintf(text, sizeof text, below ? "%d: %s" : "weakest %d: %s",
             app->reading.prediction.rank[0], percent);
    int x = dp_grid_text(g, whole.x, y, whole.w, DP_TONE_STRONG, text);
    const char *word = confidence_word(app);
    if (below)
        dp_grid_text(g, answer.x, y + 1, answer.w, DP_TONE_ACCENT, word);
    else
        dp_grid_text(g, x + 1, y, whole.x + whole.w - x - 1, DP_TONE_ACCENT, word);
}

static void draw_digit(dp_grid *g, const dp_app *app, dp_rect r)
{
    float ink[MAX_BIG_DIGIT];
    int width = r.w, height = 2 * r.h;
    if (!is_digit(app) || width * height > MAX_BIG_DIGIT)
        return;
    dp_big_digit_draw(ink, width, height, app->reading.prediction.rank[0]);
    dp_tone tone = is_guess(app) ? DP_TONE_MUTED : DP_TONE_BIG_DIGIT;
    dp_grid_big_digit(g, r, ink, tone);
}

/* ---- confidence ------------------------------------------------------------------------ */

static void draw_top(dp_grid *g, const dp_app *app, int n, int x, int y)
{
    const dp_prediction *p = &app->reading.prediction;
    for (int i = 0; i < n; i++) {
        char text[48], percent[24];
        bool first = i == 0 && is_digit(app);
        format_percent(percent, sizeof percent, app, p->prob[p->rank[i]]);
        snprintf(text, sizeof text, "%d %9s", p->rank[i], percent);
        dp_grid_text(g, x, y + i, 16, first ? DP_TONE_STRONG : DP_TONE_MUTED, text);
    }
}

/* Instead of a confidence: why no digit is shown, in two rows. */
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

/* A word and a percentage, in two rows, or in one if rows are scarce. */
static void draw_confidence(dp_grid *g, const dp_app *app, dp_rect r)
{
    char percent[24];
    bool one_line = !app->layout.compact && r.h < 6;
    if (has_prob(app))
        format_percent(percent, sizeof percent, app, best(app));
    else /* after "no" */
        snprintf(percent, sizeof percent, "confidence");
    int x = dp_grid_text(g, r.x, r.y, r.w, DP_TONE_ACCENT, confidence_word(app));
    if (one_line)
        dp_grid_text(g, x + 1, r.y, r.x + r.w - x - 1, DP_TONE_STRONG, percent);
    else
        dp_grid_text(g, r.x, r.y + 1, r.w, DP_TONE_STRONG, percent);
}

/* "mlp: 2  61 %" if the second network disagrees. */
static void draw_second(dp_grid *g, const dp_app *app, dp_rect r, int y)
{
    const dp_second_opinion *second = &app->reading.second;
    char text[96];
    if (!second->name)
        return;
    int n = snprintf(text, sizeof text, "%s: %d", second->name, second->digit);
    if (r.w >= n + 7 && !isnan(second->prob))
        snprintf(text + n, sizeof text - (size_t)n, " %4d %%", (int)(second->prob * 100));
    dp_grid_text(g, r.x, y, r.w, DP_TONE_WARNING, text);
}

/* The top three are at the bottom. If rows are scarce, the verdict above and the second opinion
 * below take some of theirs. */
static void draw_answer(dp_grid *g, const dp_app *app, dp_rect r)
{
    if (is_digit(app))
        draw_confidence(g, app, r);
    else
        draw_verdict(g, app, r);
    if (app->reading.ink != DP_INK_ENOUGH)
        return; /* nothing is read */
    if (app->layout.compact) {
        draw_second(g, app, r, r.y + 2);
        return;
    }
    bool low = r.h < 6;
    int second = low && app->reading.second.name;
    int n = has_prob(app) ? 3 - (low && !is_digit(app)) - second : 0;
    draw_top(g, app, n, r.x, r.y + r.h - n - second);
    draw_second(g, app, r, low ? r.y + r.h - 1 : r.y + 3);
}

void dp_view_answer(dp_grid *g, const dp_app *app, const dp_panel *panel)
{
    if (is_digit(app) && app->reading.number.n > 1) {
        draw_number_answer(g, app, panel->digit, panel->answer);
    } else {
        draw_digit(g, app, panel->digit);
        draw_answer(g, app, panel->answer);
    }
}

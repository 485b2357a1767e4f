/* The two rows at the bottom: the status line and the most important keys. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"
#include "tui/view/key_names.h"

#include <stdio.h>
#include <string.h>

typedef struct hint {
    const char *key, *what;
} hint;

static int hint_width(const hint *h)
{
    return dp_grid_text_width(h->key) + 1 + dp_grid_text_width(h->what);
}

static int draw_hint(dp_grid *g, int x, int y, int width, const hint *h)
{
    int end = x + width, after = dp_grid_text(g, x, y, width, DP_TONE_STRONG, h->key);
    after = dp_grid_text(g, after + 1, y, end - after - 1, DP_TONE_MUTED, h->what);
    dp_grid_button(g, x, y, after, dp_key_named(h->key, strlen(h->key)));
    return after;
}

/* "[ pen ]": the left half makes the pen narrower, the right half wider. */
static int draw_pen_hint(dp_grid *g, int x, int y)
{
    dp_grid_put(g, x, y, '[', DP_TONE_STRONG);
    dp_grid_text(g, x + 2, y, 3, DP_TONE_MUTED, "pen");
    dp_grid_put(g, x + 6, y, ']', DP_TONE_STRONG);
    dp_grid_button(g, x, y, x + 3, '[');
    dp_grid_button(g, x + 3, y, x + 7, ']');
    return x + 7;
}

/* Draw the hints that fit. The last two, help and quit, always do. */
static void draw_hints(dp_grid *g, dp_rect r, const hint *hints, int n)
{
    enum { GAP = 2 };
    int x = r.x + 1, y = r.y, end = r.x + r.w, last = r.y + r.h - 1;
    int reserved = hint_width(&hints[n - 2]) + hint_width(&hints[n - 1]) + 2 * GAP;
    for (int i = 0; i < n; i++) {
        if (y < last && x + hint_width(&hints[i]) > end) {
            x = r.x + 1;
            y++;
        }
        int left = y == last && i < n - 2 ? reserved : 0;
        if (x + hint_width(&hints[i]) + left > end)
            continue;
        x = hints[i].key[0] == '[' ? draw_pen_hint(g, x, y)
                                   : draw_hint(g, x, y, end - x, &hints[i]);
        x += GAP;
    }
}

void dp_view_keys(dp_grid *g, const dp_app *app)
{
    static const hint usual[] = { { "c", "clear" }, { "u", "undo" },  { "e", "eraser" },
                                  { "[ ]", "pen" }, { "m", "model" }, { "v", "look" },
                                  { "s", "save" },  { "?", "help" },  { "q", "quit" } };
    static const hint once[] = { { "Enter", "accept" }, { "c", "clear" },
                                 { "u", "undo" },       { "e", "eraser" },
                                 { "[ ]", "pen" },      { "m", "model" },
                                 { "?", "help" },       { "Esc", "cancel" } };
    if (app->once)
        draw_hints(g, app->layout.keys, once, DP_COUNT(once));
    else
        draw_hints(g, app->layout.keys, usual, DP_COUNT(usual));
}

dp_tone dp_view_tool(char *text, size_t size, const dp_app *app)
{
    bool erasing = app->tool == DP_ERASER;
    snprintf(text, size, "%s %d%s", erasing ? "eraser" : "pen", app->pen,
             app->pen_down ? " · down" : "");
    return erasing || app->pen_down ? DP_TONE_ACCENT : DP_TONE_TEXT;
}

static void format_training(char *text, size_t size, const dp_training *t, int width)
{
    snprintf(text, size, "training %s · x stops", t->model);
    if (dp_grid_text_width(text) > width)
        snprintf(text, size, "x stops");
}

static void format_fetching(char *text, size_t size, const dp_fetching *f, int width)
{
    char amount[40];
    double done = 1e-3 * (double)f->done, total = 1e-3 * (double)f->total;
    if (f->done > 0)
        snprintf(amount, sizeof amount, "%.0f/%.0f kB", done, total);
    else
        snprintf(amount, sizeof amount, "%.0f kB", total);
    snprintf(text, size, "fetching %s: %s · x stops", f->models, amount);
    if (dp_grid_text_width(text) > width)
        snprintf(text, size, "x stops · %s", amount);
}

void dp_view_jobs(char *text, size_t size, const dp_app *app, int width)
{
    if (app->training.model)
        format_training(text, size, &app->training, width);
    else
        format_fetching(text, size, &app->fetching, width);
}

static bool is_busy(const dp_app *app)
{
    return app->training.model || app->fetching.models[0];
}

/* On the right of the status line: the progress of a job, or how to draw. */
static void draw_status_right(dp_grid *g, const dp_app *app, dp_rect r)
{
    static const char *const drawing[2][3] = {
        { "left drag draws · right drag erases", "left draws, right erases", "" },
        { "arrows move · d pen down or up · space dot", "d pen · space dot", "" }
    };
    char text[128];
    dp_tone tone = DP_TONE_MUTED;
    if (is_busy(app)) {
        dp_view_jobs(text, sizeof text, app, r.w);
        tone = DP_TONE_TEXT;
    } else {
        snprintf(text, sizeof text, "%s",
                 dp_view_fitting(drawing[app->crosshair_shown], 3, r.w));
    }
    int spare = dp_max_int(r.w - dp_grid_text_width(text), 0);
    dp_view_hints(g, app, (dp_rect){ r.x + spare, r.y, r.w - spare, 1 }, tone, text);
}

void dp_view_status(dp_grid *g, const dp_app *app)
{
    dp_rect r = app->layout.status;
    if (app->message[0]) {
        dp_view_hints(g, app, (dp_rect){ r.x + 1, r.y, r.w - 2, 1 },
                      app->message_is_warning ? DP_TONE_WARNING : DP_TONE_TEXT,
                      app->message);
        return;
    }
    char text[64];
    dp_tone tone = dp_view_tool(text, sizeof text, app);
    int x = dp_grid_text(g, r.x + 1, r.y, r.w - 2, tone, text);
    int strokes = dp_history_strokes(&app->history)->n_strokes;
    snprintf(text, sizeof text, " · %d stroke%s", strokes, strokes == 1 ? "" : "s");
    enum { NARROW = 64 }; /* the progress of a job needs the room */
    if (strokes > 0 && !(is_busy(app) && r.w < NARROW))
        x = dp_grid_text(g, x, r.y, r.x + r.w - 1 - x, DP_TONE_MUTED, text);
    draw_status_right(g, app, (dp_rect){ x + 2, r.y, r.x + r.w - 3 - x, 1 });
}

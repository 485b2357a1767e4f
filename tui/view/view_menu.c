/* The menu of models, over everything else. */
#include "config.h"

#include "tui/term/out.h"
#include "tui/view/view.h"

#include <stdio.h>

enum { FIGURE_W = 9, NOTE_W = 14, NOTE_SIGN_W = 2, ROOMY_W = 58 };

/* Columns from left to right; the name gets what the others leave. */
typedef struct columns {
    int name, figure, note; /* where they begin */
    int figure_w;
    bool roomy; /* notes are words, not signs */
} columns;

static columns columns_of(dp_rect box)
{
    columns c = { .name = box.x + 1, .roomy = box.w >= ROOMY_W };
    c.figure_w = c.roomy ? FIGURE_W : FIGURE_W - 1;
    c.note = box.x + box.w - (c.roomy ? NOTE_W : NOTE_SIGN_W);
    c.figure = c.note - 3 * c.figure_w;
    return c;
}

static void format_bytes(char *text, size_t size, int64_t bytes)
{
    if (bytes > 0)
        snprintf(text, size, "%.0f kB", (double)bytes * 1e-3);
    else
        *text = '\0';
}

static const char *note_for(const dp_menu_row *row, const char *current, bool words)
{
    if (row->state == DP_MENU_BROKEN)
        return words ? "damaged" : "!";
    if (row->state == DP_MENU_ABSENT)
        return words ? "not fetched" : "-";
    return row->name != current ? "" : words ? "in use" : "=";
}

static void draw_figure(dp_grid *g, columns c, int i, int y, dp_tone tone,
                        const char *text)
{
    dp_grid_right(g, c.figure + i * c.figure_w + 1, y, c.figure_w - 1, tone, text);
}

static void draw_row(dp_grid *g, const dp_app *app, dp_rect box, int i)
{
    const dp_menu_row *row = &app->menu.row[i];
    const columns c = columns_of(box);
    bool chosen = i == app->menu.at;
    dp_tone tone = chosen                        ? DP_TONE_ACCENT
                   : row->state == DP_MENU_READY ? DP_TONE_TEXT
                                                 : DP_TONE_MUTED;
    char name[256], text[32];
    int y = box.y + 1 + i;
    dp_out_safe(name, sizeof name, row->name);
    if (chosen)
        dp_grid_put(g, box.x, y, U'▸', tone);
    dp_grid_text(g, c.name, y, c.figure - c.name, tone, name);
    format_bytes(text, sizeof text, row->bytes);
    draw_figure(g, c, 0, y, tone, text);
    draw_figure(g, c, 1, y, tone, row->accuracy);
    snprintf(text, sizeof text, "%d µs", row->latency_us);
    if (row->latency_us > 0)
        draw_figure(g, c, 2, y, tone, text);
    dp_grid_text(g, c.note + 1, y, box.x + box.w - c.note - 1, tone,
                 note_for(row, app->models.name[app->models.current], c.roomy));
}

static void draw_header(dp_grid *g, dp_rect box)
{
    static const char *const titles[] = { "size", "correct", "latency" };
    for (int i = 0; i < 3; i++)
        draw_figure(g, columns_of(box), i, box.y, DP_TONE_MUTED, titles[i]);
}

/* Rows beyond the window are not shown; sixteen models need a window of 20 rows. */
void dp_view_menu(dp_grid *g, const dp_app *app)
{
    int cols = app->layout.cols, rows = app->layout.rows, n = app->menu.n;
    int w = cols >= ROOMY_W + 2 ? ROOMY_W : cols - 2;
    int h = n + 3 < rows - 2 ? n + 3 : rows - 2;
    dp_rect box = { (cols - w) / 2, (rows - h) / 2, w, h };
    dp_grid_fill(g, box, dp_palette_paint(&g->palette, DP_TONE_TEXT));
    dp_grid_frame(g, box, DP_TONE_ACCENT);
    dp_grid_text(g, box.x + 1, box.y - 1, w - 2, DP_TONE_ACCENT, " models ");
    draw_header(g, box);
    for (int i = 0; i < n && i < h - 3; i++)
        draw_row(g, app, box, i);
    dp_grid_text(g, box.x + 1, box.y + h - 1, w - 2, DP_TONE_MUTED,
                 "Enter uses or fetches · Esc back");
}

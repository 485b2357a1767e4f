/* The menu of models: an overlay. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/term/out.h"

#include <math.h>
#include <stdio.h>

enum { NUMBER_W = 9, NOTE_W = 14, NOTE_SIGN_W = 2, ROOMY_W = 58 };

/* The columns from left to right: the name, three numbers, a note. The name gets the width that
 * the others leave. */
typedef struct columns {
    int name, number, note; /* first columns; of the first number */
    int number_w;
    bool roomy; /* notes are words, not signs */
} columns;

static columns columns_of(dp_rect box)
{
    columns c = { .name = box.x + 1, .roomy = box.w >= ROOMY_W };
    c.number_w = c.roomy ? NUMBER_W : NUMBER_W - 1;
    c.note = box.x + box.w - (c.roomy ? NOTE_W : NOTE_SIGN_W);
    c.number = c.note - 3 * c.number_w;
    return c;
}

static const char *note_for(const dp_menu_row *row, const char *current, bool words)
{
    if (row->state == DP_MENU_BROKEN)
        return words ? "damaged" : "!";
    if (row->state == DP_MENU_ABSENT)
        return words ? "not fetched" : "-";
    if (row->state == DP_MENU_UNTRIED)
        return words ? "opening" : ".";
    return row->name != current ? "" : words ? "in use" : "=";
}

/* Draw number i of a row, right-aligned. */
static void draw_number(dp_grid *g, columns c, int i, int y, dp_tone tone,
                        const char *text)
{
    dp_grid_right(g, c.number + i * c.number_w + 1, y, c.number_w - 1, tone, text);
}

/* Size, accuracy and latency; blank if unknown. */
static void draw_numbers(dp_grid *g, columns c, int y, dp_tone tone,
                         const dp_menu_row *row)
{
    char text[32];
    snprintf(text, sizeof text, "%.0f kB", (double)row->bytes * 1e-3);
    if (row->bytes > 0)
        draw_number(g, c, 0, y, tone, text);
    snprintf(text, sizeof text, "%.2f %%", 100 * (double)row->accuracy);
    if (!isnan(row->accuracy))
        draw_number(g, c, 1, y, tone, text);
    snprintf(text, sizeof text, "%d µs", row->latency_us);
    if (row->latency_us > 0)
        draw_number(g, c, 2, y, tone, text);
}

static void draw_row(dp_grid *g, const dp_app *app, dp_rect box, int i)
{
    const dp_menu_row *row = &app->menu.row[i];
    const columns c = columns_of(box);
    bool selected = i == app->menu.at;
    dp_tone tone = selected                      ? DP_TONE_ACCENT
                   : row->state == DP_MENU_READY ? DP_TONE_TEXT
                                                 : DP_TONE_MUTED;
    char name[256];
    int y = box.y + 1 + i;
    dp_out_safe(name, sizeof name, row->name);
    if (selected)
        dp_grid_put(g, box.x, y, U'▸', tone);
    dp_grid_text(g, c.name, y, c.number - c.name, tone, name);
    draw_numbers(g, c, y, tone, row);
    dp_grid_text(g, c.note + 1, y, box.x + box.w - c.note - 1, tone,
                 note_for(row, app->models.name[app->models.current], c.roomy));
}

static void draw_header(dp_grid *g, dp_rect box)
{
    static const char *const titles[] = { "size", "MNIST", "network" };
    for (int i = 0; i < 3; i++)
        draw_number(g, columns_of(box), i, box.y, DP_TONE_MUTED, titles[i]);
}

/* Rows that do not fit are not shown. Sixteen models need a window of 21 rows. */
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

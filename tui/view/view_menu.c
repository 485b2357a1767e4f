/* The menu of models: an overlay. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"
#include "tui/pad/keys.h"
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

/* Draw row i of the menu in the row `at` of cells. */
static void draw_row(dp_grid *g, const dp_app *app, dp_rect at, int i)
{
    const dp_menu_row *row = &app->menu.row[i];
    const columns c = columns_of(at);
    bool selected = i == app->menu.at;
    dp_tone tone = selected                      ? DP_TONE_ACCENT
                   : row->state == DP_MENU_READY ? DP_TONE_TEXT
                                                 : DP_TONE_MUTED;
    char name[256];
    dp_out_safe(name, sizeof name, row->name);
    if (selected)
        dp_grid_put(g, at.x, at.y, U'▸', tone);
    dp_grid_text(g, c.name, at.y, c.number - c.name, tone, name);
    draw_numbers(g, c, at.y, tone, row);
    dp_grid_text(g, c.note + 1, at.y, at.x + at.w - c.note - 1, tone,
                 note_for(row, app->models.name[app->models.current], c.roomy));
    dp_buttons_add(&g->buttons, (dp_button){ at, DP_KEY_ROW, i });
}

static void draw_header(dp_grid *g, dp_rect box)
{
    static const char *const titles[] = { "size", "MNIST", "network" };
    for (int i = 0; i < 3; i++)
        draw_number(g, columns_of(box), i, box.y, DP_TONE_MUTED, titles[i]);
}

/* In a low window, the rows down to the selected one that fit. */
void dp_view_menu(dp_grid *g, const dp_app *app)
{
    int cols = app->layout.cols, rows = app->layout.rows, n = app->menu.n;
    int w = cols >= ROOMY_W + 2 ? ROOMY_W : cols - 2;
    int h = dp_min_int(n + 3, rows - 2), visible = h - 3;
    int first = dp_max_int(app->menu.at - visible + 1, 0);
    dp_rect box = dp_view_box(g, w, h, " models ");
    dp_buttons_add(&g->buttons,
                   (dp_button){ .area = box }); /* a near miss does nothing */
    draw_header(g, box);
    for (int i = first; i < n && i < first + visible; i++)
        draw_row(g, app, (dp_rect){ box.x, box.y + 1 + i - first, w, 1 }, i);
    dp_view_hints(g, app, (dp_rect){ box.x + 1, box.y + h - 1, w - 2, 1 }, DP_TONE_MUTED,
                  "Enter uses or fetches · Esc back");
}

/* The help: an overlay that lists the keys. */
#include "config.h"

#include "tui/view/view.h"

#include "engine/core/arith.h"
#include "tui/view/key_names.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_W = 13, W = DP_HELP_COLUMN_W };

/* A part of a row's text, and the key that a click on it types; 0: none. */
typedef struct piece {
    const char *text;
    int length, key;
} piece;

/* Write a piece at (at.x, at.y), at most at.w cells. Returns the column after it. */
static int draw_piece(dp_grid *g, dp_rect at, dp_tone tone, piece p)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", p.length, p.text);
    int end = dp_grid_text(g, at.x, at.y, at.w, tone, text);
    if (p.key)
        dp_grid_button(g, at.x, at.y, end, p.key);
    return end;
}

/* "u  U  ^R": each name is a button. */
static void draw_names(dp_grid *g, int x, int y, const dp_key_row *row)
{
    const char *name = row->names;
    int end = x + NAMES_W;
    while (*name) {
        size_t length = strcspn(name, " "), blanks = strspn(name + length, " ");
        piece p = { name, (int)length, dp_key_of_name(row, name, length) };
        x = draw_piece(g, (dp_rect){ x, y, end - x, 1 }, DP_TONE_STRONG, p);
        x += (int)blanks;
        name += length + blanks;
    }
}

/* "undo; redo": each part is a button. */
static void draw_what(dp_grid *g, int x, int y, const dp_key_row *row)
{
    int end = x + W - NAMES_W - 1;
    const char *part = row->what;
    for (int i = 0; *part; i++) {
        size_t length = strcspn(part, ";");
        length += part[length] == ';';
        piece p = { part, (int)length, dp_key_of_part(row, i) };
        x = draw_piece(g, (dp_rect){ x, y, end - x, 1 }, DP_TONE_TEXT, p);
        part += length;
    }
}

/* In the lower edge, how many rows follow; in the upper edge, how many are above. */
static void draw_more(dp_grid *g, dp_rect box, int above, int below)
{
    const struct {
        const char *arrow;
        int n, y, key;
    } edges[] = { { "↑", above, box.y - 1, DP_KEY_PAGE_UP },
                  { "↓", below, box.y + box.h, DP_KEY_PAGE_DOWN } };
    for (int i = 0; i < 2; i++) {
        char text[32];
        int end = box.x + box.w - 1;
        snprintf(text, sizeof text, " %s %d more ", edges[i].arrow, edges[i].n);
        int x = end - dp_grid_text_width(text);
        if (edges[i].n == 0)
            continue;
        dp_grid_text(g, x, edges[i].y, end - x, DP_TONE_ACCENT, text);
        dp_grid_button(g, x, edges[i].y, end, edges[i].key);
    }
}

void dp_view_help(dp_grid *g, const dp_app *app)
{
    const dp_key_row *rows[DP_HELP_ROWS_MAX];
    dp_help_window w = dp_key_help(rows, app);
    dp_rect box = dp_view_box(g, w.columns * W, w.height, " keys ");
    int last = dp_min_int(w.first + w.height * w.columns, w.n);
    for (int i = w.first; i < last; i++) {
        int x = box.x + (i - w.first) / w.height * W + 1;
        int y = box.y + (i - w.first) % w.height;
        draw_names(g, x, y, rows[i]);
        draw_what(g, x + NAMES_W, y, rows[i]);
    }
    draw_more(g, box, w.first, w.n - last);
}

/* The help: an overlay that lists the keys. */
#include "config.h"

#include "tui/view/view.h"

#include "tui/pad/keys.h"

/* The next row of the table, from `row` on, that the help shows; NULL after the last one. */
static const dp_key_row *shown_row(const dp_key_row *row, bool once)
{
    while (row->where && (row->minor || !dp_key_row_works(row, DP_ON_PAD, once)))
        row++;
    return row->where ? row : NULL;
}

/* A low window shows only as many rows as fit. */
void dp_view_help(dp_grid *g, const dp_app *app)
{
    enum { NAMES_W = 13, W = 38 };
    const dp_key_row *row;
    int n = 0, rows = app->layout.rows - 2;
    for (row = dp_key_rows; (row = shown_row(row, app->once)); row++)
        n++;
    int h = n < rows ? n : rows;
    dp_rect box = { (app->layout.cols - W) / 2, (app->layout.rows - h) / 2, W, h };
    dp_grid_fill(g, box, dp_palette_paint(&g->palette, DP_TONE_TEXT));
    dp_grid_frame(g, box, DP_TONE_ACCENT);
    dp_grid_text(g, box.x + 1, box.y - 1, W - 2, DP_TONE_ACCENT, " keys ");
    row = shown_row(dp_key_rows, app->once);
    for (int y = box.y; y < box.y + h; y++) {
        dp_grid_text(g, box.x + 1, y, NAMES_W, DP_TONE_STRONG, row->names);
        dp_grid_text(g, box.x + 1 + NAMES_W, y, W - NAMES_W - 1, DP_TONE_TEXT, row->what);
        row = shown_row(row + 1, app->once);
    }
}

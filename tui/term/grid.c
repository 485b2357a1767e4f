#include "config.h"

#include "tui/term/grid.h"

#include "engine/core/arith.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

dp_code dp_grid_resize(dp_grid *g, int cols, int rows, dp_err *err)
{
    cols = dp_clamp_int(cols, 1, DP_GRID_MAX_SIDE);
    rows = dp_clamp_int(rows, 1, DP_GRID_MAX_SIDE);
    dp_cell *cell = malloc((size_t)cols * (size_t)rows * sizeof *cell);
    if (!cell)
        return dp_fail(err, DP_NOMEM, "no memory for a screen of %d×%d", cols, rows);
    free(g->cell);
    g->cell = cell;
    g->cols = cols;
    g->rows = rows;
    dp_grid_blank(g);
    return DP_OK;
}

void dp_grid_free(dp_grid *g)
{
    free(g->cell);
    g->cell = NULL;
    g->cols = g->rows = 0;
}

dp_cell *dp_grid_at(const dp_grid *g, int x, int y)
{
    bool inside = x >= 0 && x < g->cols && y >= 0 && y < g->rows;
    return inside ? &g->cell[y * g->cols + x] : NULL;
}

void dp_grid_fill(dp_grid *g, dp_rect r, dp_paint paint)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            dp_cell *cell = dp_grid_at(g, x, y);
            if (cell)
                *cell = (dp_cell){ ' ', paint };
        }
    }
}

void dp_grid_blank(dp_grid *g)
{
    dp_rect all = { 0, 0, g->cols, g->rows };
    dp_grid_fill(g, all, dp_palette_paint(&g->palette, DP_TONE_TEXT));
    g->buttons.n = 0;
}

void dp_grid_put(dp_grid *g, int x, int y, uint32_t glyph, dp_tone tone)
{
    dp_cell *cell = dp_grid_at(g, x, y);
    if (cell)
        *cell = (dp_cell){ dp_palette_glyph(&g->palette, glyph),
                           dp_palette_paint(&g->palette, tone) };
}

/* Decode the next character and advance *text. The text is well-formed, because dp_out_safe has
 * replaced everything else; a stray byte still counts as `?`. */
static uint32_t next_char(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    int more = *p < 0x80 ? 0 : *p < 0xc0 ? -1 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
    uint32_t code = more < 0 ? '?' : more == 0 ? *p : *p & (0x3fu >> more);
    p++;
    for (; more > 0 && (*p & 0xc0) == 0x80; more--)
        code = code << 6 | (*p++ & 0x3fu);
    *text = (const char *)p;
    return more > 0 ? '?' : code;
}

int dp_grid_text_width(const char *text)
{
    int n = 0;
    for (; *text; n++)
        next_char(&text);
    return n;
}

/* Whether a character is one column wide, and not a control character (C0, C1, bidirectional).
 * wcwidth answers only in a UTF-8 locale; in others, only what has a substitute is sure. */
static bool is_narrow(uint32_t code)
{
    if (code < 0x300)
        return code >= 0x20 && (code < 0x7f || code >= 0xa0);
    return dp_palette_knows(code) || wcwidth((wchar_t)code) == 1;
}

int dp_grid_text(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text)
{
    for (int end = x + width; *text && x < end; x++) {
        uint32_t code = next_char(&text);
        dp_grid_put(g, x, y, is_narrow(code) ? code : '?', tone);
    }
    return x;
}

void dp_grid_right(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text)
{
    int w = dp_grid_text_width(text);
    dp_grid_text(g, w < width ? x + width - w : x, y, width, tone, text);
}

void dp_grid_center(dp_grid *g, int x, int y, int width, dp_tone tone, const char *text)
{
    int w = dp_grid_text_width(text);
    dp_grid_text(g, w < width ? x + (width - w) / 2 : x, y, width, tone, text);
}

void dp_grid_button(dp_grid *g, int x, int y, int end, int key)
{
    if (x < end)
        dp_buttons_add(&g->buttons, (dp_button){ { x, y, end - x, 1 }, key, 0 });
}

void dp_grid_frame(dp_grid *g, dp_rect r, dp_tone tone)
{
    for (int x = r.x; x < r.x + r.w; x++) {
        dp_grid_put(g, x, r.y - 1, U'─', tone);
        dp_grid_put(g, x, r.y + r.h, U'─', tone);
    }
    for (int y = r.y; y < r.y + r.h; y++) {
        dp_grid_put(g, r.x - 1, y, U'│', tone);
        dp_grid_put(g, r.x + r.w, y, U'│', tone);
    }
    dp_grid_put(g, r.x - 1, r.y - 1, U'╭', tone);
    dp_grid_put(g, r.x + r.w, r.y - 1, U'╮', tone);
    dp_grid_put(g, r.x - 1, r.y + r.h, U'╰', tone);
    dp_grid_put(g, r.x + r.w, r.y + r.h, U'╯', tone);
}

void dp_grid_bar(dp_grid *g, int x, int y, int width, float fraction, dp_tone tone)
{
    int eighths = dp_clamp_int((int)(fraction * (float)width * 8 + 0.5F), 0, width * 8);
    for (; eighths > 0; eighths -= 8, x++) {
        dp_cell *cell = dp_grid_at(g, x, y);
        if (cell)
            *cell = dp_palette_bar(&g->palette, eighths < 8 ? eighths : 8, tone);
    }
}

void dp_grid_pixels(dp_grid *g, int x, int y, const float *ink, int width, int height)
{
    for (int row = 0; row < height; row += 2) {
        const dp_cell *left = NULL;
        for (int col = 0; col < width; col++) {
            const float *upper = ink + row * width + col;
            float lower = row + 1 < height ? upper[width] : 0; /* below the last row: 0 */
            dp_cell *cell = dp_grid_at(g, x + col, y + row / 2);
            if (cell)
                *cell = dp_palette_pixels(&g->palette, *upper, lower, left);
            left = cell;
        }
    }
}

void dp_grid_big_digit(dp_grid *g, dp_rect r, const float *ink, dp_tone tone)
{
    for (int row = 0; row < r.h; row++) {
        for (int col = 0; col < r.w; col++) {
            const float *upper = ink + 2 * row * r.w + col;
            dp_cell *cell = dp_grid_at(g, r.x + col, r.y + row);
            if (cell)
                *cell = dp_palette_big_digit(&g->palette, *upper, upper[r.w], tone);
        }
    }
}

#include "config.h"

#include "tui/ink/octants.h"

#include <stddef.h>

enum {
    MAX_PIXELS = DP_OCTANT_ROWS * DP_OCTANT_COLS,
    SMALL = 30,                    /* greys of 256, which nobody misses in an edge */
    TOLERANCE = 3 * SMALL * SMALL, /* their squared difference */
};

/* ---- characters ------------------------------------------------------------------------ */

/* The patterns of octants that Unicode has outside the block that begins at U+1CD00. */
static const struct {
    uint8_t pattern;
    uint32_t glyph;
} other_octants[] = {
    { 0x00, ' ' },     { 0x01, 0x1cea8 }, { 0x02, 0x1ceab }, { 0x03, 0x1fb82 },
    { 0x05, U'▘' },    { 0x0a, U'▝' },    { 0x0f, U'▀' },    { 0x14, 0x1fbe6 },
    { 0x28, 0x1fbe7 }, { 0x3f, 0x1fb85 }, { 0x40, 0x1cea3 }, { 0x50, U'▖' },
    { 0x55, U'▌' },    { 0x5a, U'▞' },    { 0x5f, U'▛' },    { 0x80, 0x1cea0 },
    { 0xa0, U'▗' },    { 0xa5, U'▚' },    { 0xaa, U'▐' },    { 0xaf, U'▜' },
    { 0xc0, U'▂' },    { 0xf0, U'▄' },    { 0xf5, U'▙' },    { 0xfa, U'▟' },
    { 0xfc, U'▆' },    { 0xff, U'█' },
};

/* The block has the other patterns in their order. */
static uint32_t octant(unsigned pattern)
{
    uint32_t glyph = 0x1cd00 + pattern;
    for (size_t i = 0; i < DP_COUNT(other_octants); i++) {
        if (other_octants[i].pattern == pattern)
            return other_octants[i].glyph;
        glyph -= other_octants[i].pattern < pattern;
    }
    return glyph;
}

/* The block at U+1FB00 has all sextants but the blank, the halves and the full block. */
static uint32_t sextant(unsigned pattern)
{
    enum { LEFT = 0x15, RIGHT = 0x2a, FULL = 0x3f };
    return pattern == 0       ? ' '
           : pattern == LEFT  ? U'▌'
           : pattern == RIGHT ? U'▐'
           : pattern == FULL
               ? U'█'
               : 0x1fb00 + pattern - 1 - (pattern > LEFT) - (pattern > RIGHT);
}

uint32_t dp_octant(int rows, unsigned pattern)
{
    return rows == DP_OCTANT_ROWS ? octant(pattern) : sextant(pattern);
}

/* ---- choosing two colours -------------------------------------------------------------- */

/* A choice for a cell, and the sum of its squared differences. */
typedef struct fit {
    dp_octant_cell cell;
    int error;
} fit;

/* The squared difference of two colours. */
static int distance(int a, int b)
{
    uint8_t p[3], q[3];
    int sum = 0;
    if (a == b)
        return 0;
    dp_palette_rgb(p, a);
    dp_palette_rgb(q, b);
    for (int i = 0; i < 3; i++)
        sum += (p[i] - q[i]) * (p[i] - q[i]);
    return sum;
}

/* Give each pixel the nearer colour. */
static fit fit_colors(const uint8_t *color, int n, uint8_t fg, uint8_t bg)
{
    fit f = { { fg, bg, 0 }, 0 };
    for (int i = 0; i < n; i++) {
        int to_fg = distance(color[i], fg), to_bg = distance(color[i], bg);
        f.cell.pattern |= (uint8_t)((to_fg < to_bg) << i);
        f.error += dp_min_int(to_fg, to_bg);
    }
    return f;
}

/* The best pair among the colours of the pixels. The lower index is the background: paper, where
 * the cell has some. */
static fit best_fit(const uint8_t *color, int n)
{
    fit best = fit_colors(color, n, color[0], color[0]);
    for (int i = 0; i < n && best.error > 0; i++)
        for (int k = 0; k < n && best.error > 0; k++) {
            if (color[i] <= color[k])
                continue;
            fit f = fit_colors(color, n, color[i], color[k]);
            if (f.error < best.error)
                best = f;
        }
    return best;
}

dp_octant_cell dp_octant_choose(const uint8_t *color, int rows)
{
    const int n = rows * DP_OCTANT_COLS;
    uint8_t low = color[0], high = color[0];
    for (int i = 1; i < n; i++) {
        low = color[i] < low ? color[i] : low;
        high = color[i] > high ? color[i] : high;
    }
    fit f = best_fit(color, n), sharp = fit_colors(color, n, high, low);
    return sharp.error <= f.error + TOLERANCE * n ? sharp.cell : f.cell;
}

/* ---- writing --------------------------------------------------------------------------- */

/* UTF-8; all characters beyond ASCII have three or four bytes. */
static void add_glyph(dp_text *out, uint32_t c)
{
    char bytes[4];
    size_t n = 0;
    if (c < 0x80)
        bytes[n++] = (char)c;
    else if (c < 0x10000)
        bytes[n++] = (char)(0xe0 | c >> 12);
    else {
        bytes[n++] = (char)(0xf0 | c >> 18);
        bytes[n++] = (char)(0x80 | (c >> 12 & 0x3f));
    }
    if (c >= 0x80) {
        bytes[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[n++] = (char)(0x80 | (c & 0x3f));
    }
    dp_text_append(out, bytes, n);
}

/* What the terminal has been told; −1: nothing. */
typedef struct pen {
    int x, y, fg, bg;
} pen;

/* How many colours must be set for a cell; one that is not seen needs none. */
static int count_changes(const pen *at, dp_octant_cell c, unsigned full)
{
    return (c.pattern != 0 && c.fg != at->fg) + (c.pattern != full && c.bg != at->bg);
}

/* Write a cell, after the cursor and colours that it needs. Colours may change places. */
static void add_cell(dp_text *out, pen *at, int rows, int x, int y, dp_octant_cell c)
{
    const unsigned full = (1U << (rows * DP_OCTANT_COLS)) - 1;
    const dp_octant_cell inverse = { c.bg, c.fg, (uint8_t)(full ^ c.pattern) };
    if (count_changes(at, inverse, full) < count_changes(at, c, full))
        c = inverse;
    bool first = at->x < 0, fg = first || (c.pattern != 0 && c.fg != at->fg),
         bg = first || (c.pattern != full && c.bg != at->bg);
    if (y == at->y && x > at->x)
        dp_text_add(out, "\033[%dC", x - at->x);
    else if (y != at->y || x != at->x)
        dp_text_add(out, "\033[%d;%dH", y + 1, x + 1);
    if (fg && bg)
        dp_text_add(out, "\033[%s38;5;%d;48;5;%dm", first ? "0;" : "", c.fg, c.bg);
    else if (fg)
        dp_text_add(out, "\033[38;5;%dm", c.fg);
    else if (bg)
        dp_text_add(out, "\033[48;5;%dm", c.bg);
    add_glyph(out, dp_octant(rows, c.pattern));
    *at = (pen){ x + 1, y, fg ? c.fg : at->fg, bg ? c.bg : at->bg };
}

/* The pixels of the cell in column x of row y, by rows. */
static void take_pixels(uint8_t *color, const dp_picture *p, int x, int y, int rows)
{
    for (int i = 0; i < rows * DP_OCTANT_COLS; i++)
        color[i] = p->color[(y * rows + i / DP_OCTANT_COLS) * p->width +
                            x * DP_OCTANT_COLS + i % DP_OCTANT_COLS];
}

void dp_octants_draw(dp_text *out, const dp_update *u, dp_octant_cell *shown)
{
    const int rows = dp_update_cell_h(u), w = u->place.w;
    const dp_area a =
        u->before ? u->area : (dp_area){ 0, 0, u->now->width, u->now->height };
    pen at = { -1, -1, -1, -1 }; /* the first cell sets everything */
    for (int y = a.y0 / rows; y < dp_ceil_div_int(a.y1, rows); y++)
        for (int x = a.x0 / DP_OCTANT_COLS; x < dp_ceil_div_int(a.x1, DP_OCTANT_COLS);
             x++) {
            uint8_t color[MAX_PIXELS];
            dp_octant_cell *old = &shown[y * w + x];
            take_pixels(color, u->now, x, y, rows);
            dp_octant_cell cell = dp_octant_choose(color, rows);
            if (u->before && cell.pattern == old->pattern && cell.bg == old->bg &&
                cell.fg == old->fg)
                continue;
            *old = cell;
            add_cell(out, &at, rows, u->place.x + x, u->place.y + y, cell);
        }
}

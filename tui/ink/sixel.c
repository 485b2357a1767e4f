#include "config.h"

#include "tui/ink/sixel.h"

#include <string.h>

enum {
    BAND = 6,      /* rows of pixels in a sixel */
    TILE_MAX = 960 /* xterm clips images to 1000 × 1000 pixels */
};

/* A sixel is a character: the bits of six pixels, from the top down, plus '?'. */
static const char no_pixels = '?';

/* The image that is being sent. Its colours get registers as they come. */
typedef struct image {
    const dp_update *update;
    dp_area area;    /* what has changed, */
    int left, top;   /* and the cell where the image begins: in pixels of the picture */
    int number[256]; /* the registers of the colours; 0: none yet, else from 1 on */
    int n_registers;
} image;

/* What a colour must paint in a column of a band, and what it may: pixels that have this colour
 * already, and pixels that another colour paints over later. */
typedef struct sixel {
    unsigned must, may;
} sixel;

static size_t pixel_at(const image *m, int x, int y)
{
    return (size_t)y * (size_t)m->update->now->width + (size_t)x;
}

/* Colours are painted by rising index. */
static sixel sixel_at(const image *m, int x, int y, int color)
{
    const uint8_t *now = m->update->now->color;
    sixel s = { 0, 0 };
    for (int k = 0; k < BAND && y + k < m->area.y1; k++) {
        size_t i = pixel_at(m, x, y + k);
        bool changes = dp_update_changes(m->update, i);
        s.must |= (unsigned)(changes && now[i] == color) << k;
        s.may |= (unsigned)(now[i] == color || (changes && now[i] > color)) << k;
    }
    return s;
}

/* Write `count` equal sixels. */
static void add_run(dp_text *out, unsigned bits, int count)
{
    const char c = (char)((unsigned)no_pixels + bits);
    if (count > 3)
        dp_text_add(out, "!%d%c", count, c);
    else
        for (; count > 0; count--)
            dp_text_append(out, &c, 1);
}

/* Write the pixels of one colour in the band from row y on, in as few runs as possible. */
static void add_color(dp_text *out, const image *m, int y, int color)
{
    sixel run = sixel_at(m, m->left, y, color);
    int from = m->left;
    for (int x = m->left + 1; x < m->area.x1; x++) {
        sixel next = sixel_at(m, x, y, color);
        sixel both = { run.must | next.must, run.may & next.may };
        bool fits = (both.must & ~both.may) == 0;
        if (!fits) {
            add_run(out, run.must, x - from);
            from = x;
        }
        run = fits ? both : next;
    }
    if (run.must)
        add_run(out, run.must, m->area.x1 - from);
}

/* Select a colour, after the definition of its register if it is new: xterm does not select a
 * register that it defines. The parts are percentages. */
static void select_color(dp_text *out, image *m, int color)
{
    if (m->number[color] == 0) {
        uint8_t rgb[3];
        dp_palette_rgb(rgb, color);
        dp_text_add(out, "#%d;2;%d;%d;%d", m->n_registers, (rgb[0] * 100 + 127) / 255,
                    (rgb[1] * 100 + 127) / 255, (rgb[2] * 100 + 127) / 255);
        m->number[color] = ++m->n_registers;
    }
    dp_text_add(out, "#%d", m->number[color] - 1);
}

/* Which colours the changed pixels of an area have. */
static void find_colors(bool used[256], const dp_update *u, dp_area a)
{
    memset(used, 0, 256 * sizeof *used);
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            size_t i = (size_t)y * (size_t)u->now->width + (size_t)x;
            if (dp_update_changes(u, i))
                used[u->now->color[i]] = true;
        }
}

static void add_band(dp_text *out, image *m, int y)
{
    bool used[256];
    int n = 0;
    find_colors(used, m->update,
                (dp_area){ m->area.x0, dp_max_int(y, m->area.y0), m->area.x1,
                           dp_min_int(y + BAND, m->area.y1) });
    for (int color = 0; color < 256; color++) {
        if (!used[color])
            continue;
        if (n++ > 0)
            dp_text_append(out, "$", 1);
        select_color(out, m, color);
        add_color(out, m, y, color);
    }
}

/* Send an area as one image that begins at the cell of its upper left pixel. Pixels that no band
 * sets stay as they are (P2 = 1). */
static void send_image(dp_text *out, const dp_update *u, dp_area a)
{
    if (u->before)
        a = dp_picture_diff(u->now, u->before, a);
    if (dp_area_is_empty(a))
        return;
    int cell_w = dp_update_cell_w(u), cell_h = dp_update_cell_h(u);
    int col = a.x0 / cell_w, row = a.y0 / cell_h;
    image m = { .update = u, .area = a, .left = col * cell_w, .top = row * cell_h };
    dp_text_add(out, "\033[%d;%dH\033P0;1q\"1;1;%d;%d", u->place.y + row + 1,
                u->place.x + col + 1, a.x1 - m.left, a.y1 - m.top);
    for (int y = m.top; y < a.y1; y += BAND) {
        if (y > m.top)
            dp_text_append(out, "-", 1);
        add_band(out, &m, y);
    }
    dp_text_append(out, "\033\\", 2);
}

void dp_sixel_draw(dp_text *out, const dp_update *u)
{
    const dp_area a = u->area;
    const int w = TILE_MAX / dp_update_cell_w(u) * dp_update_cell_w(u),
              h = TILE_MAX / dp_update_cell_h(u) * dp_update_cell_h(u);
    for (int y = a.y0 / h * h; y < a.y1; y += h)
        for (int x = a.x0 / w * w; x < a.x1; x += w)
            send_image(out, u,
                       (dp_area){ dp_max_int(x, a.x0), dp_max_int(y, a.y0),
                                  dp_min_int(x + w, a.x1), dp_min_int(y + h, a.y1) });
}

void dp_sixel_draw_cells(dp_text *out, const dp_update *u)
{
    const dp_update all = { .now = u->now,
                            .area = dp_update_cells(u),
                            .place = u->place };
    dp_sixel_draw(out, &all);
}

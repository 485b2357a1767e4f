#include "config.h"

#include "tui/ink/sixel.h"

#include <string.h>

enum {
    BAND = 6,      /* rows of pixels in a sixel */
    TILE_MAX = 960 /* xterm clips images to 1000 × 1000 pixels */
};

/* A sixel is a character: the bits of six pixels, from the top down, plus '?'. */
static const char no_pixels = '?';

/* Write `count` equal sixels. */
static void add_run(dp_text *out, char sixel, int count)
{
    if (count > 3)
        dp_text_add(out, "!%d%c", count, sixel);
    else
        for (; count > 0; count--)
            dp_text_append(out, &sixel, 1);
}

/* The sixel of the pixels from (x, y) down that have changed to this colour, above `end`. */
static char sixel_at(const dp_update *u, int x, int y, int end, uint8_t color)
{
    const dp_picture *p = u->now;
    int bits = 0;
    for (int k = 0; k < BAND && y + k < end; k++) {
        size_t i = (size_t)(y + k) * (size_t)p->width + (size_t)x;
        if (p->color[i] == color && dp_update_changes(u, i))
            bits |= 1 << k;
    }
    return (char)(no_pixels + bits);
}

/* Write the pixels of one colour in the band from row y on, from column `left` on. */
static void add_color(dp_text *out, const dp_update *u, dp_area a, int y, int left,
                      uint8_t color)
{
    char run = no_pixels;
    int from = left;
    for (int x = a.x0; x < a.x1; x++) {
        char sixel = sixel_at(u, x, y, a.y1, color);
        if (sixel == run)
            continue;
        add_run(out, run, x - from);
        run = sixel;
        from = x;
    }
    if (run != no_pixels)
        add_run(out, run, a.x1 - from);
}

/* Which colours the changed pixels of an area have. Returns whether there are any. */
static bool find_colors(bool used[256], const dp_update *u, dp_area a)
{
    bool any = false;
    memset(used, 0, 256 * sizeof *used);
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            size_t i = (size_t)y * (size_t)u->now->width + (size_t)x;
            if (dp_update_changes(u, i))
                any = used[u->now->color[i]] = true;
        }
    return any;
}

/* Give the colours registers, by rising index. Their parts are percentages. */
static void add_registers(dp_text *out, uint8_t number[256], const bool used[256])
{
    int n = 0;
    for (int color = 0; color < 256; color++) {
        if (!used[color])
            continue;
        uint8_t rgb[3];
        dp_palette_rgb(rgb, color);
        dp_text_add(out, "#%d;2;%d;%d;%d", n, (rgb[0] * 100 + 127) / 255,
                    (rgb[1] * 100 + 127) / 255, (rgb[2] * 100 + 127) / 255);
        number[color] = (uint8_t)n++;
    }
}

static void add_band(dp_text *out, const dp_update *u, dp_area a, int y, int left,
                     const uint8_t number[256])
{
    bool used[256];
    int n = 0;
    dp_area band = { a.x0, dp_max_int(y, a.y0), a.x1, dp_min_int(y + BAND, a.y1) };
    find_colors(used, u, band);
    for (int color = 0; color < 256; color++) {
        if (!used[color])
            continue;
        dp_text_add(out, n++ > 0 ? "$#%d" : "#%d", number[color]);
        add_color(out, u, a, y, left, (uint8_t)color);
    }
}

/* Send an area as one image that begins at the cell of its upper left pixel. Pixels that no band
 * sets stay as they are (P2 = 1). */
static void send_image(dp_text *out, const dp_update *u, dp_area a)
{
    bool used[256];
    uint8_t number[256];
    if (dp_area_is_empty(a) || !find_colors(used, u, a))
        return;
    int cell_w = dp_update_cell_w(u), cell_h = dp_update_cell_h(u);
    int col = a.x0 / cell_w, row = a.y0 / cell_h, top = row * cell_h;
    dp_text_add(out, "\033[%d;%dH\033P0;1q\"1;1;%d;%d", u->place.y + row + 1,
                u->place.x + col + 1, a.x1 - col * cell_w, a.y1 - top);
    add_registers(out, number, used);
    for (int y = top; y < a.y1; y += BAND) {
        if (y > top)
            dp_text_append(out, "-", 1);
        add_band(out, u, a, y, col * cell_w, number);
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

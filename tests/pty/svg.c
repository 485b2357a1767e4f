#include "config.h"

#include "tests/pty/svg.h"

#include <string.h>

enum { CELL_W = 10, CELL_H = 20, MARGIN = 16 };

/* The palette of xterm: 16 colours, a 6×6×6 cube, 24 greys. */
static unsigned rgb(int index)
{
    static const unsigned first[16] = { 0x000000, 0xcd3131, 0x0dbc79, 0xe5e510,
                                        0x2472c8, 0xbc3fbc, 0x11a8cd, 0xe5e5e5,
                                        0x666666, 0xf14c4c, 0x23d18b, 0xf5f543,
                                        0x3b8eea, 0xd670d6, 0x29b8db, 0xffffff };
    static const unsigned steps[6] = { 0, 95, 135, 175, 215, 255 };
    if (index < 16)
        return first[index];
    if (index >= 232)
        return (unsigned)(8 + 10 * (index - 232)) * 0x10101;
    int i = index - 16;
    return steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6];
}

static unsigned color(int index, unsigned missing)
{
    return index < 0 ? missing : rgb(index);
}

static void print_char(FILE *f, uint32_t c)
{
    if (c == '<' || c == '>' || c == '&' || c >= 0x80)
        fprintf(f, "&#%u;", (unsigned)c);
    else
        fputc((int)c, f);
}

/* The rectangle of a block character in eighths of the cell: x, y, width, height. Rectangles leave
 * no gaps, as fonts do. False for other characters. */
static bool block_rect(int rect[4], uint32_t c)
{
    if (c == 0x2580) /* ▀ */
        memcpy(rect, (int[]){ 0, 0, 8, 4 }, 4 * sizeof(int));
    else if (c == 0x2584) /* ▄ */
        memcpy(rect, (int[]){ 0, 4, 8, 4 }, 4 * sizeof(int));
    else if (c >= 0x2588 && c <= 0x258f) /* █ … ▏ */
        memcpy(rect, (int[]){ 0, 0, 8 - (int)(c - 0x2588), 8 }, 4 * sizeof(int));
    else
        return false;
    return true;
}

/* The appearance of a cell, with reverse video applied. */
typedef struct look {
    uint32_t glyph;
    unsigned fg, bg;
    bool bold;
} look;

static look look_at(const pty *p, int col, int row, svg_theme t)
{
    VTermScreenCell cell = pty_cell(p, col, row);
    unsigned fg = color(pty_fg(p, col, row), t.ink),
             bg = color(pty_bg(p, col, row), t.paper);
    bool reverse = cell.attrs.reverse;
    return (look){ cell.chars[0], reverse ? bg : fg, reverse ? fg : bg, cell.attrs.bold };
}

/* Adjacent rectangles of one colour in a row are merged. */
typedef struct rect_run {
    double x, y, w, h;
    unsigned fill;
} rect_run;

static void flush_run(FILE *f, rect_run *run)
{
    if (run->w > 0)
        fprintf(f, "<path d=\"M%g %gh%gv%gh-%g\" fill=\"#%06x\"/>\n", run->x, run->y,
                run->w, run->h, run->w, run->fill);
    run->w = 0;
}

static void add_rect(FILE *f, rect_run *run, rect_run next)
{
    if (run->w > 0 && run->x + run->w == next.x && run->y == next.y && run->h == next.h &&
        run->fill == next.fill) {
        run->w += next.w;
        return;
    }
    flush_run(f, run);
    *run = next;
}

static void print_backgrounds(FILE *f, const pty *p, dp_rect c, svg_theme t)
{
    rect_run run = { 0 };
    for (int col = c.x; col < c.x + c.w; col++) {
        look l = look_at(p, col, c.y, t);
        if (l.bg != t.paper)
            add_rect(f, &run,
                     (rect_run){ MARGIN + col * CELL_W, MARGIN + c.y * CELL_H, CELL_W,
                                 CELL_H, l.bg });
    }
    flush_run(f, &run);
}

static void print_blocks(FILE *f, const pty *p, dp_rect c, svg_theme t)
{
    rect_run run = { 0 };
    for (int col = c.x; col < c.x + c.w; col++) {
        look l = look_at(p, col, c.y, t);
        int r[4];
        if (!block_rect(r, l.glyph))
            continue;
        double x = MARGIN + col * CELL_W, y = MARGIN + c.y * CELL_H;
        add_rect(f, &run,
                 (rect_run){ x + r[0] * CELL_W / 8.0, y + r[1] * CELL_H / 8.0,
                             r[2] * CELL_W / 8.0, r[3] * CELL_H / 8.0, l.fg });
    }
    flush_run(f, &run);
}

/* Whether two cells have text that one run can hold. */
static bool go_together(const look *a, const look *b)
{
    return a->fg == b->fg && a->bold == b->bold;
}

static bool is_text(const look *l)
{
    int r[4];
    return l->glyph != 0 && l->glyph != ' ' && !block_rect(r, l->glyph);
}

/* The functions for a row of cells, c. Adjacent characters of one look are one text, stretched to
 * its cells. */
static void print_text(FILE *f, const pty *p, dp_rect c, svg_theme t)
{
    for (int col = c.x, n; col < c.x + c.w; col += n) {
        const look first = look_at(p, col, c.y, t);
        n = 1;
        if (!is_text(&first))
            continue;
        look next;
        while (col + n < c.x + c.w &&
               (next = look_at(p, col + n, c.y, t), is_text(&next)) &&
               go_together(&first, &next))
            n++;
        fprintf(f, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s>",
                MARGIN + col * CELL_W, MARGIN + c.y * CELL_H + 3 * CELL_H / 4, n * CELL_W,
                first.fg, first.bold ? " font-weight=\"bold\"" : "");
        for (int i = 0; i < n; i++)
            print_char(f, look_at(p, col + i, c.y, t).glyph);
        fputs("</text>\n", f);
    }
}

const svg_theme svg_dark = { 0xd8d8d8, 0x121314 }, svg_light = { 0x222222, 0xffffff };

void svg_begin(FILE *f, int cols, int rows, svg_theme t)
{
    const int w = cols * CELL_W + 2 * MARGIN, h = rows * CELL_H + 2 * MARGIN;
    fprintf(
        f,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"16\" "
        "shape-rendering=\"crispEdges\">\n"
        "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\"/>\n",
        w, h, w, h, t.paper);
}

void svg_end(FILE *f)
{
    fputs("</svg>\n", f);
}

void svg_cells(FILE *f, const pty *p, dp_rect cells, svg_theme t)
{
    for (int y = cells.y; y < cells.y + cells.h; y++) {
        const dp_rect row = { cells.x, y, cells.w, 1 };
        print_backgrounds(f, p, row, t);
        print_blocks(f, p, row, t);
        print_text(f, p, row, t);
    }
}

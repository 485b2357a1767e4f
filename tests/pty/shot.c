/* Makes a picture of the real pad: starts the program, draws a digit with the mouse, and writes
 * the screen as SVG. Called by scripts/screenshot. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/pty/pty.h"
#include "tests/pty/replay.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
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

typedef struct theme {
    unsigned ink, paper; /* the terminal's own colours */
} theme;

static look look_at(const pty *p, int col, int row, theme t)
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
        fprintf(f,
                "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06x\"/>\n",
                run->x, run->y, run->w, run->h, run->fill);
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

static void print_backgrounds(FILE *f, const pty *p, int row, theme t)
{
    rect_run run = { 0 };
    for (int col = 0; col < p->cols; col++) {
        look l = look_at(p, col, row, t);
        if (l.bg != t.paper)
            add_rect(f, &run,
                     (rect_run){ MARGIN + col * CELL_W, MARGIN + row * CELL_H, CELL_W,
                                 CELL_H, l.bg });
    }
    flush_run(f, &run);
}

static void print_blocks(FILE *f, const pty *p, int row, theme t)
{
    rect_run run = { 0 };
    for (int col = 0; col < p->cols; col++) {
        look l = look_at(p, col, row, t);
        int r[4];
        if (!block_rect(r, l.glyph))
            continue;
        double x = MARGIN + col * CELL_W, y = MARGIN + row * CELL_H;
        add_rect(f, &run,
                 (rect_run){ x + r[0] * CELL_W / 8.0, y + r[1] * CELL_H / 8.0,
                             r[2] * CELL_W / 8.0, r[3] * CELL_H / 8.0, l.fg });
    }
    flush_run(f, &run);
}

static void print_text(FILE *f, const pty *p, int row, theme t)
{
    for (int col = 0; col < p->cols; col++) {
        look l = look_at(p, col, row, t);
        int r[4];
        if (l.glyph == 0 || l.glyph == ' ' || block_rect(r, l.glyph))
            continue;
        fprintf(f, "<text x=\"%g\" y=\"%g\" fill=\"#%06x\"%s>",
                MARGIN + (col + 0.5) * CELL_W, MARGIN + (row + 0.75) * CELL_H, l.fg,
                l.bold ? " font-weight=\"bold\"" : "");
        print_char(f, l.glyph);
        fputs("</text>\n", f);
    }
}

static void print_svg(FILE *f, const pty *p, bool light)
{
    theme t = light ? (theme){ 0x222222, 0xffffff } : (theme){ 0xd8d8d8, 0x121314 };
    int w = p->cols * CELL_W + 2 * MARGIN, h = p->rows * CELL_H + 2 * MARGIN;
    fprintf(
        f,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"16\" "
        "text-anchor=\"middle\" shape-rendering=\"crispEdges\">\n"
        "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\"/>\n",
        w, h, w, h, t.paper);
    for (int row = 0; row < p->rows; row++) {
        print_backgrounds(f, p, row, t);
        print_blocks(f, p, row, t);
        print_text(f, p, row, t);
    }
    fputs("</svg>\n", f);
}

/* ---- the program ----------------------------------------------------------------------- */

static const char usage[] =
    "usage: shot [OPTION]... OUT.svg [PROGRAM-OPTION...]\n"
    "  --size=COLSxROWS --term=NAME --locale=NAME --env=NAME=VALUE   the terminal\n"
    "  --light                                                       a white background\n"
    "  --draw=FILE.ndjson[:LINE]  draw this drawing with the mouse\n"
    "  --keys=KEYS                then type these keys\n";

typedef struct request {
    pty_options terminal;
    const char *drawing, *keys;
    bool light;
    const char *out;
    const char *args[16]; /* of the program */
} request;

static bool read_option(request *r, int option, const char *value)
{
    switch (option) {
    case 's':
        return sscanf(value, "%dx%d", &r->terminal.cols, &r->terminal.rows) == 2;
    case 't':
        r->terminal.term = value;
        return true;
    case 'l':
        r->terminal.locale = value;
        return true;
    case 'e':
        r->terminal.env = value;
        return true;
    case 'd':
        r->drawing = value;
        return true;
    case 'k':
        r->keys = value;
        return true;
    case 'w':
        r->light = true;
        return true;
    default:
        return false;
    }
}

static bool read_request(request *r, int argc, char **argv)
{
    static const struct option options[] = { { "size", required_argument, NULL, 's' },
                                             { "term", required_argument, NULL, 't' },
                                             { "locale", required_argument, NULL, 'l' },
                                             { "env", required_argument, NULL, 'e' },
                                             { "draw", required_argument, NULL, 'd' },
                                             { "keys", required_argument, NULL, 'k' },
                                             { "light", no_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;)
        if (!read_option(r, c, optarg))
            return false;
    if (optind >= argc)
        return false;
    r->out = argv[optind++];
    r->args[0] = "draw";
    int room = DP_COUNT(r->args) - 1;
    for (int n = 1; optind < argc && n < room; n++)
        r->args[n] = argv[optind++];
    return true;
}

int main(int argc, char **argv)
{
    request r = { .keys = "" };
    if (!read_request(&r, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    pty p;
    pty_start(&p, &r.terminal, r.args);
    pty_settle(&p);
    bool drawn = !r.drawing || replay_file(&p, r.drawing);
    pty_settle(&p);
    pty_type(&p, r.keys);
    pty_settle(&p);
    FILE *f = drawn ? fopen(r.out, "w") : NULL;
    if (f)
        print_svg(f, &p, r.light);
    pty_stop(&p);
    bool done = f && fclose(f) == 0;
    if (!done)
        fprintf(stderr, "shot: cannot %s %s\n", drawn ? "write" : "draw",
                drawn ? r.out : r.drawing);
    return done ? 0 : 1;
}

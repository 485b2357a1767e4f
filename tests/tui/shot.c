/* A picture of the real pad: starts the program, draws the digit of a drawing with the mouse,
 * and writes the screen as SVG. scripts/screenshot calls it. */
#include "config.h"

#include "tests/tui/pty.h"
#include "tests/tui/replay.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_W = 10, CELL_H = 20, MARGIN = 16 };

/* The palette of xterm: 16 colours, a 6×6×6 cube, 24 greys. */
static unsigned rgb(int index)
{
    static const unsigned first[16] = {
        0x000000, 0xcd3131, 0x0dbc79, 0xe5e510, 0x2472c8, 0xbc3fbc, 0x11a8cd, 0xe5e5e5,
        0x666666, 0xf14c4c, 0x23d18b, 0xf5f543, 0x3b8eea, 0xd670d6, 0x29b8db, 0xffffff};
    static const unsigned steps[6] = {0, 95, 135, 175, 215, 255};
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

/* Blocks become rectangles, so that no font leaves gaps between them: eighths of the cell
 * as x, y, width, height. False for other characters. */
static bool block_rect(int rect[4], uint32_t c)
{
    if (c == 0x2580) /* ▀ */
        memcpy(rect, (int[]){0, 0, 8, 4}, 4 * sizeof(int));
    else if (c == 0x2584) /* ▄ */
        memcpy(rect, (int[]){0, 4, 8, 4}, 4 * sizeof(int));
    else if (c >= 0x2588 && c <= 0x258f) /* █ … ▏ */
        memcpy(rect, (int[]){0, 0, 8 - (int)(c - 0x2588), 8}, 4 * sizeof(int));
    else
        return false;
    return true;
}

static void print_rect(FILE *f, double x, double y, double w, double h, unsigned fill)
{
    fprintf(f, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06x\"/>\n", x,
            y, w, h, fill);
}

static void print_cell(FILE *f, const pty *p, int col, int row, unsigned paper,
                       unsigned ink)
{
    VTermScreenCell cell = pty_cell(p, col, row);
    unsigned fg = color(pty_fg(p, col, row), ink), bg = color(pty_bg(p, col, row), paper);
    if (cell.attrs.reverse) {
        unsigned swap = fg;
        fg = bg;
        bg = swap;
    }
    double x = MARGIN + col * CELL_W, y = MARGIN + row * CELL_H;
    int r[4];
    uint32_t c = cell.chars[0];
    if (bg != paper)
        print_rect(f, x, y, CELL_W, CELL_H, bg);
    if (block_rect(r, c))
        print_rect(f, x + r[0] * CELL_W / 8.0, y + r[1] * CELL_H / 8.0,
                   r[2] * CELL_W / 8.0, r[3] * CELL_H / 8.0, fg);
    else if (c && c != ' ') {
        fprintf(f, "<text x=\"%g\" y=\"%g\" fill=\"#%06x\"%s>", x + CELL_W / 2.0,
                y + CELL_H * 0.75, fg, cell.attrs.bold ? " font-weight=\"bold\"" : "");
        print_char(f, c);
        fputs("</text>\n", f);
    }
}

static void print_svg(FILE *f, const pty *p, bool light)
{
    unsigned paper = light ? 0xffffff : 0x121314, ink = light ? 0x222222 : 0xd8d8d8;
    int w = p->cols * CELL_W + 2 * MARGIN, h = p->rows * CELL_H + 2 * MARGIN;
    fprintf(
        f,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"16\" "
        "text-anchor=\"middle\" shape-rendering=\"crispEdges\">\n"
        "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#%06x\"/>\n",
        w, h, w, h, paper);
    for (int row = 0; row < p->rows; row++)
        for (int col = 0; col < p->cols; col++)
            print_cell(f, p, col, row, paper, ink);
    fputs("</svg>\n", f);
}

static const char usage[] =
    "usage: shot [OPTION]... OUT.svg [-- PROGRAM-OPTION...]\n"
    "  --size=COLSxROWS --term=NAME --locale=NAME --env=NAME=VALUE --light\n"
    "  --draw=FILE.ndjson[:LINE]  draw this with the mouse\n"
    "  --keys=KEYS                then type these\n";

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"size", required_argument, NULL, 's'},   {"term", required_argument, NULL, 't'},
        {"locale", required_argument, NULL, 'l'}, {"env", required_argument, NULL, 'e'},
        {"draw", required_argument, NULL, 'd'},   {"keys", required_argument, NULL, 'k'},
        {"light", no_argument, NULL, 'w'},        {NULL, 0, NULL, 0}};
    pty_options o = {0};
    const char *drawing = NULL, *keys = "";
    bool light = false;
    for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        if (c == 's' && sscanf(optarg, "%dx%d", &o.cols, &o.rows) == 2)
            continue;
        if (c == 't')
            o.term = optarg;
        else if (c == 'l')
            o.locale = optarg;
        else if (c == 'e')
            o.env = optarg;
        else if (c == 'd')
            drawing = optarg;
        else if (c == 'k')
            keys = optarg;
        else if (c == 'w')
            light = true;
        else {
            fputs(usage, stderr);
            return 2;
        }
    }
    if (optind >= argc) {
        fputs(usage, stderr);
        return 2;
    }
    const char *out = argv[optind];
    const char *args[16] = {"draw"};
    for (int i = optind + 1, n = 1; i < argc && n < 15; i++)
        if (strcmp(argv[i], "--") != 0)
            args[n++] = argv[i];
    pty p;
    pty_start(&p, &o, args);
    pty_settle(&p);
    if (drawing && !replay_file(&p, drawing)) {
        fprintf(stderr, "shot: cannot draw %s\n", drawing);
        return 1;
    }
    pty_settle(&p);
    pty_type(&p, keys);
    pty_settle(&p);
    FILE *f = fopen(out, "w");
    if (!f) {
        perror(out);
        return 1;
    }
    print_svg(f, &p, light);
    pty_stop(&p);
    return fclose(f) == 0 ? 0 : 1;
}

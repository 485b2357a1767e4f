#include "config.h"

#include "tests/pty/dump.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_KINDS = 26 * 27, MASKED = 18, MAX_COLS = 256 };

/* The appearance of a cell, without its character. */
typedef struct kind {
    int fg, bg;
    bool bold, reverse;
} kind;

typedef struct cell {
    uint32_t glyph;
    kind kind;
} cell;

static bool same_kind(kind a, kind b)
{
    return a.fg == b.fg && a.bg == b.bg && a.bold == b.bold && a.reverse == b.reverse;
}

static void read_row(cell *row, const pty *p, int y)
{
    for (int x = 0; x < p->cols; x++) {
        VTermScreenCell c = pty_cell(p, x, y);
        row[x].glyph = c.chars[0] ? c.chars[0] : ' ';
        row[x].kind =
            (kind){ pty_fg(p, x, y), pty_bg(p, x, y), c.attrs.bold, c.attrs.reverse };
    }
}

/* Replace the number before " µs" or " us" by dots, and the words before it, which move. */
static void mask_times(cell *row, int cols)
{
    for (int x = MASKED; x + 2 < cols; x++) {
        bool unit = row[x].glyph == ' ' && row[x + 2].glyph == 's' &&
                    (row[x + 1].glyph == 0xb5 || row[x + 1].glyph == 'u');
        if (!unit || row[x - 1].glyph < '0' || row[x - 1].glyph > '9')
            continue;
        for (int i = 1; i <= MASKED; i++)
            row[x - i] = (cell){ '.', row[x].kind };
    }
}

static int find_kind(kind *kinds, int *n, kind k)
{
    for (int i = 0; i < *n; i++)
        if (same_kind(kinds[i], k))
            return i;
    if (*n == MAX_KINDS) {
        fputs("dump: too many kinds of cells\n", stderr);
        exit(99);
    }
    kinds[*n] = k;
    return (*n)++;
}

/* a … z, aa … zz */
static void print_letters(FILE *f, int i)
{
    if (i >= 26)
        fputc('a' + i / 26 - 1, f);
    fputc('a' + i % 26, f);
}

static void print_row(FILE *f, const cell *row, int cols)
{
    while (cols > 0 && row[cols - 1].glyph == ' ')
        cols--;
    for (int x = 0; x < cols; x++) {
        char text[8];
        text[pty_utf8(text, row[x].glyph)] = '\0';
        fputs(text, f);
    }
    fputc('\n', f);
}

static void print_runs(FILE *f, const cell *row, int y, int cols, kind *kinds, int *n)
{
    bool plain = true;
    for (int x = 0; x < cols; x++)
        plain &= find_kind(kinds, n, row[x].kind) == 0;
    if (plain)
        return;
    fprintf(f, "%d:", y);
    for (int x = 0, run; x < cols; x += run) {
        for (run = 1; x + run < cols && same_kind(row[x].kind, row[x + run].kind);)
            run++;
        fputc(' ', f);
        print_letters(f, find_kind(kinds, n, row[x].kind));
        if (run > 1 && x + run < cols) /* the last run reaches the edge */
            fprintf(f, "%d", run);
    }
    fputc('\n', f);
}

static void print_color(FILE *f, int index)
{
    if (index < 0)
        fputc('-', f);
    else
        fprintf(f, "%d", index);
}

static void print_kinds(FILE *f, const kind *kinds, int n)
{
    for (int i = 1; i < n; i++) {
        print_letters(f, i);
        fputc(' ', f);
        print_color(f, kinds[i].fg);
        fputc('/', f);
        print_color(f, kinds[i].bg);
        bool any = kinds[i].bold || kinds[i].reverse;
        fprintf(f, "%s%s%s\n", any ? "+" : "", kinds[i].bold ? "b" : "",
                kinds[i].reverse ? "r" : "");
    }
}

void dump_screen(FILE *f, const pty *p, const char *title)
{
    static cell row[MAX_COLS];
    kind kinds[MAX_KINDS] = { { -1, -1, false, false } };
    int n = 1;
    fprintf(f, "==== %s\n", title);
    for (int y = 0; y < p->rows; y++) {
        read_row(row, p, y);
        mask_times(row, p->cols);
        print_row(f, row, p->cols);
    }
    fputs("----\n", f);
    for (int y = 0; y < p->rows; y++) {
        read_row(row, p, y);
        mask_times(row, p->cols);
        print_runs(f, row, y, p->cols, kinds, &n);
    }
    print_kinds(f, kinds, n);
}

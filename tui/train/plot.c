#include "config.h"

#include "tui/train/plot.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* A character of the plot is a Braille pattern of 2 × 4 dots. */
enum { COLUMNS = 64, LINES = 8, WIDE = 2 * COLUMNS, HIGH = 4 * LINES };

typedef struct plot {
    double lo, hi;           /* of the vertical axis */
    uint8_t dot[HIGH][WIDE]; /* 0: none, 1: training, 2: validation */
} plot;

/* A curve: one figure of each epoch. */
typedef struct curve {
    const dp_train_log *log;
    size_t offset; /* of the figure in dp_epoch */
} curve;

static double value_at(const curve *c, int epoch)
{
    const char *place = (const char *)&c->log->epoch[epoch] + c->offset;
    return *(const double *)(const void *)place;
}

static void widen(plot *p, const curve *c)
{
    for (int i = 0; i < c->log->n; i++)
        if (isfinite(value_at(c, i))) {
            p->lo = fmin(p->lo, value_at(c, i));
            p->hi = fmax(p->hi, value_at(c, i));
        }
}

/* The row of a curve at column x, interpolated between epochs; −1 if not finite. */
static int row_at(const plot *p, const curve *c, int x)
{
    double at = (double)x * (c->log->n - 1) / (WIDE - 1);
    int i = (int)at;
    int next = i + 1 < c->log->n ? i + 1 : i;
    double v = value_at(c, i) + (at - i) * (value_at(c, next) - value_at(c, i));
    double part = p->hi > p->lo ? (v - p->lo) / (p->hi - p->lo) : 0.5;
    return isfinite(v) ? (int)lrint((1 - part) * (HIGH - 1)) : -1;
}

static void draw(plot *p, const curve *c, uint8_t mark, int step)
{
    int before = -1;
    for (int x = 0; x < WIDE; x += step) {
        int row = row_at(p, c, x);
        int from = step > 1 || before < 0 ? row : before;
        for (int y = from < row ? from : row; row >= 0 && y <= (from < row ? row : from);
             y++)
            if (p->dot[y][x] < mark)
                p->dot[y][x] = mark;
        before = row;
    }
}

static int mark_of(const plot *p, int line, int column)
{
    int mark = 0;
    for (int i = 0; i < 8; i++) {
        int dot = p->dot[4 * line + i / 2][2 * column + i % 2];
        mark = dot > mark ? dot : mark;
    }
    return mark;
}

/* Print a Braille pattern as UTF-8: U+2800 plus a bit per dot. The upper three dots of
 * both columns come first, then the lowest ones. */
static void print_braille(FILE *f, const plot *p, int line, int column)
{
    static const int bit[4][2] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
    unsigned pattern = 0;
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 2; x++)
            if (p->dot[4 * line + y][2 * column + x])
                pattern |= 1u << bit[y][x];
    fprintf(f, "\xe2%c%c", (int)(0xa0 + (pattern >> 6)), (int)(0x80 + (pattern & 63)));
}

static void print_lines(FILE *f, const plot *p, double unit, const char *name, bool utf8)
{
    fprintf(f, "\n%s\n", name);
    for (int line = 0; line < LINES; line++) {
        if (line == 0 || line == LINES - 1)
            fprintf(f, "%9.4g ", unit * (line == 0 ? p->hi : p->lo));
        else
            fprintf(f, "%10s", "");
        for (int column = 0; column < COLUMNS; column++)
            if (utf8)
                print_braille(f, p, line, column);
            else
                fputc(" .*"[mark_of(p, line, column)], f);
        fputc('\n', f);
    }
}

static void print_axis(FILE *f, int epochs)
{
    fprintf(f, "%10s1%*d  epoch\n", "", COLUMNS - 1, epochs);
}

void dp_plot_print(FILE *f, const dp_train_log *log, bool utf8)
{
    const curve loss = { log, offsetof(dp_epoch, loss) };
    const curve train = { log, offsetof(dp_epoch, train) };
    const curve validation = { log, offsetof(dp_epoch, validation) };
    plot below = { .lo = HUGE_VAL, .hi = -HUGE_VAL }, above = below;
    if (log->n < 2)
        return;
    widen(&below, &loss);
    draw(&below, &loss, 2, 1);
    print_lines(f, &below, 1, "loss", utf8);
    widen(&above, &train);
    widen(&above, &validation);
    draw(&above, &train, 1, 4);
    draw(&above, &validation, 2, 1);
    print_lines(f, &above, 100, "accuracy, %: validation (line), training (dots)", utf8);
    print_axis(f, log->n);
}

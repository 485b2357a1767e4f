/* The sweeps of the HTML report: accuracy over the amount of a change, and what becomes of
 * pictures in situations. */
#include "config.h"

#include "tui/eval/eval_html.h"

#include <math.h>

/* ---- charts ------------------------------------------------------------------------ */

enum { WIDTH = 300, HEIGHT = 190, LEFT = 44, RIGHT = 16, ABOVE = 28, BELOW = 38 };

/* One chart: an axis and its accuracies. Amounts are evenly spaced, as they are chosen. */
typedef struct chart {
    const dp_sweep_axis *axis;
    const double *accuracy; /* [axis->n] */
    double least;           /* accuracy at the bottom */
} chart;

static double at_amount(const chart *c, int k)
{
    return LEFT + (double)k / (c->axis->n - 1) * (WIDTH - LEFT - RIGHT);
}

static double at_accuracy(const chart *c, double accuracy)
{
    return ABOVE + (1 - accuracy) / (1 - c->least) * (HEIGHT - ABOVE - BELOW);
}

/* The amount at which a change changes nothing. */
static bool changes_nothing(const dp_sweep_axis *axis, int k)
{
    const bool factor =
        axis == &dp_sweep_axes[DP_SWEEP_SIZE] ||
        axis == &dp_sweep_axes[DP_SWEEP_GEOMETRIC + DP_PHOTOMETRIC_CONTRAST];
    return axis->value[k] == (factor ? 1.0f : 0.0f);
}

static void add_grid(dp_text *t, const chart *c)
{
    enum { LINES = 4 };
    for (int i = 0; i <= LINES; i++) {
        const double accuracy = c->least + (1 - c->least) * i / LINES;
        const double y = at_accuracy(c, accuracy);
        dp_text_add(t,
                    "<path class=\"axis\" d=\"M%d,%.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                    "text-anchor=\"end\" class=\"soft\">%g&#8201;%%</text>\n",
                    LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, 100 * accuracy);
    }
}

static void add_amounts(dp_text *t, const chart *c)
{
    for (int k = 0; k < c->axis->n; k++)
        dp_text_add(t,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" class=\"soft\">%g"
                    "</text>\n",
                    at_amount(c, k), HEIGHT - BELOW + 16, (double)c->axis->value[k]);
    dp_text_add(
        t, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"soft\">%s, %s</text>\n",
        WIDTH - RIGHT, HEIGHT - 5, c->axis->name, c->axis->unit);
}

static void add_points(dp_text *t, const chart *c)
{
    dp_text_add(t, "<polyline class=\"main\" points=\"");
    for (int k = 0; k < c->axis->n; k++)
        dp_text_add(t, "%.1f,%.1f ", at_amount(c, k), at_accuracy(c, c->accuracy[k]));
    dp_text_add(t, "\"/>\n");
    for (int k = 0; k < c->axis->n; k++)
        dp_text_add(
            t,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%g %s: "
            "%.2f&#8201;%%</title></circle>\n",
            changes_nothing(c->axis, k) ? "point same" : "point", at_amount(c, k),
            at_accuracy(c, c->accuracy[k]), (double)c->axis->value[k], c->axis->unit,
            100 * c->accuracy[k]);
}

static double least_of(const chart *c)
{
    double least = 1;
    for (int k = 0; k < c->axis->n; k++)
        least = fmin(least, c->accuracy[k]);
    return least;
}

static void add_chart(dp_text *t, const chart *c)
{
    dp_text_add(
        t,
        "<svg class=\"sweep\" viewBox=\"0 0 %d %d\" role=\"img\"><text x=\"%d\" "
        "y=\"16\"><tspan class=\"name\">%s</tspan>: accuracy, worst %.2f&#8201;%%</text>\n",
        WIDTH, HEIGHT, LEFT, c->axis->name, 100 * least_of(c));
    add_grid(t, c);
    add_amounts(t, c);
    add_points(t, c);
    dp_text_add(t, "</svg>\n");
}

/* The bottom of a chart, from which four even steps lead to 100 %. */
static double bottom_for(double least)
{
    static const double bottoms[] = { 0.96, 0.92, 0.8, 0.6, 0.2 };
    for (size_t i = 0; i < DP_COUNT(bottoms); i++)
        if (least >= bottoms[i])
            return bottoms[i];
    return 0;
}

static void add_charts(dp_text *t, const dp_eval *e, int from, int to)
{
    dp_text_add(t, "<div class=\"charts\">\n");
    for (int i = from; i < to; i++) {
        chart c = { &dp_sweep_axes[i], e->sweep[i], 0 };
        c.least = bottom_for(least_of(&c));
        add_chart(t, &c);
    }
    dp_text_add(t, "</div>\n");
}

void dp_eval_html_sweep(dp_text *t, const dp_eval *e)
{
    if (!e->swept)
        return;
    dp_text_add(
        t, "<h2>Accuracy when every image is changed</h2>\n<p>A ring marks the amount "
           "that changes nothing. These images are not normalised again:</p>\n");
    add_charts(t, e, 0, DP_SWEEP_GEOMETRIC);
    dp_text_add(
        t, "<p>These, up to %d, are read as <code>predict</code> reads a picture:</p>\n",
        DP_EVAL_READ_IMAGES);
    add_charts(t, e, DP_SWEEP_GEOMETRIC, DP_SWEEP_AXES);
}

/* ---- situations -------------------------------------------------------------------- */

enum { BAR = 200 };

/* Append a part of a bar that begins after `before` of n pictures; returns what is before the
 * next one. */
static int add_part(dp_text *t, const dp_outcomes *o, int before, int count,
                    const char *kind)
{
    if (count > 0)
        dp_text_add(
            t,
            "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"14\"><title>%s: "
            "%d of %d</title></rect>",
            kind, (double)BAR * before / o->n, (double)BAR * count / o->n, kind, count,
            o->n);
    return before + count;
}

static void add_bar(dp_text *t, const dp_outcomes *o)
{
    const int wrong = dp_eval_wrong(o);
    dp_text_add(t, "<svg class=\"bar\" width=\"%d\" height=\"14\" viewBox=\"0 0 %d 14\">",
                BAR, BAR);
    int before = add_part(t, o, 0, o->right, "right");
    before = add_part(t, o, before, wrong - o->unrejected, "rejected");
    before = add_part(t, o, before, o->blank, "blank");
    add_part(t, o, before, o->unrejected, "wrong");
    dp_text_add(t, "</svg>");
}

void dp_eval_html_paper(dp_text *t, const dp_eval *e)
{
    if (!e->papered)
        return;
    dp_text_add(
        t,
        "<h2>In situations in which people bring a digit</h2>\n<p>%d pictures of "
        "each. The bar: right, also if rejected (green); wrong and rejected (pale); blank "
        "(grey); wrong and not rejected (red).</p>\n<table><tr><th>situation<th>right<th>blank<th>"
        "rejected<th>wrong<th>wrong, not rejected<th></tr>\n",
        e->paper[0].n);
    for (int i = 0; i < DP_PAPER_COUNT; i++) {
        const dp_outcomes *o = &e->paper[i];
        const double part = 100.0 / o->n;
        dp_text_add(
            t,
            "<tr class=\"paper\"><td>%s<td>%.1f&nbsp;%%<td>%.1f&nbsp;%%<td>%.1f&nbsp;"
            "%%<td>%.1f&nbsp;%%<td>%.1f&nbsp;%%<td>",
            dp_paper_name((dp_paper)i), part * o->right, part * o->blank,
            part * o->rejected, part * dp_eval_wrong(o), part * o->unrejected);
        add_bar(t, o);
        dp_text_add(t, "</tr>\n");
    }
    dp_text_add(t, "</table>\n");
}

/* The results of eval as one HTML file, with its figures as inline SVG. */
#include "config.h"

#include "tui/eval/eval_html.h"

#include "weights/io/fsio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<style>\n"
    ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#6b7280;"
    "--line:#d5d9e0;--good:#2f7d4f;--bad:#c0392b;--blue:#2f6fb7}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#16181c;"
    "--soft:#9aa1ab;--line:#3a3f47;--good:#5dbb84;--bad:#f0776a;--blue:#78aef0}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
    "max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.15rem .7rem;text-align:right;border-bottom:1px solid var(--line)}\n"
    "svg{max-width:100%;height:auto}svg text{fill:var(--ink);font:12px system-ui,"
    "sans-serif}.soft,svg .soft{color:var(--soft);fill:var(--soft)}\n"
    ".errors{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:7rem;"
    "font-size:.8rem}.digit{background:#000;width:7rem;height:7rem}\n"
    ".axis{stroke:var(--line);fill:none}.train{stroke:var(--soft);fill:none;"
    "stroke-dasharray:3 3}.main{stroke:var(--blue);fill:none;stroke-width:2}\n"
    ".charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));"
    "gap:1rem 1.5rem}.sweep{width:100%}.name{font-weight:600}.point{fill:var(--blue)}"
    ".same{fill:var(--paper);stroke:var(--blue);stroke-width:2}\n"
    "rect.right{fill:var(--good)}rect.rejected{fill:var(--line)}"
    "rect.blank{fill:var(--soft)}rect.wrong{fill:var(--bad)}.bar{vertical-align:middle}\n"
    "</style>\n";

/* Append text from outside, such as names of files and models. */
static void add_escaped(dp_text *t, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            dp_text_add(t, "&amp;");
            break;
        case '<':
            dp_text_add(t, "&lt;");
            break;
        case '>':
            dp_text_add(t, "&gt;");
            break;
        case '"':
            dp_text_add(t, "&quot;");
            break;
        default:
            dp_text_add(t, "%c", *text);
        }
}

static void add_summary(dp_text *t, const dp_eval *e)
{
    const dp_model_info *info = dp_model_get_info(e->model);
    const dp_metrics *m = &e->metrics;
    double lo, hi;
    dp_metrics_interval(&lo, &hi, m);
    dp_text_add(t, "<title>");
    add_escaped(t, info->name);
    dp_text_add(t, ": %.2f %%</title></head><body>\n<h1>", 100 * dp_metrics_accuracy(m));
    add_escaped(t, info->name);
    dp_text_add(t, ": %.2f&nbsp;%%</h1>\n<p>%d of %d of <code>",
                100 * dp_metrics_accuracy(m), m->correct, m->n);
    add_escaped(t, e->source);
    dp_text_add(t,
                "</code> are read correctly: 95&nbsp;%% interval %.2f to %.2f&nbsp;%%. ",
                100 * lo, 100 * hi);
    if (m->unsure > 0)
        dp_text_add(t, "The network gives digits without probabilities. ");
    else
        dp_text_add(t,
                    "Of the %d that the network trusts most, it reads %d wrongly. "
                    "Expected calibration error %.2f&nbsp;%%. ",
                    dp_eval_trusted(e), e->n_trusted_errors, 100 * dp_metrics_ece(m));
    dp_text_add(t, "Input scale %s, %.0f images a second.</p>\n",
                dp_norm_name(info->norm), e->images_per_s);
    if (e->n_bad > 0)
        dp_text_add(t, "<p>%d records could not be read and are left out.</p>\n",
                    e->n_bad);
}

static void add_classes(dp_text *t, const dp_metrics *m)
{
    dp_text_add(t, "<h2>Digits</h2>\n<table><tr><th>digit<th>precision<th>recall<th>F1"
                   "<th>images</tr>\n");
    for (int i = 0; i < DP_DIGITS; i++) {
        dp_class_metrics c = dp_metrics_class(m, i);
        dp_text_add(t,
                    "<tr><td>%d<td>%.2f&nbsp;%%<td>%.2f&nbsp;%%<td>%.2f&nbsp;%%<td>%d"
                    "</tr>\n",
                    i, 100 * c.precision, 100 * c.recall, 100 * c.f1, c.support);
    }
    dp_text_add(t, "</table>\n");
}

/* ---- confusion --------------------------------------------------------------------- */

enum { CELL = 40, EDGE = 30 };

static int most_confused(const dp_metrics *m)
{
    int most = 1;
    for (int i = 0; i < DP_DIGITS; i++)
        for (int k = 0; k < DP_DIGITS; k++)
            if (i != k && m->confusion[i][k] > most)
                most = m->confusion[i][k];
    return most;
}

/* Right answers are green; the opacity is their share of the row. Errors are red; the
 * opacity grows with their number. */
static void add_cell(dp_text *t, const dp_metrics *m, int label, int digit, int most)
{
    int count = m->confusion[label][digit], x = EDGE + CELL * digit,
        y = EDGE + CELL * label;
    double part = label == digit ? 0.6 * dp_metrics_class(m, label).recall
                                 : 0.15 + 0.75 * count / most;
    if (count == 0)
        return;
    dp_text_add(
        t,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" style=\"fill:var(%s)\" "
        "fill-opacity=\"%.2f\"/><text x=\"%d\" y=\"%d\" "
        "text-anchor=\"middle\">%d</text>\n",
        x, y, CELL, CELL, label == digit ? "--good" : "--bad", part, x + CELL / 2,
        y + CELL / 2 + 4, count);
}

static void add_confusion(dp_text *t, const dp_metrics *m)
{
    int side = EDGE + DP_DIGITS * CELL;
    dp_text_add(
        t,
        "<h2>Confusion: rows true, columns answered</h2>\n<svg class=\"confusion\" "
        "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
        side, side, side, side);
    for (int i = 0; i < DP_DIGITS; i++) {
        int middle = EDGE + CELL * i + CELL / 2;
        dp_text_add(
            t,
            "<text x=\"%d\" y=\"20\" text-anchor=\"middle\" class=\"soft\">%d</text>"
            "<text x=\"14\" y=\"%d\" class=\"soft\">%d</text>\n",
            middle, i, middle + 4, i);
        for (int k = 0; k < DP_DIGITS; k++)
            add_cell(t, m, i, k, most_confused(m));
    }
    dp_text_add(t, "</svg>\n");
}

/* ---- plots ------------------------------------------------------------------------- */

enum { PLOT_W = 420, PLOT_H = 240, LEFT = 56, BELOW = 28 };

/* Map x and y, 0 … 1 with y upwards, to coordinates of the SVG. */
static double plot_x(double x)
{
    return LEFT + x * (PLOT_W - LEFT - 8);
}

static double plot_y(double y)
{
    return 8 + (1 - y) * (PLOT_H - BELOW - 8);
}

static void begin_plot(dp_text *t, const char *kind, const char *low, const char *high,
                       const char *from, const char *to)
{
    dp_text_add(t,
                "<svg class=\"%s\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">"
                "<path class=\"axis\" d=\"M%.1f,%.1fV%.1fH%.1f\"/>"
                "<text x=\"4\" y=\"18\" class=\"soft\">%s</text>"
                "<text x=\"4\" y=\"%.1f\" class=\"soft\">%s</text>"
                "<text x=\"%d\" y=\"%d\" class=\"soft\">%s</text>"
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"soft\">%s</text>\n",
                kind, PLOT_W, PLOT_H, PLOT_W, PLOT_H, plot_x(0), plot_y(1), plot_y(0),
                plot_x(1), high, plot_y(0), low, LEFT, PLOT_H - 6, from, PLOT_W - 8,
                PLOT_H - 6, to);
}

/* Accuracy over confidence. Bars of a well-calibrated network end at the diagonal. */
static void add_reliability(dp_text *t, const dp_metrics *m)
{
    dp_text_add(t, "<h2>Reliability: accuracy over confidence</h2>\n");
    begin_plot(t, "reliability", "0", "100 %", "confidence 0", "100 %");
    for (int b = 0; b < DP_ECE_BINS; b++) {
        if (m->bin[b].n == 0)
            continue;
        double accuracy = (double)m->bin[b].correct / m->bin[b].n;
        double x = plot_x((double)b / DP_ECE_BINS), y = plot_y(accuracy);
        dp_text_add(t,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                    "style=\"fill:var(--blue)\" fill-opacity=\".5\"><title>%d images, "
                    "%.1f %% correct, confidence %.1f %%</title></rect>\n",
                    x, y, plot_x(1.0 / DP_ECE_BINS) - plot_x(0) - 1, plot_y(0) - y,
                    m->bin[b].n, 100 * accuracy,
                    100 * m->bin[b].confidence / m->bin[b].n);
    }
    dp_text_add(t, "<path class=\"axis\" d=\"M%.1f,%.1fL%.1f,%.1f\"/></svg>\n", plot_x(0),
                plot_y(0), plot_x(1), plot_y(1));
}

/* Selects the figure of an epoch that a curve plots. */
typedef double figure(const dp_epoch *epoch);

static double loss_of(const dp_epoch *epoch)
{
    return epoch->loss;
}

static double train_of(const dp_epoch *epoch)
{
    return epoch->train;
}

static double validation_of(const dp_epoch *epoch)
{
    return epoch->validation;
}

static void add_curve(dp_text *t, const dp_train_log *log, figure *of, double lo,
                      double hi, const char *kind)
{
    double span = hi > lo ? hi - lo : 1;
    dp_text_add(t, "<polyline class=\"%s\" points=\"", kind);
    for (int i = 0; i < log->n; i++) {
        if (isnan(of(&log->epoch[i])))
            continue;
        double x = log->n > 1 ? (double)i / (log->n - 1) : 0;
        dp_text_add(t, "%.1f,%.1f ", plot_x(x), plot_y((of(&log->epoch[i]) - lo) / span));
    }
    dp_text_add(t, "\"/>\n");
}

static void widen(double *lo, double *hi, const dp_train_log *log, figure *of)
{
    for (int i = 0; i < log->n; i++) {
        *lo = fmin(*lo, of(&log->epoch[i]));
        *hi = fmax(*hi, of(&log->epoch[i]));
    }
}

static void begin_curves(dp_text *t, const dp_train_log *log, double lo, double hi)
{
    char low[32], high[32], last[32];
    snprintf(low, sizeof low, "%.4g", lo);
    snprintf(high, sizeof high, "%.4g", hi);
    snprintf(last, sizeof last, "%d", log->n);
    begin_plot(t, "curves", low, high, "epoch 1", last);
}

static void add_curves(dp_text *t, const dp_train_log *log)
{
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    if (log->n == 0)
        return;
    dp_text_add(t,
                "<h2>Training: loss; accuracy on validation (line) and training images "
                "(dashes)</h2>\n");
    widen(&lo, &hi, log, loss_of);
    begin_curves(t, log, lo, hi);
    add_curve(t, log, loss_of, lo, hi, "main");
    dp_text_add(t, "</svg>\n");
    lo = HUGE_VAL, hi = -HUGE_VAL;
    widen(&lo, &hi, log, train_of);
    widen(&lo, &hi, log, validation_of);
    begin_curves(t, log, lo, hi);
    add_curve(t, log, train_of, lo, hi, "train");
    add_curve(t, log, validation_of, lo, hi, "main");
    dp_text_add(t, "</svg>\n");
}

/* ---- the rest ---------------------------------------------------------------------- */

/* Append a path of all pixels of one grey level, as horizontal runs. */
static void add_level(dp_text *t, const uint8_t *image, int level, int levels)
{
    dp_text_add(t, "<path fill=\"#fff\" fill-opacity=\"%.2f\" d=\"",
                (double)level / levels);
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 0, run; x < DP_SIDE; x += run) {
            const uint8_t *p = image + y * DP_SIDE;
            run = 1;
            if ((p[x] * levels + 127) / 255 != level)
                continue;
            while (x + run < DP_SIDE && (p[x + run] * levels + 127) / 255 == level)
                run++;
            dp_text_add(t, "M%d,%dh%dv1h-%dz", x, y, run, run);
        }
    dp_text_add(t, "\"/>");
}

static void add_hardest(dp_text *t, const dp_eval *e)
{
    enum { LEVELS = 7 };
    int n = dp_eval_shown(e);
    if (n == 0)
        return;
    dp_text_add(t, "<h2>The surest errors, of %d</h2>\n<div class=\"errors\">\n",
                e->n_errors);
    for (int i = 0; i < n; i++) {
        int k = e->hardest[i];
        const dp_prediction *p = &e->prediction[k];
        dp_text_add(t, "<figure><svg class=\"digit\" viewBox=\"0 0 28 28\" "
                       "shape-rendering=\"crispEdges\">");
        for (int level = 1; level <= LEVELS; level++)
            add_level(t, e->images.pixels + (size_t)k * DP_PIXELS, level, LEVELS);
        dp_text_add(t, "</svg><figcaption>#%d: %d read as %d", k, e->images.label[k],
                    p->rank[0]);
        if (dp_prediction_has_prob(p))
            dp_text_add(t, ", %.1f&nbsp;%%", 100 * (double)p->prob[p->rank[0]]);
        dp_text_add(t, "</figcaption></figure>\n");
    }
    dp_text_add(t, "</div>\n");
}

static void add_rejection(dp_text *t, const dp_eval *e)
{
    dp_rejection all = dp_eval_outliers(e);
    if (!e->rejects)
        return;
    dp_text_add(t,
                "<h2>Not a digit</h2>\n<p>Rejected: %.2f&nbsp;%% of these digits, "
                "%.1f&nbsp;%% of generated drawings that are none.</p>\n<table><tr>"
                "<th>drawing<th>rejected</tr>\n",
                100.0 * e->n_rejected / e->images.n, 100.0 * all.rejected / all.n);
    for (int i = 0; i < DP_OUTLIER_COUNT; i++)
        dp_text_add(t, "<tr><td>%s<td>%.1f&nbsp;%%</tr>\n",
                    dp_outlier_name((dp_outlier)i),
                    100.0 * e->rejection[i].rejected / e->rejection[i].n);
    dp_text_add(t, "</table>\n");
}

static void add_groups(dp_text *t, const dp_eval *e)
{
    const dp_rejection all = dp_eval_groups(e);
    if (!e->group)
        return;
    dp_text_add(t,
                "<p>Of %d other drawings %.1f&nbsp;%% are rejected.</p>\n<table><tr>"
                "<th>group<th>drawings<th>rejected</tr>\n",
                all.n, 100.0 * all.rejected / all.n);
    for (int i = 0; i < e->groups.n; i++) {
        dp_text_add(t, "<tr class=\"group\"><td>");
        add_escaped(t, e->groups.entry[i].name);
        dp_text_add(t, "<td>%d<td>%.1f&nbsp;%%</tr>\n", e->group[i].n,
                    100.0 * e->group[i].rejected / e->group[i].n);
    }
    dp_text_add(t, "</table>\n");
}

dp_code dp_eval_write_html(const dp_eval *e, const char *path, dp_err *err)
{
    dp_text t = { 0 };
    dp_text_add(&t, "%s", head);
    add_summary(&t, e);
    add_classes(&t, &e->metrics);
    add_confusion(&t, &e->metrics);
    add_reliability(&t, &e->metrics);
    add_rejection(&t, e);
    add_groups(&t, e);
    dp_eval_html_sweep(&t, e);
    dp_eval_html_paper(&t, e);
    add_hardest(&t, e);
    add_curves(&t, &e->log);
    dp_text_add(&t, "</body></html>\n");
    dp_code code = t.failed ? dp_fail(err, DP_NOMEM, "no memory for a report")
                            : dp_fsio_write(path, t.bytes, t.size, err);
    dp_text_clear(&t);
    return code;
}

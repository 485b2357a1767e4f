/* The results of eval as text. */
#include "config.h"

#include "tui/eval/eval.h"

#include "tui/term/out.h"

#include <stdio.h>

static const char *const reasons[] = {
    [DP_EVAL_FILE] = "as recorded for the model",
    [DP_EVAL_ASSUMED] = "assumed; --norm=auto searches for the best one",
    [DP_EVAL_OPTION] = "as --norm says",
    [DP_EVAL_BEST] = "the most accurate one",
};

static void print_summary(const dp_eval *e)
{
    const dp_metrics *m = &e->metrics;
    double lo, hi;
    dp_metrics_interval(&lo, &hi, m);
    dp_out_print_safe(stdout, dp_model_get_info(e->model)->name);
    printf(": %d of %d correct, %.2f %% (95 %% interval %.2f to %.2f %%)\n", m->correct,
           m->n, 100 * dp_metrics_accuracy(m), 100 * lo, 100 * hi);
    printf("input scale %s, %s\n", dp_norm_name(dp_model_get_info(e->model)->norm),
           reasons[e->norm_from]);
    if (e->arch_from == DP_EVAL_BEST)
        printf("layers --arch='%s', the most accurate ones\n", e->arch);
    if (m->unsure > 0) {
        printf("digits without probabilities, %.0f images/s\n", e->images_per_s);
        return;
    }
    printf("%d errors among the %d %% of the answers that are trusted most\n",
           e->n_trusted_errors, DP_EVAL_COVERAGE);
    printf("expected calibration error %.2f %%, %.0f images/s\n", 100 * dp_metrics_ece(m),
           e->images_per_s);
}

static void print_classes(const dp_metrics *m)
{
    printf("\ndigit  precision  recall      F1  support\n");
    for (int i = 0; i < DP_DIGITS; i++) {
        dp_class_metrics c = dp_metrics_class(m, i);
        printf("%5d  %7.2f %%  %5.2f %%  %5.2f %%  %6d\n", i, 100 * c.precision,
               100 * c.recall, 100 * c.f1, c.support);
    }
}

/* A colour of the 256-colour palette: green for right answers, red for errors. */
static int heat(const dp_metrics *m, int label, int digit)
{
    static const int red[] = { 52, 88, 124, 160, 196 };
    int count = m->confusion[label][digit], most = 1;
    for (int i = 0; i < DP_DIGITS; i++)
        for (int k = 0; k < DP_DIGITS; k++)
            if (i != k && m->confusion[i][k] > most)
                most = m->confusion[i][k];
    return label == digit ? 22 : red[4 * count / most];
}

static void print_cell(const dp_metrics *m, int label, int digit, bool color)
{
    int count = m->confusion[label][digit];
    if (color && count > 0)
        printf("\033[38;5;255;48;5;%dm%6d\033[0m", heat(m, label, digit), count);
    else
        printf("%6d", count);
}

static void print_confusion(const dp_metrics *m, bool color)
{
    printf("\nconfusion: rows true, columns predicted\n  ");
    for (int i = 0; i < DP_DIGITS; i++)
        printf("%6d", i);
    putchar('\n');
    for (int i = 0; i < DP_DIGITS; i++) {
        printf("%2d", i);
        for (int k = 0; k < DP_DIGITS; k++)
            print_cell(m, i, k, color);
        putchar('\n');
    }
}

enum { COLUMNS_A_THUMBNAIL = DP_SIDE + 2, THUMBNAILS_A_ROW = 80 / COLUMNS_A_THUMBNAIL };

/* Print errors side by side, each below its line of text. */
static void print_thumbnails(const dp_eval *e, const int *index, int n,
                             dp_thumbnail_style style)
{
    putchar('\n');
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &e->prediction[index[i]];
        char text[64];
        int length = snprintf(text, sizeof text, "#%d: %d read as %d", index[i],
                              e->images.label[index[i]], p->rank[0]);
        if (dp_prediction_has_prob(p))
            snprintf(text + length, sizeof text - (size_t)length, ", %.1f %%",
                     100 * (double)p->prob[p->rank[0]]);
        printf("%-*s", i < n - 1 ? COLUMNS_A_THUMBNAIL : 0, text);
    }
    putchar('\n');
    for (int line = 0; line < DP_THUMBNAIL_LINES; line++) {
        for (int i = 0; i < n; i++) {
            printf("%s", i > 0 ? "  " : "");
            dp_thumbnail_print_line(stdout,
                                    e->images.pixels + (size_t)index[i] * DP_PIXELS,
                                    DP_SIDE, line, style);
        }
        putchar('\n');
    }
}

static void print_hardest(const dp_eval *e, dp_thumbnail_style style)
{
    int n = dp_eval_shown(e);
    if (n > 0)
        printf("\nthe surest errors, of %d\n", e->n_errors);
    for (int i = 0; i < n; i += THUMBNAILS_A_ROW)
        print_thumbnails(e, e->hardest + i,
                         n - i < THUMBNAILS_A_ROW ? n - i : THUMBNAILS_A_ROW, style);
}

/* Print the share of digits that are rejected, and of each kind of outlier. */
static void print_rejection(const dp_eval *e)
{
    dp_rejection all = dp_eval_outliers(e);
    printf("\nnot a digit: rejected of these digits %.2f %%, of generated drawings %.1f "
           "%%\n",
           100.0 * e->n_rejected / e->images.n, 100.0 * all.rejected / all.n);
    for (int i = 0; i < DP_OUTLIER_COUNT; i++)
        printf("%10s  %5.1f %%%s", dp_outlier_name((dp_outlier)i),
               100.0 * e->rejection[i].rejected / e->rejection[i].n,
               i % 4 == 3 || i == DP_OUTLIER_COUNT - 1 ? "\n" : "");
}

/* Print the outliers of --outliers by group. */
static void print_groups(const dp_eval *e)
{
    const dp_rejection all = dp_eval_groups(e);
    printf("\nnot a digit: rejected of %d other drawings %.1f %%\n", all.n,
           100.0 * all.rejected / all.n);
    for (int i = 0; i < e->groups.n; i++)
        printf("%20s  %5.1f %% of %d\n", e->groups.entry[i].name,
               100.0 * e->group[i].rejected / e->group[i].n, e->group[i].n);
}

static void print_axes(const dp_eval *e, int from, int to)
{
    for (int i = from; i < to; i++) {
        const dp_sweep_axis *axis = &dp_sweep_axes[i];
        printf("%13s, %-5s", axis->name, axis->unit);
        for (int k = 0; k < axis->n; k++)
            printf("%7g", (double)axis->value[k]);
        printf("\n%20s", "");
        for (int k = 0; k < axis->n; k++)
            printf("%7.2f", 100 * e->sweep[i][k]);
        printf("\n");
    }
}

static void print_sweep(const dp_eval *e)
{
    printf("\naccuracy in %% when every image is changed, and not normalised again\n");
    print_axes(e, 0, DP_SWEEP_GEOMETRIC);
    printf(
        "\naccuracy in %% when images are changed, and read as predict reads pictures\n");
    print_axes(e, DP_SWEEP_GEOMETRIC, DP_SWEEP_AXES);
}

static void print_paper(const dp_eval *e)
{
    printf("\nin situations in which people bring a digit, in %% of %d pictures each\n"
           "%16s   right   blank  rejected   wrong  wrong and not rejected\n",
           e->paper[0].n, "");
    for (int i = 0; i < DP_PAPER_COUNT; i++) {
        const dp_outcomes *o = &e->paper[i];
        const double part = 100.0 / o->n;
        printf("%16s %7.1f %7.1f %9.1f %7.1f %23.1f\n", dp_paper_name((dp_paper)i),
               part * o->right, part * o->blank, part * o->rejected,
               part * dp_eval_wrong(o), part * o->unrejected);
    }
}

void dp_eval_print_text(const dp_eval *e, bool color, dp_thumbnail_style style)
{
    print_summary(e);
    print_classes(&e->metrics);
    print_confusion(&e->metrics, color);
    if (e->rejects)
        print_rejection(e);
    if (e->group)
        print_groups(e);
    if (e->swept)
        print_sweep(e);
    if (e->papered)
        print_paper(e);
    print_hardest(e, style);
}

/* digitpad eval: how well a network reads labelled images. */
#include "config.h"

#include "tui/cli.h"

#include "engine/metrics.h"
#include "tui/open.h"
#include "tui/out.h"
#include "tui/progress.h"
#include "tui/thumbnail.h"
#include "weights/idx.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "eval";

enum {
    MAX_HARDEST = 1000,
    NORM_IMAGES = 1000, /* that --norm=auto looks at */
};

typedef struct eval {
    const char *model_name, *image_path, *label_path;
    dp_modelfile_options options;
    dp_norm norm;
    bool find_norm; /* try all of them */
    int threads, n_hardest;
    bool json;
    dp_when color, utf8;

    dp_model *model;
    uint8_t *pixels, *label;
    int n;
    dp_prediction *prediction; /* [n] */
    dp_metrics metrics;
    int *hardest; /* [n_errors]: wrongly answered images, the surest first */
    int n_errors;
    double images_per_s;
} eval;

/* ---- options ----------------------------------------------------------------------- */

enum { OPT_HARDEST = 256, OPT_KERNEL, OPT_NORM, OPT_ARCH, OPT_COLOR, OPT_CHARSET };

static const struct option long_options[] = {
    { "model", required_argument, NULL, 'm' },
    { "format", required_argument, NULL, 'f' },
    { "threads", required_argument, NULL, 't' },
    { "hardest", required_argument, NULL, OPT_HARDEST },
    { "kernel", required_argument, NULL, OPT_KERNEL },
    { "norm", required_argument, NULL, OPT_NORM },
    { "arch", required_argument, NULL, OPT_ARCH },
    { "color", required_argument, NULL, OPT_COLOR },
    { "charset", required_argument, NULL, OPT_CHARSET },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: digitpad eval [OPTION]... IMAGES LABELS\n"
    "\n"
    "Measure how well a network reads labelled IDX images (.gz too).\n"
    "\n"
    "  -m, --model=MODEL   a carried network (cnn, mlp) or the path of a file\n"
    "  -f, --format=text|json\n"
    "  -t, --threads=N     on how many threads; the answers do not depend on it\n"
    "      --hardest=N     show the N surest errors (6)\n"
    "      --kernel=NAME   with these kernels instead of the best of this CPU\n"
    "      --norm=NORM     input scale: unit, mnist, symmetric or raw; auto tries\n"
    "                      them all and takes the one that suits the labels best\n"
    "      --arch=CHAIN    the layers, for a file that does not say them\n"
    "      --color=auto|always|never    --charset=auto|utf8|ascii\n"
    "  -h, --help          this text\n";

static bool set_format(bool *json, const char *text)
{
    static const char *const words[] = { "text", "json", NULL };
    int i = dp_cli_choose(command, "-f", text, words);
    *json = i == 1;
    return i >= 0;
}

static bool set_color(dp_when *out, const char *text)
{
    static const char *const words[] = { "auto", "always", "never", NULL };
    int i = dp_cli_choose(command, "--color", text, words);
    *out = (dp_when)i;
    return i >= 0;
}

static bool set_charset(dp_when *utf8, const char *text)
{
    static const char *const words[] = { "auto", "utf8", "ascii", NULL };
    int i = dp_cli_choose(command, "--charset", text, words);
    *utf8 = (dp_when)i;
    return i >= 0;
}

static bool set_kernels(const dp_kernels **out, const char *name)
{
    *out = dp_kernels_named(name);
    if (!*out)
        dp_cli_complain(command, "--kernel: no '%s' on this machine", name);
    return *out != NULL;
}

static bool set_norm(eval *e, const char *name)
{
    e->find_norm = strcmp(name, "auto") == 0;
    if (e->find_norm)
        return true;
    if (!dp_norm_named(&e->norm, name)) {
        dp_cli_complain(
            command, "--norm: '%s' is none of unit, mnist, symmetric, raw, auto", name);
        return false;
    }
    e->options.norm = &e->norm;
    return true;
}

static bool set_option(eval *e, int option, const char *text)
{
    switch (option) {
    case 'm':
        e->model_name = text;
        return true;
    case 'f':
        return set_format(&e->json, text);
    case 't':
        return dp_cli_int(&e->threads, command, "-t", text, 1, DP_MAX_THREADS);
    case OPT_HARDEST:
        return dp_cli_int(&e->n_hardest, command, "--hardest", text, 0, MAX_HARDEST);
    case OPT_KERNEL:
        return set_kernels(&e->options.kernels, text);
    case OPT_NORM:
        return set_norm(e, text);
    case OPT_ARCH:
        e->options.arch = text;
        return true;
    case OPT_COLOR:
        return set_color(&e->color, text);
    case OPT_CHARSET:
        return set_charset(&e->utf8, text);
    default:
        return false;
    }
}

/* The exit status to leave with, or −1 to go on. */
static int read_options(eval *e, int argc, char **argv)
{
    for (int c; (c = dp_cli_option(argc, argv, "m:f:t:h", long_options)) != -1;) {
        if (c == 'h')
            return dp_cli_help(usage);
        if (c == '?' || !set_option(e, c, optarg))
            return DP_EXIT_USAGE;
    }
    if (argc - optind != 2)
        return dp_cli_misuse(command, "two files are needed: IMAGES LABELS");
    e->image_path = argv[optind];
    e->label_path = argv[optind + 1];
    return -1;
}

/* ---- the work ---------------------------------------------------------------------- */

/* Sort by falling confidence; among equals the earlier image comes first. qsort has no
 * argument for the predictions, so they are carried along. */
typedef struct mistake {
    float confidence;
    int index;
} mistake;

static int compare_mistakes(const void *a, const void *b)
{
    const mistake *x = a, *y = b;
    if (x->confidence != y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    return x->index - y->index;
}

static dp_code find_hardest(eval *e, dp_err *err)
{
    int n = e->metrics.n - e->metrics.correct;
    mistake *list = calloc((size_t)n + 1, sizeof *list);
    e->hardest = calloc((size_t)n + 1, sizeof *e->hardest);
    if (!list || !e->hardest) {
        free(list);
        return dp_fail(err, DP_NOMEM, "no memory to sort the errors");
    }
    for (int i = 0; i < e->n; i++) {
        const dp_prediction *p = &e->prediction[i];
        if (p->rank[0] != e->label[i])
            list[e->n_errors++] = (mistake){ p->prob[p->rank[0]], i };
    }
    qsort(list, (size_t)n, sizeof *list, compare_mistakes);
    for (int i = 0; i < n; i++)
        e->hardest[i] = list[i].index;
    free(list);
    return DP_OK;
}

static dp_code measure(eval *e, dp_err *err)
{
    e->prediction = calloc((size_t)e->n, sizeof *e->prediction);
    if (!e->prediction)
        return dp_fail(err, DP_NOMEM, "no memory for %d answers", e->n);
    double start = dp_progress_clock();
    dp_code code = dp_metrics_measure(&e->metrics, e->prediction, e->model, e->pixels,
                                      e->label, e->n, e->threads, err);
    e->images_per_s = e->n / (dp_progress_clock() - start);
    return code ? code : find_hardest(e, err);
}

static int shown_errors(const eval *e)
{
    return e->n_errors < e->n_hardest ? e->n_errors : e->n_hardest;
}

/* ---- json -------------------------------------------------------------------------- */

static void print_json_confusion(const dp_metrics *m)
{
    printf("\"confusion\":[");
    for (int i = 0; i < DP_DIGITS; i++) {
        printf(i > 0 ? ",[" : "[");
        for (int k = 0; k < DP_DIGITS; k++)
            printf(k > 0 ? ",%d" : "%d", m->confusion[i][k]);
        printf("]");
    }
    printf("]");
}

static void print_json_classes(const dp_metrics *m)
{
    printf("\"per_class\":[");
    for (int i = 0; i < DP_DIGITS; i++) {
        dp_class_metrics c = dp_metrics_class(m, i);
        printf("%s{\"digit\":%d,\"precision\":%.6f,\"recall\":%.6f,\"f1\":%.6f,"
               "\"support\":%d}",
               i > 0 ? "," : "", i, c.precision, c.recall, c.f1, c.support);
    }
    printf("]");
}

static void print_json_hardest(const eval *e)
{
    printf("\"hardest\":[");
    for (int i = 0; i < shown_errors(e); i++) {
        int k = e->hardest[i];
        const dp_prediction *p = &e->prediction[k];
        printf("%s{\"index\":%d,\"label\":%d,\"digit\":%d,\"confidence\":%.6f}",
               i > 0 ? "," : "", k, e->label[k], p->rank[0], (double)p->prob[p->rank[0]]);
    }
    printf("]");
}

static void print_json(const eval *e)
{
    const dp_metrics *m = &e->metrics;
    double lo, hi;
    dp_metrics_interval(&lo, &hi, m);
    printf("{\"norm\":\"%s\",", dp_norm_name(dp_model_get_info(e->model)->norm));
    printf("\"accuracy\":%.6f,\"interval\":[%.6f,%.6f],\"correct\":%d,\"total\":%d,",
           dp_metrics_accuracy(m), lo, hi, m->correct, m->n);
    print_json_confusion(m);
    putchar(',');
    print_json_classes(m);
    printf(",\"ece\":%.6f,", dp_metrics_ece(m));
    print_json_hardest(e);
    printf(",\"images_per_s\":%.1f}\n", e->images_per_s);
}

/* ---- text -------------------------------------------------------------------------- */

static void print_summary(const eval *e)
{
    const dp_metrics *m = &e->metrics;
    double lo, hi;
    dp_metrics_interval(&lo, &hi, m);
    dp_out_print_safe(stdout, dp_model_get_info(e->model)->name);
    printf(": %d of %d correct, %.2f %% (95 %% interval %.2f to %.2f %%)\n", m->correct,
           m->n, 100 * dp_metrics_accuracy(m), 100 * lo, 100 * hi);
    printf("input scale %s%s\n", dp_norm_name(dp_model_get_info(e->model)->norm),
           e->find_norm ? ", the best of all" : "");
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

/* Colours of the 256-colour palette: right answers green, errors the redder the more. */
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

/* Some errors side by side, each under its line of text. */
static void print_thumbnails(const eval *e, const int *index, int n,
                             dp_thumbnail_style style)
{
    putchar('\n');
    for (int i = 0; i < n; i++) {
        const dp_prediction *p = &e->prediction[index[i]];
        char text[64];
        snprintf(text, sizeof text, "#%d: %d read as %d, %.1f %%", index[i],
                 e->label[index[i]], p->rank[0], 100 * (double)p->prob[p->rank[0]]);
        printf("%-*s", i < n - 1 ? COLUMNS_A_THUMBNAIL : 0, text);
    }
    putchar('\n');
    for (int line = 0; line < DP_THUMBNAIL_LINES; line++) {
        for (int i = 0; i < n; i++) {
            printf("%s", i > 0 ? "  " : "");
            dp_thumbnail_print_line(stdout, e->pixels + (size_t)index[i] * DP_PIXELS,
                                    line, style);
        }
        putchar('\n');
    }
}

static void print_hardest(const eval *e, dp_thumbnail_style style)
{
    int n = shown_errors(e);
    if (n > 0)
        printf("\nthe surest errors, of %d\n", e->n_errors);
    for (int i = 0; i < n; i += THUMBNAILS_A_ROW)
        print_thumbnails(e, e->hardest + i,
                         n - i < THUMBNAILS_A_ROW ? n - i : THUMBNAILS_A_ROW, style);
}

static void print_text(const eval *e)
{
    bool color = dp_out_color(stdout, e->color);
    bool utf8 = e->utf8 == DP_AUTO ? dp_out_utf8() : e->utf8 == DP_ALWAYS;
    print_summary(e);
    print_classes(&e->metrics);
    print_confusion(&e->metrics, color);
    print_hardest(e, !utf8   ? DP_THUMBNAIL_ASCII
                     : color ? DP_THUMBNAIL_COLOR
                             : DP_THUMBNAIL_UTF8);
}

/* A damaged data set is no single bad record to go on after: an input/output error. */
static dp_code load(eval *e, dp_err *err)
{
    dp_code code =
        dp_idx_read_pair(&e->pixels, &e->label, &e->n, e->image_path, e->label_path, err);
    if (code == DP_INPUT)
        code = err->code = DP_IO;
    return code;
}

/* Mean cross-entropy of the answers: where a network sees its images at a wrong scale, the
 * digit that it prefers is often still right, but never for long is it as sure. */
static double cross_entropy(const dp_prediction *prediction, const uint8_t *label, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum -= log(fmax((double)prediction[i].prob[label[i]], 1e-30));
    return sum / n;
}

/* Open the model with this input scale and judge it on some of the images. */
static dp_code try_norm(dp_model **out, double *loss, const eval *e, const dp_norm *norm,
                        dp_prediction *prediction, dp_err *err)
{
    const int n = e->n < NORM_IMAGES ? e->n : NORM_IMAGES;
    dp_modelfile_options options = e->options;
    dp_metrics metrics;
    options.norm = norm;
    dp_code code = dp_store_open(out, e->model_name, &options, err);
    if (code)
        return code;
    code = dp_metrics_measure(&metrics, prediction, *out, e->pixels, e->label, n,
                              e->threads, err);
    *loss = cross_entropy(prediction, e->label, n);
    return code;
}

/* Replace the model by itself with the input scale with which it says best what is on the
 * images. */
static dp_code find_norm(eval *e, dp_err *err)
{
    dp_prediction *prediction = calloc((size_t)e->n, sizeof *prediction);
    double least = (double)INFINITY;
    dp_code code =
        prediction ? DP_OK : dp_fail(err, DP_NOMEM, "no memory for %d answers", e->n);
    for (int i = 0; i < DP_NORM_COUNT && !code; i++) {
        const dp_norm norm = (dp_norm)i;
        dp_model *model = NULL;
        double loss = 0;
        code = try_norm(&model, &loss, e, &norm, prediction, err);
        if (!code && loss < least) {
            dp_model *worse = e->model;
            least = loss;
            e->model = model;
            model = worse;
        }
        dp_model_unref(model);
    }
    free(prediction);
    return code;
}

static dp_code run_eval(eval *e, dp_err *err)
{
    dp_code code = dp_open_model(&e->model, "eval", e->model_name, &e->options, err);
    if (!code)
        code = load(e, err);
    if (!code && e->find_norm)
        code = find_norm(e, err);
    if (!code)
        code = measure(e, err);
    if (code)
        return code;
    const dp_model_info *info = dp_model_get_info(e->model);
    dp_cli_warn_norm(command, info->norm, !info->norm_assumed);
    if (e->json)
        print_json(e);
    else
        print_text(e);
    return DP_OK;
}

int dp_cmd_eval(int argc, char **argv)
{
    eval e = { .n_hardest = 6 };
    int status = read_options(&e, argc, argv);
    if (status >= 0)
        return status;
    e.model_name = dp_cli_model(e.model_name);
    e.threads = dp_cli_threads(e.threads);
    dp_err err;
    status = run_eval(&e, &err) ? dp_cli_fail(command, &err) : DP_EXIT_DONE;
    dp_model_unref(e.model);
    free(e.pixels);
    free(e.label);
    free(e.prediction);
    free(e.hardest);
    return dp_cli_finish(command, status);
}

/* digitpad eval: measures the accuracy of a network on labelled images. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/eval/eval.h"
#include "tui/cli/open.h"
#include "tui/term/out.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "eval";

enum {
    MAX_HARDEST = 1000,
    NORM_IMAGES = 1000, /* images that --norm=auto uses */
};

typedef struct eval {
    const char *model_name;
    const char *data, *labels; /* images and labels, or drawings and NULL */
    const char *report, *log;  /* files, or NULL */
    dp_network_file_options options;
    bool find_norm; /* --norm=auto */
    int threads;
    bool json, sweep;
    dp_when color, utf8;
    dp_eval found;
} eval;

/* ---- options ----------------------------------------------------------------------- */

enum {
    OPT_HARDEST = 256,
    OPT_SWEEP,
    OPT_REPORT,
    OPT_LOG,
    OPT_KERNEL,
    OPT_COLOR,
    OPT_CHARSET,
};

static const struct option long_options[] = {
    { "model", required_argument, NULL, 'm' },
    { "format", required_argument, NULL, 'f' },
    { "threads", required_argument, NULL, 't' },
    { "hardest", required_argument, NULL, OPT_HARDEST },
    { "sweep", no_argument, NULL, OPT_SWEEP },
    { "report", required_argument, NULL, OPT_REPORT },
    { "log", required_argument, NULL, OPT_LOG },
    { "kernel", required_argument, NULL, OPT_KERNEL },
    DP_OPEN_OPTIONS,
    { "color", required_argument, NULL, OPT_COLOR },
    { "charset", required_argument, NULL, OPT_CHARSET },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: digitpad eval [OPTION]... IMAGES LABELS | DRAWINGS.ndjson\n"
    "\n"
    "Measure the accuracy of a network on labelled IDX images (also .gz), or on\n"
    "drawings: lines of JSON with \"label\" and \"strokes\" or \"pixels\".\n"
    "\n"
    "  -m, --model=MODEL       use MODEL: a name of 'digitpad models', a path, or\n"
    "                          hf:OWNER/REPO[@REVISION]:FILE\n"
    "  -f, --format=FORM       print FORM: text (the default) or json\n"
    "  -t, --threads=N         use at most N threads; the answers do not depend on it\n"
    "      --hardest=N         show the N most confident errors (default: 6)\n"
    "      --sweep             measure again with all images shifted, rotated, scaled\n"
    "                          and redrawn with other pens\n"
    "      --report=FILE.html  also write all results and figures to FILE.html\n"
    "      --log=FILE.csv      take the curves of the report from this training log\n"
    "      --kernel=NAME       use the kernels reference, portable, avx2, avx512,\n"
    "                          avx512vnni or neon\n"
    "      --norm=NORM         set the input scale of MODEL: unit, mnist, symmetric\n"
    "                          or raw; auto tries all and keeps the best one\n"
    "      --arch=CHAIN        set the layers of MODEL, if its file does not record\n"
    "                          them\n"
    "      --color=WHEN        use colours: auto, always or never\n"
    "      --charset=SET       use the characters auto, utf8 or ascii\n"
    "  -h, --help              show this help\n";

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

static bool set_norm(eval *e, const char *name)
{
#define NORM_NAME(NAME, name) #name,
    static const char *const words[] = { DP_NORMS(NORM_NAME) "auto", NULL };
#undef NORM_NAME
    if (dp_cli_choose(command, "--norm", name, words) < 0)
        return false;
    e->find_norm = strcmp(name, "auto") == 0;
    if (!e->find_norm)
        e->options.norm_given = dp_norm_named(&e->options.norm, name);
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
        return dp_cli_int(&e->threads, command, "--threads", text, 1, DP_MAX_THREADS);
    case OPT_HARDEST:
        return dp_cli_int(&e->found.n_hardest, command, "--hardest", text, 0,
                          MAX_HARDEST);
    case OPT_SWEEP:
        e->sweep = true;
        return true;
    case OPT_REPORT:
        e->report = text;
        return true;
    case OPT_LOG:
        e->log = text;
        return true;
    case OPT_KERNEL:
        return dp_cli_kernels(&e->options.kernels, command, text);
    case DP_OPEN_NORM:
        return set_norm(e, text);
    case DP_OPEN_ARCH:
        return dp_open_option(&e->options, command, option, text);
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
    if (argc - optind != 1 && argc - optind != 2)
        return dp_cli_misuse(command, "IMAGES LABELS or a drawings file is required");
    if (e->log && !e->report)
        return dp_cli_misuse(command, "--log needs --report");
    e->data = argv[optind];
    e->labels = argc - optind == 2 ? argv[optind + 1] : NULL;
    return -1;
}

/* ---- the work ---------------------------------------------------------------------- */

/* Mean cross-entropy of the answers. At a wrong input scale the likeliest digit is often
 * still right but less certain, so this tells scales apart better than accuracy. */
static double cross_entropy(const dp_prediction *prediction, const uint8_t *label, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum -= log(fmax((double)prediction[i].prob[label[i]], 1e-30));
    return sum / n;
}

/* Open the model with this input scale and measure its loss on the first images. */
static dp_code try_norm(dp_model **out, double *loss, const eval *e, dp_norm norm,
                        dp_prediction *prediction, dp_err *err)
{
    const int n = e->found.images.n < NORM_IMAGES ? e->found.images.n : NORM_IMAGES;
    dp_network_file_options options = e->options;
    dp_metrics metrics;
    options.norm_given = true;
    options.norm = norm;
    dp_code code = dp_store_open(out, e->model_name, &options, err);
    if (code)
        return code;
    code = dp_metrics_measure(&metrics, prediction, *out, e->found.images.pixels,
                              e->found.images.label, n, e->threads, err);
    *loss = cross_entropy(prediction, e->found.images.label, n);
    return code;
}

/* Reopen the model with the input scale that has the lowest loss. */
static dp_code find_norm(eval *e, dp_err *err)
{
    dp_prediction *prediction = calloc((size_t)e->found.images.n, sizeof *prediction);
    double least = (double)INFINITY;
    dp_code code =
        prediction ? DP_OK : dp_fail(err, DP_NOMEM, "no memory for the answers");
    for (int i = 0; i < DP_NORM_COUNT && !code; i++) {
        dp_model *model = NULL;
        double loss = 0;
        code = try_norm(&model, &loss, e, (dp_norm)i, prediction, err);
        if (!code && loss < least) {
            dp_model *worse = e->found.model;
            least = loss;
            e->found.model = model;
            model = worse;
        }
        dp_model_unref(model);
    }
    free(prediction);
    return code;
}

static dp_code load(eval *e, dp_err *err)
{
    dp_eval *found = &e->found;
    dp_code code = dp_open_model(&found->model, command, e->model_name, &e->options, err);
    if (!code && e->log)
        code = dp_train_log_read(&found->log, e->log, err);
    if (code)
        return code;
    return e->labels ? dp_eval_read_images(found, e->data, e->labels, err)
                     : dp_eval_read_strokes(found, e->data, err);
}

static dp_code measure(eval *e, dp_err *err)
{
    dp_eval *found = &e->found;
    dp_code code = e->find_norm ? find_norm(e, err) : DP_OK;
    if (!code)
        code = dp_eval_measure(found, e->threads, err);
    if (!code && dp_model_get_info(found->model)->reject > -INFINITY)
        code = dp_eval_measure_rejection(found, e->threads, err);
    if (!code && e->sweep)
        code = dp_eval_sweep(found, e->threads, err);
    return code;
}

static void print(const eval *e)
{
    bool color = dp_out_color(stdout, e->color);
    bool utf8 = e->utf8 == DP_AUTO ? dp_out_utf8() : e->utf8 == DP_ALWAYS;
    if (e->json)
        dp_eval_print_json(&e->found);
    else
        dp_eval_print_text(&e->found, color,
                           !utf8   ? DP_THUMBNAIL_ASCII
                           : color ? DP_THUMBNAIL_COLOR
                                   : DP_THUMBNAIL_UTF8);
}

static dp_code run_eval(eval *e, dp_err *err)
{
    e->found.norm_found = e->find_norm;
    dp_code code = load(e, err);
    if (!code)
        code = measure(e, err);
    if (code)
        return code;
    const dp_model_info *info = dp_model_get_info(e->found.model);
    dp_cli_warn_norm(command, info->norm, !info->norm_assumed);
    if (e->report)
        code = dp_eval_write_html(&e->found, e->report, err);
    if (!code)
        print(e);
    return code;
}

int dp_cmd_eval(int argc, char **argv)
{
    eval e = { .found = { .n_hardest = 6 } };
    int status = read_options(&e, argc, argv);
    if (status >= 0)
        return status;
    e.model_name = dp_cli_model(e.model_name);
    e.threads = dp_cli_threads(e.threads);
    dp_err err;
    if (run_eval(&e, &err))
        status = dp_cli_fail(command, &err);
    else
        status = e.found.n_bad > 0 ? DP_EXIT_SOME_BAD : DP_EXIT_DONE;
    dp_eval_clear(&e.found);
    return dp_cli_finish(command, status);
}

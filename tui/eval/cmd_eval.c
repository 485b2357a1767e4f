/* digitpad eval: measures the accuracy of a network on labelled images. */
#include "config.h"

#include "engine/core/arith.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/eval/eval.h"
#include "tui/eval/eval_open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/term/out.h"
#include "weights/corpora/corpus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char command[] = "eval";

enum { MAX_HARDEST = 1000 };

typedef struct eval {
    dp_talk talk;
    const char *data, *labels; /* images and labels, or a labelled set and NULL */
    const char *label_column;
    const char *outliers; /* a file of images or drawings that are not digits, or NULL */
    char mnist[2][PATH_MAX]; /* its test images and their labels */
    char named[2]
              [PATH_MAX]; /* the files of `data` and `outliers`, if they name data sets */
    const char *report, *log; /* files, or NULL */
    dp_eval_request request;
    dp_eval_source source;
    int norm; /* index into norms; −1: not given */
    int threads;
    dp_form form;
    dp_sandbox_mode sandbox;
    enum { NO_SWEEP, SWEEP_IMAGES, SWEEP_PAPER } sweep;
    dp_when color, utf8;
    dp_eval found;
} eval;

/* ---- options ----------------------------------------------------------------------- */

#define NORM_NAME(NAME, name) #name,
static const char *const norms[] = { DP_NORMS(NORM_NAME) "auto", NULL };
#undef NORM_NAME
enum { NORM_AUTO = DP_NORM_COUNT };

static const char *const sweeps[] = {
    [NO_SWEEP] = "no", [SWEEP_IMAGES] = "yes", [SWEEP_PAPER] = "paper", NULL
};

/* --sweep alone is --sweep=yes. */
static dp_code parse_sweep(void *field, const dp_option *o, const char *text, dp_err *err)
{
    return dp_option_word.parse(field, o, text ? text : sweeps[SWEEP_IMAGES], err);
}

static const dp_option_type sweep_type = { parse_sweep, NULL, DP_PLACE_NONE };

static const dp_option options[] = {
    DP_OPTION_MODEL(eval, request.model, "use MODEL: " DP_MODEL_NAMES),
    DP_OPTION_FORM(eval, form, ""),
    { "transpose", 0, NULL, DP_OPTION_FLAG(eval, found.transpose),
      .help = "exchange rows and columns of images, as the files of EMNIST need it" },
    DP_OPTION_THREADS(eval, threads),
    { "hardest", 0, "N", DP_OPTION_INT(eval, found.n_hardest, 0, MAX_HARDEST),
      .help = "show the N most trusted errors (default: 6)" },
    { "sweep", 0, "WHAT",
      .value = { &sweep_type, DP_OPTION_INT_FIELD(eval, sweep), .words = sweeps },
      .optional = true,
      .help =
          "measure again with all images shifted, rotated, scaled, redrawn with other "
          "pens, and under other light, noise, fog, blur and spots; --sweep=paper: with "
          "500 images drawn on paper, in forms, under shade, beside a table, cropped" },
    { "outliers", 0, "FILE", DP_OPTION_PLACE(dp_option_input, eval, outliers),
      .help = "also measure how many of these drawings, which are not digits, are "
              "rejected: JSON with \"class\" and \"strokes\" or \"pixels\"" },
    { "report", 0, "FILE.html", DP_OPTION_PLACE(dp_option_output, eval, report),
      .help = "also write all results and figures to FILE.html" },
    { "log", 0, "FILE.csv", DP_OPTION_PLACE(dp_option_input, eval, log),
      .help = "take the curves of the report from this training log" },
    DP_OPTION_LABEL_COLUMN(eval, label_column),
    DP_OPTION_KERNEL(eval, request.options.kernels),
    { "norm", 0, "NORM", DP_OPTION_WORD(eval, norm, norms),
      .help = "set the input scale of MODEL: unit, mnist, symmetric or raw; auto takes "
              "the one that its file states, or else the most accurate one" },
    { "arch", 0, "CHAIN", DP_OPTION_TEXT(eval, request.options.arch),
      .help = "set the layers of MODEL, if its file does not record them; auto takes the "
              "chain that reads the images best" },
    DP_OPTION_COLOR(eval, color),
    DP_OPTION_CHARSET(eval, utf8),
    DP_OPTION_SANDBOX(eval, sandbox),
    DP_OPTION_QUIET(eval, talk),
    DP_OPTION_VERBOSE(eval, talk),
    { 0 },
};

/* Without operands, or if they are "mnist" and nothing here has this name, the data are the test
 * images of MNIST. */
static int find_mnist(eval *e)
{
    if (e->data &&
        (e->labels || strcmp(e->data, "mnist") != 0 || access("mnist", F_OK) == 0))
        return -1;
    if (!dp_corpus_mnist(e->mnist[0], "t10k-images-idx3-ubyte") ||
        !dp_corpus_mnist(e->mnist[1], "t10k-labels-idx1-ubyte"))
        return dp_cli_misuse(command,
                             "IMAGES LABELS, a labelled FILE or a FOLDER is required; "
                             "'digitpad data fetch mnist' fetches the test images of "
                             "MNIST, the default");
    e->data = e->mnist[0];
    e->labels = e->mnist[1];
    return -1;
}

/* Of a request from the options: auto becomes a search. */
static void complete(dp_eval_request *r, int norm)
{
    dp_network_file_options *o = &r->options;
    r->model = dp_cli_model(r->model);
    r->search_norm = norm == NORM_AUTO;
    r->search_chain = o->arch && strcmp(o->arch, "auto") == 0;
    if (r->search_chain)
        o->arch = NULL;
    o->norm_given = norm >= 0 && norm != NORM_AUTO;
    if (o->norm_given)
        o->norm = (dp_norm)norm;
}

/* The exit status to leave with, or −1 to go on. */
static int read_request(eval *e, const dp_options *given)
{
    *e = (eval){ .talk = DP_TALK(command), .norm = -1, .found = { .n_hardest = 6 } };
    if (!dp_options_apply(e, options, given))
        return DP_EXIT_USAGE;
    if (e->log && !e->report)
        return dp_cli_misuse(command, "--log needs --report");
    e->threads = dp_cli_threads(e->threads);
    complete(&e->request, e->norm);
    e->found.talk = &e->talk;
    e->data = given->operand[0];
    e->labels = given->operand[1]; /* NULL if one operand is given */
    return find_mnist(e);
}

/* ---- the work ---------------------------------------------------------------------- */

/* Find the files of named data sets. */
static dp_code resolve(eval *e, dp_err *err)
{
    const char **names[] = { &e->data, &e->outliers };
    for (size_t i = 0; i < DP_COUNT(names); i++) {
        if (!*names[i])
            continue;
        dp_code code = dp_corpus_resolve(e->named[i], *names[i], err);
        if (code)
            return code;
        *names[i] = e->named[i];
    }
    return DP_OK;
}

static dp_code load(eval *e, dp_err *err)
{
    dp_eval *found = &e->found;
    dp_code code = resolve(e, err);
    if (!code)
        code = dp_eval_source_open(found, &e->source, &e->request, err);
    if (!code && e->log)
        code = dp_train_log_read(&found->log, e->log, err);
    if (code)
        return code;
    code = e->labels ? dp_eval_read_images(found, e->data, e->labels, err)
                     : dp_eval_read_labelled(found, e->data, e->label_column, err);
    return code || !e->outliers ? code : dp_eval_read_outliers(found, e->outliers, err);
}

static dp_code hint_at_transposing(eval *e, dp_err *err)
{
    bool transposed = false;
    dp_code code = DP_OK;
    if (!e->found.transpose)
        code = dp_eval_is_transposed(&transposed, &e->found, e->threads, err);
    if (!code && transposed)
        dp_talk_hint(&e->talk, "the images look transposed, as those of EMNIST; "
                               "--transpose turns them");
    return code;
}

static dp_code measure(eval *e, dp_err *err)
{
    dp_eval *found = &e->found;
    dp_talk_detail(&e->talk, "%s: %d images, and %d bad inputs", e->data, found->images.n,
                   found->n_bad);
    dp_code code = dp_eval_source_settle(found, &e->source, &e->request, e->threads, err);
    dp_eval_source_close(&e->source);
    if (!code)
        code = dp_eval_measure(found, e->threads, err);
    if (!code && dp_model_get_info(found->model)->trust.least > -INFINITY)
        code = dp_eval_measure_rejection(found, e->threads, err);
    if (!code && e->outliers)
        code = dp_eval_measure_groups(found, e->threads, err);
    if (!code)
        code = hint_at_transposing(e, err);
    if (!code && e->sweep == SWEEP_IMAGES)
        code = dp_eval_sweep(found, e->threads, err);
    if (!code && e->sweep == SWEEP_PAPER)
        code = dp_eval_sweep_paper(found, e->threads, err);
    return code;
}

static void print(const eval *e)
{
    bool color = dp_out_color(stdout, e->color);
    bool utf8 = e->utf8 == DP_AUTO ? dp_out_utf8() : e->utf8 == DP_ALWAYS;
    if (e->form == DP_FORM_JSON)
        dp_eval_print_json(&e->found);
    else
        dp_eval_print_text(&e->found, color,
                           !utf8   ? DP_THUMBNAIL_ASCII
                           : color ? DP_THUMBNAIL_COLOR
                                   : DP_THUMBNAIL_UTF8);
}

static dp_code run_eval(eval *e, dp_err *err)
{
    dp_code code = load(e, err);
    if (!code)
        code = measure(e, err);
    if (code)
        return code;
    const dp_model_info *info = dp_model_get_info(e->found.model);
    dp_open_warn(&e->talk, info->arch_assumed, info->norm, !info->norm_assumed);
    if (e->report)
        code = dp_eval_write_html(&e->found, e->report, err);
    if (!code)
        print(e);
    return code;
}

static int run(const dp_options *given)
{
    eval e;
    int status = read_request(&e, given);
    if (status >= 0)
        return status;
    dp_err err;
    dp_code code = dp_confine(e.sandbox, &e.talk, given, &err);
    if (!code)
        code = run_eval(&e, &err);
    dp_talk_end(&e.talk);
    if (code)
        status = dp_cli_fail(command, &err);
    else
        status = e.found.n_bad > 0 ? DP_EXIT_SOME_BAD : DP_EXIT_DONE;
    dp_eval_source_close(&e.source);
    dp_eval_clear(&e.found);
    return dp_cli_finish(command, status);
}

const dp_command dp_cmd_eval = {
    .name = "eval",
    .summary = "measure a model on labelled images",
    .usage = { "eval [OPTION]... [IMAGES LABELS | FILE | FOLDER | DATA-SET]" },
    .intro =
        "Measure the accuracy of a network on IDX images and their labels (also .gz); on a "
        "FILE of labelled images or drawings: csv with a label in each line, or JSON with "
        "\"label\" and \"strokes\" or \"pixels\"; or on the images in a FOLDER that has a "
        "folder for each digit, 0 to 9; or on a DATA-SET of 'digitpad data', by default "
        "the test images of MNIST.",
    .group = { { .options = options } },
    .max_operands = 2,
    .operand_place = { DP_PLACE_INPUT, DP_PLACE_INPUT },
    .run = run,
};

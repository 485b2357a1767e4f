/* digitpad predict: recognises digits in images and drawings. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "tui/predict/pipeline.h"
#include "weights/store/store.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: digitpad predict [OPTION]... [FILE]...\n"
    "\n"
    "Recognise handwritten digits in images and drawings. Without FILE, or if FILE\n"
    "is -, read standard input.\n"
    "\n"
    "  -m, --model=MODEL       use MODEL: a name of 'digitpad models', a path, or\n"
    "                          hf:OWNER/REPO[@REVISION]:FILE\n"
    "  -i, --input=FORMAT      read FORMAT: auto (the default), pgm, ppm, pbm, png,\n"
    "                          idx, csv or ndjson; not detected by auto: raw (784\n"
    "                          bytes per image) and ascii (28 lines per image)\n"
    "  -f, --format=FORM       print FORM: text (the default), json or csv\n"
    "  -k, --top=K             also list the K likeliest digits\n"
    "      --preprocess=WHEN   normalise images: auto (all but 28x28 images that look\n"
    "                          like those of MNIST), always or never\n"
    "      --invert=WHEN       take ink as dark on light (yes) or light on dark (no);\n"
    "                          auto decides by the border of the image\n"
    "      --digits=HOW        read 1 digit per input (the default), or with auto\n"
    "                          split numbers into their digits\n"
    "      --min-confidence=P  mark answers with a confidence below P as rejected\n"
    "      --strict            exit with status 1 if an input is blank\n"
    "      --fail-fast         stop at the first bad input\n"
    "      --norm=NORM         set the input scale of MODEL: unit, mnist, symmetric\n"
    "                          or raw\n"
    "      --arch=CHAIN        set the layers of MODEL, if its file does not record\n"
    "                          them\n"
    "  -t, --threads=N         use at most N threads\n"
    "      --kernel=NAME       use the kernels reference, portable, avx2, avx512,\n"
    "                          avx512vnni or neon\n"
    "  -h, --help              show this help\n"
    "\n"
    "A line of text is DIGIT<TAB>CONFIDENCE; if there are several files, FILE<TAB>\n"
    "comes first. A blank input gives -, a bad one gives ! and exit status 1.\n";

typedef struct request {
    const char *model, *format;
    dp_network_file_options open;
    dp_answer_options answer;
    bool strict, fail_fast;
    int threads;
    char **file;
    int n_files;
} request;

/* ---- options ----------------------------------------------------------------------- */

static bool read_form(dp_answer_form *out, const char *text)
{
    static const char *const words[] = { "text", "json", "csv", NULL };
    int i = dp_cli_choose("predict", "--format", text, words);
    *out = i < 0 ? DP_ANSWER_TEXT : (dp_answer_form)i;
    return i >= 0;
}

static bool read_preprocess(dp_normalize_mode *out, const char *text)
{
    static const char *const words[] = { "auto", "always", "never", NULL };
    int i = dp_cli_choose("predict", "--preprocess", text, words);
    *out = i < 0 ? DP_NORMALIZE_AUTO : (dp_normalize_mode)i;
    return i >= 0;
}

static bool read_invert(dp_invert *out, const char *text)
{
    static const char *const words[] = { "auto", "yes", "no", NULL };
    int i = dp_cli_choose("predict", "--invert", text, words);
    *out = i < 0 ? DP_INVERT_AUTO : (dp_invert)i;
    return i >= 0;
}

static bool read_digits(bool *out, const char *text)
{
    static const char *const words[] = { "1", "auto", NULL };
    int i = dp_cli_choose("predict", "--digits", text, words);
    *out = i == 1;
    return i >= 0;
}

enum { PREPROCESS = 256, INVERT, DIGITS, CONFIDENCE, STRICT, FAIL_FAST, KERNEL };

static const struct option options[] = {
    { "model", required_argument, NULL, 'm' },
    { "input", required_argument, NULL, 'i' },
    { "format", required_argument, NULL, 'f' },
    { "top", required_argument, NULL, 'k' },
    { "preprocess", required_argument, NULL, PREPROCESS },
    { "invert", required_argument, NULL, INVERT },
    { "digits", required_argument, NULL, DIGITS },
    { "min-confidence", required_argument, NULL, CONFIDENCE },
    { "strict", no_argument, NULL, STRICT },
    { "fail-fast", no_argument, NULL, FAIL_FAST },
    DP_OPEN_OPTIONS,
    { "threads", required_argument, NULL, 't' },
    { "kernel", required_argument, NULL, KERNEL },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

/* Store one option. False after a complaint. */
static bool take_option(request *r, int option)
{
    switch (option) {
    case 'm':
        r->model = optarg;
        return true;
    case 'i':
        r->format = optarg;
        return true;
    case 'f':
        return read_form(&r->answer.form, optarg);
    case 'k':
        return dp_cli_int(&r->answer.top, "predict", "--top", optarg, 1, DP_DIGITS);
    case PREPROCESS:
        return read_preprocess(&r->answer.preprocess, optarg);
    case INVERT:
        return read_invert(&r->answer.invert, optarg);
    case DIGITS:
        return read_digits(&r->answer.numbers, optarg);
    case CONFIDENCE:
        return dp_cli_float(&r->answer.confidence, "predict", "--min-confidence", optarg,
                            0, 1);
    case STRICT:
        return r->strict = true;
    case FAIL_FAST:
        return r->fail_fast = true;
    case DP_OPEN_ARCH:
    case DP_OPEN_NORM:
        return dp_open_option(&r->open, "predict", option, optarg);
    case 't':
        return dp_cli_int(&r->threads, "predict", "--threads", optarg, 1, DP_MAX_THREADS);
    case KERNEL:
        return dp_cli_kernels(&r->open.kernels, "predict", optarg);
    default:
        return false;
    }
}

static char dash[] = "-";
static char *standard_input[] = { dash };

/* The exit status to leave with, or −1 to go on. */
static int read_options(request *r, int argc, char **argv)
{
    *r = (request){ .format = "auto" };
    for (int option;
         (option = dp_cli_option(argc, argv, "m:i:f:k:t:h", options)) != -1;) {
        if (option == 'h')
            return dp_cli_help(usage);
        if (!take_option(r, option))
            return DP_EXIT_USAGE;
    }
    r->model = dp_cli_model(r->model);
    r->threads = dp_cli_threads(r->threads);
    r->file = argv + optind;
    r->n_files = argc - optind;
    r->answer.with_source = r->n_files > 1;
    if (r->n_files > 0)
        return -1;
    if (isatty(STDIN_FILENO)) {
        fputs(usage, stderr);
        return DP_EXIT_USAGE;
    }
    r->file = standard_input;
    r->n_files = 1;
    return -1;
}

/* ---- running ----------------------------------------------------------------------- */

static int status_of(const request *r, const dp_pipeline_result *p)
{
    if (p->fatal != DP_OK)
        return dp_code_status(p->fatal);
    if (p->readable == 0)
        return DP_EXIT_IO;
    bool incomplete = p->bad > 0 || (r->strict && p->blanks > 0);
    return incomplete ? DP_EXIT_SOME_BAD : DP_EXIT_DONE;
}

int dp_cmd_predict(int argc, char **argv)
{
    request r;
    int status = read_options(&r, argc, argv);
    if (status >= 0)
        return status;
    signal(SIGPIPE, SIG_DFL); /* if a parent ignored it, a closed pipe would not end us */
    dp_model *model = NULL;
    dp_pipeline_result result;
    dp_err err;
    dp_code code = dp_open_model(&model, "predict", r.model, &r.open, &err);
    if (code == DP_OK)
        code = dp_model_check_digits(model, &err);
    if (code == DP_OK) {
        dp_cli_warn_norm("predict", dp_model_get_info(model)->norm,
                         !dp_model_get_info(model)->norm_assumed);
        r.answer.model = dp_model_get_info(model)->name;
        const dp_pipeline_job job = {
            .model = model,
            .answer = r.answer,
            .format = r.format,
            .file = r.file,
            .n_files = r.n_files,
            .fail_fast = r.fail_fast,
            .threads = r.threads,
        };
        code = dp_pipeline_run(&result, &job, &err);
    }
    status = code == DP_OK ? dp_cli_finish("predict", status_of(&r, &result))
                           : dp_cli_fail("predict", &err);
    dp_model_unref(model);
    return status;
}

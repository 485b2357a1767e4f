/* digitpad predict: images and drawings in, digits out. */
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
    "Read handwritten digits from images and drawings; from standard input where no "
    "FILE\n"
    "is given or FILE is -.\n"
    "\n"
    "  -m, --model=MODEL        cnn, mlp, or the path of a .safetensors file\n"
    "  -i, --input=FORMAT       auto (the default), pgm, ppm, pbm, png, idx, csv, "
    "ndjson;\n"
    "                           only by name: raw (784 bytes each), ascii (28 lines "
    "each)\n"
    "  -f, --format=FORM        text (the default), json (a line each) or csv\n"
    "  -k, --top=K              also list the K likeliest digits\n"
    "      --preprocess=WHEN    auto leaves 28x28 images alone that look like MNIST's;\n"
    "                           always, never\n"
    "      --invert=WHEN        auto goes by the border; yes: dark ink on light; no\n"
    "      --digits=HOW         1 (the default): each input is one digit; auto: a "
    "number\n"
    "                           is split into its digits\n"
    "      --min-confidence=P   mark answers below P as rejected\n"
    "      --strict             a blank input makes the exit status 1\n"
    "      --fail-fast          stop at the first bad input\n"
    "      --norm=NORM          the model's input scale: unit, mnist, symmetric, raw\n"
    "      --arch=SPEC          the chain of layers, for a model file that does not tell "
    "it\n"
    "  -t, --threads=N          at most N threads\n"
    "      --kernel=NAME        reference, portable, avx2, avx512, avx512vnni or neon\n"
    "  -h, --help               this text\n"
    "\n"
    "Text is DIGIT<TAB>CONFIDENCE, after the file's name and a tab where several are "
    "named;\n"
    "a blank input gives -, a bad one !, and exit status 1.\n";

typedef struct request {
    const char *model, *format;
    dp_network_file_options open;
    dp_answer_options answer;
    bool strict, fail_fast;
    int threads;
    char **file;
    int n_files;
} request;

/* ---- options --------------------------------------------------------------------------- */

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

/* One option; false after a complaint. */
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

/* ---- running --------------------------------------------------------------------------- */

static int status_of(const request *r, const dp_pipeline_result *p)
{
    if (p->fatal != DP_OK)
        return dp_cli_exit_status(p->fatal);
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
    signal(SIGPIPE, SIG_DFL); /* a parent may ignore it, and then writing would not end */
    dp_model *model = NULL;
    dp_pipeline_result result;
    dp_err err;
    dp_code code = dp_open_model(&model, "predict", r.model, &r.open, &err);
    if (code == DP_OK)
        code = dp_model_check_digits(model, &err);
    if (code == DP_OK) {
        dp_cli_warn_norm("predict", dp_model_get_info(model)->norm,
                         !dp_model_get_info(model)->norm_assumed);
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

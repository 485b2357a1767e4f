/* digitpad predict: recognises digits in images and drawings. */
#include "config.h"

#include "engine/core/openmp.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/help.h"
#include "tui/cli/interrupt.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/predict/pipeline.h"
#include "tui/predict/server.h"

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char command[] = "predict";

typedef struct request {
    dp_talk talk;
    const char *model, *format;
    dp_network_file_options open;
    dp_answer_options answer;
    enum { ONE_DIGIT, NUMBERS } digits;
    bool strict, fail_fast, transpose;
    int threads;
    dp_sandbox_mode sandbox;
    dp_inputs_options inputs;
    const char *list, *list0; /* --files-from, --files-from0 */
    const char *label_column;
    int skip, take; /* take 0: all */
    dp_shard shard;
    int form; /* of answers; −1: the default */
    dp_server_options serve;
} request;

/* ---- options ----------------------------------------------------------------------- */

static const char *const forms[] = {
    [DP_ANSWER_TEXT] = "text", [DP_ANSWER_JSON] = "json", [DP_ANSWER_CSV] = "csv", NULL
};
static const char *const digits[] = { [ONE_DIGIT] = "1", [NUMBERS] = "auto", NULL };

static dp_code parse_permissions(void *field, const dp_option *o, const char *text,
                                 dp_err *err)
{
    const size_t n = strlen(text);
    (void)o;
    if (n < 3 || n > 4 || strspn(text, "01234567") < n || (n == 4 && *text != '0'))
        return dp_fail(err, DP_USAGE, "'%s' is not a mode in octal, such as 660", text);
    *(mode_t *)field = (mode_t)strtol(text, NULL, 8);
    return DP_OK;
}

static const dp_option_type permissions = { .parse = parse_permissions };

static const dp_option options[] = {
    DP_OPTION_MODEL(request, model, "use MODEL: " DP_MODEL_NAMES),
    DP_OPTION_INPUT(request, format),
    { "recursive", 'r', NULL, DP_OPTION_FLAG(request, inputs.recursive),
      .help = "read the files in folders and in the folders below them, in the order of "
              "their names; hidden ones and links to folders are skipped" },
    { "files-from", 0, "LIST", DP_OPTION_PLACE(dp_option_name_list, request, list),
      .help =
          "also read the files whose names are the lines of LIST; - is standard input" },
    { "files-from0", 0, "LIST", DP_OPTION_PLACE(dp_option_name_list, request, list0),
      .help = "the same, with a NUL after each name, as 'find -print0' writes them" },
    DP_OPTION_LABEL_COLUMN(request, label_column),
    { "skip", 0, "N", DP_OPTION_INT(request, skip, 0, INT_MAX),
      .help = "do not answer the first N records" },
    { "take", 0, "N", DP_OPTION_INT(request, take, 1, INT_MAX),
      .help = "stop after N answers" },
    { "shard", 0, "I/N", DP_OPTION_OTHER(dp_option_shard, request, shard),
      .help =
          "cut the records of all files into N parts and answer part I, from 0 to N-1" },
    { "format", 'f', "FORM", DP_OPTION_WORD(request, form, forms),
      .help = "print FORM: text (the default), json (that of --listen) or csv" },
    { "top", 'k', "K", DP_OPTION_INT(request, answer.top, 1, DP_DIGITS),
      .help = "also list the K likeliest digits" },
    DP_OPTION_PREPROCESS(request, answer.normalize.mode),
    DP_OPTION_INVERT(request, answer.normalize.invert),
    { "transpose", 0, NULL, DP_OPTION_FLAG(request, transpose),
      .help = "exchange rows and columns of images, as the files of EMNIST need it" },
    { "digits", 0, "HOW", DP_OPTION_WORD(request, digits, digits),
      .help = "read 1 digit per input (the default), or with auto split numbers into "
              "their digits" },
    { "min-confidence", 0, "P", DP_OPTION_FLOAT(request, answer.confidence, 0, 1),
      .help = "mark answers with a confidence below P as rejected" },
    { "strict", 0, NULL, DP_OPTION_FLAG(request, strict),
      .help = "exit with status 1 if an input is blank or rejected" },
    { "fail-fast", 0, NULL, DP_OPTION_FLAG(request, fail_fast),
      .help = "stop at the first bad input" },
    { "listen", 0, "PATH", DP_OPTION_TEXT(request, serve.path),
      .help =
          "serve: answer lines of ndjson of many clients on a UNIX socket, which is made; "
          "systemd takes the socket that systemd passes" },
    { "socket-mode", 0, "MODE", DP_OPTION_OTHER(permissions, request, serve.mode),
      .help = "give the socket these permissions, in octal; 600 by default" },
    { "max-clients", 0, "N",
      DP_OPTION_INT(request, serve.max_clients, 1, DP_SERVER_CLIENTS_MOST),
      .help = "serve N clients at a time, 512 by default; others wait" },
    { "max-line", 0, "BYTES",
      DP_OPTION_INT(request, serve.max_line, DP_SERVER_LINE_LEAST, DP_SERVER_LINE_MOST),
      .help = "refuse longer lines of clients; 262144 by default" },
    { "client-timeout", 0, "S",
      DP_OPTION_INT(request, serve.timeout, 1, DP_SERVER_TIMEOUT_MOST),
      .help =
          "close a client that sends no whole line, or does not take its answers, for S "
          "seconds; 60 by default" },
    DP_OPTION_NORM(request, open, "MODEL"),
    DP_OPTION_ARCH(request, open, "MODEL"),
    DP_OPTION_THREADS(request, threads),
    DP_OPTION_KERNEL(request, open.kernels),
    DP_OPTION_SANDBOX(request, sandbox),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

static char dash[] = "-";
static char *standard_input[] = { dash };

/* Check what --listen excludes. The exit status to leave with, or −1 to go on. */
static int check_server(const request *r)
{
    if (strcmp(r->format, "auto") != 0 && strcmp(r->format, "ndjson") != 0)
        return dp_cli_misuse(command, "--listen reads ndjson, not %s", r->format);
    if (r->inputs.n_files > 0 || r->inputs.list || r->inputs.recursive)
        return dp_cli_misuse(command, "--listen reads what clients send, not files");
    if (r->skip > 0 || r->take > 0 || r->shard.count > 0 || r->strict || r->fail_fast)
        return dp_cli_misuse(command,
                             "--listen excludes --skip, --take, --shard, --strict "
                             "and --fail-fast");
    return -1;
}

/* Whether a path can be read twice. One that cannot be read at all is reported later. */
static bool is_stream(const char *path)
{
    struct stat st;
    return strcmp(path, "-") == 0 ||
           (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

/* Check the options that choose records. The exit status to leave with, or −1 to go on. */
static int check_slice(const request *r)
{
    if (r->shard.count == 0)
        return -1;
    if (r->skip > 0 || r->take > 0)
        return dp_cli_misuse(command, "--shard excludes --skip and --take");
    bool stream = r->inputs.list && is_stream(r->inputs.list);
    for (int i = 0; i < r->inputs.n_files; i++)
        stream = stream || is_stream(r->inputs.file[i]);
    if (stream)
        return dp_cli_misuse(command, "--shard counts the records before it reads them, "
                                      "so it needs files, not a pipe; on a pipe, use "
                                      "--skip and --take");
    return -1;
}

/* The exit status to leave with, or −1 to go on. */
static int read_request(request *r, const dp_options *given)
{
    *r = (request){ .talk = DP_TALK(command),
                    .format = "auto",
                    .form = -1,
                    .serve = DP_SERVER_DEFAULTS };
    if (!dp_options_apply(r, options, given))
        return DP_EXIT_USAGE;
    r->model = dp_cli_model(r->model);
    r->threads = dp_cli_threads(r->threads);
    r->answer.numbers = r->digits == NUMBERS;
    r->answer.form = r->form >= 0    ? (dp_answer_form)r->form
                     : r->serve.path ? DP_ANSWER_JSON
                                     : DP_ANSWER_TEXT;
    if (r->list && r->list0)
        return dp_cli_misuse(command,
                             "--files-from and --files-from0 exclude each other");
    r->inputs.file = given->operand;
    r->inputs.n_files = given->n_operands;
    r->inputs.list = r->list ? r->list : r->list0;
    r->inputs.separator = r->list ? '\n' : '\0';
    r->answer.with_source = dp_inputs_many(&r->inputs);
    if (r->serve.path)
        return check_server(r);
    if (r->inputs.n_files > 0 || r->inputs.list)
        return check_slice(r);
    if (isatty(STDIN_FILENO)) {
        dp_help_print(stderr, &dp_cmd_predict);
        return DP_EXIT_USAGE;
    }
    r->inputs.file = standard_input;
    r->inputs.n_files = 1;
    return check_slice(r);
}

/* ---- running ----------------------------------------------------------------------- */

static int status_of(const request *r, const dp_pipeline_result *p)
{
    const bool whole = r->shard.count == 0 && r->skip == 0;
    if (p->fatal != DP_OK)
        return dp_code_status(p->fatal);
    if (p->readable == 0 && (whole || p->bad > 0))
        return DP_EXIT_IO;
    bool incomplete = p->bad > 0 || (r->strict && p->blanks + p->rejected > 0);
    return incomplete ? DP_EXIT_SOME_BAD : DP_EXIT_DONE;
}

/* DP_USAGE if an option needs probabilities and the network has none. */
static dp_code check_probabilities(const dp_answer_options *answer, const dp_model *model,
                                   dp_err *err)
{
    const dp_model_info *info = dp_model_get_info(model);
    const char *option = answer->numbers          ? "--digits=auto"
                         : answer->confidence > 0 ? "--min-confidence"
                                                  : NULL;
    if (!option || info->scores != DP_SCORES_RANKS)
        return DP_OK;
    return dp_fail(err, DP_USAGE,
                   "%s: %s gives digits without probabilities; leave the option out, or "
                   "choose another model",
                   option, info->name);
}

static dp_code run_pipeline(dp_pipeline_result *out, request *r, const dp_model *model,
                            dp_err *err)
{
    const uint64_t first = (uint64_t)r->skip, most = (uint64_t)r->take;
    dp_pipeline_job job = {
        .talk = &r->talk,
        .model = model,
        .answer = r->answer,
        .inputs = r->inputs,
        .slice = { first, most > 0 ? first + most : UINT64_MAX },
        .format = r->format,
        .label_column = r->label_column,
        .transpose = r->transpose,
        .fail_fast = r->fail_fast,
        .threads = r->threads,
    };
    if (r->shard.count > 0) {
        job.slice = DP_SLICE_NONE;
        dp_code code = dp_pipeline_run(out, &job, err);
        if (code != DP_OK || out->fatal != DP_OK)
            return code;
        job.slice = dp_shard_slice(&r->shard, out->records);
    }
    return dp_pipeline_run(out, &job, err);
}

/* Answer files and streams. *status becomes the exit status. */
static dp_code answer_inputs(int *status, request *r, const dp_model *model, dp_err *err)
{
    dp_pipeline_result result;
    dp_code code = run_pipeline(&result, r, model, err);
    if (code != DP_OK)
        return code;
    dp_talk_detail(&r->talk,
                   "%" PRIu64 " read in all: %" PRIu64 " bad, %" PRIu64 " blank, %" PRIu64
                   " rejected",
                   result.inputs, result.bad, result.blanks, result.rejected);
    *status = status_of(r, &result);
    return DP_OK;
}

/* Listen, then confine the process: it can still accept clients and remove its socket. */
static dp_code listen_confined(dp_listener *out, int *stop_fd, request *r,
                               const dp_options *given, dp_err *err)
{
    dp_sandbox sandbox;
    dp_listener listener;
    char folder[PATH_MAX];
    dp_code code = dp_confine_prepare(&sandbox, r->sandbox, &r->talk, given, false, err);
    if (code != DP_OK)
        return code;
    code =
        dp_interrupt_watch_all(stop_fd, err); /* no signal may leave the socket's file */
    if (code == DP_OK)
        code = dp_listener_open(&listener, r->serve.path, r->serve.mode, err);
    if (code != DP_OK) {
        dp_sandbox_cancel(&sandbox);
        return code;
    }
    if (listener.path) {
        snprintf(folder, sizeof folder, "%s", listener.path);
        dp_sandbox_allow_removal(&sandbox, dirname(folder));
    }
    sandbox.accept = true;
    code = dp_sandbox_enter(&sandbox, err);
    if (code != DP_OK)
        dp_listener_close(&listener);
    else
        *out = listener;
    return code;
}

static dp_code answer_clients(request *r, const dp_model *model, dp_listener listener,
                              int stop_fd, dp_err *err)
{
    const dp_server_job job = {
        .talk = &r->talk,
        .model = model,
        .answer = r->answer,
        .options = r->serve,
        .listener = listener,
        .stop_fd = stop_fd,
        .threads = r->threads,
    };
    return dp_server_run(&job, err);
}

static int run(const dp_options *given)
{
    request r;
    int status = read_request(&r, given);
    if (status >= 0)
        return status;
    signal(SIGPIPE, SIG_DFL); /* if a parent ignored it, a closed pipe would not end us */
    dp_model *model = NULL;
    dp_err err;
    dp_listener listener = { .fd = -1 };
    int stop_fd = -1;
    dp_code code = r.serve.path ? listen_confined(&listener, &stop_fd, &r, given, &err)
                                : dp_confine(r.sandbox, &r.talk, given, &err);
    if (code == DP_OK)
        code = dp_open_model(&model, &r.talk, r.model, &r.open, &err);
    if (code == DP_OK)
        code = dp_model_check_digits(model, &err);
    if (code == DP_OK)
        code = check_probabilities(&r.answer, model, &err);
    status = DP_EXIT_DONE;
    if (code == DP_OK) {
        const dp_model_info *info = dp_model_get_info(model);
        dp_open_warn(&r.talk, info->arch_assumed, info->norm, !info->norm_assumed);
        dp_talk_detail(&r.talk, "at most %d threads", dp_threads(r.threads));
        r.answer.model = info->name;
        code = r.serve.path ? answer_clients(&r, model, listener, stop_fd, &err)
                            : answer_inputs(&status, &r, model, &err);
    } else if (listener.fd >= 0) {
        dp_listener_close(&listener);
    }
    dp_talk_end(&r.talk);
    status = code == DP_OK ? dp_cli_finish(command, status) : dp_cli_fail(command, &err);
    dp_model_unref(model);
    return status;
}

const dp_command dp_cmd_predict = {
    .name = "predict",
    .summary = "recognise digits in images and drawings",
    .usage = { "predict [OPTION]... [FILE]...", "predict [OPTION]... --listen=PATH" },
    .intro =
        "Recognise handwritten digits in images and drawings. Without FILE, or if FILE is "
        "-, read standard input. MODEL may be a file of another program: ONNX, "
        "safetensors or JSON. 'digitpad models' lists those that need no file.",
    .epilogue =
        "A line of text is DIGIT<TAB>CONFIDENCE; if there may be several files, FILE<TAB> "
        "comes first. A digit that is rejected, because it is unlikely to be one or its "
        "confidence is below P, gives ? (the best guess is shown by -k 1), a blank input "
        "gives -, a bad one gives ! and exit status 1.",
    .group = { { .options = options } },
    .max_operands = DP_ANY_NUMBER,
    .operand_place = { DP_PLACE_INPUT, DP_PLACE_INPUT },
    .run = run,
};

/* digitpad draw: the pad. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "tui/draw/loop.h"
#include "tui/pad/app.h"
#include "tui/pad/layout.h"
#include "tui/pad/save.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: digitpad [draw] [OPTION]... [FILE.ndjson]\n"
    "\n"
    "Draw a digit in the terminal and watch the prediction change. FILE holds\n"
    "drawings to start from. Press ? for the keys.\n"
    "\n"
    "  -m, --model=MODEL      use MODEL: a name of 'digitpad models', a path, or\n"
    "                         hf:OWNER/REPO[@REVISION]:FILE\n"
    "      --offline          do not fetch models from the Hugging Face Hub, neither\n"
    "                         MODEL nor others in the background (also\n"
    "                         HF_HUB_OFFLINE=1)\n"
    "      --once             on Enter, print the digit on standard output and exit;\n"
    "                         Esc cancels\n"
    "      --timeout=S        with --once: submit after S seconds without input\n"
    "  -o, --output=FILE      save the drawing to FILE at the end and on the key s:\n"
    "                         .ndjson for strokes, .pgm or .png for a picture; with\n"
    "                         --once, - prints the digit (the default)\n"
    "      --replay           replay how FILE was drawn (also the key r)\n"
    "      --pen=N            start with a pen of width N, 1 to 9 (default: 3)\n"
    "      --no-mouse         use the keyboard only\n"
    "      --charset=SET      use the characters auto, utf8 or ascii\n"
    "      --color=WHEN       use colours: auto, always or never\n"
    "      --high-contrast    draw white on black without greys (also the key C)\n"
    "      --layout=COLSxROWS print the screen layout for this window size as JSON\n"
    "  -h, --help             show this help\n";

typedef struct request {
    const char *model, *file, *output;
    const char *layout; /* --layout's argument */
    bool once, offline, high_contrast;
    int pen;
    dp_pad_options pad;
} request;

/* ---- options ----------------------------------------------------------------------- */

enum {
    ONCE = 256,
    TIMEOUT,
    PEN,
    NO_MOUSE,
    CHARSET,
    COLOR,
    CONTRAST,
    LAYOUT,
    OFFLINE,
    REPLAY
};

/* Store one option. Returns the exit status to leave with, or −1 to go on. */
static int read_option(request *r, const char *command, int option, const char *value)
{
    static const char *const charsets[] = { "auto", "utf8", "ascii", NULL };
    static const char *const whens[] = { "auto", "always", "never", NULL };
    int choice;
    switch (option) {
    case 'm':
        r->model = value;
        return -1;
    case 'o':
        r->output = value;
        return -1;
    case ONCE:
        r->once = true;
        return -1;
    case TIMEOUT:
        return dp_cli_int(&r->pad.timeout_s, command, "--timeout", value, 1, 86400)
                   ? -1
                   : DP_EXIT_USAGE;
    case PEN:
        return dp_cli_int(&r->pen, command, "--pen", value, DP_PEN_MIN, DP_PEN_MAX)
                   ? -1
                   : DP_EXIT_USAGE;
    case NO_MOUSE:
        r->pad.mouse = false;
        return -1;
    case CHARSET:
        if ((choice = dp_cli_choose(command, "--charset", value, charsets)) < 0)
            return DP_EXIT_USAGE;
        r->pad.charset = (dp_charset_choice)choice;
        return -1;
    case COLOR:
        if ((choice = dp_cli_choose(command, "--color", value, whens)) < 0)
            return DP_EXIT_USAGE;
        r->pad.color = (dp_when)choice;
        return -1;
    case CONTRAST:
        r->high_contrast = true;
        return -1;
    case LAYOUT:
        r->layout = value;
        return -1;
    case REPLAY:
        r->pad.replay = true;
        return -1;
    case OFFLINE:
        r->offline = true;
        return -1;
    case 'h':
        return dp_cli_help(usage);
    default:
        return DP_EXIT_USAGE;
    }
}

/* Check the options against each other. Returns the exit status to leave with, or −1. */
static int check_request(request *r, const char *command)
{
    dp_err err;
    if (r->pad.timeout_s > 0 && !r->once)
        return dp_cli_misuse(command, "--timeout needs --once");
    if (r->pad.replay && !r->file)
        return dp_cli_misuse(command, "--replay needs a drawing: FILE.ndjson");
    if (r->output && strcmp(r->output, "-") == 0) {
        if (!r->once)
            return dp_cli_misuse(command, "-o - needs --once");
        r->output = NULL;
    }
    if (r->output && dp_save_check(r->output, &err) != DP_OK)
        return dp_cli_misuse(command, "%s", err.msg);
    r->pad.save_path = r->output;
    /* --once is for scripts, which want a digit and not a download. */
    r->pad.fetch = !r->offline && !r->once;
    return -1;
}

static int read_request(request *r, int argc, char **argv)
{
    static const struct option options[] = {
        { "model", required_argument, NULL, 'm' },
        { "once", no_argument, NULL, ONCE },
        { "timeout", required_argument, NULL, TIMEOUT },
        { "output", required_argument, NULL, 'o' },
        { "pen", required_argument, NULL, PEN },
        { "no-mouse", no_argument, NULL, NO_MOUSE },
        { "charset", required_argument, NULL, CHARSET },
        { "color", required_argument, NULL, COLOR },
        { "high-contrast", no_argument, NULL, CONTRAST },
        { "replay", no_argument, NULL, REPLAY },
        { "offline", no_argument, NULL, OFFLINE },
        { "layout", required_argument, NULL, LAYOUT },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    for (int option; (option = dp_cli_option(argc, argv, "m:o:h", options)) != -1;) {
        int status = read_option(r, argv[0], option, optarg);
        if (status >= 0)
            return status;
    }
    if (argc - optind > 1)
        return dp_cli_misuse(argv[0], "only one FILE can be opened, not %d",
                             argc - optind);
    r->file = argv[optind]; /* NULL at the end */
    return check_request(r, argv[0]);
}

/* ---- --layout ---------------------------------------------------------------------- */

static int print_layout(const char *command, const char *size)
{
    int cols, rows, length = 0;
    if (sscanf(size, "%5dx%5d%n", &cols, &rows, &length) != 2 || size[length] != '\0' ||
        cols < 0 || rows < 0)
        return dp_cli_misuse(command, "--layout: '%s' is not COLSxROWS, as 80x24", size);
    dp_layout layout = dp_layout_of(cols, rows);
    dp_layout_print(stdout, &layout);
    return dp_cli_finish(command, DP_EXIT_DONE);
}

/* ---- the outcome ----------------------------------------------------------------------- */

static int save_at_end(const request *r, const char *command, const dp_app *app)
{
    dp_err err;
    const dp_strokes *strokes = dp_history_strokes(&app->history);
    if (strokes->n_strokes == 0) {
        dp_cli_complain(command, "nothing was drawn; %s is not written", r->output);
        return DP_EXIT_SOME_BAD;
    }
    if (dp_save_drawing(r->output, strokes, &app->canvas, &err) != DP_OK)
        return dp_cli_fail(command, &err);
    return DP_EXIT_DONE;
}

static int answer_once(const request *r, const char *command, const dp_app *app)
{
    if (r->output)
        return save_at_end(r, command, app);
    if (app->reading.ink != DP_INK_ENOUGH) {
        dp_cli_complain(command, "no digit was drawn");
        return DP_EXIT_SOME_BAD;
    }
    char number[DP_SEGMENTS_MAX + 1];
    dp_segmentation_text(number, &app->reading.number);
    puts(number);
    return dp_cli_finish(command, DP_EXIT_DONE);
}

static int conclude(const request *r, const char *command, const dp_app *app,
                    dp_pad_end end, int sig)
{
    switch (end) {
    case DP_PAD_ACCEPTED:
        return answer_once(r, command, app);
    case DP_PAD_CANCELLED:
        return DP_EXIT_SOME_BAD;
    case DP_PAD_SIGNAL:
        if (sig != SIGINT) /* which has an exit status, on which scripts rely */
            raise(sig);
        return DP_EXIT_INTERRUPTED;
    case DP_PAD_HANGUP:
        return DP_EXIT_IO;
    case DP_PAD_QUIT:
        break;
    }
    return r->output ? save_at_end(r, command, app) : DP_EXIT_DONE;
}

/* Initialise the app. Its model may have to be fetched first. */
static dp_code open_app(dp_app *app, const request *r, const char *command, dp_err *err)
{
    const char *model = dp_cli_model(r->model);
    dp_code code = dp_app_init(app, model, dp_cli_threads(0), r->pen, err);
    if (dp_open_again(&code, command, model, r->offline, err))
        code = dp_app_init(app, model, dp_cli_threads(0), r->pen, err);
    app->once = r->once;
    app->high_contrast = r->high_contrast;
    return code;
}

int dp_cmd_draw(int argc, char **argv)
{
    request r = { .pen = DP_PEN_USUAL, .pad = { .mouse = true } };
    int status = read_request(&r, argc, argv);
    if (status >= 0)
        return status;
    if (r.layout)
        return print_layout(argv[0], r.layout);
    dp_err err;
    dp_app app;
    dp_strokes *drawings = NULL;
    int n = 0;
    dp_pad_end end = DP_PAD_QUIT;
    int sig = 0;
    dp_code code = open_app(&app, &r, argv[0], &err);
    if (code == DP_OK && r.file)
        code = dp_save_load(&drawings, &n, r.file, &err);
    if (code == DP_OK && r.file)
        dp_app_open_drawings(&app, drawings, n);
    if (code == DP_OK)
        code = dp_pad_run(&end, &sig, &app, &r.pad, &err);
    status = code == DP_OK ? conclude(&r, argv[0], &app, end, sig)
                           : dp_cli_fail(argv[0], &err);
    dp_app_free(&app);
    return status;
}

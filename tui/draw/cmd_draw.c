/* digitpad draw: the pad. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/draw/loop.h"
#include "tui/draw/picture.h"
#include "tui/draw/print.h"
#include "tui/draw/remembered.h"
#include "tui/pad/app.h"
#include "tui/pad/layout.h"
#include "tui/pad/save.h"
#include "weights/io/fsio.h"
#include "weights/io/paths.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char command[] = "draw";

typedef struct request {
    const char *model, *file, *output;
    const char *layout; /* --layout's argument */
    bool is_picture;    /* the file */
    bool once, offline, fetch, no_mouse, high_contrast, print;
    int pen;
    dp_ink_wish ink;
    dp_theme theme;
    dp_pad_options pad;
    dp_sandbox_mode sandbox;
    char remembered[DP_REMEMBERED_SIZE]; /* the model of the last time */
} request;

/* ---- options ----------------------------------------------------------------------- */

static const dp_option options[] = {
    DP_OPTION_MODEL(request, model, "use MODEL: " DP_MODEL_NAMES),
    { "offline", 0, NULL, DP_OPTION_FLAG(request, offline),
      .help = "do not fetch models from the Hugging Face Hub, neither MODEL nor others "
              "in the background (also HF_HUB_OFFLINE=1)" },
    { "fetch", 0, "yes|no", DP_OPTION_FLAG(request, fetch),
      .help = "whether to fetch models that the program does not carry in the background "
              "(default: yes)" },
    { "once", 0, NULL, DP_OPTION_FLAG(request, once),
      .help = "on Enter, print the digit on standard output and exit; Esc cancels" },
    { "timeout", 0, "S", DP_OPTION_INT(request, pad.timeout_s, 1, 86400),
      .help = "with --once: submit after S seconds without input" },
    { "output", 'o', "FILE", DP_OPTION_PLACE(dp_option_output, request, output),
      .help = "save the drawing to FILE at the end and on the key s: .ndjson for "
              "strokes, .pgm or .png for a picture; with --once, - prints the digit "
              "(the default)" },
    { "print", 0, NULL, DP_OPTION_FLAG(request, print),
      .help =
          "at the end, print the drawing on standard output as text (also the key Y)" },
    { "replay", 0, NULL, DP_OPTION_FLAG(request, pad.replay),
      .help = "replay how FILE was drawn (also the key r)" },
    { "pen", 0, "N", DP_OPTION_INT(request, pen, DP_PEN_MIN, DP_PEN_MAX),
      .help = "start with a pen of width N, 1 to 9 (default: 3)" },
    DP_OPTION_INK(request, ink),
    { "no-mouse", 0, NULL, DP_OPTION_FLAG(request, no_mouse),
      .help = "use the keyboard only" },
    DP_OPTION_CHARSET(request, pad.charset),
    DP_OPTION_COLOR(request, pad.color),
    DP_OPTION_THEME(request, theme),
    { "high-contrast", 0, NULL, DP_OPTION_FLAG(request, high_contrast),
      .help = "draw white on black, or black on white, without greys (also the key C)" },
    DP_OPTION_SANDBOX(request, sandbox),
    { "layout", 0, "COLSxROWS", DP_OPTION_TEXT(request, layout),
      .help = "print the screen layout for this window size as JSON" },
    { 0 },
};

/* Check the options against each other. Returns the exit status to leave with, or −1. */
static int check_request(request *r)
{
    dp_err err;
    if (r->pad.timeout_s > 0 && !r->once)
        return dp_cli_misuse(command, "--timeout needs --once");
    if (r->print && r->once)
        return dp_cli_misuse(command, "--once prints the digit; use it without --print");
    if (r->file && dp_picture_is_in(&r->is_picture, r->file, &err) != DP_OK)
        return dp_cli_fail(command, &err);
    if (r->pad.replay && (!r->file || r->is_picture))
        return dp_cli_misuse(command, "--replay needs a drawing: FILE.ndjson");
    if (r->output && strcmp(r->output, "-") == 0) {
        if (!r->once)
            return dp_cli_misuse(command, "-o - needs --once");
        r->output = NULL;
    }
    if (r->output && dp_save_check(r->output, &err) != DP_OK)
        return dp_cli_misuse(command, "%s", err.msg);
    r->pad.save_path = r->output;
    r->pad.mouse = !r->no_mouse;
    /* --once is for scripts, which want a digit and not a download. */
    r->pad.offline = r->offline || r->once;
    r->pad.fetch = r->fetch && !r->pad.offline;
    return -1;
}

static int read_request(request *r, const dp_options *given)
{
    *r = (request){ .pen = DP_PEN_USUAL, .fetch = true, .file = given->operand[0] };
    return dp_options_apply(r, options, given) ? check_request(r) : DP_EXIT_USAGE;
}

/* ---- --layout ---------------------------------------------------------------------- */

static int print_layout(const char *size)
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

static int save_at_end(const request *r, const dp_app *app)
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

static int print_at_end(const request *r, const dp_app *app)
{
    dp_err err;
    const dp_strokes *strokes = dp_history_strokes(&app->history);
    const dp_thumbnail_style style =
        dp_thumbnail_style_for(stdout, (int)r->pad.charset, r->pad.color);
    if (strokes->n_strokes == 0) {
        dp_cli_complain(command, "nothing was drawn; nothing is printed");
        return DP_EXIT_SOME_BAD;
    }
    if (dp_print_drawing(stdout, strokes, &app->canvas, style, &err) != DP_OK)
        return dp_cli_fail(command, &err);
    return dp_cli_finish(command, DP_EXIT_DONE);
}

/* After `q`: save and print what is asked for. Returns the worse exit status. */
static int quit(const request *r, const dp_app *app)
{
    const int saved = r->output ? save_at_end(r, app) : DP_EXIT_DONE;
    const int printed = app->print ? print_at_end(r, app) : DP_EXIT_DONE;
    return saved > printed ? saved : printed;
}

static int answer_once(const request *r, const dp_app *app)
{
    if (r->output)
        return save_at_end(r, app);
    if (app->reading.ink != DP_INK_ENOUGH) {
        dp_cli_complain(command, "no digit was drawn");
        return DP_EXIT_SOME_BAD;
    }
    char number[DP_SEGMENTS_MAX + 1];
    dp_segmentation_text(number, &app->reading.number);
    puts(number);
    return dp_cli_finish(command, DP_EXIT_DONE);
}

static int conclude(const request *r, const dp_app *app, dp_pad_end end, int sig)
{
    switch (end) {
    case DP_PAD_ACCEPTED:
        return answer_once(r, app);
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
    return quit(r, app);
}

/* ---- the sandbox ------------------------------------------------------------------- */

/* The cache of the Hub must exist to be allowed: models may arrive while the pad is open. */
static void make_hub_cache(dp_sandbox *s)
{
    char folder[PATH_MAX], path[PATH_MAX];
    if (dp_paths_hub_cache(folder, NULL) == DP_OK &&
        dp_paths_format(path, NULL, "%s/", folder) == DP_OK &&
        dp_fsio_make_parents(path, NULL) == DP_OK)
        dp_sandbox_allow(s, folder, DP_SANDBOX_READ);
}

/* Let the pad read what it was given, and change samples, state and notes. Everything else is an
 * errand. */
static dp_code confine(const request *r, const dp_own_folders *own,
                       const dp_options *given, dp_err *err)
{
    dp_talk talk = DP_TALK(command);
    dp_sandbox sandbox;
    dp_code code =
        dp_confine_prepare(&sandbox, r->sandbox, &talk, given, r->offline, err);
    if (code)
        return code;
    dp_confine_allow_terminal(&sandbox);
    dp_confine_allow_originals(&sandbox); /* one may be remembered */
    for (int i = 0; i < DP_OWN_FOLDERS; i++)
        dp_sandbox_allow(&sandbox, own->path[i], DP_SANDBOX_CHANGE);
    if (!r->pad.offline && !dp_paths_flag("HF_HUB_OFFLINE"))
        make_hub_cache(&sandbox);
    return dp_sandbox_enter(&sandbox, err);
}

/* ---- the model --------------------------------------------------------------------- */

/* Initialise the app with a model, which may have to be fetched first. */
static dp_code init_app(dp_app *app, const request *r, const char *model, dp_err *err)
{
    dp_talk talk = DP_TALK(command);
    dp_store_ref ref;
    dp_code code = dp_app_init(app, model, dp_cli_threads(0), r->pen, err);
    if (code && dp_store_resolve(&ref, model, NULL) == DP_OK &&
        dp_open_again(&code, &talk, &ref, r->offline, err))
        code = dp_app_init(app, model, dp_cli_threads(0), r->pen, err);
    return code;
}

/* Say once that the chain or the input scale of the model is a guess. */
static void say_assumed(dp_app *app)
{
    const dp_session *session = dp_model_list_session(&app->models);
    const dp_model_info *info = dp_model_get_info(dp_session_model(session));
    if (info->arch_assumed[0])
        dp_app_set_message(app, true, "%s does not record its layers; they are assumed",
                           info->name);
    else if (info->norm_assumed)
        dp_app_set_message(app, true, "%s does not record its input scale; %s is assumed",
                           info->name, dp_norm_name(info->norm));
}

/* A model that is named for this run wins over the one that was chosen the last time, which is not
 * fetched. If that one is gone, the pad says so once. */
static dp_code open_app(dp_app *app, request *r, dp_err *err)
{
    const bool named = r->model || dp_paths_variable("DIGITPAD_MODEL");
    const bool remembered = !named && dp_remembered_read(r->remembered);
    dp_code code = DP_OK;
    if (remembered)
        code = dp_app_init(app, r->remembered, dp_cli_threads(0), r->pen, err);
    const bool gone = code != DP_OK && code != DP_NOMEM;
    if (!remembered || gone)
        code = init_app(app, r, dp_cli_model(r->model), err);
    if (gone && code == DP_OK) {
        dp_remembered_forget();
        dp_app_set_message(app, true, "%s cannot be opened; %s reads instead",
                           r->remembered, dp_model_list_name(&app->models));
    }
    if (code == DP_OK && !app->message[0])
        say_assumed(app);
    app->once = r->once;
    app->ink_wish = r->ink;
    app->theme = r->theme;
    app->high_contrast = r->high_contrast;
    app->print = r->print;
    return code;
}

static const char *model_of(const dp_app *app)
{
    return app->models.name[app->models.current];
}

/* Remember the model if the user has changed it. */
static void remember(const dp_app *app, const char *first)
{
    if (strcmp(model_of(app), first) != 0)
        dp_remembered_write(model_of(app));
}

/* Open FILE: drawings, or a picture to trace over. */
static dp_code open_file(dp_app *app, const request *r, dp_err *err)
{
    dp_strokes *drawings;
    int n;
    if (r->is_picture)
        return dp_picture_open(app, r->file, err);
    dp_code code = dp_save_load(&drawings, &n, r->file, err);
    return code ? code : dp_app_open_drawings(app, drawings, n, err);
}

static int run(const dp_options *given)
{
    request r;
    int status = read_request(&r, given);
    if (status >= 0)
        return status;
    if (r.layout)
        return print_layout(r.layout);
    dp_err err;
    dp_own_folders own;
    dp_errands errands;
    dp_app app = { 0 };
    dp_pad_end end = DP_PAD_QUIT;
    int sig = 0;
    dp_own_folders_hold(&own);
    dp_code code = dp_errands_start(&errands, &own, &err);
    if (code != DP_OK) {
        dp_own_folders_release(&own);
        return dp_cli_fail(command, &err);
    }
    r.pad.errands = &errands;
    code = confine(&r, &own, given, &err);
    if (code == DP_OK)
        code = open_app(&app, &r, &err);
    if (code == DP_OK && r.file)
        code = open_file(&app, &r, &err);
    const char *first = code == DP_OK ? model_of(&app) : NULL;
    if (code == DP_OK)
        code = dp_pad_run(&end, &sig, &app, &r.pad, &err);
    if (code == DP_OK)
        remember(&app, first);
    status = code == DP_OK ? conclude(&r, &app, end, sig) : dp_cli_fail(command, &err);
    dp_app_free(&app);
    dp_errands_end(&errands);
    return status;
}

const dp_command dp_cmd_draw = {
    .name = "draw",
    .summary = "draw a digit and watch the prediction",
    .usage = { "[draw] [OPTION]... [FILE]" },
    .intro =
        "Draw a digit in the terminal and watch the prediction change. FILE holds drawings "
        "to start from (.ndjson), or a picture to trace over in any format that predict "
        "reads. Press ? for the keys.",
    .group = { { .options = options } },
    .max_operands = 1,
    .operand_place = { DP_PLACE_INPUT },
    .operands_rule = "only one FILE can be opened",
    .run = run,
};

/* digitpad doctor: says what the terminal can do and what the pad makes of it. */
#include "config.h"

#include "engine/core/openmp.h"
#include "engine/kernels/kernels.h"
#include "tui/cli/cli.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/commands/doctor_report.h"
#include "tui/term/ask.h"
#include "tui/term/ink.h"
#include "tui/term/out.h"
#include "tui/term/screen.h"
#include "tui/term/theme.h"
#include "weights/data/samples.h"
#include "weights/io/paths.h"
#include "weights/io/versions.h"

#include <fcntl.h>
#include <langinfo.h>
#include <libgen.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The options of draw that concern the terminal, so that the report says what draw would do. */
typedef struct request {
    bool json, no_mouse, offline, fetch;
    dp_ink_wish ink;
    dp_theme theme;
    dp_charset_choice charset;
    dp_when color;
} request;

static const dp_option options[] = {
    { "json", 0, NULL, DP_OPTION_FLAG(request, json),
      .help = "print one object of JSON" },
    DP_OPTION_INK(request, ink),
    DP_OPTION_CHARSET(request, charset),
    DP_OPTION_COLOR(request, color),
    DP_OPTION_THEME(request, theme),
    { "no-mouse", 0, NULL, DP_OPTION_FLAG(request, no_mouse),
      .help = "as if draw were given this option" },
    { "offline", 0, NULL, DP_OPTION_FLAG(request, offline),
      .help = "as if draw were given this option (also HF_HUB_OFFLINE=1)" },
    { "fetch", 0, "yes|no", DP_OPTION_FLAG(request, fetch),
      .help = "as if draw were given this option" },
    { 0 },
};

/* ---- the program and its surroundings -------------------------------------------------- */

/* The kernels that this processor has, the best of them first. */
static void report_kernels(dp_doctor_report *r)
{
    char list[128] = "";
    const dp_kernels *kernels;
    dp_option_add_word(list, sizeof list, dp_kernels_best()->name);
    for (int i = 0; (kernels = dp_kernels_at(i)); i++)
        if (kernels != dp_kernels_best() && dp_kernels_named(kernels->name))
            dp_option_add_word(list, sizeof list, kernels->name);
    dp_doctor_text(r, "kernels", "%s", list);
}

static void report_program(dp_doctor_report *r)
{
    const char *name, *version;
    dp_doctor_group(r, "program");
    dp_doctor_text(r, "version", "%s", PACKAGE_VERSION);
    report_kernels(r);
    dp_doctor_number(r, "threads", dp_threads(dp_cli_threads(0)));
    for (int i = 0; (name = dp_library(i, &version)); i++)
        dp_doctor_text(r, name, "%s", version);
}

/* Variables that decide how the terminal is treated, if they are set; none of them tells who or
 * where the user is. */
static void report_environment(dp_doctor_report *r)
{
    static const char *const variables[] = { "TERM",          "COLORTERM", "TERM_PROGRAM",
                                             "VTE_VERSION",   "NO_COLOR",  "COLORFGBG",
                                             "LC_ALL",        "LC_CTYPE",  "LANG",
                                             "DIGITPAD_MODEL" };
    dp_doctor_group(r, "environment");
    for (size_t i = 0; i < DP_COUNT(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value)
            dp_doctor_text(r, variables[i], "%s", value);
    }
    dp_doctor_text(r, "locale", "%s", setlocale(LC_CTYPE, NULL));
    dp_doctor_text(r, "character_encoding", "%s", nl_langinfo(CODESET));
}

/* Whether the folder at a path, or the nearest one above that exists, can be written to. */
static bool is_writable(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    while (access(folder, F_OK) != 0 && strcmp(folder, "/") != 0 &&
           strcmp(folder, ".") != 0)
        snprintf(folder, sizeof folder, "%s", dirname(folder));
    return access(folder, W_OK) == 0;
}

static void report_path(dp_doctor_report *r, const char *name, dp_code code,
                        const char *path, const char *note)
{
    if (code == DP_OK)
        dp_doctor_text(r, name, "%s (%s)", path, note);
    else
        dp_doctor_text(r, name, "none: no home directory");
}

static void report_files(dp_doctor_report *r, const request *wish)
{
    char path[PATH_MAX];
    dp_doctor_group(r, "files");
    dp_code code = dp_paths_config(path, "config", NULL);
    report_path(r, "settings", code, path,
                code == DP_OK && access(path, R_OK) == 0 ? "read" : "no such file");
    code = dp_samples_path(path, NULL);
    report_path(r, "samples", code, path,
                code == DP_OK && is_writable(path) ? "writable" : "not writable");
    code = dp_paths_state(path, "model", NULL);
    report_path(r, "model_in_use_last", code, path,
                code != DP_OK || access(path, R_OK) != 0 ? "no such file" : "read");
    code = dp_paths_hub_cache(path, NULL);
    report_path(r, "cache", code, path,
                code == DP_OK && is_writable(path) ? "writable" : "not writable");
    dp_doctor_text(r, "fetching", "%s",
                   wish->offline                     ? "off: --offline"
                   : dp_paths_flag("HF_HUB_OFFLINE") ? "off: HF_HUB_OFFLINE is set"
                   : !wish->fetch                    ? "only what is selected: fetch = no"
                                                     : "on");
}

/* ---- the terminal ---------------------------------------------------------------------- */

/* Say what stands between the program and the terminal. mosh answers DA2 with version 10, and no
 * XTVERSION. */
static void report_between(dp_doctor_report *r, const dp_caps *caps)
{
    enum { MOSH = 10 };
    char list[64] = "";
    if (caps->tmux)
        dp_option_add_word(list, sizeof list, "tmux");
    if (getenv("STY"))
        dp_option_add_word(list, sizeof list, "GNU screen");
    if (!caps->name[0] && caps->firmware == MOSH)
        dp_option_add_word(list, sizeof list, "mosh");
    if (getenv("SSH_CONNECTION"))
        dp_option_add_word(list, sizeof list, "ssh");
    dp_doctor_text(r, "between", "%s", list[0] ? list : "nothing known");
}

static void report_cell(dp_doctor_report *r, const dp_caps *caps)
{
    static const char *const sources[] = { "", "the kernel", "CSI 14 t", "CSI 16 t" };
    if (caps->cell_source == DP_CELL_UNKNOWN)
        dp_doctor_text(r, "cell", "unknown");
    else
        dp_doctor_text(r, "cell", "%dx%d pixels, says %s", caps->cell_w, caps->cell_h,
                       sources[caps->cell_source]);
}

static void report_replies(dp_doctor_report *r, const dp_asked *a)
{
    if (a->questions == 0)
        dp_doctor_text(r, "replies", "not asked: it might print a query");
    else if (a->reply_ms < 0)
        dp_doctor_text(r, "replies", "not all within a second");
    else
        dp_doctor_text(r, "replies", "all after %d ms", a->reply_ms);
}

static void report_terminal(dp_doctor_report *r, const dp_asked *a)
{
    const dp_caps *caps = &a->caps;
    dp_doctor_text(r, "name", "%s", caps->name[0] ? caps->name : "unknown");
    report_between(r, caps);
    dp_doctor_text(r, "size", "%dx%d cells", a->cols, a->rows);
    report_cell(r, caps);
    report_replies(r, a);
    dp_doctor_flag(r, "kitty_graphics", caps->kitty);
    dp_doctor_flag(r, "sixels", caps->sixel);
    if (caps->sixel_colors > 0)
        dp_doctor_number(r, "sixel_colors", caps->sixel_colors);
    dp_doctor_flag(r, "octants", caps->octants);
    dp_doctor_flag(r, "sextants", caps->sextants);
    dp_doctor_flag(r, "synchronized_output", caps->sync);
    dp_doctor_flag(r, "mouse_in_pixels", caps->pixel_mouse);
    if (caps->has_background)
        dp_doctor_text(r, "background", "%.2f, %s", (double)caps->background,
                       caps->background < 0.5F ? "dark" : "light");
    else
        dp_doctor_text(r, "background", "unknown");
}

/* ---- what the pad makes of it ---------------------------------------------------------- */

/* The colours and characters that draw would use. Curses writes to /dev/null meanwhile. */
static dp_code find_palette(dp_palette *out, const request *wish, dp_err *err)
{
    FILE *tty = fopen("/dev/tty", "we");
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dp_when color = tty && dp_out_color(tty, wish->color) ? DP_ALWAYS : DP_NEVER;
    dp_screen *screen = NULL;
    dp_code code = dp_screen_open(&screen, null, null, wish->charset, color, err);
    if (code == DP_OK)
        *out = dp_screen_palette(screen);
    dp_screen_close(screen);
    if (tty)
        fclose(tty);
    if (null >= 0)
        close(null);
    return code;
}

static const char *pen_of(const request *wish, const dp_caps *caps)
{
    if (wish->no_mouse)
        return "keyboard: --no-mouse";
    if (!caps->pixel_mouse)
        return "mouse, cells: the terminal does not know mode 1016";
    if (caps->cell_w == 0)
        return "mouse, cells: the terminal does not say how large a cell is";
    return "mouse, pixels as soon as the terminal reports one";
}

static void report_pad(dp_doctor_report *r, const request *wish, const dp_asked *a)
{
    static const char *const charsets[] = { "ASCII", "ASCII and half blocks", "Unicode" };
    dp_palette palette;
    dp_err err;
    dp_doctor_group(r, "pad");
    if (find_palette(&palette, wish, &err) != DP_OK) {
        dp_doctor_text(r, "problem", "%s", err.msg);
        return;
    }
    dp_ink_kind ink = dp_ink_choose(&a->caps, &palette, wish->ink);
    dp_doctor_text(r, "ink", "%s: %s", dp_ink_name(ink),
                   dp_ink_reason(&a->caps, &palette, wish->ink));
    dp_doctor_text(r, "pen", "%s", pen_of(wish, &a->caps));
    dp_doctor_number(r, "colors", palette.colors);
    const char *variable = getenv("COLORFGBG");
    dp_doctor_text(r, "theme", "%s: %s",
                   dp_theme_is_light(wish->theme, &a->caps, variable) ? "light" : "dark",
                   dp_theme_reason(wish->theme, &a->caps, variable));
    dp_doctor_text(r, "characters", "%s", charsets[palette.charset]);
}

/* ---- the command ----------------------------------------------------------------------- */

static int run(const dp_options *given)
{
    request wish = { .fetch = true };
    dp_asked asked = { 0 };
    dp_err err;
    if (!dp_options_apply(&wish, options, given))
        return DP_EXIT_USAGE;
    dp_doctor_report r = { .json = wish.json };
    dp_code code = dp_ask_terminal(&asked, &err);
    if (asked.signal)
        raise(asked.signal);
    report_program(&r);
    report_environment(&r);
    dp_doctor_group(&r, "terminal");
    if (code == DP_OK) {
        report_terminal(&r, &asked);
        report_pad(&r, &wish, &asked);
    } else {
        dp_doctor_text(&r, "problem", "%s", err.msg);
    }
    report_files(&r, &wish);
    return dp_doctor_finish(&r);
}

const dp_command dp_cmd_doctor = {
    .name = "doctor",
    .summary = "say what the terminal can do, for a problem report",
    .usage = { "doctor [OPTION]..." },
    .intro =
        "Ask the terminal what it can do, and say which ink and pen 'digitpad draw' takes "
        "and why, and what else a problem report needs. Give it the options that draw is "
        "given.",
    .group = { { .options = options } },
    .run = run,
};

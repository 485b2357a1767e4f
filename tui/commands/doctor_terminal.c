/* The terminal, and what the pad makes of it. */
#include "config.h"

#include "tui/commands/doctor.h"
#include "tui/term/ask.h"
#include "tui/term/screen.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

static void report_answers(dp_doctor_report *r, const dp_asked *a)
{
    const dp_caps *caps = &a->caps;
    dp_doctor_text(r, "name", "%s", caps->name[0] ? caps->name : "unknown");
    report_between(r, caps);
    if (caps->tmux)
        dp_doctor_text(r, "around_tmux", "%s",
                       caps->outer[0]
                           ? caps->outer
                           : "unknown; its option allow-passthrough may be off");
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
static dp_code find_palette(dp_palette *out, const dp_doctor *wish, dp_err *err)
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

static const char *pen_of(const dp_doctor *wish, const dp_caps *caps)
{
    if (wish->no_mouse)
        return "keyboard: --no-mouse";
    if (!caps->pixel_mouse)
        return "mouse, cells: the terminal does not know mode 1016";
    if (caps->cell_w == 0)
        return "mouse, cells: the terminal does not say how large a cell is";
    return "mouse, pixels as soon as the terminal reports one";
}

static void report_pad(dp_doctor_report *r, const dp_doctor *wish, const dp_asked *a)
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

/* ---- both ------------------------------------------------------------------------------ */

void dp_doctor_terminal(dp_doctor_report *r, const dp_doctor *wish)
{
    dp_asked asked = { 0 };
    dp_err err;
    dp_code code = dp_ask_terminal(&asked, &err);
    if (asked.signal)
        raise(asked.signal);
    dp_doctor_group(r, "terminal");
    if (code == DP_OK) {
        report_answers(r, &asked);
        report_pad(r, wish, &asked);
    } else {
        dp_doctor_text(r, "problem", "%s", err.msg);
    }
}

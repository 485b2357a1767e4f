#include "config.h"

#include "tui/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SLOW_BAUD =
        38400, /* pseudo-terminals say this; serial lines at most 19200 are slow */
};

struct dp_screen {
    SCREEN *screen;
    FILE *in, *out;
    dp_style style;
    bool ansi, cursor_hidden, default_colors;
};

/* ---- choosing a terminal type ---------------------------------------------------------- */

/* Whether terminfo knows `name`; if so, whether it can place the cursor, and how. */
static bool probe(bool *can_place, bool *is_ansi, const char *name, int fd)
{
    int status;
    /* setupterm's parameter is not const in every release. */
    if (setupterm((char *)(uintptr_t)name, fd, &status) != OK && status != 0)
        status = 0; /* a hardcopy or generic type: as if unknown */
    if (status != 1)
        return false;
    const char *cup = tigetstr("cup");
    *can_place = cup && cup != (char *)-1;
    *is_ansi = *can_place && strncmp(cup, "\033[", 2) == 0;
    del_curterm(cur_term);
    return true;
}

/* Terminals of today whose terminfo entry the machine may lack; all speak xterm's language. */
static bool looks_like_xterm(const char *name)
{
    static const char *const parts[] = {"xterm",  "kitty",   "ghostty", "alacritty",
                                        "foot",   "wezterm", "konsole", "256color",
                                        "direct", "tmux",    "rio",     "contour"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(name, parts[i]))
            return true;
    return false;
}

static dp_code choose_type(const char **type, bool *is_ansi, int fd, dp_err *err)
{
    const char *name = getenv("TERM");
    if (!name || !*name)
        return dp_fail(err, DP_USAGE, "TERM is not set: cannot draw on this terminal");
    const char *const tries[] = {
        name, looks_like_xterm(name) ? "xterm-256color" : "vt100", "vt100", "ansi"};
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        bool can_place;
        if (!probe(&can_place, is_ansi, tries[i], fd))
            continue;
        if (!can_place)
            return dp_fail(err, DP_USAGE,
                           "TERM=%s cannot place a cursor: cannot draw on it", tries[i]);
        *type = tries[i];
        return DP_OK;
    }
    return dp_fail(err, DP_USAGE, "no terminfo entry for TERM=%s, nor for vt100", name);
}

/* ---- what it can show ------------------------------------------------------------------ */

static int count_colors(dp_screen *s, dp_when when)
{
    if (!dp_out_color(s->out, when) || !has_colors() || start_color() == ERR)
        return 0;
    s->default_colors = use_default_colors() == OK;
    /* Beyond 256, numbers are red, green and blue, but the first eight stay as they are. */
    return COLORS > 256    ? 8
           : COLORS == 256 ? 256
           : COLORS >= 16  ? 16
           : COLORS >= 8   ? 8
                           : 0;
}

static dp_code choose_charset(dp_charset *out, dp_charset_choice choice, const char *type,
                              dp_err *err)
{
    if (choice == DP_CHARSET_ALWAYS_UTF8 && !dp_out_utf8() &&
        !setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "en_US.UTF-8"))
        return dp_fail(err, DP_USAGE, "--charset=utf8: this system has no UTF-8 locale");
    if (choice == DP_CHARSET_ALWAYS_ASCII || !dp_out_utf8())
        *out = DP_CHARSET_ASCII;
    else
        *out = strncmp(type, "linux", 5) == 0 ? DP_CHARSET_BLOCKS : DP_CHARSET_UNICODE;
    return DP_OK;
}

/* ---- opening and closing --------------------------------------------------------------- */

static FILE *open_stream(int fd, const char *mode)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    FILE *f = copy >= 0 ? fdopen(copy, mode) : NULL;
    if (!f && copy >= 0)
        close(copy);
    return f;
}

static dp_code start_curses(dp_screen *s, const char *type, dp_when color, dp_err *err)
{
    s->screen = newterm(type, s->out, s->in);
    if (!s->screen)
        return dp_fail(err, DP_USAGE, "ncurses cannot start on TERM=%s", type);
    s->style.colors = count_colors(s, color);
    cbreak(); /* these are term.c's modes already, but ncurses is to know */
    noecho();
    nonl();
    typeahead(-1); /* finish every update: input is read elsewhere */
    s->cursor_hidden = curs_set(0) != ERR;
    leaveok(stdscr, s->cursor_hidden);
    return DP_OK;
}

dp_code dp_screen_open(dp_screen **out, int in_fd, int out_fd, dp_charset_choice charset,
                       dp_when color, dp_err *err)
{
    dp_screen *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory for the screen");
    s->in = open_stream(in_fd, "r");
    s->out = open_stream(out_fd, "w");
    const char *type = NULL;
    dp_code code = s->in && s->out ? DP_OK : dp_fail(err, DP_IO, "%s", strerror(errno));
    if (code == DP_OK)
        code = choose_type(&type, &s->ansi, out_fd, err);
    if (code == DP_OK)
        code = choose_charset(&s->style.charset, charset, type, err);
    if (code == DP_OK)
        code = start_curses(s, type, color, err);
    if (code != DP_OK) {
        dp_screen_close(s);
        return code;
    }
    *out = s;
    return DP_OK;
}

void dp_screen_close(dp_screen *s)
{
    if (!s)
        return;
    if (s->screen) {
        endwin();
        delscreen(s->screen);
    }
    if (s->in)
        fclose(s->in);
    if (s->out)
        fclose(s->out);
    free(s);
}

dp_style dp_screen_style(const dp_screen *s)
{
    return s->style;
}

bool dp_screen_is_ansi(const dp_screen *s)
{
    return s->ansi;
}

bool dp_screen_is_slow(const dp_screen *s)
{
    (void)s;
    return baudrate() < SLOW_BAUD;
}

/* ---- output ---------------------------------------------------------------------------- */

void dp_screen_size(const dp_screen *s, int *cols, int *rows)
{
    (void)s;
    *cols = COLS;
    *rows = LINES;
}

void dp_screen_resize(dp_screen *s, int cols, int rows)
{
    resizeterm(rows, cols);
    dp_screen_redraw(s);
}

void dp_screen_redraw(dp_screen *s)
{
    (void)s;
    clearok(curscr, TRUE);
}

void dp_screen_pause(dp_screen *s)
{
    dp_screen_redraw(s);
    endwin();
}

static attr_t attributes(dp_paint paint)
{
    return (paint.attr & DP_ATTR_BOLD ? A_BOLD : 0) |
           (paint.attr & DP_ATTR_DIM ? A_DIM : 0) |
           (paint.attr & DP_ATTR_REVERSE ? A_REVERSE : 0);
}

/* The number of a colour pair; 0, the terminal's own colours, where there is none. */
static int color_pair(const dp_screen *s, dp_paint paint)
{
    if (s->style.colors == 0 || (paint.fg < 0 && paint.bg < 0))
        return 0;
    int fg = paint.fg >= 0 || s->default_colors ? paint.fg : COLOR_WHITE;
    int bg = paint.bg >= 0 || s->default_colors ? paint.bg : COLOR_BLACK;
    int pair = alloc_pair(fg, bg);
    return pair > 0 ? pair : 0;
}

static void put(const dp_screen *s, int x, int y, const dp_cell *cell)
{
    wchar_t text[2] = {(wchar_t)cell->glyph, 0};
    int pair = color_pair(s, cell->paint);
    cchar_t c;
    if (setcchar(&c, text, attributes(cell->paint), 0, &pair) == OK)
        mvadd_wch(y, x, &c); /* fails harmlessly in the last corner, after drawing */
}

void dp_screen_show(dp_screen *s, const dp_grid *g, int x, int y)
{
    for (int row = 0; row < g->rows && row < LINES; row++)
        for (int col = 0; col < g->cols && col < COLS; col++)
            put(s, col, row, &g->cell[row * g->cols + col]);
    move(y, x);
    refresh();
}

#include "config.h"

#include "tui/term/screen.h"

#include "engine/core/arith.h"
#include "tui/term/caps.h"
#include "tui/term/terminfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOW_BAUD = 38400 }; /* which pseudo-terminals report */

struct dp_screen {
    SCREEN *screen;
    FILE *in, *out;
    const char *type; /* the terminal type that terminfo knows */
    dp_palette palette;
    bool ansi, cursor_hidden, default_colors;
    bool drawn;     /* something has been sent */
    bool sync;      /* send frames as synchronized updates */
    bool stale;     /* send the next frame even if no cell has changed */
    dp_cell *shown; /* [rows, cols] the last frame; NULL: none */
    int cols, rows, cursor_x, cursor_y; /* of the last frame */
};

/* ---- choosing a terminal type ---------------------------------------------------------- */

/* The type of the same terminal with 256 colours, if the terminal has more than its type says. */
static const char *richer_type(const char *name)
{
    static const char *const types[][2] = { { "xterm", "xterm-256color" },
                                            { "screen", "screen-256color" },
                                            { "tmux", "tmux-256color" },
                                            { "konsole", "konsole-256color" } };
    const char *colors = getenv("COLORTERM");
    bool many =
        colors && (strcmp(colors, "truecolor") == 0 || strcmp(colors, "24bit") == 0);
    for (size_t i = 0; many && i < DP_COUNT(types); i++)
        if (strcmp(name, types[i][0]) == 0)
            return types[i][1];
    return name;
}

static const char *carried_entry(const char *type)
{
    const dp_terminfo *t = dp_terminfo_carried;
    while (t->type && strcmp(t->type, type) != 0)
        t++;
    return t->entry;
}

/* Start ncurses with an entry that the program carries. TERMINFO holds it meanwhile. */
static SCREEN *start_on_entry(dp_screen *s, const char *type, const char *entry)
{
    const char *set = getenv("TERMINFO");
    char *before = set ? strdup(set) : NULL;
    SCREEN *screen = NULL;
    if ((!set || before) && setenv("TERMINFO", entry, 1) == 0)
        screen = newterm(type, s->out, s->in);
    if (before)
        setenv("TERMINFO", before, 1);
    else if (!set)
        unsetenv("TERMINFO");
    free(before);
    return screen;
}

/* Start ncurses with the system's entry of a type, or else with the carried one. */
static SCREEN *start(dp_screen *s, const char *type)
{
    SCREEN *screen = newterm(type, s->out, s->in);
    const char *entry = screen ? NULL : carried_entry(type);
    return entry ? start_on_entry(s, type, entry) : screen;
}

/* Start ncurses with the terminal type of TERM, or with one that is likely to work. */
static dp_code start_on_type(dp_screen *s, dp_err *err)
{
    const char *name = getenv("TERM");
    if (!name || !*name)
        return dp_fail(err, DP_USAGE, "TERM is not set; set it to the terminal's type");
    const char *const tries[] = { richer_type(name), name,
                                  dp_caps_is_like_xterm(name) ? "xterm-256color"
                                                              : "vt100",
                                  "vt100", "ansi" };
    size_t i = 0;
    while (i < DP_COUNT(tries) && !s->screen)
        s->screen = start(s, tries[i++]);
    if (!s->screen)
        return dp_fail(err, DP_USAGE, "no terminfo entry for TERM=%s, nor for vt100",
                       name);
    s->type = tries[i - 1];
    const char *cup = tigetstr("cup");
    if (!cup || cup == (char *)-1)
        return dp_fail(err, DP_USAGE,
                       "TERM=%s cannot place a cursor; set TERM to the terminal's type",
                       name);
    s->ansi = strncmp(cup, "\033[", 2) == 0;
    return DP_OK;
}

/* ---- colours and characters ------------------------------------------------------------ */

static int count_colors(dp_screen *s, dp_when when)
{
    if (!dp_out_color(s->out, when) || !has_colors() || start_color() == ERR)
        return 0;
    s->default_colors = use_default_colors() == OK;
    /* With direct colour (over 256), only the first eight numbers are palette indices. */
    return COLORS > 256    ? 8
           : COLORS == 256 ? 256
           : COLORS >= 16  ? 16
           : COLORS >= 8   ? 8
                           : 0;
}

static dp_code force_utf8(dp_err *err)
{
    if (dp_out_force_utf8())
        return DP_OK;
    return dp_fail(err, DP_USAGE, "--charset=utf8: this system has no UTF-8 locale");
}

static dp_charset choose_charset(const dp_screen *s, dp_charset_choice choice)
{
    if (choice == DP_CHARSET_ALWAYS_ASCII || !dp_out_utf8())
        return DP_CHARSET_ASCII;
    return strncmp(s->type, "linux", 5) == 0 ? DP_CHARSET_BLOCKS : DP_CHARSET_UNICODE;
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

/* Tell ncurses the modes that term.c has set already. */
static void set_up_curses(dp_screen *s, dp_when color)
{
    cbreak();
    noecho();
    nonl();
    typeahead(-1); /* do not interrupt updates for input, which is read elsewhere */
    s->cursor_hidden = curs_set(0) != ERR;
    leaveok(stdscr, s->cursor_hidden);
    s->palette.colors = count_colors(s, color);
}

dp_code dp_screen_open(dp_screen **out, int in_fd, int out_fd, dp_charset_choice charset,
                       dp_when color, dp_err *err)
{
    dp_screen *s = calloc(1, sizeof *s);
    if (!s)
        return dp_fail(err, DP_NOMEM, "no memory for the screen");
    s->in = open_stream(in_fd, "r");
    s->out = open_stream(out_fd, "w");
    dp_code code = s->in && s->out ? DP_OK : dp_fail(err, DP_IO, "%s", strerror(errno));
    if (code == DP_OK && charset == DP_CHARSET_ALWAYS_UTF8)
        code = force_utf8(err); /* before ncurses looks at the locale */
    if (code == DP_OK)
        code = start_on_type(s, err);
    if (code != DP_OK) {
        dp_screen_close(s);
        return code;
    }
    set_up_curses(s, color);
    s->palette.charset = choose_charset(s, charset);
    *out = s;
    return DP_OK;
}

static bool has_alternate_screen(void)
{
    const char *smcup = tigetstr("smcup");
    return smcup && smcup != (char *)-1;
}

void dp_screen_close(dp_screen *s)
{
    if (!s)
        return;
    if (s->drawn && !has_alternate_screen()) {
        erase(); /* else the picture would remain above the prompt */
        refresh();
    }
    if (s->drawn)
        endwin();
    if (s->screen)
        delscreen(s->screen);
    if (s->in)
        fclose(s->in);
    if (s->out)
        fclose(s->out);
    free(s->shown);
    free(s);
}

dp_palette dp_screen_palette(const dp_screen *s)
{
    return s->palette;
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
    s->stale = true;
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

/* The number of a colour pair; 0, the terminal's own colours, if none is left. */
static int color_pair(const dp_screen *s, dp_paint paint)
{
    if (s->palette.colors == 0 || (paint.fg < 0 && paint.bg < 0))
        return 0;
    int fg = paint.fg >= 0 || s->default_colors ? paint.fg : COLOR_WHITE;
    int bg = paint.bg >= 0 || s->default_colors ? paint.bg : COLOR_BLACK;
    int pair = alloc_pair(fg, bg);
    return pair > 0 ? pair : 0;
}

static void put(const dp_screen *s, int x, int y, const dp_cell *cell)
{
    wchar_t text[2] = { (wchar_t)cell->glyph, 0 };
    int pair = color_pair(s, cell->paint);
    cchar_t c;
    if (setcchar(&c, text, attributes(cell->paint), 0, &pair) == OK)
        mvadd_wch(y, x, &c); /* returns ERR for the last corner, although it draws it */
}

static bool is_same(const dp_cell *a, const dp_cell *b)
{
    return a->glyph == b->glyph && a->paint.fg == b->paint.fg &&
           a->paint.bg == b->paint.bg && a->paint.attr == b->paint.attr;
}

/* Keep what is about to be shown. Returns whether it differs from the frame before. */
static bool keep_frame(dp_screen *s, const dp_grid *g, int x, int y)
{
    int n = g->cols * g->rows;
    bool differs = s->stale || !s->shown || g->cols != s->cols || g->rows != s->rows ||
                   x != s->cursor_x || y != s->cursor_y;
    for (int i = 0; i < n && !differs; i++)
        differs = !is_same(&s->shown[i], &g->cell[i]);
    dp_cell *shown = differs ? realloc(s->shown, (size_t)n * sizeof *shown) : NULL;
    s->stale = differs && !shown; /* without memory, the next frame is sent as well */
    if (!shown)
        return differs;
    memcpy(shown, g->cell, (size_t)n * sizeof *shown);
    s->shown = shown;
    s->cols = g->cols;
    s->rows = g->rows;
    s->cursor_x = x;
    s->cursor_y = y;
    return true;
}

/* Write to the terminal what ncurses does not know. Its own output is flushed by refresh. */
static void write_raw(const dp_screen *s, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t n = write(fileno(s->out), text, size);
        if (n < 0 && errno != EINTR)
            return;
        text += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

static void show_cells(const dp_screen *s, const dp_grid *g, int x, int y)
{
    for (int row = 0; row < g->rows && row < LINES; row++)
        for (int col = 0; col < g->cols && col < COLS; col++)
            put(s, col, row, &g->cell[row * g->cols + col]);
    move(y, x);
    refresh();
}

void dp_screen_show(dp_screen *s, const dp_grid *g, int x, int y, const char *picture)
{
    bool differs = keep_frame(s, g, x, y);
    if (!differs && !*picture)
        return;
    s->drawn = true;
    if (s->sync)
        write_raw(s, "\033[?2026h");
    if (differs)
        show_cells(s, g, x, y);
    write_raw(s, picture);
    if (s->sync)
        write_raw(s, "\033[?2026l");
}

void dp_screen_touch(dp_screen *s, int y, int h)
{
    wredrawln(stdscr, y, h);
    s->stale = true;
}

void dp_screen_write(dp_screen *s, const char *bytes)
{
    write_raw(s, bytes);
}

void dp_screen_sync(dp_screen *s, bool on)
{
    s->sync = on;
}

void dp_screen_ask(dp_screen *s, const char *queries)
{
    leaveok(stdscr, FALSE);
    move(0, 0);
    refresh();
    write_raw(s, queries);
    write_raw(s, "\033[H"); /* the cursor is where ncurses has left it */
    wredrawln(stdscr, 0, 1 + (int)strlen(queries) / COLS);
    refresh();
    leaveok(stdscr, s->cursor_hidden);
    s->stale = true;
}

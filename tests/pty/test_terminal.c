/* The pad runs on all kinds of terminals, and restores them, also after a signal. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/pty/pty.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const draw[] = { "draw", NULL };
static const int line[][2] = { { 20, 4 }, { 20, 16 } };
static pty p;

static void start(const pty_options *options)
{
    pty_start(&p, options, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
}

static bool mouse_is_on(void)
{
    return p.mode[1002] && p.mode[1006] && !p.mode[1003] && !p.mode[1000];
}

START_TEST(only_the_modes_that_are_needed)
{
    start(NULL);
    ck_assert(mouse_is_on());
    ck_assert(p.mode[1049] && !p.mode[25]);
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
    pty_start(&p, NULL, (const char *const[]){ "draw", "--no-mouse", NULL });
    pty_settle(&p);
    ck_assert(!p.mode[1002] && !p.mode[1006]);
    pty_stop(&p);
}
END_TEST

START_TEST(signals_that_end_the_loop)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    for (int i = 0; i < 3; i++) {
        start(NULL);
        pty_kill(&p, signals[i]);
        ck_assert(pty_expect_end(&p));
        ck_assert_msg(pty_is_restored(&p), "after signal %d", signals[i]);
        if (signals[i] == SIGINT)
            ck_assert_int_eq(WEXITSTATUS(p.status), 130);
        else
            ck_assert(WIFSIGNALED(p.status) && WTERMSIG(p.status) == signals[i]);
        pty_stop(&p);
    }
}
END_TEST

START_TEST(signals_that_kill_the_program)
{
    static const int signals[] = { SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGFPE,
                                   SIGPIPE, SIGALRM, SIGUSR1, SIGXCPU };
    for (size_t i = 0; i < DP_COUNT(signals); i++) {
        start(NULL);
        if (i % 2)
            pty_drag(&p, PTY_LEFT, line, 2); /* while it draws */
        pty_kill(&p, signals[i]);
        ck_assert(pty_expect_end(&p));
        ck_assert_msg(pty_is_restored(&p), "after signal %d", signals[i]);
        ck_assert_msg(WIFSIGNALED(p.status) || WEXITSTATUS(p.status) != 0, "signal %d",
                      signals[i]);
        pty_stop(&p);
    }
}
END_TEST

/* A signal may come while the program starts, draws, writes or waits. SIGNAL_RUNS=50 sends each
 * signal fifty times. */
START_TEST(signals_at_any_moment)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT,
                                   SIGBUS, SIGFPE,  SIGILL, SIGPIPE, SIGALRM, SIGUSR1 };
    enum { N = DP_COUNT(signals) };
    const char *runs = getenv("SIGNAL_RUNS");
    int n = runs ? N * atoi(runs) : 2 * N;
    dp_rng rng = dp_rng_stream(1, 2, 3);
    for (int i = 0; i < n; i++) {
        pty_start(&p, NULL, draw);
        ck_assert(pty_expect(&p, "digitpad"));
        for (int k = 0; k < 5; k++)
            pty_drag(&p, PTY_LEFT, (const int[][2]){ { 5 + k * 7, 4 }, { 30, 16 } }, 2);
        usleep(dp_rng_below(&rng, 20000));
        int sig = signals[i % N];
        pty_kill(&p, sig);
        ck_assert(pty_expect_end(&p));
        ck_assert_msg(pty_is_restored(&p), "after signal %d, round %d", sig, i);
        pty_stop(&p);
    }
    printf("# %d signals\n", n);
}
END_TEST

START_TEST(control_c_and_control_backslash)
{
    start(NULL);
    pty_type(&p, "\x03");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(WEXITSTATUS(p.status), 130);
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
    start(NULL);
    pty_type(&p, "\x1c");
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}
END_TEST

START_TEST(the_terminal_may_hang_up)
{
    start(NULL);
    close(p.master);
    p.master = -1;
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
}
END_TEST

START_TEST(suspended_and_continued)
{
    start(NULL);
    pty_drag(&p, PTY_LEFT, line, 2);
    ck_assert(pty_expect(&p, "1 stroke"));
    for (int i = 0; i < 3; i++) {
        pty_type(&p, "\x1a");
        ck_assert(pty_expect_stop(&p));
        ck_assert(pty_is_restored(&p));
        /* The shell clears the screen and prints its prompt, and the window is resized. */
        vterm_input_write(p.vterm, "\033[2J\033[Hprompt$ fg\r\n", 19);
        pty_resize(&p, 80 + i, 24);
        pty_foreground(&p);
        ck_assert(pty_expect(&p, "1 stroke"));
        pty_settle(&p);
        ck_assert(!pty_shows(&p, "prompt"));
        ck_assert(mouse_is_on());
    }
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 10, 10 }, { 30, 10 } }, 2);
    ck_assert(pty_expect(&p, "2 strokes"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}
END_TEST

START_TEST(stopped_by_sigstop_and_continued)
{
    start(NULL);
    pty_kill(&p, SIGSTOP);
    ck_assert(pty_expect_stop(&p));
    tcsetattr(p.master, TCSANOW, &p.before); /* as a shell does */
    vterm_input_write(p.vterm, "\033[2J\033[?1002l\033[?1006l", 20);
    p.mode[1002] = p.mode[1006] = false;
    pty_foreground(&p);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    ck_assert(mouse_is_on());
    pty_type(&p, "q"); /* in raw mode again, no newline is needed */
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}
END_TEST

START_TEST(control_l_draws_everything_again)
{
    start(NULL);
    vterm_input_write(p.vterm, "\033[2J", 4);
    ck_assert(!pty_shows(&p, "digitpad"));
    pty_type(&p, "\x0c");
    ck_assert(pty_expect(&p, "draw a digit here"));
    ck_assert(pty_expect(&p, "q quit"));
    pty_stop(&p);
}
END_TEST

/* ---- kinds of terminals ---------------------------------------------------------------- */

/* The number of different colours on the screen, all of them below max_index. */
static int count_colors(int max_index)
{
    bool seen[256] = { false };
    int n = 0;
    for (int y = 0; y < p.rows; y++) {
        for (int x = 0; x < p.cols; x++) {
            const int colors[] = { pty_fg(&p, x, y), pty_bg(&p, x, y) };
            for (int i = 0; i < 2; i++) {
                ck_assert_int_lt(colors[i], max_index);
                if (colors[i] >= 0 && !seen[colors[i]])
                    n++, seen[colors[i]] = true;
            }
        }
    }
    return n;
}

static void draw_on(const pty_options *options)
{
    start(options);
    pty_drag(&p, PTY_LEFT, line, 2);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
}

static bool shows_non_ascii(void)
{
    for (int y = 0; y < p.rows; y++)
        for (const char *at = pty_row(&p, y); *at; at++)
            if (*at & 0x80)
                return true;
    return false;
}

static void finish(void)
{
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}

START_TEST(with_256_colors)
{
    draw_on(NULL);
    ck_assert_int_ge(count_colors(256), 6);
    ck_assert(pty_bg(&p, 5, 5) >= 232); /* blank paper is a grey of the ramp */
    finish();
}
END_TEST

START_TEST(with_8_colors)
{
    draw_on(&(pty_options){ .term = "xterm" });
    ck_assert_int_ge(count_colors(16), 3);
    ck_assert(shows_non_ascii());
    finish();
}
END_TEST

START_TEST(in_high_contrast)
{
    pty_start(&p, NULL, (const char *const[]){ "draw", "--high-contrast", NULL });
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_drag(&p, PTY_LEFT, line, 2);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
    ck_assert_int_eq(pty_bg(&p, 5, 5), 16);
    ck_assert_int_eq(pty_bg(&p, 20, 10), 231);
    pty_type(&p, "C");
    pty_settle(&p);
    ck_assert_int_ge(pty_bg(&p, 5, 5), 232);
    finish();
}
END_TEST

static void check_monochrome(const pty_options *options)
{
    draw_on(options);
    ck_assert_int_eq(count_colors(256), 0);
    ck_assert(strstr(pty_row(&p, 10), "█"));
    finish();
}

/* A terminal may have more colours than its type says. */
START_TEST(with_more_colors_than_the_type_has)
{
    draw_on(&(pty_options){ .term = "xterm", .env = "COLORTERM=truecolor" });
    ck_assert_int_ge(count_colors(256), 6);
    ck_assert(pty_bg(&p, 5, 5) >= 232);
    finish();
    draw_on(&(pty_options){ .term = "xterm", .env = "COLORTERM=1" });
    ck_assert_int_ge(count_colors(16), 3);
    finish();
}
END_TEST

START_TEST(without_colors)
{
    check_monochrome(&(pty_options){ .env = "NO_COLOR=1" });
    check_monochrome(&(pty_options){ .term = "vt100" });
}
END_TEST

START_TEST(without_utf8)
{
    draw_on(&(pty_options){ .locale = "C" });
    ck_assert(!shows_non_ascii());
    ck_assert_int_ge(pty_bg(&p, 20, 10), 245); /* ink is a coloured space */
    finish();
    draw_on(&(pty_options){ .locale = "C", .term = "vt100" });
    ck_assert(!shows_non_ascii());
    ck_assert_int_eq(count_colors(256), 0);
    ck_assert(strstr(pty_row(&p, 10), "##"));
    finish();
}
END_TEST

START_TEST(the_options_charset_and_color)
{
    static const char *const utf8[] = { "draw", "--charset=utf8", "--color=never", NULL };
    pty_start(&p, &(pty_options){ .locale = "C" }, utf8);
    vterm_set_utf8(p.vterm, 1);
    ck_assert(pty_expect(&p, "╭"));
    pty_settle(&p);
    ck_assert_int_eq(count_colors(256), 0);
    finish();
    static const char *const ascii[] = { "draw", "--charset=ascii", "--color=always",
                                         NULL };
    pty_start(&p, &(pty_options){ .env = "NO_COLOR=1" }, ascii);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    ck_assert(!shows_non_ascii());
    ck_assert_int_ge(count_colors(256), 2);
    finish();
}
END_TEST

START_TEST(terminals_that_terminfo_does_not_know)
{
    draw_on(&(pty_options){ .term = "xterm-kitty-of-tomorrow" });
    ck_assert_int_ge(count_colors(256), 6);
    finish();
    draw_on(&(pty_options){ .term = "no-such-terminal" });
    ck_assert_int_eq(count_colors(256), 0);
    finish();
}
END_TEST

START_TEST(terminals_that_cannot_be_drawn_on)
{
    static const char *const terms[] = { "dumb", "" };
    for (int i = 0; i < 2; i++) {
        pty_start(&p, &(pty_options){ .term = terms[i] }, draw);
        ck_assert(pty_expect_end(&p));
        ck_assert_int_eq(WEXITSTATUS(p.status), 2);
        ck_assert(strncmp(pty_row(&p, 0), "digitpad draw: TERM", 19) == 0);
        ck_assert_uint_le(p.n_bytes, 81);     /* nothing else was printed */
        ck_assert_str_eq(pty_row(&p, 1), ""); /* one line */
        ck_assert(pty_is_restored(&p));
        pty_stop(&p);
    }
}
END_TEST

/* Also if it is killed while it starts or draws. SIGNAL_RUNS=50 kills fifty. */
START_TEST(restore_terminal_after_kill_9)
{
    static const char *const restore[] = { "restore-terminal", NULL };
    const char *runs = getenv("SIGNAL_RUNS");
    const int n = runs ? atoi(runs) : 3;
    dp_rng rng = dp_rng_stream(4, 5, 6);
    for (int i = 0; i < n; i++) {
        pty_start(&p, &(pty_options){ .again = restore }, draw);
        ck_assert(pty_expect(&p, "digitpad"));
        pty_drag(&p, PTY_LEFT, line, 2);
        usleep(dp_rng_below(&rng, 20000));
        pty_kill(&p, SIGKILL);
        ck_assert(pty_expect_end(&p));
        ck_assert_msg(!pty_is_restored(&p), "round %d", i);
        pty_again(&p);
        ck_assert(pty_expect_end(&p));
        p.before.c_iflag |= BRKINT; /* as `stty sane` sets it */
        ck_assert_int_eq(p.status, 0);
        ck_assert_msg(pty_is_restored(&p), "round %d", i);
        pty_stop(&p);
    }
    printf("# %d times SIGKILL\n", n);
}
END_TEST

UNIT_MAIN("terminal", only_the_modes_that_are_needed, signals_that_end_the_loop,
          signals_that_kill_the_program, signals_at_any_moment,
          control_c_and_control_backslash, the_terminal_may_hang_up,
          suspended_and_continued, stopped_by_sigstop_and_continued,
          control_l_draws_everything_again, with_256_colors, in_high_contrast,
          with_8_colors, with_more_colors_than_the_type_has, without_colors, without_utf8,
          the_options_charset_and_color, terminals_that_terminfo_does_not_know,
          terminals_that_cannot_be_drawn_on, restore_terminal_after_kill_9)

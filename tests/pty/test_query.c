/* The pad's conversation with terminals that answer its queries in all ways. */
#include "config.h"

#include "engine/core/arith.h"
#include "tests/pty/pty.h"
#include "tests/tempdir.h"
#include "tests/terminals.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CELL_W = 8, CELL_H = 16 }; /* as in tests/terminals.h */

static const char *const draw[] = { "draw", NULL };
static const char *const coarse[] = { "draw", "--ink=half", NULL };
static pty p;

static void start_with(const char *const args[], const terminal *t, const char *replies)
{
    pty_options options = { .term = t->env[0] + strlen("TERM="),
                            .env = t->env[1],
                            .replies = replies };
    pty_start(&p, &options, args);
    ck_assert_msg(pty_expect(&p, "draw a digit here"), "%s", t->name);
    pty_settle(&p);
}

static void start(const terminal *t)
{
    start_with(draw, t, t->replies);
}

static void quit(void)
{
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}

/* Nothing that the terminal has sent has acted as a key. */
static void is_untouched(const char *name)
{
    ck_assert_msg(pty_shows(&p, "draw a digit here"), "%s", name);
    ck_assert_msg(pty_shows(&p, "pen 3"), "%s", name);
    ck_assert_msg(strstr(pty_row(&p, 0), " digitpad "), "%s: %s", name, pty_row(&p, 0));
}

START_TEST(every_terminal_is_understood)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++) {
        const terminal *t = &terminals[i];
        if (t->env[1] && t->env[2]) /* the harness sets one variable beside TERM */
            continue;
        start(t);
        is_untouched(t->name);
        bool has_cell = strstr(t->replies, REPLY_CELL) != NULL;
        ck_assert_int_eq(p.n_asked, *t->replies != '\0');
        ck_assert_msg(p.mode[1016] == (t->pixel_mouse && has_cell), "%s", t->name);
        ck_assert(p.mode[2004] && p.mode[1002] && p.mode[1006]);
        pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 16 } }, 2);
        ck_assert_msg(pty_expect(&p, "1 stroke"), "%s", t->name);
        pty_settle(&p);
        ck_assert_msg((p.n_synchronized > 0) == t->sync, "%s", t->name);
        quit();
    }
}
END_TEST

START_TEST(the_first_frame_does_not_wait)
{
    int64_t begin = pty_now_us();
    pty_start(&p, &(pty_options){ .replies = "" }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    printf("# the first frame after %d ms\n", (int)((pty_now_us() - begin) / 1000));
    pty_settle(&p);
    ck_assert_int_eq(p.n_asked, 1);
    ck_assert(p.frame_was_first);
    is_untouched("silent");
    quit();
}
END_TEST

START_TEST(some_terminals_are_not_asked)
{
    static const char *const mute[] = { "linux", "vt100", "vt220", "ansi" };
    for (size_t i = 0; i < DP_COUNT(mute); i++) {
        pty_start(&p, &(pty_options){ .term = mute[i], .replies = "" }, draw);
        ck_assert(pty_expect(&p, "draw a digit here"));
        pty_settle(&p);
        ck_assert_int_eq(p.n_asked, 0);
        quit();
    }
    pty_start(&p, &(pty_options){ .speed = B9600, .replies = "" }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    ck_assert_int_eq(p.n_asked, 0);
    quit();
}
END_TEST

static int row_of_pixel(int y)
{
    return y / CELL_H;
}

/* Whether cell (x, y) of the screen shows ink: brighter than the paper. */
static bool has_ink(int x, int y)
{
    return pty_bg(&p, x, y) > 240 || pty_fg(&p, x, y) > 240;
}

START_TEST(pixels_draw_where_they_are)
{
    start_with(coarse, terminal_named("foot"), terminal_named("foot")->replies);
    ck_assert(p.mode[1016]);
    pty_mouse(&p, PTY_LEFT, 20 * CELL_W + 1, 4 * CELL_H + 3, false);
    for (int y = 4 * CELL_H; y < 16 * CELL_H; y += 5)
        pty_mouse(&p, PTY_LEFT + PTY_DRAG, 20 * CELL_W + 1, y, false);
    pty_mouse(&p, PTY_LEFT, 20 * CELL_W + 1, 16 * CELL_H, true);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
    ck_assert(has_ink(20, row_of_pixel(10 * CELL_H)));
    ck_assert(!has_ink(26, row_of_pixel(10 * CELL_H)));
    quit();
}
END_TEST

/* It says that it knows mode 1016, and goes on to send cells. */
START_TEST(a_terminal_that_lies_about_pixels)
{
    start_with(coarse, terminal_named("kitty"), terminal_named("kitty")->replies);
    ck_assert(p.mode[1016]);
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 10 }, { 20, 16 } }, 3);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
    ck_assert(has_ink(20, 10));
    pty_resize(&p, 120, 40); /* cells that the old window did not have */
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 60, 10 }, { 60, 30 } }, 2);
    ck_assert(pty_expect(&p, "2 strokes"));
    quit();
}
END_TEST

START_TEST(replies_may_be_cut)
{
    const terminal *t = terminal_named("foot");
    for (size_t at = 1; at < strlen(t->replies); at += 11) {
        char first[256];
        snprintf(first, sizeof first, "%.*s", (int)at, t->replies);
        start_with(draw, t, first);
        is_untouched(first + 1);
        pty_send(&p, t->replies + at, strlen(t->replies + at));
        pty_settle(&p);
        is_untouched(first + 1);
        ck_assert(p.mode[1016]);
        quit();
    }
}
END_TEST

/* Quit, and let replies come later than leftovers are waited for: the shell must not get them. Says
 * nothing on a machine so busy that the pad has given up meanwhile. */
static void quit_before(const char *replies)
{
    enum { LATER_US = 150000, GIVES_UP_US = 500000 };
    int64_t begin = pty_now_us();
    pty_type(&p, "q");
    pty_wait(&p, LATER_US);
    pty_type(&p, replies);
    bool in_time = pty_now_us() - begin < GIVES_UP_US / 2;
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
    if (in_time)
        ck_assert_int_eq(pty_count_unread(&p), 0);
    pty_stop(&p);
}

START_TEST(replies_on_the_way_do_not_reach_the_shell)
{
    const terminal *t = terminal_named("kitty");
    start_with(draw, t, "");
    quit_before(t->replies);
    start(terminal_named(
        "foot")); /* the same with the size of a cell, asked for after a resize */
    pty_resize(&p, 70, 22);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    quit_before(REPLY_CELL);
}
END_TEST

START_TEST(the_keyboard_protocols_can_quit)
{
    static const char *const keys[] = { "\033[99;5u", "\033[27;5;99~", "\033[99;5:1u" };
    for (size_t i = 0; i < DP_COUNT(keys); i++) {
        start(terminal_named("mosh"));
        pty_type(&p, keys[i]);
        ck_assert(pty_expect_end(&p));
        ck_assert_int_eq(WEXITSTATUS(p.status), 130);
        ck_assert(pty_is_restored(&p));
        pty_stop(&p);
    }
    start(terminal_named("mosh"));
    pty_type(&p, "\033[113u"); /* q */
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    pty_stop(&p);
}
END_TEST

START_TEST(a_paste_acts_on_nothing)
{
    start(terminal_named("mosh"));
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 16 } }, 2);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_type(&p, "\033[200~c0eq\r\033[<0;5;5M\033[99;5u\033[201~");
    pty_settle(&p);
    ck_assert(!p.ended && pty_shows(&p, "1 stroke") && pty_shows(&p, "pen 3"));
    quit();
}
END_TEST

START_TEST(the_key_i_names_the_ink)
{
    start(terminal_named("kitty"));
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: octants"));
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: half blocks"));
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: characters"));
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: pixels (kitty)"));
    quit();
    start(terminal_named("xterm -ti vt340"));
    for (int i = 0; i < 3; i++)
        pty_type(&p, "i");
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: pixels (sixel)"));
    quit();
    pty_start(&p, &(pty_options){ .locale = "C", .replies = "\033[?62c" }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: characters, the only one possible here"));
    quit();
}
END_TEST

START_TEST(an_ink_that_is_not_possible)
{
    static const char *const pixels[] = { "draw", "--ink=pixels", NULL };
    static const char *const half[] = { "draw", "--ink=half", NULL };
    static const char refusal[] = "this terminal does not show that ink";
    start_with(pixels, terminal_named("mosh"), terminal_named("mosh")->replies);
    ck_assert(pty_expect(&p, refusal));
    quit();
    start_with(pixels, terminal_named("Linux console"), ""); /* which is not even asked */
    ck_assert(pty_expect(&p, refusal));
    quit();
    start_with(pixels, terminal_named("foot"), terminal_named("foot")->replies);
    ck_assert(!pty_shows(&p, refusal));
    quit();
    start_with(half, terminal_named("foot"), terminal_named("foot")->replies);
    ck_assert(!pty_shows(&p, refusal));
    quit();
}
END_TEST

/* A line that echoes sends the queries back. */
START_TEST(an_echo_acts_on_nothing)
{
    char queries[256];
    dp_caps_query(queries, sizeof queries,
                  DP_ASK_CONTROLS | DP_ASK_OSC | DP_ASK_APC | DP_ASK_OCTANT);
    start_with(draw, terminal_named("kitty"), queries);
    is_untouched("echo");
    ck_assert(!p.mode[1016]);
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 20, 4 }, { 20, 16 } }, 2);
    ck_assert(pty_expect(&p, "1 stroke"));
    quit();
}
END_TEST

/* Shift is bit 2 of the button. */
START_TEST(shift_draws_a_straight_line)
{
    enum { SHIFT = 4 };
    start(terminal_named("mosh"));
    pty_mouse(&p, PTY_LEFT + SHIFT, 5, 4, false);
    pty_mouse(&p, PTY_LEFT + SHIFT + PTY_DRAG, 35, 4, false);
    pty_mouse(&p, PTY_LEFT + SHIFT + PTY_DRAG, 5, 16, false);
    pty_mouse(&p, PTY_LEFT + SHIFT, 5, 16, true);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
    ck_assert(has_ink(5, 10));
    ck_assert(!has_ink(20, 4) && !has_ink(20, 10));
    quit();
}
END_TEST

START_TEST(a_new_size_may_mean_a_new_font)
{
    start(terminal_named("foot"));
    ck_assert_int_eq(p.n_cell_asked, 1);
    pty_resize(&p, 70, 22);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    ck_assert_int_eq(p.n_cell_asked, 2);
    ck_assert_int_eq(p.n_asked, 1);
    quit();
}
END_TEST

START_TEST(suspended_and_continued)
{
    start(terminal_named("foot"));
    pty_type(&p, "\x1a");
    ck_assert(pty_expect_stop(&p));
    ck_assert(pty_is_restored(&p));
    pty_foreground(&p);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    ck_assert(p.mode[1016] && p.mode[2004] && p.mode[1002]);
    ck_assert_int_eq(p.n_cell_asked, 2);
    pty_type(&p, REPLY_CELL);
    quit();
}
END_TEST

/* A signal may come inside a frame. */
START_TEST(signals_end_synchronized_output)
{
    static const int signals[] = { SIGTERM, SIGSEGV, SIGINT, SIGABRT, SIGHUP, SIGQUIT };
    for (size_t i = 0; i < DP_COUNT(signals); i++) {
        start(terminal_named("foot"));
        for (int k = 0; k < 20; k++)
            pty_drag(&p, PTY_LEFT, (const int[][2]){ { 5 + k, 4 }, { 30 - k, 16 } }, 2);
        pty_wait(&p, 2000 * (int)i);
        pty_kill(&p, signals[i]);
        ck_assert(pty_expect_end(&p));
        ck_assert(p.n_synchronized > 0);
        ck_assert_msg(pty_is_restored(&p), "after signal %d", signals[i]);
        pty_stop(&p);
    }
}
END_TEST

/* ---- doctor ---------------------------------------------------------------------------- */

static void run_doctor(const terminal *t, const char *const args[])
{
    pty_options options = { .cols = 120,
                            .rows = 100,
                            .term = t->env[0] + strlen("TERM="),
                            .replies = t->replies };
    pty_start(&p, &options, args);
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_is_restored(&p));
}

START_TEST(doctor_says_what_was_found)
{
    static const char *const doctor[] = { "doctor", NULL };
    static const char *const wish[] = { "doctor",    "--ink=half",    "--no-mouse",
                                        "--offline", "--theme=light", NULL };
    run_doctor(terminal_named("kitty"), doctor);
    ck_assert(pty_shows(&p, "kitty(0.42.1)"));
    ck_assert(pty_shows(&p, "8x16 pixels, says CSI 16 t"));
    ck_assert(pty_shows(&p, "pixels (kitty): the terminal answers kitty's"));
    ck_assert(pty_shows(&p, "mouse, pixels as soon as the terminal reports one"));
    ck_assert(pty_shows(&p, "0.12, dark"));
    ck_assert(pty_shows(&p, "dark: the terminal's background"));
    ck_assert_str_eq(pty_row(&p, 0), "program"); /* the queries have left nothing */
    pty_stop(&p);
    run_doctor(terminal_named("mosh"), doctor);
    ck_assert(pty_shows(&p, "mosh"));
    ck_assert(pty_shows(&p, "half blocks: the terminal is not known to show anything"));
    pty_stop(&p);
    run_doctor(terminal_named("tmux 3.5 in kitty"), doctor);
    ck_assert(pty_shows(&p, "kitty(0.42.1)"));
    ck_assert(pty_shows(&p, "pixels (kitty): tmux passes images on to kitty"));
    pty_stop(&p);
    run_doctor(terminal_named("tmux 3.3"), doctor);
    ck_assert(pty_shows(&p, "unknown; its option allow-passthrough may be off"));
    pty_stop(&p);
    run_doctor(terminal_named("Linux console"), doctor);
    ck_assert_int_eq(p.n_asked, 0);
    ck_assert(pty_shows(&p, "not asked"));
    ck_assert(pty_shows(&p, "dark: the background is unknown"));
    pty_stop(&p);
    run_doctor(terminal_named("foot"), wish);
    ck_assert(pty_shows(&p, "half blocks: asked for"));
    ck_assert(pty_shows(&p, "keyboard: --no-mouse"));
    ck_assert(pty_shows(&p, "off: --offline"));
    ck_assert(pty_shows(&p, "light: --theme"));
    pty_stop(&p);
}
END_TEST

START_TEST(the_ink_may_be_in_the_configuration_file)
{
    static const char *const doctor[] = { "doctor", NULL };
    char path[512], variable[512];
    const terminal *t = terminal_named("foot");
    snprintf(path, sizeof path, "%s/digitpad", tempdir());
    ck_assert_int_eq(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/digitpad/config", tempdir());
    FILE *f = fopen(path, "w");
    ck_assert(f != NULL);
    fputs("ink = octants\n", f);
    fclose(f);
    snprintf(variable, sizeof variable, "XDG_CONFIG_HOME=%s", tempdir());
    pty_options options = {
        .cols = 120, .rows = 100, .env = variable, .replies = t->replies
    };
    pty_start(&p, &options, doctor);
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_shows(&p, "octants: asked for"));
    pty_stop(&p);
    pty_start(&p, &options, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    pty_type(&p, "i");
    ck_assert(pty_expect(&p, "ink: half blocks")); /* after octants */
    quit();
}
END_TEST

START_TEST(doctor_gives_up_after_a_second)
{
    pty_start(&p, &(pty_options){ .rows = 100, .replies = "" },
              (const char *const[]){ "doctor", NULL });
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_shows(&p, "not all within a second"));
    pty_stop(&p);
}
END_TEST

UNIT_MAIN("query", every_terminal_is_understood, the_first_frame_does_not_wait,
          some_terminals_are_not_asked, pixels_draw_where_they_are,
          a_terminal_that_lies_about_pixels, replies_may_be_cut,
          replies_on_the_way_do_not_reach_the_shell, the_keyboard_protocols_can_quit,
          a_paste_acts_on_nothing, the_key_i_names_the_ink, an_ink_that_is_not_possible,
          an_echo_acts_on_nothing, shift_draws_a_straight_line,
          a_new_size_may_mean_a_new_font, suspended_and_continued,
          signals_end_synchronized_output, doctor_says_what_was_found,
          the_ink_may_be_in_the_configuration_file, doctor_gives_up_after_a_second)

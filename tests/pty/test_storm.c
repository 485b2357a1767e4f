/* The pad in storms: of window sizes, of mouse reports, of any bytes. In every ink it lives, shows a
 * whole screen afterwards, takes no more memory, ends with `q`, and leaves the terminal as it was.
 *
 * STORM_SIZES, STORM_REPORTS and STORM_BYTES say how many of them an ink gets, STORM_SEED which
 * ones: what is sent depends on nothing else. tests/soak/pad.sh sends many. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/pty/noise.h"
#include "tests/pty/pty.h"
#include "tests/tempdir.h"
#include "tests/terminals.h"
#include "tests/unit/unit.h"
#include "tui/ink/octants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

typedef struct ink {
    const char *name;
    const char *terminal; /* in tests/terminals.h */
    const char *option, *locale;
} ink;

static const ink inks[] = {
    { "cells", "Linux console", "--ink=ascii", "C" },
    { "half blocks", "xterm", "--ink=half", "C.UTF-8" },
    { "octants", "GNOME Terminal", "--ink=octants", "C.UTF-8" },
    { "kitty", "kitty", "--ink=pixels", "C.UTF-8" },
    { "sixel", "foot", "--ink=pixels", "C.UTF-8" },
};

enum {
    MAX_COLS = 300,
    MAX_ROWS = 100,
    /* Of several pages of history, and of the largest picture. */
    MAX_GROWTH_KIB = 24 * 1024,
};

static pty p;
static const ink *current; /* of the pad */
static int n_clicked;      /* pads that a click has ended */
static dp_rng rng;
static char place[160]; /* for messages: how to send the same again */
static int slowest_quit_ms;
static long most_kib;

static int count_of(const char *variable, int usual)
{
    const char *value = getenv(variable);
    return value ? atoi(value) : usual;
}

static const char *file(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", tempdir(), name);
    return path;
}

static void open_pad(const ink *k)
{
    const terminal *t = terminal_named(k->terminal);
    const pty_options options = { .term = t->env[0] + strlen("TERM="),
                                  .env = t->env[1],
                                  .locale = k->locale,
                                  .replies = t->replies };
    char output[300];
    setenv("XDG_DATA_HOME", file("data"), 1);
    setenv("XDG_STATE_HOME", file("state"), 1);
    snprintf(output, sizeof output, "%s", file("storm.ndjson"));
    pty_start(
        &p, &options,
        (const char *const[]){ "draw", "--theme=dark", k->option, "-o", output, NULL });
    ck_assert_msg(pty_expect(&p, "draw a digit here"), "%s", place);
    pty_settle(&p);
}

static void start(const ink *k, unsigned storm)
{
    int seed = count_of("STORM_SEED", 1);
    snprintf(place, sizeof place, "ink %s, STORM_SEED=%d", k->name, seed);
    printf("# %s\n", place);
    fflush(stdout);
    rng = dp_rng_stream((uint64_t)seed, storm, (uint64_t)(k - inks));
    current = k;
    open_pad(k);
}

/* The pad has ended as it should. The exit status is 1 if the pad is clear, and 130 after Ctrl-C,
 * which the pieces of a cut sequence and of the next one may spell. */
static void check_end(void)
{
    const int status = WEXITSTATUS(p.status);
    bool ended_well = WIFEXITED(p.status) && (status <= 1 || status == 130);
    for (int y = 0; !ended_well && y < p.rows; y++)
        printf("# %s\n", pty_row(&p, y));
    ck_assert_msg(ended_well, "%s: wait status %d", place, p.status);
    ck_assert_msg(pty_is_restored(&p), "%s: the terminal is not as it was", place);
    pty_stop(&p);
}

/* The pad lives, or a click on "q quit" has ended it: then it is started again. */
static void check_that_it_lives(void)
{
    pty_settle(&p);
    if (!p.ended)
        return;
    pty_expect_end(&p); /* all its output */
    check_end();
    n_clicked++;
    open_pad(current);
}

/* What a cell looks like: the colours of its eight pixels, or its character and colours. A block and
 * its inverse look the same if their colours change places. */
static uint64_t look_of(int x, int y)
{
    const uint32_t blank = ' ', seen = pty_cell(&p, x, y).chars[0];
    const uint32_t character = seen ? seen : blank;
    const uint8_t fg = (uint8_t)pty_fg(&p, x, y), bg = (uint8_t)pty_bg(&p, x, y);
    unsigned k = 0;
    while (k < 256 && dp_octant(DP_OCTANT_ROWS, k) != character)
        k++;
    if (k == 256)
        return (uint64_t)character << 16 | (uint64_t)fg << 8 | bg;
    uint64_t look = 0;
    for (int i = 0; i < 8; i++)
        look = look << 8 | (k >> i & 1 ? fg : bg);
    return look;
}

/* What the pad believes to be on the screen is there: drawn again, it is the same. */
static void check_screen(void)
{
    static uint64_t before[24][80];
    pty_resize(&p, 80, 24);
    /* End what was cut, and a paste; close the help or the menu; remove the last message and the
     * outline of a resized pen. */
    pty_type(&p, "\033[201~\033[27u");
    pty_mouse(&p, PTY_HOVER, 79, 23, false);
    pty_settle(&p);
    pty_wait(&p, 200000); /* an answer may be deferred on a slow machine */
    check_that_it_lives();
    for (int y = 0; y < p.rows; y++)
        for (int x = 0; x < p.cols; x++)
            before[y][x] = look_of(x, y);
    pty_type(&p, "\x0c");
    pty_settle(&p);
    for (int y = 0; y < p.rows; y++)
        for (int x = 0; x < p.cols; x++)
            ck_assert_msg(before[y][x] == look_of(x, y), "%s: cell %d,%d of '%s'", place,
                          x, y, pty_row(&p, y));
}

/* The first `q` may close the help or the menu. */
static void quit(void)
{
    int64_t begin_us = pty_now_us();
    pty_type(&p, "\033[201~qq");
    ck_assert_msg(pty_expect_end(&p), "%s: q does not end the pad", place);
    int ms = (int)((pty_now_us() - begin_us) / 1000);
    slowest_quit_ms = dp_max_int(slowest_quit_ms, ms);
    check_end();
}

static void finish(const char *what, int n, long before_kib)
{
    check_screen();
    long kib = pty_memory_kib(&p);
    most_kib = kib > most_kib ? kib : most_kib;
    printf("# %d %s; %ld KiB before, %ld after\n", n, what, before_kib, kib);
    ck_assert_msg(kib - before_kib <= MAX_GROWTH_KIB, "%s: from %ld KiB to %ld", place,
                  before_kib, kib);
    quit();
}

static void send_noise(size_t (*noise)(char *, dp_rng *, int, int), int *left)
{
    char bytes[NOISE_SIZE];
    size_t n = noise(bytes, &rng, p.cols, p.rows);
    pty_send_all(&p, bytes, n);
    *left -= (int)n;
}

/* Sizes down to 1×1. */
static void resize(void)
{
    static const int largest[][2] = {
        { 4, 4 }, { 45, 20 }, { 110, 40 }, { MAX_COLS, MAX_ROWS }
    };
    const int *most = largest[dp_rng_below(&rng, DP_COUNT(largest))];
    pty_resize(&p, dp_rng_int(&rng, 1, most[0]), dp_rng_int(&rng, 1, most[1]));
}

START_TEST(sizes_change_while_drawing)
{
    const int n = count_of("STORM_SIZES", 40);
    for (const ink *k = inks; k < inks + DP_COUNT(inks); k++) {
        start(k, 1);
        long before_kib = 0;
        for (int i = 0; i < n; i++) {
            int left = 1 + (int)dp_rng_below(&rng, 200);
            resize();
            while (left > 0)
                send_noise(noise_mouse, &left);
            if (i % 8 == 0)
                pty_type(&p, "c"); /* no drawing of a million points */
            if (i % 16 == 0)
                check_that_it_lives();
            if (i == n / 4)
                before_kib = pty_memory_kib(&p);
        }
        finish("sizes", n, before_kib);
    }
}
END_TEST

/* Send this number of bytes of noise. The pad is cleared now and then: a drawing without end would only
 * take time. */
static void storm(size_t (*noise)(char *, dp_rng *, int, int), int bytes,
                  const char *what)
{
    enum { CLEARED_AFTER = 1024, SETTLED_AFTER = 4 };
    long before_kib = 0;
    int left = bytes;
    for (int i = 1; left > 0; i++) {
        for (int end = left - CLEARED_AFTER; left > 0 && left > end && !p.ended;)
            send_noise(noise, &left);
        pty_type(&p, "\033[201~c");
        if (p.ended || i % SETTLED_AFTER == 0)
            check_that_it_lives();
        if (before_kib == 0 && left < bytes / 4 * 3)
            before_kib = pty_memory_kib(&p);
    }
    finish(what, bytes - left, before_kib);
}

START_TEST(reports_of_the_mouse_come_in_floods)
{
    const int n = count_of("STORM_REPORTS", 1000);
    for (const ink *k = inks; k < inks + DP_COUNT(inks); k++) {
        start(k, 2);
        storm(noise_mouse, n * 10, "bytes of reports");
    }
}
END_TEST

START_TEST(any_bytes_are_survived)
{
    const int n = count_of("STORM_BYTES", 10000);
    for (const ink *k = inks; k < inks + DP_COUNT(inks); k++) {
        start(k, 3);
        storm(noise_any, n, "bytes");
    }
}
END_TEST

START_TEST(it_ends_within_a_second)
{
    printf("# slowest_quit_ms=%d most_kib=%ld clicked=%d\n", slowest_quit_ms, most_kib,
           n_clicked);
    if (getenv("STORM_QUIT_MS")) /* a busy machine may take longer */
        ck_assert_int_le(slowest_quit_ms, count_of("STORM_QUIT_MS", 1000));
}
END_TEST

UNIT_MAIN("storm", sizes_change_while_drawing, reports_of_the_mouse_come_in_floods,
          any_bytes_are_survived, it_ends_within_a_second)

/* The fine inks on the real pad: a decoder rebuilds the picture from the program's output, and
 * compares it with a rendering of the drawing that the pad saves. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/pty/pty.h"
#include "tests/tempdir.h"
#include "tests/terminals.h"
#include "tests/unit/unit.h"
#include "tui/ink/kitty.h"
#include "tui/ink/octants.h"
#include "tui/ink/picture.h"
#include "tui/pad/layout.h"
#include "weights/data/strokes_json.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CELL_W = 8,
    CELL_H = 16,
    EXTENT = 40
}; /* as in tests/terminals.h; of an 80×24 pad */

static const char *const with_pixels[] = { "kitty",   "Ghostty",
                                           "foot",    "xterm -ti vt340",
                                           "Konsole", "tmux 3.5 in kitty" };
static const dp_palette palette = { .charset = DP_CHARSET_UNICODE, .colors = 256 };
static pty p;

static const char *saved(void)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/ink.ndjson", tempdir());
    return path;
}

static void start_sized(const terminal *t, int cols, int rows)
{
    pty_options options = { .cols = cols,
                            .rows = rows,
                            .term = t->env[0] + strlen("TERM="),
                            .env = t->env[1],
                            .replies = t->replies,
                            .cell_w = CELL_W,
                            .cell_h = CELL_H };
    pty_start(&p, &options,
              (const char *const[]){ "draw", "--theme=dark", "-o", saved(), NULL });
    p.pixels.fills = strncmp(t->name, "xterm", 5) != 0;
    p.pixels.keeps = strcmp(t->name, "Konsole") == 0;
    ck_assert_msg(pty_expect(&p, "draw a digit here"), "%s", t->name);
    pty_settle(&p);
}

static void start(const terminal *t)
{
    start_sized(t, 80, 24);
}

static void type(const char *keys)
{
    pty_type(&p, keys);
    pty_settle(&p);
}

static void drag(const int (*cell)[2], int n)
{
    pty_drag(&p, PTY_LEFT, cell, n);
    pty_settle(&p);
}

static void draw_hook(void)
{
    drag((const int[][2]){ { 12, 5 }, { 20, 4 }, { 28, 7 }, { 18, 17 } }, 4);
}

static void draw_bar(void)
{
    drag((const int[][2]){ { 8, 12 }, { 30, 11 } }, 2);
}

static void quit(void)
{
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_is_restored(&p));
    ck_assert_int_eq(pixels_count_images(&p.pixels), 0);
    ck_assert_str_eq(p.pixels.error, "");
    pty_stop(&p);
}

/* ---- placeholders ---------------------------------------------------------------------- */

/* Whether a cell of the pad has a placeholder, which must be the right one. The first of a row has
 * the marks of row and column; those of rows rise. */
static bool is_placeholder(dp_rect pad, int x, int y)
{
    VTermScreenCell cell = pty_cell(&p, pad.x + x, pad.y + y);
    if (cell.chars[0] != 0x10eeee)
        return false;
    ck_assert_int_eq(pty_fg(&p, pad.x + x, pad.y + y), DP_KITTY_IMAGE);
    if (x > 0)
        ck_assert_uint_eq(cell.chars[1], 0);
    else if (y == 0)
        ck_assert_uint_eq(cell.chars[1], 0x305);
    else
        ck_assert_uint_gt(cell.chars[1], pty_cell(&p, pad.x, pad.y + y - 1).chars[1]);
    if (x == 0)
        ck_assert_uint_eq(cell.chars[2], 0x305);
    return true;
}

/* Place the image of placeholders, if there are some, where they are: on the whole pad. */
static const pixel_screen *pixels(void)
{
    dp_rect pad = dp_layout_of(p.cols, p.rows).pad;
    int n = 0;
    for (int y = 0; y < pad.h; y++)
        for (int x = 0; x < pad.w; x++)
            n += is_placeholder(pad, x, y);
    ck_assert(n == 0 || n == pad.w * pad.h);
    pixels_place(&p.pixels, DP_KITTY_IMAGE, n > 0 ? pad.x : -1, pad.y);
    return &p.pixels;
}

/* ---- the rendering --------------------------------------------------------------------- */

static void load(dp_strokes *s)
{
    static char text[1 << 16];
    dp_err err = { DP_OK, "" };
    unlink(saved());
    type("s");
    ck_assert(pty_expect(&p, "saved as"));
    int fd = open(saved(), O_RDONLY);
    ck_assert_int_ge(fd, 0);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    ck_assert_msg(dp_strokes_json_read(s, text, (size_t)n, &err) == DP_OK, "%s", err.msg);
}

static const dp_strokes blank;

/* Render strokes of a pad that was EXTENT units wide. NULL: those that the pad saves. */
static void render(dp_picture *picture, int width, int height, const dp_strokes *strokes)
{
    dp_strokes loaded = { 0 };
    dp_sketch sketch = { 0 };
    if (!strokes)
        load(&loaded);
    ck_assert(dp_sketch_resize(&sketch, width, height, NULL) == DP_OK);
    dp_sketch_place(&sketch, (dp_point){ 0, 0 }, (float)width / EXTENT,
                    (float)height / EXTENT);
    dp_sketch_draw(&sketch, strokes ? strokes : &loaded, false);
    ck_assert(dp_picture_resize(picture, width, height, NULL) == DP_OK);
    dp_picture_paint(picture, (dp_area){ 0, 0, width, height }, &sketch, &palette);
    dp_sketch_free(&sketch);
    dp_strokes_clear(&loaded);
}

/* Whether a pixel of the screen has this colour; sixels have percentages. */
static bool is_color(int32_t got, int color)
{
    uint8_t want[3];
    dp_palette_rgb(want, color);
    bool same = got >= 0;
    for (int i = 0; i < 3; i++)
        same &= abs((got >> (16 - 8 * i) & 255) - want[i]) <= 2;
    return same;
}

/* How many pixels of the screen have a colour. */
static int count_color(int color)
{
    const pixel_screen *screen = pixels();
    int n = 0;
    for (int y = 0; y < p.rows * CELL_H; y++)
        for (int x = 0; x < p.cols * CELL_W; x++)
            n += is_color(pixels_at(screen, x, y), color);
    return n;
}

static void compare(const char *when, const dp_strokes *strokes)
{
    dp_picture picture = { 0 };
    dp_rect pad = dp_layout_of(p.cols, p.rows).pad;
    render(&picture, pad.w * CELL_W, pad.h * CELL_H, strokes);
    const pixel_screen *screen = pixels();
    ck_assert_msg(!p.pixels.error[0], "%s: %s", when, p.pixels.error);
    for (int y = 0; y < picture.height; y++)
        for (int x = 0; x < picture.width; x++) {
            int32_t got = pixels_at(screen, pad.x * CELL_W + x, pad.y * CELL_H + y);
            int want = picture.color[y * picture.width + x];
            if (!is_color(got, want))
                ck_abort_msg("%s: pixel %d,%d is %06x, not of colour %d", when, x, y,
                             (unsigned)got, want);
        }
    ck_assert_int_eq(pixels_count(pixels()), picture.width * picture.height);
    dp_picture_free(&picture);
}

static void expect_picture(const char *when)
{
    compare(when, NULL);
}

static void expect_no_picture(const char *when)
{
    ck_assert_msg(pixels_count(pixels()) == 0, "%s", when);
    ck_assert_msg(pixels_count_images(&p.pixels) == 0, "%s", when);
}

/* ---- pixels ---------------------------------------------------------------------------- */

START_TEST(strokes_undo_redo_and_clear)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start(terminal_named(with_pixels[i]));
        expect_no_picture("before the first stroke");
        draw_hook();
        expect_picture("a stroke");
        draw_bar();
        expect_picture("two strokes");
        pty_drag(&p, PTY_RIGHT, (const int[][2]){ { 15, 3 }, { 27, 12 } }, 2);
        pty_settle(&p);
        expect_picture("erased");
        type("uu");
        expect_picture("undone");
        type("U");
        expect_picture("redone");
        type("c");
        compare("cleared", &blank);
        type("u");
        expect_picture("not cleared");
        quit();
    }
}
END_TEST

/* Add the middle of a cell to the stroke. */
static void add_point(dp_strokes *s, int x, int y)
{
    dp_point at = { (float)(x - 1) + 0.5F, (float)(2 * (y - 1)) + 1 };
    ck_assert((s->n_strokes == 0 ? dp_strokes_begin(s, DP_PEN, 3, at, 0, NULL)
                                 : dp_strokes_extend(s, at, 0, NULL)) == DP_OK);
}

START_TEST(each_event_is_shown)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        dp_strokes s = { 0 };
        start(terminal_named(with_pixels[i]));
        for (int k = 0; k < 12; k++) {
            int x = 6 + 2 * k, y = 4 + k * k / 10;
            pty_mouse(&p, k == 0 ? PTY_LEFT : PTY_LEFT + PTY_DRAG, x, y, false);
            pty_settle(&p);
            add_point(&s, x, y);
            compare("while drawing", &s);
        }
        pty_mouse(&p, PTY_LEFT, 28, 16, true);
        dp_strokes_clear(&s);
        quit();
    }
}
END_TEST

/* Whether two rows have the same characters in these columns. */
static bool are_alike(dp_rect pad, int a, int b)
{
    for (int x = pad.x; x < pad.x + pad.w; x++)
        if (pty_cell(&p, x, a).chars[0] != pty_cell(&p, x, b).chars[0])
            return false;
    return true;
}

/* ncurses lets the terminal move rows that look like others, as those of the large digits do. The
 * picture would move as well, so its rows must not look alike. */
START_TEST(no_two_rows_of_the_picture_are_alike)
{
    start(terminal_named("xterm -ti vt340"));
    draw_hook();
    expect_picture("a stroke");
    dp_rect pad = dp_layout_of(p.cols, p.rows).pad;
    for (int a = pad.y; a < pad.y + pad.h; a++)
        for (int b = pad.y; b < a; b++)
            ck_assert_msg(!are_alike(pad, a, b), "rows %d and %d", a, b);
    quit();
}
END_TEST

START_TEST(overlays_hide_the_picture_and_why_colours_it)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start(terminal_named(with_pixels[i]));
        draw_hook();
        type("?");
        ck_assert(pty_shows(&p, "right drag"));
        expect_no_picture("help");
        type("?");
        expect_picture("after the help");
        type("M");
        expect_no_picture("menu");
        type("\033");
        ck_assert(pty_expect(&p, "q quit"));
        pty_wait(&p, 100000); /* the Esc key is one when no byte follows */
        pty_settle(&p);
        expect_picture("after the menu");
        type("V");
        if (!pty_shows(&p, "why"))
            type("V");
        ck_assert(pty_expect(&p, "why 7 (+)"));
        pty_settle(&p);
        ck_assert_int_gt(count_color(44) + count_color(80), 1000); /* for the answer */
        ck_assert_int_gt(count_color(16), 20);                     /* signs */
        type("v");
        expect_picture("after the views");
        quit();
    }
}
END_TEST

START_TEST(the_compact_form)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start_sized(terminal_named(with_pixels[i]), 40, 16);
        drag((const int[][2]){ { 8, 3 }, { 20, 3 }, { 12, 12 } }, 3);
        ck_assert_int_eq(pixels_count(pixels()), 28 * CELL_W * 14 * CELL_H);
        type("v");
        expect_no_picture("the inset is on the pad");
        type("V");
        ck_assert_int_eq(pixels_count(pixels()), 28 * CELL_W * 14 * CELL_H);
        quit();
    }
}
END_TEST

static void resize_to_the_largest(void)
{
    pty_resize(&p, 300, 110);
    pty_settle(&p);
    if (p.pixels.image[0].id == 0) /* kitty scales one that is so large */
        expect_picture("as large as can be");
    ck_assert_int_eq(pixels_count(&p.pixels), 192 * CELL_W * 96 * CELL_H);
}

START_TEST(resized_redrawn_and_suspended)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start(terminal_named(with_pixels[i]));
        draw_hook();
        pty_resize(&p, 110, 36);
        pty_settle(&p);
        expect_picture("larger");
        if (!strstr(with_pixels[i], "tmux")) /* libvterm lacks the marks of many rows */
            resize_to_the_largest();
        pty_resize(&p, 30, 10);
        ck_assert(pty_expect(&p, "too small"));
        pty_settle(&p);
        expect_no_picture("too small");
        pty_resize(&p, 80, 24);
        pty_settle(&p);
        expect_picture("as before");
        pixels_erase(&p.pixels, 0, 0, 80, 24);
        type("\x0c");
        expect_picture("Ctrl-L");
        pty_type(&p, "\x1a");
        ck_assert(pty_expect_stop(&p));
        ck_assert(pty_is_restored(&p));
        ck_assert_int_eq(pixels_count_images(&p.pixels), 0);
        pty_foreground(&p);
        ck_assert(pty_expect(&p, "q quit"));
        pty_settle(&p);
        expect_picture("continued");
        quit();
    }
}
END_TEST

START_TEST(the_key_i_changes_the_ink)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start(terminal_named(with_pixels[i]));
        draw_hook();
        for (int k = 0; k < 4 && !pty_shows(&p, "ink: half"); k++)
            type("i");
        expect_no_picture("half blocks");
        ck_assert_int_ge(pty_fg(&p, 20, 4), 234);
        for (int k = 0; k < 4 && pixels_count(pixels()) == 0; k++)
            type("i");
        expect_picture("pixels again");
        quit();
    }
}
END_TEST

START_TEST(in_high_contrast)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start(terminal_named(with_pixels[i]));
        draw_hook();
        type("C");
        int n = p.pixels.cell_w * p.pixels.cell_h * 40 * 20;
        ck_assert_int_eq(count_color(16) + count_color(231), n);
        ck_assert_int_gt(count_color(231), n / 20);
        type("C");
        expect_picture("with greys again");
        quit();
    }
}
END_TEST

START_TEST(the_crosshair_is_seen)
{
    for (size_t i = 0; i < DP_COUNT(with_pixels); i++) {
        start(terminal_named(with_pixels[i]));
        draw_hook();
        pty_type(&p, "\033[D");
        pty_settle(&p);
        ck_assert_int_gt(count_color(37), 20);
        pty_type(&p, "\033"); /* Esc, which is a key after 50 ms, hides it */
        ck_assert(pty_expect(&p, "left drag draws"));
        pty_settle(&p);
        expect_picture("without the crosshair");
        quit();
    }
}
END_TEST

/* SIGNAL_RUNS=50 sends each signal fifty times. */
static int signal_runs(int usual)
{
    const char *runs = getenv("SIGNAL_RUNS");
    return runs ? atoi(runs) : usual;
}

/* Draw for a moment on one of the terminals. */
static void draw_at_random(dp_rng *rng)
{
    start(terminal_named(with_pixels[dp_rng_below(rng, DP_COUNT(with_pixels))]));
    for (int k = 0; k < 4; k++)
        pty_drag(&p, PTY_LEFT, (const int[][2]){ { 5 + k * 7, 4 }, { 30, 16 } }, 2);
    pty_wait(&p, (int)dp_rng_below(rng, 30000));
}

START_TEST(signals_at_any_moment)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP,  SIGQUIT, SIGSEGV, SIGBUS,
                                   SIGFPE, SIGILL,  SIGABRT, SIGPIPE, SIGALRM, SIGUSR1 };
    int n = (int)DP_COUNT(signals) * signal_runs(1);
    dp_rng rng = dp_rng_stream(1, 2, 3);
    for (int i = 0; i < n; i++) {
        int sig = signals[i % (int)DP_COUNT(signals)];
        draw_at_random(&rng);
        pty_kill(&p, sig);
        ck_assert(pty_expect_end(&p));
        ck_assert_msg(pty_is_restored(&p), "after signal %d, round %d", sig, i);
        ck_assert_msg(pixels_count_images(&p.pixels) == 0, "signal %d, round %d", sig, i);
        pty_stop(&p);
    }
    printf("# %d signals\n", n);
}
END_TEST

START_TEST(suspended_at_any_moment)
{
    int n = signal_runs(2);
    dp_rng rng = dp_rng_stream(4, 5, 6);
    for (int i = 0; i < n; i++) {
        draw_at_random(&rng);
        pty_kill(&p, SIGTSTP);
        ck_assert(pty_expect_stop(&p));
        ck_assert_msg(pty_is_restored(&p), "round %d", i);
        ck_assert_msg(pixels_count_images(&p.pixels) == 0, "round %d", i);
        pixels_erase(&p.pixels, 0, 0, p.cols, p.rows); /* what the shell's text does */
        pty_foreground(&p);
        ck_assert(pty_expect(&p, "q quit"));
        pty_settle(&p);
        type("u"); /* the last stroke may have been cut */
        drag((const int[][2]){ { 12, 5 }, { 20, 14 } }, 2);
        expect_picture("continued");
        quit();
    }
}
END_TEST

/* ---- octants --------------------------------------------------------------------------- */

/* The pixel of a cell of the screen that shows one of its two colours. */
static int octant_pixel(const VTermScreenCell *cell, int i, int fg, int bg)
{
    for (unsigned k = 0; k < 256; k++)
        if (dp_octant(DP_OCTANT_ROWS, k) == (cell->chars[0] ? cell->chars[0] : ' '))
            return k >> i & 1 ? fg : bg;
    return -1;
}

/* The mean difference of grey between the screen and the rendering. */
static double error_of_octants(const dp_strokes *strokes)
{
    dp_picture picture = { 0 };
    dp_rect pad = dp_layout_of(p.cols, p.rows).pad;
    double sum = 0;
    render(&picture, 2 * pad.w, 4 * pad.h, strokes);
    for (int i = 0; i < picture.width * picture.height; i++) {
        int x = i % picture.width, y = i / picture.width;
        int cell_x = pad.x + x / 2, cell_y = pad.y + y / 4;
        VTermScreenCell cell = pty_cell(&p, cell_x, cell_y);
        int color = octant_pixel(&cell, y % 4 * 2 + x % 2, pty_fg(&p, cell_x, cell_y),
                                 pty_bg(&p, cell_x, cell_y));
        uint8_t a[3], b[3];
        ck_assert_int_ge(color, 232);
        dp_palette_rgb(a, color);
        dp_palette_rgb(b, picture.color[i]);
        sum += abs(a[0] - b[0]);
    }
    double mean = sum / (picture.width * picture.height);
    dp_picture_free(&picture);
    return mean;
}

START_TEST(octants_show_the_drawing)
{
    start(terminal_named("GNOME Terminal"));
    draw_hook();
    ck_assert_double_lt(error_of_octants(NULL), 3);
    draw_bar();
    ck_assert_double_lt(error_of_octants(NULL), 3);
    type("uu?");
    ck_assert(pty_shows(&p, "right drag"));
    type("?U");
    ck_assert_double_lt(error_of_octants(NULL), 3);
    type("c");
    ck_assert_double_lt(error_of_octants(&blank), 0.001);
    type("u");
    pty_resize(&p, 110, 36);
    pty_settle(&p);
    ck_assert_double_lt(error_of_octants(NULL), 3);
    quit();
}
END_TEST

/* ---- bytes ----------------------------------------------------------------------------- */

/* Point i of the stroke of test_pad, in cells or in pixels. */
static void send_point(int i, bool release, bool pixels)
{
    int x = 8 + i * 24 / 29, y = 4 + (i - 15) * (i - 15) / 18;
    int code = i == 0 || release ? PTY_LEFT : PTY_LEFT + PTY_DRAG;
    if (pixels) {
        x = 8 * CELL_W + i * 24 * CELL_W / 29;
        y = 4 * CELL_H + (i - 15) * (i - 15) * CELL_H / 18;
    }
    pty_mouse(&p, code, x, y, release);
}

/* What a stroke cost: bytes, those of images among them, and the time from the last byte of
 * input to the last of output, in which the answer is the last to come. */
typedef struct cost {
    size_t bytes, pixels;
    double ms;
} cost;

/* Draw a stroke of 30 events, in a burst or one by one. */
static cost draw_arc(const terminal *t, bool burst)
{
    start(t);
    draw_bar();
    type("c");
    pty_wait(&p, 300000);
    size_t before = p.n_bytes, pixels_before = p.pixels.n_bytes;
    for (int i = 0; i < 30; i++) {
        send_point(i, false, p.mode[1016]);
        if (!burst)
            pty_wait(&p, 20000);
    }
    send_point(29, true, p.mode[1016]);
    int64_t sent_us = pty_now_us();
    pty_settle(&p);
    pty_wait(&p, 300000);
    cost c = { p.n_bytes - before, p.pixels.n_bytes - pixels_before,
               (double)(p.output_us - sent_us) / 1000 };
    ck_assert(pty_shows(&p, "1 stroke"));
    pty_stop(&p);
    return c;
}

/* Of the pixels; octants are characters. A busy machine shows more frames of sixels, more
 * answers, and a burst in several parts. */
START_TEST(a_stroke_takes_few_bytes)
{
    enum { MOST = 8192, MOST_IN_CELLS = 9500 };
    static const char *const names[] = { "kitty",         "foot",    "xterm -ti vt340",
                                         "Ghostty",       "Konsole", "tmux 3.5 in kitty",
                                         "GNOME Terminal" };
    for (size_t i = 0; i < DP_COUNT(names); i++) {
        const terminal *t = terminal_named(names[i]);
        cost each = draw_arc(t, false), burst = draw_arc(t, true);
        printf("# %s: 30 events and their answers in %zu bytes, %zu of them pixels; in a "
               "burst %zu and %zu, and %.1f ms later\n",
               names[i], each.bytes, each.pixels, burst.bytes, burst.pixels, burst.ms);
        ck_assert_uint_le(each.pixels, t->pixel_mouse ? MOST : MOST_IN_CELLS);
        ck_assert_uint_le(each.bytes, 10240 + each.pixels);
        ck_assert_uint_le(burst.pixels, each.pixels);
    }
}
END_TEST

/* The bytes of a stroke at 9600 baud. */
static size_t draw_slowly(const char *ink)
{
    pty_start(&p, &(pty_options){ .env = "VTE_VERSION=8000", .speed = B9600 },
              (const char *const[]){ "draw", ink, NULL });
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    draw_bar();
    pty_wait(&p, 300000);
    size_t before = p.n_bytes;
    for (int i = 0; i < 30; i++) {
        send_point(i, false, false);
        pty_wait(&p, 20000);
    }
    send_point(29, true, false);
    pty_settle(&p);
    pty_wait(&p, 300000);
    ck_assert(pty_shows(&p, "2 strokes"));
    ck_assert_int_eq(p.n_asked, 0);
    size_t n = p.n_bytes - before;
    pty_stop(&p);
    return n;
}

/* A slow line is asked nothing, so it gets no pixels; a variable may say that it has octants. They
 * take about as many bytes as half blocks. */
START_TEST(octants_over_a_slow_line)
{
    size_t octants = draw_slowly("--ink=auto"), half = draw_slowly("--ink=half");
    printf("# %zu bytes at 9600 baud with octants, %zu with half blocks\n", octants,
           half);
    ck_assert_uint_le(octants, half * 5 / 4);
}
END_TEST

/* Answer a query after so long. */
static void answer(const char *replies, int asked, int us)
{
    for (int i = 0; i < 20000 && p.n_asked < asked; i++)
        pty_wait(&p, 1000);
    ck_assert_int_eq(p.n_asked, asked);
    pty_wait(&p, us);
    pty_type(&p, replies);
}

/* The bytes of 30 events on a terminal whose first reply takes 300 ms, and the second as well if
 * it is far away. If only the first one is late, the machine was busy. */
static size_t draw_from_afar(const terminal *t, bool far)
{
    pty_start(&p,
              &(pty_options){ .term = t->env[0] + strlen("TERM="),
                              .replies = "",
                              .cell_w = CELL_W,
                              .cell_h = CELL_H },
              (const char *const[]){ "draw", "--theme=dark", "-o", saved(), NULL });
    answer(t->replies, 1, 300000);
    answer("\033[?62;c", 2, far ? 300000 : 0);
    pty_settle(&p);
    draw_bar();
    expect_picture("at rest");
    size_t before = p.n_bytes;
    for (int k = 0; k < 30; k++) {
        send_point(k, false, p.mode[1016]);
        pty_wait(&p, 20000);
    }
    send_point(29, true, p.mode[1016]);
    pty_settle(&p);
    pty_wait(&p, 300000);
    size_t n = p.n_bytes - before;
    expect_picture("at rest again");
    quit();
    return n;
}

/* Rarer frames take fewer bytes than half blocks, with pixels when the pen rests, would. */
START_TEST(few_frames_go_far)
{
    static const char *const names[] = { "kitty", "foot" };
    for (size_t i = 0; i < DP_COUNT(names); i++) {
        const terminal *t = terminal_named(names[i]);
        size_t far = draw_from_afar(t, true), near = draw_from_afar(t, false);
        for (int k = 0; k < 3 && near < far * 4 / 3;
             k++) /* was the machine busy twice? */
            near = draw_from_afar(t, false);
        printf("# %s: %zu bytes for 30 events and their answers, %zu from afar\n",
               names[i], near, far);
        ck_assert_uint_lt(far, near * 3 / 4);
    }
}
END_TEST

UNIT_MAIN("ink", strokes_undo_redo_and_clear, each_event_is_shown,
          no_two_rows_of_the_picture_are_alike,
          overlays_hide_the_picture_and_why_colours_it, the_compact_form,
          resized_redrawn_and_suspended, the_key_i_changes_the_ink, in_high_contrast,
          the_crosshair_is_seen, signals_at_any_moment, suspended_at_any_moment,
          octants_show_the_drawing, a_stroke_takes_few_bytes, octants_over_a_slow_line,
          few_frames_go_far)

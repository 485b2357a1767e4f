/* Drawing on the real pad, with mouse and keyboard. Needs only the built-in models. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/pty/pty.h"
#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "tui/pad/layout.h"
#include "weights/data/samples.h"
#include "weights/data/strokes_json.h"
#include "weights/io/fsio.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The vertical line of a one, in the middle of the pad of an 80×24 window. */
static const int one[][2] = { { 21, 4 }, { 21, 7 }, { 21, 10 }, { 21, 13 }, { 21, 16 } };
enum { N_ONE = DP_COUNT(one) };

static const char *const draw[] = { "draw", NULL };
static pty p;

static void start(const char *const args[])
{
    pty_start(&p, NULL, args);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
}

/* The colour of the lighter half of a cell. */
static int brightest_half(int x, int y)
{
    uint32_t glyph = pty_cell(&p, x, y).chars[0];
    int fg = pty_fg(&p, x, y), bg = pty_bg(&p, x, y);
    bool halves = glyph == U'▀' || glyph == U'▄' || glyph == U'█';
    return halves && fg > bg ? fg : bg;
}

static bool is_ink(int x, int y)
{
    return brightest_half(x, y) >= 245; /* of greys 232 … 255 */
}

static int count_ink(void)
{
    int n = 0;
    for (int y = 1; y <= 20; y++)
        for (int x = 1; x <= 40; x++)
            n += is_ink(x, y);
    return n;
}

/* Whether a row has a bar and a percentage. */
static bool has_bars(void)
{
    for (int y = 10; y < 20; y++)
        if (strstr(pty_row(&p, y), "█") && strstr(pty_row(&p, y), "%"))
            return true;
    return false;
}

static void draw_one(void)
{
    pty_drag(&p, PTY_LEFT, one, N_ONE);
    pty_settle(&p);
}

/* Quit, and load the drawing that the pad saves then. */
static void quit_and_load(dp_strokes *s, const char *path)
{
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    static char text[1 << 20];
    int fd = open(path, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    dp_err err = { DP_OK, "" };
    ck_assert_msg(dp_strokes_json_read(s, text, (size_t)n, &err) == DP_OK, "%s", err.msg);
}

static const char *temporary(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", tempdir(), name);
    return path;
}

START_TEST(a_drag_draws_ink_and_moves_the_bars)
{
    start(draw);
    ck_assert_int_eq(count_ink(), 0);
    ck_assert(!has_bars());
    ck_assert(pty_shows(&p, "nothing"));
    draw_one();
    for (int y = 4; y <= 16; y++)
        ck_assert_msg(is_ink(21, y), "no ink in row %d", y);
    ck_assert(!is_ink(10, 10));
    ck_assert(has_bars());
    ck_assert(pty_shows(&p, "▸"));
    ck_assert(pty_shows(&p, "µs"));
    ck_assert(pty_shows(&p, "1 stroke"));
    pty_stop(&p);
}
END_TEST

START_TEST(a_dot_gets_no_answer)
{
    start(draw);
    pty_drag(&p, PTY_LEFT, one, 1);
    pty_settle(&p);
    ck_assert(pty_shows(&p, "keep"));
    ck_assert(!has_bars());
    pty_stop(&p);
}
END_TEST

START_TEST(a_burst_of_300_events_is_drawn_whole)
{
    const char *path = temporary("burst.ndjson");
    start((const char *const[]){ "draw", "-o", path, NULL });
    int cell[300][2];
    for (int i = 0; i < 300; i++) { /* each differs from the one before */
        cell[i][0] = 1 + i * 7 % 40;
        cell[i][1] = 1 + (i * 3 + i / 40) % 20;
    }
    pty_drag(&p, PTY_LEFT, (const int(*)[2])cell, 300);
    int64_t sent_us = pty_now_us();
    pty_settle(&p);
    printf("# %.1f ms from the last byte of 300 events to the last byte of the answer\n",
           (double)(p.output_us - sent_us) * 1e-3);
    dp_strokes s = { 0 };
    quit_and_load(&s, path);
    ck_assert_int_eq(s.n_strokes, 1);
    ck_assert_int_eq(s.stroke[0].count, 300);
    for (int i = 0; i < 300; i++) {
        ck_assert(s.point[i].x == (float)(cell[i][0] - 1) + 0.5F);
        ck_assert(s.point[i].y == (float)(cell[i][1] - 1) * 2 + 1);
    }
    dp_strokes_clear(&s);
    pty_stop(&p);
}
END_TEST

START_TEST(the_right_button_erases)
{
    start(draw);
    draw_one();
    int before = count_ink();
    pty_drag(&p, PTY_RIGHT, (const int[][2]){ { 15, 10 }, { 27, 10 } }, 2);
    pty_settle(&p);
    ck_assert(!is_ink(21, 10));
    ck_assert(is_ink(21, 4));
    ck_assert_int_lt(count_ink(), before);
    pty_stop(&p);
}
END_TEST

START_TEST(undo_redo_and_clear)
{
    start(draw);
    draw_one();
    int one_stroke = count_ink();
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 10, 10 }, { 30, 10 } }, 2);
    pty_settle(&p);
    int two_strokes = count_ink();
    ck_assert_int_gt(two_strokes, one_stroke);
    static const struct {
        const char *key;
        int strokes;
    } steps[] = { { "u", 1 },    { "U", 2 },    { "u", 1 }, { "u", 0 }, { "u", 0 },
                  { "\x12", 1 }, { "\x12", 2 }, { "c", 0 }, { "u", 2 }, { "U", 0 } };
    for (size_t i = 0; i < DP_COUNT(steps); i++) {
        pty_type(&p, steps[i].key);
        pty_settle(&p);
        int n = steps[i].strokes;
        ck_assert_int_eq(count_ink(), n == 0 ? 0 : n == 1 ? one_stroke : two_strokes);
        ck_assert_int_eq(has_bars(), n > 0);
    }
    pty_stop(&p);
}
END_TEST

START_TEST(the_keyboard_alone_draws)
{
    start(draw);
    pty_type(&p, "KKdJJLL\033[C\033OBd"); /* 8 up, pen down, a corner, pen up */
    pty_settle(&p);
    ck_assert(is_ink(21, 6));
    ck_assert(is_ink(21, 10));
    ck_assert(is_ink(27, 11));
    ck_assert(has_bars());
    ck_assert(pty_shows(&p, "1 stroke"));
    pty_type(&p, "HHH ");
    pty_settle(&p);
    ck_assert(pty_shows(&p, "2 strokes"));
    pty_type(&p, "eKKKd");
    pty_settle(&p);
    ck_assert(pty_shows(&p, "eraser"));
    pty_stop(&p);
}
END_TEST

START_TEST(the_model_changes_and_the_drawing_stays)
{
    start(draw);
    draw_one();
    int before = count_ink();
    ck_assert(strstr(pty_row(&p, 0), " cnn "));
    pty_type(&p, "m");
    ck_assert(pty_expect(&p, " mlp "));
    pty_settle(&p);
    ck_assert_int_eq(count_ink(), before);
    ck_assert(has_bars());
    pty_type(&p, "m");
    ck_assert(pty_expect(&p, " nano "));
    pty_type(&p, "m");
    ck_assert(pty_expect(&p, " cnn "));
    pty_stop(&p);
}
END_TEST

START_TEST(the_pen_has_sizes)
{
    start((const char *const[]){ "draw", "--pen=1", NULL });
    ck_assert(pty_shows(&p, "pen 1"));
    pty_type(&p, "]]");
    ck_assert(pty_expect(&p, "pen 3"));
    pty_type(&p, "[");
    ck_assert(pty_expect(&p, "pen 2"));
    pty_mouse(&p, PTY_WHEEL_UP, 20, 10, false);
    ck_assert(pty_expect(&p, "pen 3"));
    for (int i = 0; i < 10; i++)
        pty_mouse(&p, PTY_WHEEL_DOWN, 20, 10, false);
    ck_assert(pty_expect(&p, "pen 1"));
    draw_one();
    int thin = count_ink();
    pty_type(&p, "u]]]]]");
    pty_settle(&p);
    draw_one();
    ck_assert_int_gt(count_ink(), 2 * thin);
    pty_stop(&p);
}
END_TEST

START_TEST(what_the_network_sees)
{
    start(draw);
    draw_one();
    ck_assert(!pty_shows(&p, "what cnn sees"));
    pty_type(&p, "v");
    ck_assert(pty_expect(&p, "what cnn sees"));
    pty_settle(&p);
    dp_rect inset = dp_layout_of(80, 24).inspector.inset;
    ck_assert(is_ink(inset.x + 14, inset.y + 7)); /* the middle of the one */
    ck_assert(!is_ink(inset.x + 4, inset.y + 7));
    pty_type(&p, "V");
    pty_settle(&p);
    ck_assert(!pty_shows(&p, "what cnn sees"));
    pty_stop(&p);
}
END_TEST

START_TEST(help_comes_and_goes)
{
    start(draw);
    draw_one();
    int before = count_ink();
    pty_type(&p, "?");
    ck_assert(pty_expect(&p, "right drag"));
    pty_type(&p, "c"); /* closes it and clears nothing */
    pty_settle(&p);
    ck_assert(!pty_shows(&p, "what the network sees"));
    ck_assert_int_eq(count_ink(), before);
    pty_stop(&p);
}
END_TEST

/* Press and release the left button on a text of the screen. */
static void click_on(const char *text)
{
    for (int y = 0; y < p.rows; y++) {
        const char *row = pty_row(&p, y), *at = strstr(row, text);
        int x = 0;
        for (const char *c = row; at && c < at; c++)
            x += (*c & 0xc0) != 0x80; /* UTF-8: characters, not bytes */
        if (at) {
            pty_mouse(&p, PTY_LEFT, x, y, false);
            pty_mouse(&p, PTY_LEFT, x, y, true);
            pty_settle(&p);
            return;
        }
    }
    ck_abort_msg("'%s' is not on the screen", text);
}

START_TEST(what_shows_a_key_can_be_clicked)
{
    start(draw);
    draw_one();
    click_on("c clear");
    ck_assert_int_eq(count_ink(), 0);
    click_on("? help");
    ck_assert(pty_shows(&p, "Shift-drag"));
    click_on("undo; redo");
    ck_assert(!pty_shows(&p, "Shift-drag"));
    ck_assert_int_gt(count_ink(), 0);
    click_on("cnn");
    ck_assert(pty_shows(&p, "in use"));
    click_on("mlp");
    ck_assert(pty_shows(&p, " mlp ") && !pty_shows(&p, "in use"));
    click_on("q quit");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    pty_stop(&p);
}
END_TEST

START_TEST(paper_is_as_the_background)
{
    static const char white[] = "\033]11;rgb:ffff/ffff/ffff\033\\\033[?62;4c";
    static const struct {
        const char *option, *variable, *reply;
        int paper;
    } cases[] = { { "--theme=auto", "COLORFGBG=15;0", "", 234 },
                  { "--theme=auto", "COLORFGBG=0;15", "", 255 },
                  { "--theme=light", "COLORFGBG=15;0", "", 255 },
                  { "--theme=auto", "COLORFGBG=15;0", white, 255 },
                  { "--theme=dark", "COLORFGBG=0;15", white, 234 } };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        pty_start(&p,
                  &(pty_options){ .env = cases[i].variable, .replies = cases[i].reply },
                  (const char *const[]){ "draw", cases[i].option, NULL });
        pty_settle(&p);
        ck_assert_msg(pty_bg(&p, 5, 5) == cases[i].paper, "%s with %s: %d",
                      cases[i].option, cases[i].variable, pty_bg(&p, 5, 5));
        pty_stop(&p);
    }
}
END_TEST

START_TEST(a_drag_may_leave_the_pad)
{
    start(draw);
    pty_drag(&p, PTY_LEFT,
             (const int[][2]){ { 30, 5 }, { 60, 5 }, { 60, 15 }, { 30, 15 } }, 4);
    pty_settle(&p);
    ck_assert(is_ink(40, 5));
    ck_assert(is_ink(40, 15));
    ck_assert(!is_ink(40, 10)); /* nothing is drawn along the edge */
    ck_assert(pty_shows(&p, "2 strokes"));
    pty_stop(&p);
}
END_TEST

START_TEST(lost_reports_do_no_harm)
{
    start(draw);
    pty_mouse(&p, PTY_LEFT + PTY_DRAG, 10, 5, false); /* its press was lost */
    pty_mouse(&p, PTY_LEFT + PTY_DRAG, 10, 15, false);
    pty_mouse(&p, PTY_LEFT, 30, 5, false); /* the release of the first was lost */
    pty_mouse(&p, PTY_LEFT + PTY_DRAG, 30, 15, false);
    pty_mouse(&p, 3 + PTY_DRAG, 20, 10, false); /* and of the second: no button is down */
    pty_settle(&p);
    ck_assert(is_ink(10, 10));
    ck_assert(is_ink(30, 10));
    ck_assert(!is_ink(20, 10));
    ck_assert(pty_shows(&p, "2 strokes"));
    pty_stop(&p);
}
END_TEST

/* Random bytes of those that sequences consist of. None of them is a key that quits. */
START_TEST(a_flood_of_noise)
{
    static const char alphabet[] = "\033\033\033\033[[[<<<;;;0123456789MmABCD?$y~OPc\r";
    static char noise[1 << 18];
    dp_rng rng = dp_rng_stream(4, 5, 6);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = alphabet[dp_rng_below(&rng, sizeof alphabet - 1)];
    start(draw);
    pty_send_all(&p, noise, sizeof noise);
    pty_settle(&p);
    ck_assert(!p.ended);
    usleep(600000);                  /* after which an unfinished string is dropped */
    pty_type(&p, "\033[A\033[Mc c"); /* end any sequence; close the help; clear */
    pty_settle(&p);
    pty_type(&p, "c");
    pty_settle(&p);
    ck_assert_int_eq(count_ink(), 0);
    draw_one();
    ck_assert(has_bars());
    pty_stop(&p);
}
END_TEST

START_TEST(the_drawing_survives_any_size)
{
    start(draw);
    draw_one();
    int before = count_ink();
    static const int sizes[][2] = { { 120, 40 }, { 40, 16 }, { 1, 1 },   { 20, 5 },
                                    { 200, 60 }, { 39, 24 }, { 80, 15 }, { 500, 3 },
                                    { 3, 200 },  { 79, 23 }, { 41, 17 }, { 80, 24 } };
    for (size_t i = 0; i < DP_COUNT(sizes); i++) {
        pty_resize(&p, sizes[i][0], sizes[i][1]);
        pty_kill(&p, SIGWINCH); /* one more, at another moment */
        if (i % 3 == 0)
            pty_settle(&p);
    }
    pty_settle(&p);
    ck_assert(!p.ended);
    ck_assert_int_eq(count_ink(), before);
    ck_assert(has_bars());
    pty_resize(&p, 20, 5);
    ck_assert(pty_expect(&p, "too small"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    pty_stop(&p);
}
END_TEST

START_TEST(the_compact_form_has_the_essentials)
{
    pty_start(&p, &(pty_options){ .cols = 40, .rows = 16 }, draw);
    pty_settle(&p);
    ck_assert(pty_shows(&p, "q quit"));
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 15, 2 }, { 15, 13 } }, 2);
    pty_settle(&p);
    ck_assert(is_ink(15, 7));
    ck_assert(pty_shows(&p, "▸"));
    ck_assert(pty_shows(&p, "%"));
    pty_stop(&p);
}
END_TEST

/* ---- bytes on the line ----------------------------------------------------------------- */

enum { DEFERRED_US = 300000 }; /* longer than the pad defers any output */

/* What the program wrote for a stroke, and how long after its first event the last of it came. */
typedef struct cost {
    size_t bytes;
    int64_t us;
} cost;

/* Draw a stroke of 30 events, which come at once or so far apart that each is shown. */
static cost draw_arc(int pause_us)
{
    int cell[30][2];
    for (int i = 0; i < 30; i++) {
        cell[i][0] = 8 + i * 24 / 29;
        cell[i][1] = 4 + (i - 15) * (i - 15) / 18;
    }
    pty_type(&p, "c");
    pty_settle(&p);
    pty_wait(&p, DEFERRED_US);
    size_t before = p.n_bytes;
    int64_t begin_us = pty_now_us();
    if (pause_us == 0)
        pty_drag(&p, PTY_LEFT, (const int(*)[2])cell, 30);
    for (int i = 0; i < 30 && pause_us > 0; i++) {
        pty_mouse(&p, i == 0 ? PTY_LEFT : PTY_LEFT + PTY_DRAG, cell[i][0], cell[i][1],
                  false);
        pty_wait(&p, pause_us);
    }
    if (pause_us > 0)
        pty_mouse(&p, PTY_LEFT, cell[29][0], cell[29][1], true);
    pty_settle(&p);
    pty_wait(&p, DEFERRED_US);
    return (cost){ p.n_bytes - before, p.output_us - begin_us };
}

/* A burst may arrive in two parts on a busy machine, which costs a second update: then try again.
 * Where each event is shown, a stroke that takes longer costs more, because the answer is updated
 * more often. */
START_TEST(few_bytes_and_none_while_idle)
{
    enum { BURST_BYTES = 3072, EACH_BYTES = 10240, EACH_US = 650000 };
    start(draw);
    draw_one();
    cost burst = draw_arc(0);
    for (int i = 0; i < 2 && burst.bytes > BURST_BYTES; i++)
        burst = draw_arc(0);
    cost each = draw_arc(20000);
    printf("# %zu bytes for a burst of 30 events, %zu where each is shown\n", burst.bytes,
           each.bytes);
    ck_assert_uint_gt(burst.bytes, 300);
    ck_assert_uint_le(burst.bytes, BURST_BYTES);
    ck_assert_uint_gt(each.bytes, burst.bytes);
    ck_assert_uint_le(each.bytes,
                      EACH_BYTES * (each.us > EACH_US ? each.us : EACH_US) / EACH_US);
    const char *idle = getenv("IDLE_SECONDS");
    size_t before = p.n_bytes;
    long ticks = pty_cpu_ticks(&p);
    pty_wait(&p, 1000000 * (idle ? atoi(idle) : 1));
    ck_assert_uint_eq(p.n_bytes, before);
    ck_assert_int_eq(pty_cpu_ticks(&p), ticks);
    pty_stop(&p);
}
END_TEST

/* A line of 9600 baud carries 960 bytes a second. However long a stroke takes on a busy machine,
 * the pad writes at most what the line carries in that time, and a backlog of about a second. */
START_TEST(few_bytes_over_a_slow_line)
{
    enum { BYTES_PER_S = 960, BACKLOG = 1050 };
    pty_start(&p, &(pty_options){ .term = "vt100", .locale = "C", .speed = B9600 }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p);
    draw_one();
    cost stroke = draw_arc(20000);
    printf("# %zu bytes for a stroke of 30 events at 9600 baud, in %.1f s\n",
           stroke.bytes, (double)stroke.us * 1e-6);
    ck_assert_uint_gt(stroke.bytes, 200);
    ck_assert_uint_le(stroke.bytes, BACKLOG + stroke.us * BYTES_PER_S / 1000000);
    pty_stop(&p);
}
END_TEST

/* ---- files and --once ------------------------------------------------------------------ */

START_TEST(a_drawing_is_saved_and_opened)
{
    const char *path = temporary("saved.ndjson");
    start((const char *const[]){ "draw", "-o", path, NULL });
    draw_one();
    int before = count_ink();
    pty_type(&p, "s");
    ck_assert(pty_expect(&p, "saved as"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    pty_start(&p, NULL, (const char *const[]){ "draw", path, NULL });
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
    ck_assert_int_eq(count_ink(), before);
    ck_assert(has_bars());
    pty_stop(&p);
}
END_TEST

/* A file of drawings. The first is a 0 in one stroke. */
static const char *drawings_path(void)
{
    static char path[1024];
    const char *source = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/data/digits.ndjson", source ? source : ".");
    return path;
}

/* Open the first drawing, and wait until the pad has at least this much ink. */
static void open_drawing(const char *option, int ink)
{
    pty_start(&p, NULL, (const char *const[]){ "draw", drawings_path(), option, NULL });
    ck_assert(pty_expect(&p, "drawing 1 of 10"));
    for (int64_t end = pty_now_us() + 20000000; count_ink() < ink && pty_now_us() < end;)
        pty_wait(&p, 20000);
    pty_settle(&p);
}

START_TEST(replay_begins_by_itself)
{
    open_drawing(NULL, 1);
    int ink = count_ink();
    size_t still = p.n_bytes;
    ck_assert_int_gt(ink, 50);
    pty_wait(&p, 300000);
    ck_assert_uint_eq(p.n_bytes, still);
    pty_stop(&p);
    open_drawing("--replay", ink);
    printf("# %zu bytes for the drawing, %zu for its replay\n", still, p.n_bytes);
    ck_assert_int_eq(count_ink(), ink);
    ck_assert(has_bars());
    ck_assert_uint_gt(p.n_bytes, still + 200); /* an empty pad first, then ink */
    pty_stop(&p);
}
END_TEST

/* Nine samples: one too few to train. */
static void make_samples(const char *file)
{
    for (int i = 0; i < 9; i++) {
        dp_strokes s = { 0 };
        dp_err err;
        char *line;
        dp_point a = { 20 + (float)i, 2 }, b = { 20, 38 };
        ck_assert_int_eq(dp_strokes_begin(&s, DP_PEN, 3, a, 0, NULL), DP_OK);
        ck_assert_int_eq(dp_strokes_extend(&s, b, 90, NULL), DP_OK);
        ck_assert_msg(dp_samples_append(&line, file, &s, 1, 0, &err) == DP_OK, "%s",
                      err.msg);
        free(line);
        dp_strokes_clear(&s);
    }
}

static int count_samples(const char *file)
{
    dp_samples s;
    ck_assert_int_eq(dp_samples_read(&s, file, NULL), DP_OK);
    int n = s.n_good;
    dp_samples_clear(&s);
    return n;
}

/* Training takes long on a busy machine. */
static bool expect_long(const char *text)
{
    for (int i = 0; i < 10; i++)
        if (pty_expect(&p, text))
            return true;
    return false;
}

START_TEST(the_pad_learns_from_a_labelled_drawing)
{
    const char *file = temporary("digitpad/samples.ndjson");
    char variable[300];
    snprintf(variable, sizeof variable, "XDG_DATA_HOME=%s", tempdir());
    make_samples(file);
    setenv("XDG_STATE_HOME", tempdir(), 1);
    pty_start(&p, &(pty_options){ .env = variable },
              (const char *const[]){ "draw", "-m", "mlp", NULL });
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_type(&p, "1");
    ck_assert(pty_expect(&p, "draw a digit first"));
    pty_type(&p, "T");
    ck_assert(pty_expect(&p, "1 more sample needed"));
    draw_one();
    pty_type(&p, "7");
    ck_assert(pty_expect(&p, "kept as a 7: sample 10"));
    pty_type(&p, "1");
    ck_assert(pty_expect(&p, "kept as a 1: sample 10")); /* not one more */
    ck_assert_int_eq(count_samples(file), 10);
    pty_type(&p, "u");
    ck_assert(pty_expect(&p, "taken back"));
    ck_assert_int_eq(count_samples(file), 9);
    pty_type(&p, "1Tx"); /* at once, because training takes a moment only */
    ck_assert(pty_expect(&p, "stopped"));
    pty_type(&p, "TmT"); /* with another model in between; the second T does nothing */
    ck_assert(expect_long("other hands: as before"));
    pty_type(&p, "U"); /* any key removes the message; the name of the model is left */
    pty_settle(&p);
    ck_assert(pty_shows(&p, "mlp-mine"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    pty_start(&p, &(pty_options){ .env = variable }, draw); /* the next day */
    ck_assert(pty_expect(&p, " mlp-mine "));
    pty_stop(&p);
    setenv("XDG_STATE_HOME", "/dev/null/no-state", 1);
}
END_TEST

/* The strokes of the last sample. */
static int count_strokes_of_last(const char *file)
{
    dp_samples s;
    ck_assert_int_eq(dp_samples_read(&s, file, NULL), DP_OK);
    int n = s.n_good > 0 ? s.sample[s.n_good - 1].strokes.n_strokes : 0;
    dp_samples_clear(&s);
    return n;
}

/* A label of a number belongs to its weakest digit, here one of three ones. */
START_TEST(a_number_is_never_kept_as_a_digit)
{
    char file[400], variable[400];
    snprintf(variable, sizeof variable, "XDG_DATA_HOME=%s", temporary("number"));
    snprintf(file, sizeof file, "%s/digitpad/samples.ndjson", temporary("number"));
    pty_start(&p, &(pty_options){ .env = variable }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    for (int x = 8; x <= 32; x += 12)
        pty_drag(&p, PTY_LEFT, (const int[][2]){ { x, 4 }, { x, 16 } }, 2);
    pty_type(&p, "7"); /* in the same burst */
    ck_assert(pty_expect(&p, "only the marked digit kept as a 7: sample 1"));
    ck_assert_int_eq(count_strokes_of_last(file), 1);
    pty_type(&p, "1");
    ck_assert(pty_expect(&p, "only the marked digit kept as a 1: sample 1"));
    ck_assert_int_eq(count_strokes_of_last(file), 1);
    pty_type(&p, "uq");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(count_samples(file), 0);
    pty_stop(&p);
}
END_TEST

/* What the program wrote to its standard output, the file `path`. */
static const char *output_of(const char *path)
{
    static char text[1 << 13];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void once(const char *path, const char *keys, bool with_one)
{
    pty_start(&p, &(pty_options){ .stdout_path = path },
              (const char *const[]){ "draw", "--once", "-o", "-", NULL });
    ck_assert(pty_expect(&p, "accept"));
    if (with_one)
        pty_drag(&p, PTY_LEFT, one, N_ONE);
    pty_type(&p, keys);
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
}

/* A copy of the small network whose metadata says that only the digit counts. */
static const char *without_probabilities(void)
{
    static const char added[] = "\"digitpad.scores\":\"ranks\",",
                      after[] = "\"__metadata__\":{";
    static unsigned char data[1 << 20];
    const char *path = temporary("only.safetensors");
    const char *srcdir = getenv("srcdir");
    char small[4096];
    snprintf(small, sizeof small, "%s/tests/data/small.safetensors",
             srcdir ? srcdir : ".");
    FILE *f = fopen(small, "rb");
    ck_assert_ptr_nonnull(f);
    const size_t size = fread(data, 1, sizeof data, f), length = strlen(added);
    fclose(f);
    const unsigned char *found = memmem(data, size, after, strlen(after));
    ck_assert_ptr_nonnull(found);
    const size_t head = (size_t)(found - data) + strlen(after);
    const uint32_t header =
        (uint32_t)(data[0] | data[1] << 8 | data[2] << 16) + (uint32_t)length;
    for (int i = 0; i < 4; i++)
        data[i] = (unsigned char)(header >> 8 * i);
    ck_assert_ptr_nonnull(f = fopen(path, "wb"));
    fwrite(data, 1, head, f);
    fwrite(added, 1, length, f);
    fwrite(data + head, 1, size - head, f);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

START_TEST(a_network_without_probabilities_shows_no_confidence)
{
    start((const char *const[]){ "draw", "-m", without_probabilities(), NULL });
    draw_one();
    ck_assert(pty_expect(&p, "no"));
    ck_assert(pty_expect(&p, "confidence"));
    pty_settle(&p);
    ck_assert(!pty_shows(&p, " %"));
    ck_assert(!has_bars());
    pty_stop(&p);
}
END_TEST

START_TEST(once_writes_the_digit)
{
    const char *path = temporary("once");
    once(path, "\r", true); /* Enter in one burst with the drawing */
    ck_assert_int_eq(p.status, 0);
    ck_assert_uint_eq(strlen(output_of(path)), 2);
    ck_assert(output_of(path)[0] >= '0' && output_of(path)[0] <= '9');
    ck_assert(output_of(path)[1] == '\n');
    pty_stop(&p);
    static const char *const cancels[] = { "q", "\033", "\r" };
    for (int i = 0; i < 3; i++) {
        bool blank = cancels[i][0] == '\r';
        once(path, cancels[i], !blank);
        ck_assert_int_eq(WEXITSTATUS(p.status), 1);
        ck_assert_str_eq(output_of(path), "");
        pty_stop(&p);
    }
}
END_TEST

START_TEST(once_ends_by_itself_after_a_time)
{
    const char *path = temporary("timeout");
    pty_start(
        &p, &(pty_options){ .stdout_path = path },
        (const char *const[]){ "draw", "--once", "--timeout=1", drawings_path(), NULL });
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert_str_eq(output_of(path), "0\n");
    pty_stop(&p);
}
END_TEST

/* ---- pictures --------------------------------------------------------------------------- */

/* It is read until something is drawn; only strokes are saved or kept as a sample. */
START_TEST(a_picture_is_opened_to_trace_over)
{
    char path[1024];
    const char *source = getenv("srcdir"), *saved = temporary("traced.ndjson");
    snprintf(path, sizeof path, "%s/tests/data/five-grey-160x120.pgm",
             source ? source : ".");
    pty_start(&p, NULL, (const char *const[]){ "draw", "-o", saved, path, NULL });
    ck_assert(pty_expect(&p, "a picture to trace over · c removes it"));
    pty_settle(&p);
    ck_assert(pty_shows(&p, "▸5"));
    pty_type(&p, "5");
    ck_assert(pty_expect(&p, "draw a digit first"));
    pty_type(&p, "s");
    ck_assert(pty_expect(&p, "nothing drawn yet; nothing saved"));
    draw_one();
    ck_assert(pty_expect(&p, "1 stroke"));
    ck_assert(pty_shows(&p, "▸1"));
    pty_type(&p, "s");
    ck_assert(pty_expect(&p, "saved as"));
    pty_type(&p, "cc");
    ck_assert(pty_expect(&p, "the picture is removed"));
    ck_assert(pty_shows(&p, "nothing"));
    pty_type(&p, "uuq");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(strstr(output_of(saved), "\"strokes\":[["));
    pty_stop(&p);
    pty_start(&p, &(pty_options){ .stdout_path = temporary("read") },
              (const char *const[]){ "draw", "--once", path, NULL });
    ck_assert(pty_expect(&p, "accept"));
    pty_type(&p, "\r");
    ck_assert(pty_expect_end(&p));
    ck_assert_str_eq(output_of(temporary("read")), "5\n");
    pty_stop(&p);
}
END_TEST

/* ---- copying and printing --------------------------------------------------------------- */

START_TEST(the_digit_is_copied)
{
    start(draw);
    pty_type(&p, "y");
    ck_assert(pty_expect(&p, "no digit to copy"));
    draw_one();
    pty_type(&p, "y");
    ck_assert(pty_expect(&p, "copied 1, if the terminal lets programs copy"));
    pty_stop(&p);
    pty_start(&p, &(pty_options){ .term = "vt100", .locale = "C" }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_drag(&p, PTY_LEFT, one, N_ONE);
    pty_type(&p, "y");
    ck_assert(pty_expect(&p, "this terminal has no clipboard"));
    pty_stop(&p);
}
END_TEST

/* Draw a one, type, and quit, with standard output in a file. */
static void print(const char *path, const char *option, bool with_one, const char *keys)
{
    pty_start(&p, &(pty_options){ .stdout_path = path },
              (const char *const[]){ "draw", "--color=auto", option, NULL });
    ck_assert(pty_expect(&p, "draw a digit here"));
    if (with_one)
        draw_one();
    pty_type(&p, keys);
    ck_assert(pty_expect_end(&p));
    ck_assert(pty_is_restored(&p));
}

START_TEST(the_drawing_is_printed_at_the_end)
{
    const char *path = temporary("printed");
    print(path, "--print", true, "q");
    ck_assert_int_eq(p.status, 0);
    const char *text = output_of(path);
    int lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    ck_assert_int_eq(lines, 20); /* as on the pad */
    ck_assert(strstr(text, "█") && !strchr(text, '\033'));
    pty_stop(&p);
    print(path, NULL, true, "Yq");
    ck_assert_int_eq(p.status, 0);
    ck_assert(strstr(output_of(path), "█"));
    pty_stop(&p);
    print(path, NULL, true, "YYq");
    ck_assert_str_eq(output_of(path), "");
    pty_stop(&p);
    print(path, "--print", false, "q");
    ck_assert_int_eq(WEXITSTATUS(p.status), 1);
    ck_assert(pty_shows(&p, "nothing was drawn; nothing is printed"));
    ck_assert_str_eq(output_of(path), "");
    pty_stop(&p);
}
END_TEST

/* ---- the model of the last time ---------------------------------------------------- */

/* Start with this content of the state file; NULL: none. The folder of the state is `variable`,
 * for pty_options. */
static void remember(const char *text, char variable[400])
{
    char path[400];
    snprintf(variable, 400, "XDG_STATE_HOME=%s", temporary("state"));
    snprintf(path, sizeof path, "%s/digitpad", temporary("state"));
    mkdir(temporary("state"), 0700);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/digitpad/model", temporary("state"));
    unlink(path);
    FILE *f = text ? fopen(path, "w") : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
}

static const char *remembered(void)
{
    return output_of(temporary("state/digitpad/model"));
}

/* Start the pad, type, and quit. Returns whether the name was in the frame at the start. */
static bool starts_with(const char *name, const char *variable, const char *const args[],
                        const char *keys)
{
    pty_start(&p, &(pty_options){ .env = variable }, args);
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_settle(&p); /* the frame may come in parts */
    bool found = strstr(pty_row(&p, 0), name) != NULL;
    pty_type(&p, keys);
    pty_settle(&p);
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    pty_stop(&p);
    return found;
}

START_TEST(the_model_is_remembered)
{
    static const char *const named[] = { "draw", "-m", "mlp", NULL };
    char state[400];
    remember(NULL, state);
    ck_assert(starts_with(" cnn ", state, draw, ""));
    ck_assert_str_eq(remembered(), ""); /* nothing was chosen */
    ck_assert(starts_with(" cnn ", state, draw, "m"));
    ck_assert_str_eq(remembered(), "mlp\n");
    ck_assert(starts_with(" mlp ", state, draw, "M\033[B\r"));
    ck_assert_str_eq(remembered(), "cnn\n");
    ck_assert(starts_with(" mlp ", state, named, "")); /* wins, but for this time only */
    ck_assert_str_eq(remembered(), "cnn\n");
    ck_assert(starts_with(" mlp ", state, named, "mm"));
    ck_assert_str_eq(remembered(), "nano\n");
}
END_TEST

START_TEST(a_model_that_is_gone_is_forgotten)
{
    char state[400];
    remember("cnn-mine\n", state);
    pty_start(&p, &(pty_options){ .env = state }, draw);
    ck_assert(pty_expect(&p, "cnn-mine cannot be opened; cnn reads instead"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    ck_assert_str_eq(remembered(), "");
    static const char *const garbage[] = {
        "", "\n", "mlp", "mlp\nmlp\n", "\033[2J\n", "no such model\n", "/etc/passwd\n",
    };
    for (size_t i = 0; i < DP_COUNT(garbage); i++) {
        remember(garbage[i], state);
        ck_assert_msg(starts_with(" cnn ", state, draw, ""), "%s", garbage[i]);
    }
    ck_assert(
        starts_with(" cnn ", "XDG_STATE_HOME=/dev/null/x", draw, "m")); /* unwritable */
}
END_TEST

/* ---- folders of the program ---------------------------------------------------------- */

static bool exists(const char *name)
{
    return access(temporary(name), F_OK) == 0;
}

static bool vanishes(const char *name)
{
    for (int i = 0; i < 500 && exists(name); i++)
        usleep(10000);
    return !exists(name);
}

static void quit(pty *pad)
{
    pty_type(pad, "q");
    ck_assert(pty_expect_end(pad));
    pty_stop(pad);
}

START_TEST(empty_folders_go_with_the_last_pad)
{
    char data[400], state[400];
    pty other;
    snprintf(data, sizeof data, "XDG_DATA_HOME=%s", temporary("own"));
    snprintf(state, sizeof state, "%s", temporary("own-state"));
    setenv("XDG_STATE_HOME", state, 1);
    pty_start(&other, &(pty_options){ .env = data }, draw);
    ck_assert(pty_expect(&other, "draw a digit here"));
    pty_start(&p, &(pty_options){ .env = data }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    quit(&other); /* the one that made them */
    ck_assert(exists("own/digitpad") && exists("own-state/digitpad"));
    draw_one();
    pty_type(&p, "1");
    ck_assert(pty_expect(&p, "kept as a 1: sample 1"));
    quit(&p);
    ck_assert(exists("own/digitpad/samples.ndjson"));
    ck_assert(!exists("own-state/digitpad"));
    pty_start(&p, &(pty_options){ .env = data }, draw);
    ck_assert(pty_expect(&p, "draw a digit here"));
    ck_assert(exists("own-state/digitpad"));
    pty_kill(&p, SIGKILL);
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    ck_assert(vanishes("own-state/digitpad"));
    setenv("XDG_STATE_HOME", "/dev/null/no-state", 1);
}
END_TEST

/* Write a network without its chain and its input scale, by misspelling their keys. */
static const char *forgetful_network(void)
{
    static const char *const keys[] = { "digitpad.arch", "digitpad.norm" };
    char source[1024];
    const char *root = getenv("srcdir"), *path = temporary("forgetful.safetensors");
    unsigned char *data;
    size_t size;
    snprintf(source, sizeof source, "%s/tests/data/small.safetensors", root ? root : ".");
    ck_assert_int_eq(dp_fsio_read(&data, &size, source, 1 << 20, NULL), DP_OK);
    for (int i = 0; i < 2; i++) {
        char *key = memmem(data, size, keys[i], strlen(keys[i]));
        ck_assert_ptr_nonnull(key);
        key[strlen(keys[i]) - 1] = '_';
    }
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
    free(data);
    return path;
}

START_TEST(assumed_layers_are_announced)
{
    const char *path = forgetful_network();
    pty_start(&p, NULL, (const char *const[]){ "draw", "-m", path, NULL });
    ck_assert(pty_expect(&p, "does not record its layers; they are assumed"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    unlink(path);
}
END_TEST

/* A network of 50 MB, all of it zeros that take no place on the disk. */
static const char *large_network(void)
{
    static char path[300];
    static const char header[] =
        "{\"fc1.weight\":{\"dtype\":\"F32\",\"shape\":[16000,784],"
        "\"data_offsets\":[0,50176000]},"
        "\"fc2.weight\":{\"dtype\":\"F32\",\"shape\":[10,16000],"
        "\"data_offsets\":[50176000,50816000]}}";
    const uint64_t length = sizeof header - 1;
    snprintf(path, sizeof path, "%s/large.safetensors", tempdir());
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < 8; i++)
        fputc((int)(length >> (8 * i) & 0xff), f);
    fputs(header, f);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(truncate(path, (off_t)(8 + length + 50816000)), 0);
    return path;
}

/* Nothing that is typed while a large network opens is lost. */
START_TEST(keys_are_kept_while_a_large_network_opens)
{
    const char *path = large_network();
    pty_start(&p, NULL, (const char *const[]){ "draw", "-m", path, NULL });
    pty_type(&p, "?");
    ck_assert(pty_expect(&p, "right drag"));
    pty_type(&p, "?mmm");
    ck_assert(pty_expect(&p, "draw a digit here"));
    ck_assert(pty_expect(&p, "nano"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    unlink(path);
}
END_TEST

UNIT_MAIN("pad", a_drag_draws_ink_and_moves_the_bars, a_dot_gets_no_answer,
          a_burst_of_300_events_is_drawn_whole, the_right_button_erases,
          undo_redo_and_clear, the_keyboard_alone_draws,
          the_model_changes_and_the_drawing_stays, the_pen_has_sizes,
          what_the_network_sees, help_comes_and_goes, what_shows_a_key_can_be_clicked,
          paper_is_as_the_background, a_drag_may_leave_the_pad, lost_reports_do_no_harm,
          a_flood_of_noise, the_drawing_survives_any_size,
          the_compact_form_has_the_essentials, few_bytes_and_none_while_idle,
          few_bytes_over_a_slow_line, a_drawing_is_saved_and_opened,
          replay_begins_by_itself, the_pad_learns_from_a_labelled_drawing,
          a_number_is_never_kept_as_a_digit,
          a_network_without_probabilities_shows_no_confidence, the_model_is_remembered,
          a_model_that_is_gone_is_forgotten, empty_folders_go_with_the_last_pad,
          assumed_layers_are_announced, keys_are_kept_while_a_large_network_opens,
          a_picture_is_opened_to_trace_over, the_digit_is_copied,
          the_drawing_is_printed_at_the_end, once_writes_the_digit,
          once_ends_by_itself_after_a_time)

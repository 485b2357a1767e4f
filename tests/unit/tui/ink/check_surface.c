/* Pictures on the screen: a decoder rebuilds them from the bytes, and compares every frame. */
#include "config.h"

#include "tui/ink/surface.h"

#include "engine/core/rng.h"
#include "tests/pty/pixels.h"
#include "tests/unit/unit.h"
#include "tui/ink/octants.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLS = 80, ROWS = 24, ACCENT = 37 };

static const dp_rect pad = { 1, 1, 40, 20 };
static const dp_palette palette = { .charset = DP_CHARSET_UNICODE, .colors = 256 };

static dp_surface surface;
static dp_strokes strokes;
static pixel_screen screen;

/* A terminal, by what it says about itself. */
typedef struct terminal {
    dp_ink_kind ink;
    const char *name;
    int cell_w, cell_h;
    size_t most;          /* bytes for a stroke by a pointer that reports pixels… */
    size_t most_in_cells; /* …and by one that reports cells */
} terminal;

static const terminal terminals[] = {
    { DP_INK_KITTY, "kitty(0.35.2)", 10, 20, 8192, 8192 },
    { DP_INK_KITTY, "ghostty 1.1.0", 9, 17, 8192, 8192 },
    { DP_INK_SIXEL, "XTerm(379)", 6, 13, 8192, 8192 },
    { DP_INK_SIXEL, "foot(1.13.1)", 10, 20, 9472, 11700 },
    { DP_INK_SIXEL, "mlterm(3.9)", 31, 63, 30000, 38000 },
    { DP_INK_KITTY, "kitty(0.35.2)", 38, 80, 8192, 9728 },
    { DP_INK_KITTY, "ghostty 1.1.0", 18, 36, 8192, 8192 },
};

static void start(const terminal *t)
{
    dp_caps caps = { .cell_w = t->cell_w, .cell_h = t->cell_h };
    snprintf(caps.name, sizeof caps.name, "%s", t->name);
    dp_surface_setting setting = dp_surface_setting_of(t->ink, &caps, pad);
    ck_assert(dp_surface_set(&surface, &setting, NULL) == DP_OK);
    ck_assert(dp_surface_is_on(&surface));
    pixels_start(&screen, COLS, ROWS, surface.setting.cell_w, surface.setting.cell_h);
    screen.fills = strncmp(t->name, "XTerm", 5) != 0;
    dp_sketch_place(&surface.sketch, (dp_point){ 0, 0 },
                    (float)surface.sketch.width / (float)pad.w,
                    (float)surface.sketch.height / (float)pad.w);
}

static void stop(void)
{
    ck_assert_str_eq(screen.error, "");
    dp_surface_free(&surface);
    dp_strokes_clear(&strokes);
    pixels_stop(&screen);
}

/* Draw the strokes and a mark into the picture, as the view does. */
static void paint(bool appended, const dp_point *mark)
{
    dp_sketch *s = &surface.sketch;
    dp_sketch_draw(s, &strokes, appended);
    dp_area area = dp_area_join(s->changed, surface.marks);
    dp_picture_paint(&surface.picture, area, s, &palette);
    surface.marks =
        mark ? dp_picture_ring(&surface.picture, *mark, (const float[]){ 5, 7 }, ACCENT)
             : (dp_area){ 0 };
    surface.dirty = dp_area_join(surface.dirty, dp_area_join(area, surface.marks));
    s->changed = (dp_area){ 0 };
}

static void compare(int frame)
{
    const dp_picture *p = &surface.picture;
    ck_assert_msg(!screen.error[0], "frame %d: %s", frame, screen.error);
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            uint8_t want[3];
            dp_palette_rgb(want, p->color[y * p->width + x]);
            int32_t got = pixels_at(&screen, pad.x * surface.setting.cell_w + x,
                                    pad.y * surface.setting.cell_h + y);
            bool same = got >= 0;
            for (int i = 0; i < 3; i++) /* sixels have percentages */
                same &= abs((got >> (16 - 8 * i) & 255) - want[i]) <= 2;
            if (!same)
                ck_abort_msg("frame %d, pixel %d,%d: %06x instead of %02x%02x%02x", frame,
                             x, y, (unsigned)got, want[0], want[1], want[2]);
        }
}

/* The picture, painted bit by bit, is what painting everything at once gives. */
static void compare_with_new_picture(int frame)
{
    const dp_picture *p = &surface.picture;
    dp_sketch sketch = { 0 };
    dp_picture picture = { 0 };
    ck_assert(dp_sketch_resize(&sketch, p->width, p->height, NULL) == DP_OK);
    ck_assert(dp_picture_resize(&picture, p->width, p->height, NULL) == DP_OK);
    dp_sketch_place(&sketch, surface.sketch.origin, surface.sketch.scale_x,
                    surface.sketch.scale_y);
    dp_sketch_draw(&sketch, &strokes, false);
    dp_area all = { 0, 0, p->width, p->height };
    dp_picture_paint(&picture, all, &sketch, &palette);
    ck_assert_msg(dp_area_is_empty(dp_picture_diff(p, &picture, all)), "frame %d", frame);
    dp_sketch_free(&sketch);
    dp_picture_free(&picture);
}

/* Send a frame to the decoder. Returns its bytes. */
static size_t show(bool resting)
{
    const dp_text *bytes = dp_surface_show(&surface, resting);
    ck_assert(!bytes->failed);
    if (bytes->size > 0)
        pixels_take(&screen, bytes->bytes, bytes->size);
    return bytes->size;
}

static void add_point(bool begins, float x, float y)
{
    dp_point p = { x, y };
    ck_assert((begins ? dp_strokes_begin(&strokes, DP_PEN, 3, p, 0, NULL)
                      : dp_strokes_extend(&strokes, p, 0, NULL)) == DP_OK);
}

/* Strokes at random, undone at times, with and without a mark. */
static void draw_at_random(const terminal *t, int frames)
{
    dp_rng rng = dp_rng_stream(7, 8, 9);
    start(t);
    for (int i = 0; i < frames; i++) {
        bool undo = dp_rng_below(&rng, 12) == 0 && dp_strokes_undo(&strokes);
        for (uint32_t n = dp_rng_below(&rng, 4); !undo && n > 0; n--)
            add_point(strokes.n_strokes == 0 || dp_rng_below(&rng, 5) == 0,
                      (float)dp_rng_below(&rng, 40) + 0.5F,
                      (float)(2 * dp_rng_below(&rng, 20)) + 1);
        dp_point mark = { (float)dp_rng_below(&rng, 300),
                          (float)dp_rng_below(&rng, 300) };
        paint(!undo && i > 0, i % 3 == 0 ? &mark : NULL);
        if (i % 3 != 0)
            compare_with_new_picture(i);
        show(i % 5 == 0);
        compare(i);
    }
    stop();
}

START_TEST(every_frame_is_the_rendering)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++)
        draw_at_random(&terminals[i], terminals[i].cell_w > 20 ? 4 : 40);
}
END_TEST

START_TEST(a_frame_without_a_change_has_no_bytes)
{
    for (size_t i = 0; i < 4; i++) {
        start(&terminals[i]);
        add_point(true, 20, 20);
        paint(false, NULL);
        ck_assert_uint_gt(show(false), 100);
        paint(true, NULL);
        ck_assert_uint_eq(show(false), 0);
        stop();
    }
}
END_TEST

START_TEST(a_hidden_picture_leaves_no_image)
{
    start(&terminals[0]);
    add_point(true, 20, 20);
    paint(false, NULL);
    show(false);
    ck_assert_int_eq(pixels_count_images(&screen), 1);
    ck_assert_ptr_nonnull(dp_surface_undo(&surface));
    const dp_text *bytes = dp_surface_hide(&surface);
    pixels_take(&screen, bytes->bytes, bytes->size);
    ck_assert_int_eq(pixels_count_images(&screen), 0);
    ck_assert_ptr_null(dp_surface_undo(&surface));
    ck_assert_uint_eq(dp_surface_hide(&surface)->size, 0);
    show(false); /* the whole picture again */
    compare(2);
    stop();
}
END_TEST

/* A terminal that cannot edit an image gets what changed as further images. It neither has to keep
 * many of them nor much more than the picture. */
START_TEST(layers_are_few)
{
    int most = 0;
    start(&terminals[1]);
    for (int i = 0; i < 200; i++) {
        add_point(i == 0, 20 + 15 * cosf((float)i / 8), 20 + 15 * sinf((float)i / 8));
        paint(i > 0, NULL);
        show(false);
        compare(i);
        int n = pixels_count_images(&screen);
        ck_assert_int_le(n, 65);
        most = n > most ? n : most;
    }
    ck_assert_int_gt(most, 20);
    for (int i = 0; i < 10; i++) {
        strokes.n_strokes =
            i % 2; /* cleared and not cleared: almost everything changes */
        paint(false, NULL);
        show(true);
        compare(i);
        ck_assert_int_le(pixels_count_images(&screen), 65);
    }
    stop();
}
END_TEST

/* Change a pixel, and show what has changed. */
static void change_pixel(int x, int y)
{
    const dp_picture *p = &surface.picture;
    p->color[y * p->width + x] = ACCENT;
    surface.dirty = (dp_area){ 0, 0, p->width, p->height };
    show(false);
    compare(y * p->width + x);
}

/* As many pixels as the picture has, in layers, are enough. */
START_TEST(a_whole_picture_follows_large_layers)
{
    start(&terminals[1]);
    const int right = surface.picture.width - 1, bottom = surface.picture.height - 1;
    paint(false, NULL);
    show(false);
    surface.picture.color[0] = ACCENT;
    change_pixel(right, bottom); /* in one layer, from corner to corner */
    ck_assert_int_eq(pixels_count_images(&screen), 2);
    change_pixel(1, 1);
    ck_assert_int_eq(pixels_count_images(&screen), 1);
    change_pixel(2, 2);
    ck_assert_int_eq(pixels_count_images(&screen), 2);
    stop();
}
END_TEST

START_TEST(layers_are_removed)
{
    start(&terminals[1]);
    for (int i = 0; i < 10; i++) {
        add_point(i == 0, 10 + (float)i, 20);
        paint(i > 0, NULL);
        show(false);
    }
    ck_assert_int_eq(pixels_count_placed(&screen), 10);
    const char *undo = dp_surface_undo(&surface);
    pixels_take(&screen, "\033_Ga=T,i=5;AAAA", 15); /* a signal interrupts an image */
    pixels_take(&screen, undo, strlen(undo));
    ck_assert_int_eq(pixels_count_images(&screen), 0);
    screen.error[0] = '\0'; /* of the interrupted image */
    stop();
}
END_TEST

START_TEST(after_the_screen_was_cleared_everything_is_sent)
{
    for (size_t i = 0; i < 4; i++) {
        start(&terminals[i]);
        add_point(true, 20, 20);
        paint(false, NULL);
        show(false);
        const dp_text *bytes = dp_surface_hide(&surface);
        if (bytes->size > 0)
            pixels_take(&screen, bytes->bytes, bytes->size);
        pixels_take(&screen, "\033[2J", 4);
        pixels_erase(&screen, 0, 0, COLS, ROWS);
        add_point(false, 30, 10);
        paint(true, NULL);
        show(false);
        compare(1);
        stop();
    }
}
END_TEST

/* xterm keeps sixteen images, and forgets some of them if there are more. */
START_TEST(sixels_are_merged_at_rest)
{
    start(&terminals[2]);
    add_point(true, 5, 5);
    paint(false, NULL);
    size_t whole = show(true);
    add_point(false, 8, 5);
    paint(true, NULL);
    size_t piece = show(false);
    ck_assert_uint_lt(piece, whole);
    pixels_erase(&screen, 0, 0, COLS, ROWS);
    ck_assert_uint_gt(show(true), piece);
    compare(0);
    ck_assert_uint_eq(show(true), 0);
    stop();
}
END_TEST

/* Draw the stroke of tests/pty/test_pad, and show it after each group of events. With off = ½, the
 * points are those of a pointer that reports cells. */
static size_t draw_arc(const terminal *t, float off, int events_a_frame)
{
    size_t n = 0;
    start(t);
    paint(false, NULL);
    show(true);
    for (int i = 0; i < 30; i++) {
        add_point(i == 0, (float)(7 + i * 24 / 29) + off,
                  (float)(2 * (3 + (i - 15) * (i - 15) / 18)) + 1);
        if ((i + 1) % events_a_frame != 0)
            continue;
        paint(true, NULL);
        n += show(false);
    }
    n += show(true);
    stop();
    return n;
}

START_TEST(a_stroke_takes_few_bytes)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++) {
        const terminal *t = &terminals[i];
        size_t n = draw_arc(t, 0.7F, 1), coarse = draw_arc(t, 0.5F, 1);
        size_t burst = draw_arc(t, 0.7F, 30), coarse_burst = draw_arc(t, 0.5F, 30);
        printf("# %zu bytes of pixels for 30 events, %zu in cells; %zu and %zu in a "
               "burst: %s, %d×%d\n",
               n, coarse, burst, coarse_burst, t->name, t->cell_w, t->cell_h);
        ck_assert_uint_le(n, t->most);
        ck_assert_uint_le(coarse, t->most_in_cells);
        ck_assert_uint_le(burst, n);
        ck_assert_uint_le(coarse_burst, coarse);
    }
}
END_TEST

START_TEST(pictures_that_cannot_be_drawn_are_off)
{
    dp_caps caps = { .cell_w = 10, .cell_h = 20 };
    static const dp_rect none = { 0 };
    const dp_surface_setting settings[] = {
        dp_surface_setting_of(DP_INK_HALF, &caps, pad),
        dp_surface_setting_of(DP_INK_SIXEL, &caps, none),
        dp_surface_setting_of(DP_INK_SIXEL, &(dp_caps){ 0 }, pad),
        dp_surface_setting_of(DP_INK_SIXEL, &(dp_caps){ .cell_w = 3000, .cell_h = 1 },
                              pad),
    };
    for (size_t i = 0; i < DP_COUNT(settings); i++) {
        ck_assert(dp_surface_set(&surface, &settings[i], NULL) == DP_OK);
        ck_assert(!dp_surface_is_on(&surface));
        ck_assert(dp_surface_has(&surface, &settings[i]));
        ck_assert_uint_eq(dp_surface_hide(&surface)->size, 0);
    }
    dp_surface_free(&surface);
}
END_TEST

UNIT_MAIN("surface", every_frame_is_the_rendering, a_frame_without_a_change_has_no_bytes,
          a_hidden_picture_leaves_no_image, layers_are_few,
          a_whole_picture_follows_large_layers, layers_are_removed,
          after_the_screen_was_cleared_everything_is_sent, sixels_are_merged_at_rest,
          a_stroke_takes_few_bytes, pictures_that_cannot_be_drawn_are_off)

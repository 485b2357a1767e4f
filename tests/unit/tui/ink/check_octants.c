#include "config.h"

#include "tui/ink/octants.h"

#include "engine/core/rng.h"
#include "tests/unit/unit.h"
#include "tui/ink/surface.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const dp_palette palette = { .charset = DP_CHARSET_UNICODE, .colors = 256 };

/* ---- characters ------------------------------------------------------------------------ */

START_TEST(each_pattern_has_a_character)
{
    for (int rows = DP_SEXTANT_ROWS; rows <= DP_OCTANT_ROWS; rows++) {
        unsigned n = 1U << (rows * DP_OCTANT_COLS);
        int in_block = 0;
        for (unsigned i = 0; i < n; i++) {
            uint32_t glyph = dp_octant(rows, i);
            in_block += (glyph >= 0x1cd00 && glyph <= 0x1cde5) ||
                        (glyph >= 0x1fb00 && glyph <= 0x1fb3b);
            for (unsigned k = 0; k < i; k++)
                ck_assert_msg(dp_octant(rows, k) != glyph, "%u and %u", k, i);
        }
        ck_assert_int_eq(in_block, rows == DP_OCTANT_ROWS ? 230 : 60);
    }
}
END_TEST

/* By their names in Unicode 16: BLOCK OCTANT-3, and so on. */
START_TEST(the_characters_are_those_of_unicode)
{
    static const struct {
        int rows;
        unsigned pattern;
        uint32_t glyph;
    } known[] = { { 4, 0x04, 0x1cd00 }, { 4, 0x06, 0x1cd01 }, { 4, 0x07, 0x1cd02 },
                  { 4, 0x08, 0x1cd03 }, { 4, 0x10, 0x1cd09 }, { 4, 0xfe, 0x1cde5 },
                  { 4, 0x0f, U'▀' },    { 4, 0xf0, U'▄' },    { 4, 0x55, U'▌' },
                  { 4, 0xff, U'█' },    { 4, 0x00, ' ' },     { 3, 0x01, 0x1fb00 },
                  { 3, 0x3e, 0x1fb3b }, { 3, 0x15, U'▌' },    { 3, 0x2a, U'▐' },
                  { 3, 0x16, 0x1fb14 }, { 3, 0x14, 0x1fb13 }, { 3, 0x2b, 0x1fb28 } };
    for (size_t i = 0; i < DP_COUNT(known); i++)
        ck_assert_uint_eq(dp_octant(known[i].rows, known[i].pattern), known[i].glyph);
}
END_TEST

/* ---- colours --------------------------------------------------------------------------- */

static int squared(int a, int b)
{
    uint8_t p[3], q[3];
    int sum = 0;
    dp_palette_rgb(p, a);
    dp_palette_rgb(q, b);
    for (int i = 0; i < 3; i++)
        sum += (p[i] - q[i]) * (p[i] - q[i]);
    return sum;
}

static unsigned pattern_of(int rows, uint32_t glyph)
{
    unsigned i = 0;
    while (dp_octant(rows, i) != glyph)
        ck_assert_uint_lt(++i, 256);
    return i;
}

static int error_of(dp_octant_cell cell, const uint8_t *color, int rows)
{
    int sum = 0;
    for (int i = 0; i < rows * DP_OCTANT_COLS; i++)
        sum += squared(color[i], cell.pattern >> i & 1 ? cell.fg : cell.bg);
    return sum;
}

/* The least error of any pattern and any two of the pixels' colours. */
static int least_error(const uint8_t *color, int rows)
{
    const int n = rows * DP_OCTANT_COLS;
    int least = INT_MAX;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            int sum = 0;
            for (int j = 0; j < n; j++)
                sum +=
                    dp_min_int(squared(color[j], color[i]), squared(color[j], color[k]));
            least = dp_min_int(least, sum);
        }
    return least;
}

START_TEST(two_colours_have_nearly_the_least_error)
{
    dp_rng rng = dp_rng_stream(3, 1, 4);
    int least = 0, chosen = 0;
    for (int i = 0; i < 400; i++) {
        int rows = i % 2 ? DP_OCTANT_ROWS : DP_SEXTANT_ROWS;
        uint8_t color[8];
        for (int k = 0; k < 8; k++)
            color[k] =
                (uint8_t)dp_palette_ink(&palette, (float)dp_rng_below(&rng, 5) / 4);
        dp_octant_cell cell = dp_octant_choose(color, rows);
        ck_assert_int_ge(error_of(cell, color, rows), least_error(color, rows));
        least += least_error(color, rows) / 100;
        chosen += error_of(cell, color, rows) / 100;
    }
    ck_assert_int_lt(chosen, least * 5 / 4);
}
END_TEST

START_TEST(two_colours_are_shown_exactly)
{
    const uint8_t color[] = { 240, 251, 240, 251, 251, 251, 240, 240 };
    dp_octant_cell cell = dp_octant_choose(color, DP_OCTANT_ROWS);
    ck_assert_int_eq(error_of(cell, color, DP_OCTANT_ROWS), 0);
    ck_assert_int_eq(cell.fg, 251);
    ck_assert_int_eq(cell.bg, 240);
}
END_TEST

/* ---- on the screen --------------------------------------------------------------------- */

enum { COLS = 80, ROWS = 24, W = 40, H = 20 };
static const dp_rect pad = { 1, 1, W, H };
static dp_surface surface;
static dp_strokes strokes;
static dp_octant_cell screen[ROWS][COLS];

/* Read numbers between semicolons. */
static const char *numbers(int number[8], int *n, const char *at)
{
    for (*n = 0; *n < 8 && *at >= '0' && *at <= '9'; at += *at == ';') {
        char *end;
        number[(*n)++] = (int)strtol(at, &end, 10);
        at = end;
    }
    return at;
}

static const char *character(uint32_t *c, const char *at)
{
    unsigned char lead = (unsigned char)*at++;
    int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    *c = more ? lead & (0x3fU >> more) : lead;
    for (; more > 0; more--)
        *c = *c << 6 | (*at++ & 0x3f);
    return at;
}

/* Write the bytes on the screen: only CUP, CUF, colours, DECSC, DECRC and characters are allowed. */
static void take(const char *at)
{
    int x = -1, y = -1;
    dp_octant_cell cell = { 0 };
    while (*at) {
        int number[8], n;
        if (strncmp(at, "\0337", 2) == 0 || strncmp(at, "\0338", 2) == 0)
            at += 2;
        else if (strncmp(at, "\033[", 2) == 0) {
            at = numbers(number, &n, at + 2);
            char final = *at++;
            if (final == 'H') {
                y = number[0] - 1;
                x = number[1] - 1;
            }
            if (final == 'C')
                x += number[0];
            ck_assert(final == 'H' || final == 'C' || final == 'm');
            for (int i = n % 3; final == 'm' && i + 2 < n; i += 3)
                *(number[i] == 38 ? &cell.fg : &cell.bg) = (uint8_t)number[i + 2];
        } else {
            uint32_t c;
            at = character(&c, at);
            ck_assert(x >= pad.x && x < pad.x + W && y >= pad.y && y < pad.y + H);
            cell.pattern = (uint8_t)pattern_of(surface.setting.cell_h, c);
            screen[y][x++] = cell;
        }
    }
}

static void start(bool octants)
{
    dp_caps caps = { .octants = octants, .sextants = true };
    dp_surface_setting setting = dp_surface_setting_of(DP_INK_OCTANTS, &caps, pad);
    ck_assert(dp_surface_set(&surface, &setting, NULL) == DP_OK);
    dp_sketch_place(&surface.sketch, (dp_point){ 0, 0 }, 2,
                    (float)surface.sketch.height / W);
}

static void stop(void)
{
    dp_surface_free(&surface);
    dp_strokes_clear(&strokes);
}

static size_t show(bool appended)
{
    dp_sketch *s = &surface.sketch;
    dp_sketch_draw(s, &strokes, appended);
    dp_picture_paint(&surface.picture, s->changed, s, &palette);
    surface.dirty = dp_area_join(surface.dirty, s->changed);
    s->changed = (dp_area){ 0 };
    const dp_text *bytes = dp_surface_show(&surface, false);
    if (bytes->size > 0)
        take(bytes->bytes);
    return bytes->size;
}

/* The root of the mean squared difference of grey between the screen and the picture. */
static double error_on_screen(void)
{
    const int rows = surface.setting.cell_h;
    double sum = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            uint8_t color[8];
            for (int i = 0; i < 2 * rows; i++)
                color[i] =
                    surface.picture.color[(y * rows + i / 2) * 2 * W + 2 * x + i % 2];
            sum += error_of(screen[pad.y + y][pad.x + x], color, rows);
        }
    return sqrt(sum / (3.0 * surface.picture.width * surface.picture.height));
}

static void add_point(bool begins, float x, float y)
{
    dp_point p = { x, y };
    ck_assert((begins ? dp_strokes_begin(&strokes, DP_PEN, 3, p, 0, NULL)
                      : dp_strokes_extend(&strokes, p, 0, NULL)) == DP_OK);
}

START_TEST(every_frame_is_near_the_rendering)
{
    dp_rng rng = dp_rng_stream(5, 6, 7);
    for (int octants = 0; octants < 2; octants++) {
        start(octants);
        for (int i = 0; i < 60; i++) {
            bool undo = dp_rng_below(&rng, 12) == 0 && dp_strokes_undo(&strokes);
            if (!undo)
                add_point(strokes.n_strokes == 0 || dp_rng_below(&rng, 5) == 0,
                          (float)dp_rng_below(&rng, 40) + 0.5F,
                          (float)(2 * dp_rng_below(&rng, 20)) + 1);
            show(!undo && i > 0);
            ck_assert_double_lt(error_on_screen(), 20);
        }
        printf("# %s: root mean square error of %.1f greys of 256\n",
               octants ? "octants" : "sextants", error_on_screen());
        ck_assert_uint_eq(show(true), 0);
        stop();
    }
}
END_TEST

/* The stroke of tests/pty/test_pad that is shown event by event, of a pointer that reports cells
 * and of one that reports pixels. */
START_TEST(a_stroke_takes_few_bytes)
{
    enum { OCTANTS = 4000, SEXTANTS = 4000 };
    for (int k = 0; k < 4; k++) {
        size_t n = 0;
        start(k % 2);
        show(false);
        for (int i = 0; i < 30; i++) {
            add_point(i == 0, (float)(7 + i * 24 / 29) + (k < 2 ? 0.5F : 0.7F),
                      (float)(2 * (3 + (i - 15) * (i - 15) / 18)) + 1);
            n += show(true);
        }
        printf("# %zu bytes of %s for 30 events in %s\n", n,
               k % 2 ? "octants" : "sextants", k < 2 ? "cells" : "pixels");
        ck_assert_uint_le(n, k % 2 ? OCTANTS : SEXTANTS);
        stop();
    }
}
END_TEST

UNIT_MAIN("octants", each_pattern_has_a_character, the_characters_are_those_of_unicode,
          two_colours_have_nearly_the_least_error, two_colours_are_shown_exactly,
          every_frame_is_near_the_rendering, a_stroke_takes_few_bytes)

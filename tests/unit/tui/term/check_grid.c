#include "config.h"

#include "tui/term/grid.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "tui/view/big_digit.h"

#include <locale.h>
#include <string.h>

#define PALETTE(set, n)                                                                  \
    {                                                                                    \
        .charset = DP_CHARSET_##set, .colors = n                                         \
    }
#define HIGH_CONTRAST(set, n)                                                            \
    {                                                                                    \
        .charset = DP_CHARSET_##set, .colors = n, .high_contrast = true                  \
    }

static dp_grid g;

static void set_up(dp_charset charset, int colors, int cols, int rows)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    g = (dp_grid){ .palette = { .charset = charset, .colors = colors } };
    ck_assert(dp_grid_resize(&g, cols, rows, NULL) == DP_OK);
}

static uint32_t glyph(int x, int y)
{
    const dp_cell *cell = dp_grid_at(&g, x, y);
    ck_assert_ptr_nonnull(cell);
    return cell->glyph;
}

START_TEST(text_is_clipped)
{
    set_up(DP_CHARSET_UNICODE, 256, 10, 2);
    ck_assert_int_eq(dp_grid_text(&g, 7, 0, 20, DP_TONE_TEXT, "abcdef"), 13);
    ck_assert_uint_eq(glyph(9, 0), 'c');
    ck_assert_uint_eq(glyph(0, 1), ' ');
    dp_grid_text(&g, -2, 1, 4, DP_TONE_TEXT, "abcdef");
    ck_assert_uint_eq(glyph(0, 1), 'c');
    ck_assert_uint_eq(glyph(1, 1), 'd');
    ck_assert_uint_eq(glyph(2, 1), ' '); /* four cells from −2 on */
    dp_grid_text(&g, 0, 5, 4, DP_TONE_TEXT, "abc");
    dp_grid_fill(&g, (dp_rect){ -5, -5, 100, 100 },
                 dp_palette_paint(&g.palette, DP_TONE_PAPER));
    ck_assert_int_eq(dp_grid_at(&g, 9, 1)->paint.bg, 234);
    ck_assert_ptr_null(dp_grid_at(&g, 10, 0));
    dp_grid_free(&g);
}
END_TEST

START_TEST(text_is_aligned)
{
    set_up(DP_CHARSET_UNICODE, 256, 10, 3);
    dp_grid_right(&g, 0, 0, 10, DP_TONE_TEXT, "µs·");
    ck_assert_uint_eq(glyph(7, 0), U'µ');
    ck_assert_uint_eq(glyph(9, 0), U'·');
    dp_grid_center(&g, 0, 1, 10, DP_TONE_TEXT, "ab");
    ck_assert_uint_eq(glyph(4, 1), 'a');
    dp_grid_center(&g, 0, 2, 3, DP_TONE_TEXT, "abcdef"); /* too long: its beginning */
    ck_assert_uint_eq(glyph(0, 2), 'a');
    ck_assert_uint_eq(glyph(3, 2), ' ');
    ck_assert_int_eq(dp_grid_text_width("µs·"), 3);
    dp_grid_free(&g);
}
END_TEST

START_TEST(characters_that_are_not_one_column_wide_become_question_marks)
{
    set_up(DP_CHARSET_UNICODE, 256, 10, 1);
    dp_grid_text(&g, 0, 0, 10, DP_TONE_TEXT,
                 "漢e\u0301\x80\033\xc2\x9b\u202e"
                 "z");
    static const uint32_t wanted[] = { '?', 'e', '?', '?', '?', '?', '?', 'z' };
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(glyph(i, 0), wanted[i]);
    dp_grid_free(&g);
}
END_TEST

START_TEST(missing_characters_are_substituted)
{
    set_up(DP_CHARSET_ASCII, 0, 12, 3);
    dp_grid_frame(&g, (dp_rect){ 1, 1, 10, 1 }, DP_TONE_FRAME);
    dp_grid_text(&g, 1, 1, 10, DP_TONE_TEXT, "µ·▸×äs");
    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 12; x++)
            ck_assert_uint_lt(glyph(x, y), 0x7f);
    ck_assert_uint_eq(glyph(0, 0), '+');
    ck_assert_uint_eq(glyph(1, 1), 'u');
    ck_assert_uint_eq(glyph(5, 1), '?');
    g.palette.charset = DP_CHARSET_BLOCKS;
    dp_grid_frame(&g, (dp_rect){ 1, 1, 10, 1 }, DP_TONE_FRAME);
    ck_assert_uint_eq(glyph(0, 0), U'┌');
    dp_grid_free(&g);
}
END_TEST

START_TEST(sizes_are_limited)
{
    set_up(DP_CHARSET_ASCII, 0, 0, -3);
    ck_assert(g.cols == 1 && g.rows == 1);
    ck_assert(dp_grid_resize(&g, 1 << 30, 2, NULL) == DP_OK);
    ck_assert_int_eq(g.cols, DP_GRID_MAX_SIDE);
    dp_grid_free(&g);
}
END_TEST

/* How many eighths of a cell a bar fills. */
static int eighths_of_bar(float fraction)
{
    dp_grid_blank(&g);
    dp_grid_bar(&g, 0, 0, 10, fraction, DP_TONE_ACCENT);
    int n = 0;
    for (int x = 0; x < g.cols; x++)
        n += glyph(x, 0) == ' ' ? 0 : 8 - (int)(glyph(x, 0) - U'█');
    return n;
}

START_TEST(bars_have_eighths)
{
    set_up(DP_CHARSET_UNICODE, 256, 12, 1);
    for (int i = 0; i <= 80; i++)
        ck_assert_int_eq(eighths_of_bar((float)i / 80), i);
    ck_assert_int_eq(eighths_of_bar(2), 80);
    ck_assert_int_eq(eighths_of_bar(-1), 0);
    g.palette = (dp_palette)PALETTE(ASCII, 0);
    dp_grid_blank(&g);
    dp_grid_bar(&g, 0, 0, 10, 0.35F, DP_TONE_ACCENT);
    ck_assert_uint_eq(glyph(2, 0), '#');
    ck_assert_uint_eq(glyph(3, 0), '=');
    ck_assert_uint_eq(glyph(4, 0), ' ');
    dp_grid_free(&g);
}
END_TEST

/* The greys of the upper and the lower half of a cell. */
static void halves(int out[2], const dp_cell *cell)
{
    int fg = cell->paint.fg, bg = cell->paint.bg;
    out[0] = cell->glyph == U'▀' || cell->glyph == U'█' ? fg : bg;
    out[1] = cell->glyph == U'▄' || cell->glyph == U'█' ? fg : bg;
}

/* A cell may reuse the colours of its neighbour, but each pixel keeps its own grey. */
START_TEST(pixels_in_256_colors)
{
    set_up(DP_CHARSET_UNICODE, 256, 17, 17);
    enum { N = 17 };
    float ink[2 * N * N];
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            ink[2 * i * N + k] = (float)i / (N - 1);
            ink[(2 * i + 1) * N + k] = (float)(k * 5 % N) / (N - 1);
        }
    dp_grid_pixels(&g, 0, 0, ink, N, 2 * N);
    int seen[2];
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            dp_palette alone = g.palette;
            dp_cell upper = dp_palette_pixels(&alone, (float)i / 16, (float)i / 16, NULL);
            float low = (float)(k * 5 % N) / 16;
            dp_cell lower = dp_palette_pixels(&alone, low, low, NULL);
            halves(seen, dp_grid_at(&g, k, i));
            ck_assert_int_eq(seen[0], upper.paint.bg);
            ck_assert_int_eq(seen[1], lower.paint.bg);
        }
    halves(seen, dp_grid_at(&g, 0, 0));
    ck_assert_int_eq(seen[0], 234);
    halves(seen, dp_grid_at(&g, 0, N - 1));
    ck_assert_int_eq(seen[0], 255);
    dp_grid_free(&g);
}
END_TEST

static bool same_cell(dp_cell a, dp_cell b)
{
    return a.glyph == b.glyph && a.paint.fg == b.paint.fg && a.paint.bg == b.paint.bg &&
           a.paint.attr == b.paint.attr;
}

START_TEST(pixels_in_other_palettes)
{
    static const struct {
        dp_palette palette;
        float upper, lower;
        dp_cell cell;
    } cases[] = {
        { PALETTE(UNICODE, 0), 1, 0, { U'▀', { -1, -1, 0 } } },
        { PALETTE(UNICODE, 0), 0, 1, { U'▄', { -1, -1, 0 } } },
        { PALETTE(UNICODE, 0), 1, 1, { U'█', { -1, -1, 0 } } },
        { PALETTE(UNICODE, 0), 0, 0, { ' ', { -1, -1, 0 } } },
        { PALETTE(BLOCKS, 8), 1, 0, { U'▀', { 7, 0, 0 } } },
        { PALETTE(BLOCKS, 8), 0.5F, 1, { U'▄', { 7, 0, 0 } } },
        { PALETTE(BLOCKS, 8), 0.3F, 0.5F, { U'▒', { 7, 0, 0 } } },
        { PALETTE(BLOCKS, 8), 0.8F, 0.6F, { U'▓', { 7, 0, 0 } } },
        { PALETTE(BLOCKS, 8), 1, 0.9F, { ' ', { 0, 7, 0 } } },
        { HIGH_CONTRAST(UNICODE, 256), 0.6F, 0.4F, { U'▀', { 231, 16, 0 } } },
        { HIGH_CONTRAST(UNICODE, 16), 0.6F, 0.4F, { U'▀', { 15, 0, 0 } } },
        { PALETTE(BLOCKS, 16), 1, 0, { U'▀', { 15, 0, 0 } } },
        { PALETTE(ASCII, 256), 1, 1, { ' ', { -1, 255, 0 } } },
        { PALETTE(ASCII, 8), 1, 1, { ' ', { 7, 7, 0 } } },
        { PALETTE(ASCII, 8), 0, 1, { 'o', { 7, 0, 0 } } },
        { PALETTE(ASCII, 0), 1, 1, { '#', { -1, -1, 0 } } },
        { PALETTE(ASCII, 0), 1, 0, { '"', { -1, -1, 0 } } },
        { PALETTE(ASCII, 0), 0, 0, { ' ', { -1, -1, 0 } } },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        dp_cell c =
            dp_palette_pixels(&cases[i].palette, cases[i].upper, cases[i].lower, NULL);
        ck_assert_msg(same_cell(c, cases[i].cell), "case %zu", i);
    }
}
END_TEST

START_TEST(outlines_stand_out_on_ink_and_on_paper)
{
    static const dp_palette greys = PALETTE(UNICODE, 256), none = PALETTE(UNICODE, 0);
    static const bool upper[2] = { true, false };
    dp_cell on_ink = dp_palette_outline(&greys, (const float[]){ 1, 1 }, upper);
    ck_assert(same_cell(on_ink, (dp_cell){ U'▀', { 37, 255, 0 } }));
    dp_cell on_paper = dp_palette_outline(&greys, (const float[]){ 0, 0 }, upper);
    ck_assert(same_cell(on_paper, (dp_cell){ U'▀', { 37, 234, 0 } }));
    ck_assert_uint_eq(dp_palette_outline(&none, (const float[]){ 1, 1 }, upper).glyph,
                      U'▄');
    ck_assert_uint_eq(dp_palette_outline(&none, (const float[]){ 0, 0 }, upper).glyph,
                      U'▀');
}
END_TEST

START_TEST(strong_attributions_are_marked)
{
    static const dp_palette palettes[] = {
        PALETTE(UNICODE, 256),      PALETTE(UNICODE, 16), PALETTE(BLOCKS, 8),
        PALETTE(ASCII, 8),          PALETTE(UNICODE, 0),  PALETTE(ASCII, 0),
        HIGH_CONTRAST(UNICODE, 256)
    };
    static const float ink[2] = { 1, 1 }, paper[2] = { 0, 0 };
    for (size_t i = 0; i < DP_COUNT(palettes); i++) {
        const dp_palette *s = &palettes[i];
        dp_cell yes = dp_palette_attribution(s, ink, (const float[]){ 0.9F, 0.8F }, NULL);
        dp_cell no =
            dp_palette_attribution(s, ink, (const float[]){ -0.9F, -0.8F }, NULL);
        dp_cell neither =
            dp_palette_attribution(s, ink, (const float[]){ 0.05F, 0 }, NULL);
        dp_cell blank =
            dp_palette_attribution(s, paper, (const float[]){ 0.9F, 0.9F }, NULL);
        ck_assert_uint_eq(yes.glyph, '+');
        ck_assert_uint_eq(no.glyph, '-');
        ck_assert(neither.glyph != '+' && neither.glyph != '-');
        ck_assert(!same_cell(blank, neither) && blank.glyph == ' ');
        if (s->colors > 0)
            ck_assert(yes.paint.bg != no.paint.bg && yes.paint.bg != neither.paint.bg);
    }
}
END_TEST

START_TEST(colors_stay_within_the_terminal)
{
    static const int depths[] = { 0, 8, 16, 256 };
    for (int d = 0; d < 16; d++) {
        dp_palette palette = { DP_CHARSET_UNICODE, depths[d % 4], d & 4, d & 8 };
        for (int tone = DP_TONE_TEXT; tone <= DP_TONE_CURSOR; tone++) {
            dp_paint p = dp_palette_paint(&palette, (dp_tone)tone);
            ck_assert_int_lt(p.fg, depths[d % 4]);
            ck_assert_int_lt(p.bg, depths[d % 4]);
        }
    }
}
END_TEST

/* The ten large digits differ from each other in every size that the layout uses. */
START_TEST(large_digits_differ)
{
    for (int h = 6; h <= 18; h += 2) {
        int w = h * 3 / 4 + 2;
        float ink[10][18 * 18];
        for (int digit = 0; digit < 10; digit++) {
            dp_big_digit_draw(ink[digit], w, h, digit);
            float sum = 0;
            for (int i = 0; i < w * h; i++)
                sum += ink[digit][i];
            ck_assert(sum > (float)(w * h) * 0.1F);
            ck_assert(sum < (float)(w * h) * 0.7F);
            for (int other = 0; other < digit; other++) {
                int differing = 0;
                for (int i = 0; i < w * h; i++)
                    differing += (ink[digit][i] >= 0.5F) != (ink[other][i] >= 0.5F);
                ck_assert_msg(differing >= 2, "%d and %d, %d pixels high", digit, other,
                              h);
            }
        }
    }
}
END_TEST

UNIT_MAIN("grid", text_is_clipped, text_is_aligned,
          characters_that_are_not_one_column_wide_become_question_marks,
          missing_characters_are_substituted, sizes_are_limited, bars_have_eighths,
          pixels_in_256_colors, pixels_in_other_palettes,
          outlines_stand_out_on_ink_and_on_paper, strong_attributions_are_marked,
          colors_stay_within_the_terminal, large_digits_differ)

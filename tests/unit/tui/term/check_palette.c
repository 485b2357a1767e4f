/* Everything can be read: contrasts of colours in both themes, and with high contrast. */
#include "config.h"

#include "tui/term/palette.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"

#include <math.h>

/* Red, green and blue of a colour 0 … 255: xterm's palette. The first sixteen differ between
 * terminals; these are xterm's own. */
static void rgb_of(int rgb[3], int index)
{
    static const int first[16][3] = {
        { 0, 0, 0 },       { 205, 0, 0 },   { 0, 205, 0 },   { 205, 205, 0 },
        { 0, 0, 238 },     { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
        { 127, 127, 127 }, { 255, 0, 0 },   { 0, 255, 0 },   { 255, 255, 0 },
        { 92, 92, 255 },   { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 }
    };
    static const int steps[6] = { 0, 95, 135, 175, 215, 255 };
    int cube = index - 16;
    for (int i = 0; i < 3; i++)
        rgb[i] = index < 16     ? first[index][i]
                 : index >= 232 ? 8 + 10 * (index - 232)
                                : steps[cube /
                                        (i == 0   ? 36
                                         : i == 1 ? 6
                                                  : 1) %
                                        6];
}

/* Relative luminance, as the Web Content Accessibility Guidelines define it. */
static double luminance(int index)
{
    static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;
    int rgb[3];
    rgb_of(rgb, index);
    for (int i = 0; i < 3; i++) {
        double c = rgb[i] / 255.0;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* Their contrast of two colours, 1 … 21. */
static double contrast(int a, int b)
{
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static dp_palette palette_of(int colors, bool light, bool high)
{
    return (dp_palette){ DP_CHARSET_UNICODE, colors, high, light };
}

/* The contrast of a tone on a terminal of white on black, or black on white. */
static double contrast_of(const dp_palette *p, dp_tone tone)
{
    dp_paint paint = dp_palette_paint(p, tone);
    int text = p->light ? 16 : 231, ground = p->light ? 231 : 16;
    return contrast(paint.fg >= 0 ? paint.fg : text, paint.bg >= 0 ? paint.bg : ground);
}

START_TEST(texts_can_be_read_in_both_themes)
{
    static const struct {
        int colors;
        double least;
    } depths[] = { { 256, 4.2 }, { 16, 3.5 }, { 8, 3.5 } };
    for (int i = 0; i < 6; i++) {
        dp_palette p = palette_of(depths[i / 2].colors, i % 2, false);
        for (dp_tone tone = DP_TONE_TEXT; tone <= DP_TONE_CURSOR; tone++) {
            double least = tone == DP_TONE_FRAME ? 2.5 : depths[i / 2].least;
            ck_assert_msg(contrast_of(&p, tone) >= least, "%d colours, %s, tone %d: %.1f",
                          p.colors, p.light ? "light" : "dark", tone,
                          contrast_of(&p, tone));
        }
    }
}
END_TEST

START_TEST(high_contrast_is_high)
{
    for (int i = 0; i < 2; i++) {
        dp_palette p = palette_of(256, i, true);
        for (dp_tone tone = DP_TONE_TEXT; tone <= DP_TONE_CURSOR; tone++)
            ck_assert_msg(contrast_of(&p, tone) >= (i ? 10 : 19), "tone %d: %.1f", tone,
                          contrast_of(&p, tone));
    }
}
END_TEST

/* The colour of a cell with this ink in both halves. */
static int ink(const dp_palette *p, float amount)
{
    dp_cell c = dp_palette_pixels(p, amount, amount, NULL);
    return c.glyph == U'█' || c.glyph == U'▓' ? c.paint.fg : c.paint.bg;
}

START_TEST(more_ink_is_lighter_or_darker)
{
    static const int depths[] = { 8, 16, 256 };
    for (int i = 0; i < 12; i++) {
        dp_palette p = palette_of(depths[i % 3], i / 3 % 2, i / 6);
        double paper = luminance(ink(&p, 0)), last = paper;
        ck_assert_double_ge(contrast(ink(&p, 0), ink(&p, 1)), 14);
        ck_assert(p.light ? paper > 0.7 : paper < 0.02);
        for (float amount = 0; amount <= 1; amount += 0.01F) {
            double now = luminance(ink(&p, amount));
            ck_assert(p.light ? now <= last : now >= last);
            last = now;
        }
    }
}
END_TEST

/* Ink that speaks for and against the answer differs from the paper, also its mark from it. */
START_TEST(attributions_can_be_seen_in_both_themes)
{
    static const int depths[] = { 8, 16, 256 };
    const float full[2] = { 1, 1 };
    for (int i = 0; i < 6; i++) {
        dp_palette p = palette_of(depths[i % 3], i / 3, false);
        for (float a = -1; a <= 1; a += 0.05F) {
            const float both[2] = { a, a };
            dp_cell c = dp_palette_attribution(&p, full, both, NULL);
            double on_paper = contrast(c.paint.bg, ink(&p, 0));
            ck_assert_msg(on_paper >= 2.9, "%d colours, %s, %.2f: %.1f", p.colors,
                          p.light ? "light" : "dark", (double)a, on_paper);
            if (c.glyph != ' ')
                ck_assert_double_ge(contrast(c.paint.fg, c.paint.bg), 3.5);
        }
    }
}
END_TEST

START_TEST(some_tones_go_together)
{
    static const int depths[] = { 256, 16, 8 };
    for (int i = 0; i < 12; i++) {
        dp_palette p = palette_of(depths[i / 4], i & 1, i & 2);
        const dp_paint text = dp_palette_paint(&p, DP_TONE_TEXT),
                       accent = dp_palette_paint(&p, DP_TONE_ACCENT),
                       digit = dp_palette_paint(&p, DP_TONE_BIG_DIGIT),
                       cursor = dp_palette_paint(&p, DP_TONE_CURSOR);
        ck_assert_int_eq(digit.fg, accent.fg);
        ck_assert_int_eq(cursor.bg, accent.fg);
        if (!p.high_contrast) /* it is the terminal's own */
            ck_assert(text.fg == DP_COLOR_DEFAULT && text.bg == DP_COLOR_DEFAULT &&
                      text.attr == 0);
    }
}
END_TEST

START_TEST(without_colors_there_is_one_theme)
{
    dp_palette dark = palette_of(0, false, false), light = palette_of(0, true, false);
    for (dp_tone tone = DP_TONE_TEXT; tone <= DP_TONE_CURSOR; tone++) {
        dp_paint a = dp_palette_paint(&dark, tone), b = dp_palette_paint(&light, tone);
        ck_assert(a.fg == b.fg && a.bg == b.bg && a.attr == b.attr);
    }
    ck_assert(dp_palette_pixels(&light, 1, 0, NULL).glyph == U'▀');
}
END_TEST

UNIT_MAIN("palette", texts_can_be_read_in_both_themes, high_contrast_is_high,
          more_ink_is_lighter_or_darker, attributions_can_be_seen_in_both_themes,
          some_tones_go_together, without_colors_there_is_one_theme)

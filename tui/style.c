#include "config.h"

#include "tui/style.h"

#include <stdbool.h>
#include <stddef.h>

enum { D = DP_COLOR_DEFAULT };

/* Rows: tones; columns: 256 colours, 16, 8, none. Foregrounds are readable on light and on
 * dark backgrounds alike; the paper and what stands on it bring their own background. */
static const dp_paint paints[][4] = {
    [DP_TONE_TEXT] = { { D, D, 0 }, { D, D, 0 }, { D, D, 0 }, { D, D, 0 } },
    [DP_TONE_STRONG] = { { D, D, DP_ATTR_BOLD },
                         { D, D, DP_ATTR_BOLD },
                         { D, D, DP_ATTR_BOLD },
                         { D, D, DP_ATTR_BOLD } },
    [DP_TONE_MUTED] = { { 244, D, 0 }, { 8, D, 0 }, { D, D, DP_ATTR_DIM }, { D, D, 0 } },
    [DP_TONE_FRAME] = { { 240, D, 0 }, { 8, D, 0 }, { D, D, DP_ATTR_DIM }, { D, D, 0 } },
    [DP_TONE_ACCENT] = { { 37, D, DP_ATTR_BOLD },
                         { 6, D, DP_ATTR_BOLD },
                         { 6, D, DP_ATTR_BOLD },
                         { D, D, DP_ATTR_BOLD } },
    [DP_TONE_FIGURE] = { { 37, D, 0 }, { 6, D, 0 }, { 6, D, 0 }, { D, D, 0 } },
    [DP_TONE_WARNING] = { { 172, D, DP_ATTR_BOLD },
                          { 3, D, DP_ATTR_BOLD },
                          { 3, D, DP_ATTR_BOLD },
                          { D, D, DP_ATTR_BOLD } },
    [DP_TONE_PAPER] = { { 244, 234, 0 }, { 7, 0, 0 }, { 7, 0, 0 }, { D, D, 0 } },
    [DP_TONE_CURSOR] = { { 16, 37, DP_ATTR_BOLD },
                         { 0, 6, 0 },
                         { 0, 6, 0 },
                         { D, D, DP_ATTR_REVERSE } },
};

dp_paint dp_style_paint(const dp_style *style, dp_tone tone)
{
    int column = style->colors >= 256  ? 0
                 : style->colors >= 16 ? 1
                 : style->colors >= 8  ? 2
                                       : 3;
    return paints[tone][column];
}

typedef struct substitute {
    uint32_t glyph, blocks, ascii;
} substitute;

/* Every character beyond ASCII that the views use. */
static const substitute substitutes[] = {
    { U'─', U'─', '-' }, { U'│', U'│', '|' }, { U'╭', U'┌', '+' }, { U'╮', U'┐', '+' },
    { U'╰', U'└', '+' }, { U'╯', U'┘', '+' }, { U'·', U'·', '-' }, { U'▸', '>', '>' },
    { U'µ', U'µ', 'u' }, { U'█', U'█', '#' }, { U'▀', U'▀', '"' }, { U'▄', U'▄', 'o' },
    { U'┼', U'┼', '+' }, { U'●', '*', '*' },  { U'×', 'x', 'x' },
};

uint32_t dp_style_glyph(const dp_style *style, uint32_t glyph)
{
    if (glyph < 0x7f || style->charset == DP_CHARSET_UNICODE)
        return glyph;
    for (size_t i = 0; i < sizeof substitutes / sizeof substitutes[0]; i++)
        if (substitutes[i].glyph == glyph)
            return style->charset == DP_CHARSET_BLOCKS ? substitutes[i].blocks
                                                       : substitutes[i].ascii;
    return style->charset == DP_CHARSET_BLOCKS ? glyph : '?';
}

/* ---- pixels ---------------------------------------------------------------------------- */

/* 0 … n − 1 for 0 … 1. */
static int level(float ink, int n)
{
    int i = (int)(ink * (float)(n - 1) + 0.5F);
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* The palette's colour of an amount of ink: 16 greys of the 24 of the 256-colour ramp, from
 * a paper that is visible on black to almost white, or four of the 16 colours. The first and
 * the last tenth count as none and all: what an edge loses by it nobody sees, and every
 * colour less in a row saves bytes. */
static int16_t grey(const dp_style *style, float ink)
{
    static const int16_t four[] = { 0, 8, 7, 15 };
    if (style->colors >= 256)
        return (int16_t)(234 + level(ink * 1.25F - 0.125F, 16) * 7 / 5);
    return four[level(ink, 4)];
}

static dp_cell cell(uint32_t glyph, int fg, int bg, unsigned attr)
{
    return (dp_cell){ glyph, { (int16_t)fg, (int16_t)bg, (uint8_t)attr } };
}

/* The cell with these halves in the two colours of `paint`; false where they do not serve. */
static bool with_colors_of(dp_cell *out, const dp_paint *paint, int16_t up, int16_t low)
{
    int16_t fg = paint->fg, bg = paint->bg;
    if ((up != fg && up != bg) || (low != fg && low != bg))
        return false;
    out->glyph = up == bg ? (low == bg ? ' ' : U'▄') : low == bg ? U'▀' : U'█';
    out->paint = *paint;
    return true;
}

/* Two greys of many. A change of colours costs some 20 bytes, so a cell takes over those of
 * its left neighbour where it can: a row of ink between two soft edges often needs one pair.
 * Not so the paper, which must not change because a stroke on its left did. */
static dp_cell pixels_in_greys(const dp_style *style, float upper, float lower,
                               const dp_cell *left)
{
    if (style->charset == DP_CHARSET_ASCII)
        return cell(' ', D, grey(style, (upper + lower) / 2), 0);
    int16_t up = grey(style, upper), low = grey(style, lower);
    bool paper = up == low && up == grey(style, 0);
    dp_cell c;
    if (!paper && left && with_colors_of(&c, &left->paint, up, low))
        return c;
    return up == low ? cell(' ', D, up, 0) : cell(U'▀', up, low, 0);
}

/* Black and white with a third level, bold white, that only a foreground can have. */
static dp_cell pixels_in_8_colors(float upper, float lower)
{
    int up = level(upper, 3), low = level(lower, 3);
    if (up == 2 && low == 2)
        return cell(U'█', 7, 0, DP_ATTR_BOLD);
    if (up == low)
        return cell(' ', 7, up ? 7 : 0, 0);
    if (up > low)
        return cell(U'▀', 7, low ? 7 : 0, up == 2 ? DP_ATTR_BOLD : 0);
    return cell(U'▄', 7, up ? 7 : 0, low == 2 ? DP_ATTR_BOLD : 0);
}

/* Punctuation by weight and by height: ink in the upper half, the lower, or both. */
static uint32_t punctuation(float upper, float lower)
{
    static const char glyphs[3][4] = { " .o", "':%", "\"%#" };
    return (uint32_t)glyphs[level(upper, 3)][level(lower, 3)];
}

static dp_cell pixels_in_ascii(const dp_style *style, float upper, float lower)
{
    uint32_t glyph = punctuation(upper, lower);
    if (style->colors == 0)
        return cell(glyph, D, D, 0);
    return glyph == '#' ? cell(' ', 7, 7, 0) : cell(glyph, 7, 0, 0);
}

static dp_cell pixels_in_blocks(float upper, float lower)
{
    bool up = upper >= 0.5F, low = lower >= 0.5F;
    return cell(up ? low ? U'█' : U'▀' : low ? U'▄' : ' ', D, D, 0);
}

dp_cell dp_style_pixels(const dp_style *style, float upper, float lower,
                        const dp_cell *left)
{
    if (style->colors >= 16)
        return pixels_in_greys(style, upper, lower, left);
    if (style->charset == DP_CHARSET_ASCII)
        return pixels_in_ascii(style, upper, lower);
    if (style->colors >= 8)
        return pixels_in_8_colors(upper, lower);
    return pixels_in_blocks(upper, lower);
}

/* Where there are colours but no blocks, a reversed space is the better `#` or `%`. */
static dp_cell in_tone(const dp_style *style, uint32_t glyph, dp_tone tone)
{
    dp_cell c = { glyph, dp_style_paint(style, tone) };
    bool heavy = glyph == '#' || glyph == '%';
    if (heavy && style->charset == DP_CHARSET_ASCII && style->colors > 0) {
        c.glyph = ' ';
        c.paint.attr |= DP_ATTR_REVERSE;
    }
    return c;
}

dp_cell dp_style_figure(const dp_style *style, float upper, float lower, dp_tone tone)
{
    uint32_t glyph = style->charset == DP_CHARSET_ASCII
                         ? punctuation(upper, lower)
                         : pixels_in_blocks(upper, lower).glyph;
    return in_tone(style, glyph, tone);
}

static uint32_t bar_glyph(const dp_style *style, int eighths)
{
    if (style->charset == DP_CHARSET_UNICODE)
        return U'█' + (uint32_t)(8 - eighths); /* █ ▉ ▊ ▋ ▌ ▍ ▎ ▏ are consecutive */
    if (style->charset == DP_CHARSET_BLOCKS)
        return eighths >= 6 ? U'█' : eighths >= 3 ? U'▌' : ' ';
    return eighths >= 6 ? '#' : eighths >= 3 ? '=' : ' ';
}

dp_cell dp_style_bar(const dp_style *style, int eighths, dp_tone tone)
{
    return in_tone(style, bar_glyph(style, eighths), tone);
}

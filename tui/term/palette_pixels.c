/* The part of the palette for ink: a cell shows two pixels, one above the other, in the levels
 * of grey that the terminal has. */
#include "config.h"

#include "tui/term/palette.h"

#include "engine/core/arith.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { D = DP_COLOR_DEFAULT };

/* Quantise 0 … 1 to 0 … n − 1. */
static int level(float ink, int n)
{
    return dp_clamp_int((int)(ink * (float)(n - 1) + 0.5F), 0, n - 1);
}

static int16_t black(const dp_palette *palette)
{
    return palette->colors >= 256 ? 16 : 0;
}

static int16_t white(const dp_palette *palette)
{
    return palette->colors >= 256 ? 231 : palette->colors >= 16 ? 15 : 7;
}

/* The colour of an amount of ink, for at least 16 colours. With 256 colours: 16 of the 24 greys
 * of the ramp, from a dark grey that is visible on black to almost white, or the same from light
 * to dark. Otherwise four of the 16 colours. The first and the last tenth count as no ink and full
 * ink: nobody sees it at an edge, and fewer colours in a row take fewer bytes. */
static int16_t grey(const dp_palette *palette, float ink)
{
    static const int16_t four[] = { 0, 8, 7, 15 };
    if (palette->high_contrast)
        return (ink < 0.5F) == palette->light ? white(palette) : black(palette);
    if (palette->colors >= 256) {
        int step = level(ink * 1.25F - 0.125F, 16) * 7 / 5;
        return (int16_t)(palette->light ? 255 - step : 234 + step);
    }
    return four[palette->light ? 3 - level(ink, 4) : level(ink, 4)];
}

/* With eight colours: black and white. */
static int16_t full_ink(const dp_palette *palette)
{
    return palette->light ? 0 : 7;
}

static int16_t no_ink(const dp_palette *palette)
{
    return palette->light ? 7 : 0;
}

/* The colour of an amount of ink for at least eight colours. */
static int16_t ink_color(const dp_palette *palette, float ink)
{
    return palette->colors >= 16 ? grey(palette, ink)
           : ink >= 0.5F         ? full_ink(palette)
                                 : no_ink(palette);
}

int dp_palette_ink(const dp_palette *palette, float ink)
{
    return ink_color(palette, ink);
}

static dp_cell cell(uint32_t glyph, int fg, int bg, unsigned attr)
{
    return (dp_cell){ glyph, { (int16_t)fg, (int16_t)bg, (uint8_t)attr } };
}

/* Make the cell with these halves from the two colours of `paint`. False if it needs others. */
static bool with_colors_of(dp_cell *out, const dp_paint *paint, int16_t up, int16_t low)
{
    int16_t fg = paint->fg, bg = paint->bg;
    if ((up != fg && up != bg) || (low != fg && low != bg))
        return false;
    out->glyph = up == bg ? (low == bg ? ' ' : U'▄') : low == bg ? U'▀' : U'█';
    out->paint = *paint;
    return true;
}

/* A change of colours takes about 20 bytes, so a cell reuses those of its left neighbour if it
 * can: a row of ink between two soft edges often needs a single pair. Blank paper does not, or
 * it would be sent again whenever a stroke to its left changes. */
static dp_cell pixels_in_greys(const dp_palette *palette, float upper, float lower,
                               const dp_cell *left)
{
    if (palette->charset == DP_CHARSET_ASCII)
        return cell(' ', D, grey(palette, (upper + lower) / 2), 0);
    int16_t up = grey(palette, upper), low = grey(palette, lower);
    bool paper = up == low && up == grey(palette, 0);
    dp_cell c;
    if (!paper && left && with_colors_of(&c, &left->paint, up, low))
        return c;
    return up == low ? cell(' ', D, up, 0) : cell(U'▀', up, low, 0);
}

/* Black and white, and shade characters if both halves are similar. Bold white would be one more
 * level only on some terminals. */
static dp_cell pixels_in_8_colors(const dp_palette *palette, float upper, float lower)
{
    const int16_t ink = full_ink(palette), paper = no_ink(palette);
    static const uint32_t shades[] = { ' ', U'▒', U'▓', U'█' };
    if (fabsf(upper - lower) < 0.4F) {
        uint32_t shade = shades[level((upper + lower) / 2, 4)];
        return shade == U'█' ? cell(' ', paper, ink, 0) : cell(shade, ink, paper, 0);
    }
    return cell(upper > lower ? U'▀' : U'▄', ink, paper, 0);
}

/* A character with about the same ink in its upper and lower half. */
static uint32_t punctuation(float upper, float lower)
{
    static const char glyphs[3][4] = { " .o", "':%", "\"%#" };
    return (uint32_t)glyphs[level(upper, 3)][level(lower, 3)];
}

static dp_cell pixels_in_ascii(const dp_palette *palette, float upper, float lower)
{
    uint32_t glyph = punctuation(upper, lower);
    if (palette->colors == 0)
        return cell(glyph, D, D, 0);
    const int16_t ink = full_ink(palette);
    return glyph == '#' ? cell(' ', ink, ink, 0) : cell(glyph, ink, no_ink(palette), 0);
}

static dp_cell pixels_in_blocks(float upper, float lower)
{
    bool up = upper >= 0.5F, low = lower >= 0.5F;
    return cell(up ? low ? U'█' : U'▀' : low ? U'▄' : ' ', D, D, 0);
}

dp_cell dp_palette_pixels(const dp_palette *palette, float upper, float lower,
                          const dp_cell *left)
{
    if (palette->colors >= 16)
        return pixels_in_greys(palette, upper, lower, left);
    if (palette->charset == DP_CHARSET_ASCII)
        return pixels_in_ascii(palette, upper, lower);
    if (palette->colors >= 8)
        return pixels_in_8_colors(palette, upper, lower);
    return pixels_in_blocks(upper, lower);
}

/* ---- attribution ----------------------------------------------------------------------- */

/* Where the strength of an attribution increases by one. Below the first it is neutral; from
 * MARKED on, a cell of ink gets a sign. */
static const float steps[] = { 0.12F, 0.35F, 0.7F };
enum { N_STEPS = DP_COUNT(steps) };
#define MARKED steps[1]

/* 0 … N_STEPS */
static int strength(float attribution)
{
    int n = 0;
    while (n < N_STEPS && fabsf(attribution) >= steps[n])
        n++;
    return n;
}

/* The colour of a pixel: colours about as bright as neutral ink, on dark and on light paper. Rows:
 * 256, 16 and 8 colours; columns: strength. */
static int16_t attribution_color(const dp_palette *palette, float ink, float attribution)
{
    static const int16_t in_favour[2][3][N_STEPS + 1] = {
        { { 250, 116, 80, 44 }, { 7, 6, 14, 14 }, { 7, 6, 6, 6 } },
        { { 240, 66, 31, 25 }, { 8, 12, 4, 4 }, { 0, 4, 4, 4 } },
    };
    static const int16_t against[2][3][N_STEPS + 1] = {
        { { 250, 223, 215, 208 }, { 7, 3, 11, 11 }, { 7, 3, 3, 3 } },
        { { 240, 95, 130, 160 }, { 8, 5, 1, 1 }, { 0, 1, 1, 1 } },
    };
    int row = palette->colors >= 256 ? 0 : palette->colors >= 16 ? 1 : 2;
    int column = strength(attribution);
    if (ink < 0.5F || (palette->high_contrast && column == 0))
        return ink_color(palette, ink);
    if (palette->high_contrast)
        column = N_STEPS;
    return attribution < 0 ? against[palette->light][row][column]
                           : in_favour[palette->light][row][column];
}

int dp_palette_attribution_color(const dp_palette *palette, float ink, float attribution)
{
    return attribution_color(palette, ink, attribution);
}

int dp_palette_sign(float attribution)
{
    return fabsf(attribution) < MARKED ? 0 : attribution < 0 ? -1 : 1;
}

/* A sign as well as a colour, for people and terminals without colours. */
static dp_cell marked_cell(const dp_palette *palette, float attribution)
{
    uint32_t sign = attribution < 0 ? '-' : '+';
    if (palette->colors > 0)
        return cell(sign, palette->light ? white(palette) : black(palette),
                    attribution_color(palette, 1, attribution), 0);
    return cell(sign, D, D, palette->charset == DP_CHARSET_ASCII ? 0 : DP_ATTR_REVERSE);
}

dp_cell dp_palette_attribution(const dp_palette *palette, const float ink[2],
                               const float attribution[2], const dp_cell *left)
{
    float mean = (attribution[0] + attribution[1]) / 2;
    if (ink[0] >= 0.5F && ink[1] >= 0.5F && dp_palette_sign(mean) != 0)
        return marked_cell(palette, mean);
    if (palette->colors == 0)
        return dp_palette_pixels(palette, ink[0], ink[1], left);
    int16_t up = attribution_color(palette, ink[0], attribution[0]),
            low = attribution_color(palette, ink[1], attribution[1]);
    if (palette->charset == DP_CHARSET_ASCII)
        return cell(' ', D, ink[0] > ink[1] ? up : low, 0);
    return up == low ? cell(' ', D, up, 0) : cell(U'▀', up, low, 0);
}

/* ---- the tool's outline ---------------------------------------------------------------- */

static float inverted(float ink)
{
    return ink < 0.5F ? 1 : 0;
}

dp_cell dp_palette_outline(const dp_palette *palette, const float ink[2],
                           const bool on[2])
{
    int16_t accent = dp_palette_paint(palette, DP_TONE_ACCENT).fg;
    if (palette->colors == 0)
        return dp_palette_pixels(palette, on[0] ? inverted(ink[0]) : ink[0],
                                 on[1] ? inverted(ink[1]) : ink[1], NULL);
    if (palette->charset == DP_CHARSET_ASCII)
        return cell(' ', D, accent, 0);
    int16_t up = on[0] ? accent : ink_color(palette, ink[0]),
            low = on[1] ? accent : ink_color(palette, ink[1]);
    return up == low ? cell(' ', D, up, 0) : cell(U'▀', up, low, 0);
}

/* ---- large digits and bars ------------------------------------------------------------- */

/* With colours but without block characters, a reversed space replaces `#` and `%`. */
static dp_cell in_tone(const dp_palette *palette, uint32_t glyph, dp_tone tone)
{
    dp_cell c = { glyph, dp_palette_paint(palette, tone) };
    bool heavy = glyph == '#' || glyph == '%';
    if (heavy && palette->charset == DP_CHARSET_ASCII && palette->colors > 0) {
        c.glyph = ' ';
        c.paint.attr |= DP_ATTR_REVERSE;
    }
    return c;
}

dp_cell dp_palette_big_digit(const dp_palette *palette, float upper, float lower,
                             dp_tone tone)
{
    uint32_t glyph = palette->charset == DP_CHARSET_ASCII
                         ? punctuation(upper, lower)
                         : pixels_in_blocks(upper, lower).glyph;
    return in_tone(palette, glyph, tone);
}

static uint32_t bar_glyph(const dp_palette *palette, int eighths)
{
    if (palette->charset == DP_CHARSET_UNICODE)
        return U'█' + (uint32_t)(8 - eighths); /* █ ▉ ▊ ▋ ▌ ▍ ▎ ▏ are consecutive */
    if (palette->charset == DP_CHARSET_BLOCKS)
        return eighths >= 6 ? U'█' : eighths >= 3 ? U'▌' : ' ';
    return eighths >= 6 ? '#' : eighths >= 3 ? '=' : ' ';
}

dp_cell dp_palette_bar(const dp_palette *palette, int eighths, dp_tone tone)
{
    return in_tone(palette, bar_glyph(palette, eighths), tone);
}

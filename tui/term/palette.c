#include "config.h"

#include "tui/term/palette.h"

#include "engine/core/arith.h"

#include <stdbool.h>
#include <stddef.h>

enum { D = DP_COLOR_DEFAULT };

enum { B = DP_ATTR_BOLD };

/* How a tone looks on a dark and on a light background. Columns: 256, 16, 8 and no colours. The
 * tones of the pad have a background of their own; the others are on the terminal's. */
typedef struct looks {
    dp_paint dark[4], light[4];
} looks;

static const looks paints[] = {
    [DP_TONE_TEXT] = { { { D, D, 0 }, { D, D, 0 }, { D, D, 0 }, { D, D, 0 } },
                       { { D, D, 0 }, { D, D, 0 }, { D, D, 0 }, { D, D, 0 } } },
    [DP_TONE_STRONG] = { { { D, D, B }, { D, D, B }, { D, D, B }, { D, D, B } },
                         { { D, D, B }, { D, D, B }, { D, D, B }, { D, D, B } } },
    [DP_TONE_MUTED] = { { { 244, D, 0 },
                          { 8, D, 0 },
                          { D, D, DP_ATTR_DIM },
                          { D, D, 0 } },
                        { { 241, D, 0 },
                          { 8, D, 0 },
                          { D, D, DP_ATTR_DIM },
                          { D, D, 0 } } },
    [DP_TONE_FRAME] = { { { 240, D, 0 },
                          { 8, D, 0 },
                          { D, D, DP_ATTR_DIM },
                          { D, D, 0 } },
                        { { 246, D, 0 },
                          { 8, D, 0 },
                          { D, D, DP_ATTR_DIM },
                          { D, D, 0 } } },
    [DP_TONE_ACCENT] = { { { 37, D, B }, { 6, D, B }, { 6, D, B }, { D, D, B } },
                         { { 24, D, B }, { 4, D, B }, { 4, D, B }, { D, D, B } } },
    [DP_TONE_BIG_DIGIT] = { { { 37, D, 0 }, { 6, D, 0 }, { 6, D, 0 }, { D, D, 0 } },
                            { { 24, D, 0 }, { 4, D, 0 }, { 4, D, 0 }, { D, D, 0 } } },
    [DP_TONE_WARNING] = { { { 172, D, B }, { 3, D, B }, { 3, D, B }, { D, D, B } },
                          { { 130, D, B }, { 1, D, B }, { 1, D, B }, { D, D, B } } },
    [DP_TONE_PAPER] = { { { 244, 234, 0 }, { 7, 0, 0 }, { 7, 0, 0 }, { D, D, 0 } },
                        { { 241, 255, 0 }, { 8, 15, 0 }, { 0, 7, 0 }, { D, D, 0 } } },
    [DP_TONE_CURSOR] = { { { 16, 37, B },
                           { 0, 6, 0 },
                           { 0, 6, 0 },
                           { D, D, DP_ATTR_REVERSE } },
                         { { 231, 24, B },
                           { 15, 4, 0 },
                           { 7, 4, 0 },
                           { D, D, DP_ATTR_REVERSE } } },
};

/* White on black, and yellow for accents: a contrast of at least 19 to 1; black on white, and dark
 * blue: at least 10 to 1. Columns: 256, 16 and 8 colours. */
static const looks high_contrast[] = {
    [DP_TONE_TEXT] = { { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, B } },
                       { { 16, 231, 0 }, { 0, 15, 0 }, { 0, 7, 0 } } },
    [DP_TONE_STRONG] = { { { 231, 16, B }, { 15, 0, B }, { 7, 0, B } },
                         { { 16, 231, B }, { 0, 15, B }, { 0, 7, B } } },
    [DP_TONE_MUTED] = { { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, 0 } },
                        { { 16, 231, 0 }, { 0, 15, 0 }, { 0, 7, 0 } } },
    [DP_TONE_FRAME] = { { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, 0 } },
                        { { 16, 231, 0 }, { 0, 15, 0 }, { 0, 7, 0 } } },
    [DP_TONE_ACCENT] = { { { 226, 16, B }, { 11, 0, B }, { 3, 0, B } },
                         { { 18, 231, B }, { 4, 15, B }, { 4, 7, B } } },
    [DP_TONE_BIG_DIGIT] = { { { 226, 16, 0 }, { 11, 0, 0 }, { 3, 0, B } },
                            { { 18, 231, 0 }, { 4, 15, 0 }, { 4, 7, 0 } } },
    [DP_TONE_WARNING] = { { { 16, 226, B }, { 0, 11, 0 }, { 0, 3, 0 } },
                          { { 231, 88, B }, { 15, 1, 0 }, { 7, 1, B } } },
    [DP_TONE_PAPER] = { { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, 0 } },
                        { { 16, 231, 0 }, { 0, 15, 0 }, { 0, 7, 0 } } },
    [DP_TONE_CURSOR] = { { { 16, 226, B }, { 0, 11, 0 }, { 0, 3, 0 } },
                         { { 231, 18, B }, { 15, 4, 0 }, { 7, 4, B } } },
};

dp_paint dp_palette_paint(const dp_palette *palette, dp_tone tone)
{
    int column = palette->colors >= 256  ? 0
                 : palette->colors >= 16 ? 1
                 : palette->colors >= 8  ? 2
                                         : 3;
    const looks *l =
        palette->high_contrast && column < 3 ? &high_contrast[tone] : &paints[tone];
    return palette->light ? l->light[column] : l->dark[column];
}

typedef struct substitute {
    uint32_t glyph, blocks, ascii;
} substitute;

/* All characters beyond ASCII that the views use. */
static const substitute substitutes[] = {
    { U'─', U'─', '-' }, { U'│', U'│', '|' }, { U'╭', U'┌', '+' }, { U'╮', U'┐', '+' },
    { U'╰', U'└', '+' }, { U'╯', U'┘', '+' }, { U'·', U'·', '-' }, { U'▸', '>', '>' },
    { U'µ', U'µ', 'u' }, { U'█', U'█', '#' }, { U'▀', U'▀', '"' }, { U'▄', U'▄', 'o' },
    { U'┼', U'┼', '+' }, { U'●', '*', '*' },  { U'×', 'x', 'x' },  { U'↑', U'↑', '^' },
    { U'↓', U'↓', 'v' }, { U'…', '-', '-' },
};

static const substitute *find_substitute(uint32_t glyph)
{
    for (size_t i = 0; i < DP_COUNT(substitutes); i++)
        if (substitutes[i].glyph == glyph)
            return &substitutes[i];
    return NULL;
}

bool dp_palette_knows(uint32_t glyph)
{
    return find_substitute(glyph) != NULL;
}

uint32_t dp_palette_glyph(const dp_palette *palette, uint32_t glyph)
{
    if (glyph < 0x7f || palette->charset == DP_CHARSET_UNICODE)
        return glyph;
    const substitute *s = find_substitute(glyph);
    if (s)
        return palette->charset == DP_CHARSET_BLOCKS ? s->blocks : s->ascii;
    return palette->charset == DP_CHARSET_BLOCKS ? glyph : '?';
}

/* The 16 colours vary between terminals, the cube and the ramp do not. */
void dp_palette_rgb(uint8_t rgb[3], int color)
{
    static const uint8_t basic[16][3] = {
        { 0, 0, 0 },       { 205, 0, 0 },   { 0, 205, 0 },   { 205, 205, 0 },
        { 0, 0, 238 },     { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
        { 127, 127, 127 }, { 255, 0, 0 },   { 0, 255, 0 },   { 255, 255, 0 },
        { 92, 92, 255 },   { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
    };
    static const uint8_t cube[6] = { 0, 95, 135, 175, 215, 255 };
    for (int i = 0; i < 3; i++) {
        int digit = i == 0 ? (color - 16) / 36 : i == 1 ? (color - 16) / 6 : color - 16;
        rgb[i] = color < 16    ? basic[color][i]
                 : color < 232 ? cube[digit % 6]
                               : (uint8_t)(8 + 10 * (color - 232));
    }
}

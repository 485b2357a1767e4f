#include "config.h"

#include "tui/term/palette.h"

#include "engine/core/arith.h"

#include <stdbool.h>
#include <stddef.h>

enum { D = DP_COLOR_DEFAULT };

/* Rows: tones; columns: 256, 16, 8 and no colours. The foregrounds are readable on light and
 * dark backgrounds. The tones of the pad have a background of their own. */
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
    [DP_TONE_BIG_DIGIT] = { { 37, D, 0 }, { 6, D, 0 }, { 6, D, 0 }, { D, D, 0 } },
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

/* White on black, and yellow for accents: a contrast of at least 19 to 1. Columns: 256, 16 and
 * 8 colours. */
static const dp_paint high_contrast[][3] = {
    [DP_TONE_TEXT] = { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, DP_ATTR_BOLD } },
    [DP_TONE_STRONG] = { { 231, 16, DP_ATTR_BOLD },
                         { 15, 0, DP_ATTR_BOLD },
                         { 7, 0, DP_ATTR_BOLD } },
    [DP_TONE_MUTED] = { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, 0 } },
    [DP_TONE_FRAME] = { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, 0 } },
    [DP_TONE_ACCENT] = { { 226, 16, DP_ATTR_BOLD },
                         { 11, 0, DP_ATTR_BOLD },
                         { 3, 0, DP_ATTR_BOLD } },
    [DP_TONE_BIG_DIGIT] = { { 226, 16, 0 }, { 11, 0, 0 }, { 3, 0, DP_ATTR_BOLD } },
    [DP_TONE_WARNING] = { { 16, 226, DP_ATTR_BOLD }, { 0, 11, 0 }, { 0, 3, 0 } },
    [DP_TONE_PAPER] = { { 231, 16, 0 }, { 15, 0, 0 }, { 7, 0, 0 } },
    [DP_TONE_CURSOR] = { { 16, 226, DP_ATTR_BOLD }, { 0, 11, 0 }, { 0, 3, 0 } },
};

dp_paint dp_palette_paint(const dp_palette *palette, dp_tone tone)
{
    int column = palette->colors >= 256  ? 0
                 : palette->colors >= 16 ? 1
                 : palette->colors >= 8  ? 2
                                         : 3;
    if (palette->high_contrast && palette->colors >= 8)
        return high_contrast[tone][column];
    return paints[tone][column];
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

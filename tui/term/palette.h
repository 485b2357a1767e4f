/* What the terminal can show, and how things look in it: the one place that knows about
 * colour depth and character sets. Views ask here and stay the same everywhere. */
#ifndef DP_TUI_TERM_PALETTE_H
#define DP_TUI_TERM_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum dp_charset {
    DP_CHARSET_ASCII,
    DP_CHARSET_BLOCKS,  /* box lines and half blocks, as on the Linux console */
    DP_CHARSET_UNICODE, /* rounded corners and eighth blocks too */
} dp_charset;

typedef struct dp_palette {
    dp_charset charset;
    int colors;         /* 0 (monochrome), 8, 16 or 256 */
    bool high_contrast; /* white on black, whatever the terminal's own colours are */
} dp_palette;

enum {
    DP_ATTR_BOLD = 1,
    DP_ATTR_DIM = 2,
    DP_ATTR_REVERSE = 4,
};

enum { DP_COLOR_DEFAULT = -1 };

/* Colours are indices of the terminal's palette, or DP_COLOR_DEFAULT. */
typedef struct dp_paint {
    int16_t fg, bg;
    uint8_t attr;
} dp_paint;

typedef struct dp_cell {
    uint32_t glyph; /* a Unicode character one column wide */
    dp_paint paint;
} dp_cell;

/* What a piece of text is for. */
typedef enum dp_tone {
    DP_TONE_TEXT,
    DP_TONE_STRONG,
    DP_TONE_MUTED,
    DP_TONE_FRAME,
    DP_TONE_ACCENT,    /* the answer */
    DP_TONE_BIG_DIGIT, /* the answer, large: to blocks bold would only add bytes */
    DP_TONE_WARNING,
    DP_TONE_PAPER,  /* a remark on the empty pad */
    DP_TONE_CURSOR, /* the crosshair */
} dp_tone;

dp_paint dp_palette_paint(const dp_palette *palette, dp_tone tone);

/* The character itself, or what stands for it in a poorer character set. */
uint32_t dp_palette_glyph(const dp_palette *palette, uint32_t glyph);

/* The cell whose upper and lower half show these amounts of ink, 0 … 1, light on dark: a
 * half block in two greys, in as many levels as there are colours; coloured spaces where
 * half blocks are missing; punctuation where both are. `left` is the cell before, or NULL:
 * where its colours serve they are used again, which saves bytes on the way to the terminal. */
dp_cell dp_palette_pixels(const dp_palette *palette, float upper, float lower,
                          const dp_cell *left);

/* The same for the upper and lower ink of a cell that argues for an answer (share > 0) or
 * against it (< 0), −1 … 1: in colours, and by + and - where the ink says much. */
dp_cell dp_palette_arguing(const dp_palette *palette, const float ink[2],
                           const float share[2], const dp_cell *left);

/* The same with an outline through the upper or lower half: in a colour of its own, or
 * light on dark and dark on light. */
dp_cell dp_palette_outline(const dp_palette *palette, const float ink[2],
                           const bool on[2]);

/* The same in one colour on the terminal's own background. */
dp_cell dp_palette_big_digit(const dp_palette *palette, float upper, float lower,
                             dp_tone tone);

/* A cell of a bar that is filled to `eighths` in 1 … 8 of its width. */
dp_cell dp_palette_bar(const dp_palette *palette, int eighths, dp_tone tone);

#endif

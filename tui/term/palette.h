/* How everything looks with the colours and characters that a terminal has. Only this module
 * distinguishes colour depths and character sets; the views ask it and need no cases. */
#ifndef DP_TUI_TERM_PALETTE_H
#define DP_TUI_TERM_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum dp_charset {
    DP_CHARSET_ASCII,
    DP_CHARSET_BLOCKS,  /* also box lines and half blocks: the Linux console */
    DP_CHARSET_UNICODE, /* also rounded corners and eighth blocks */
} dp_charset;

/* What --charset asks for. */
typedef enum dp_charset_choice {
    DP_CHARSET_AUTO, /* UTF-8 if the locale is */
    DP_CHARSET_ALWAYS_UTF8,
    DP_CHARSET_ALWAYS_ASCII,
} dp_charset_choice;

typedef struct dp_palette {
    dp_charset charset;
    int colors;         /* 0 (monochrome), 8, 16 or 256 */
    bool high_contrast; /* black and white instead of the terminal's own colours */
    bool light;         /* the terminal's background is light: dark ink on light paper */
} dp_palette;

enum {
    DP_ATTR_BOLD = 1,
    DP_ATTR_DIM = 2,
    DP_ATTR_REVERSE = 4,
};

enum { DP_COLOR_DEFAULT = -1 };

/* Colours are indices into the terminal's palette, or DP_COLOR_DEFAULT. */
typedef struct dp_paint {
    int16_t fg, bg;
    uint8_t attr; /* a set of DP_ATTR_… */
} dp_paint;

typedef struct dp_cell {
    uint32_t glyph; /* a Unicode character one column wide */
    dp_paint paint;
} dp_cell;

/* The role of a piece of text, which decides its colours. */
typedef enum dp_tone {
    DP_TONE_TEXT,
    DP_TONE_STRONG,
    DP_TONE_MUTED,
    DP_TONE_FRAME,
    DP_TONE_ACCENT,    /* the answer */
    DP_TONE_BIG_DIGIT, /* the large digit: as DP_TONE_ACCENT, not bold */
    DP_TONE_WARNING,
    DP_TONE_PAPER,  /* text on the empty pad */
    DP_TONE_CURSOR, /* the crosshair */
} dp_tone;

dp_paint dp_palette_paint(const dp_palette *palette, dp_tone tone);

/* The character itself, or its substitute if the character set lacks it. */
uint32_t dp_palette_glyph(const dp_palette *palette, uint32_t glyph);

/* Whether a character beyond ASCII is one of those that the views use. They are one column wide and
 * have substitutes. */
bool dp_palette_knows(uint32_t glyph);

/* The colour of an amount of ink, 0 … 1, if there are at least eight colours. */
int dp_palette_ink(const dp_palette *palette, float ink);

/* Red, green and blue of a colour of the palette, as xterm has them by default. */
void dp_palette_rgb(uint8_t rgb[3], int color);

/* A cell whose upper and lower half show these amounts of ink, 0 … 1, on paper: a half
 * block in two greys; a coloured space if there are no half blocks; punctuation if there are
 * no colours either. `left` is the cell to the left, or NULL: its colours are reused if they
 * fit, which saves bytes. */
dp_cell dp_palette_pixels(const dp_palette *palette, float upper, float lower,
                          const dp_cell *left);

/* The same for ink with attributions of −1 … 1 (pad/insight.h): coloured by whether the ink
 * speaks for the answer (> 0) or against it (< 0), and marked + or - if it does so strongly.
 * Both arrays hold the upper and the lower half. */
dp_cell dp_palette_attribution(const dp_palette *palette, const float ink[2],
                               const float attribution[2], const dp_cell *left);

/* The colour of one pixel of these, if there are at least eight colours; and the sign of a cell with
 * ink in both halves, by their mean: 1, −1, or 0 if it gets none. */
int dp_palette_attribution_color(const dp_palette *palette, float ink, float attribution);
int dp_palette_sign(float attribution);

/* The same with an outline through the halves that are `on`: in the accent colour, or
 * inverted if there are no colours. */
dp_cell dp_palette_outline(const dp_palette *palette, const float ink[2],
                           const bool on[2]);

/* A cell of a large digit: one colour on the terminal's own background. */
dp_cell dp_palette_big_digit(const dp_palette *palette, float upper, float lower,
                             dp_tone tone);

/* A cell of a bar, filled from the left to `eighths` (1 … 8) of its width. */
dp_cell dp_palette_bar(const dp_palette *palette, int eighths, dp_tone tone);

#endif

/* Prints square images in a terminal, a column for each pixel and a line for two rows: an image of
 * 28×28 pixels has 28 columns and 14 lines. */
#ifndef DP_TUI_CLI_THUMBNAIL_H
#define DP_TUI_CLI_THUMBNAIL_H

#include "engine/core/shape.h"
#include "tui/term/out.h"

#include <stdint.h>
#include <stdio.h>

typedef enum dp_thumbnail_style {
    DP_THUMBNAIL_ASCII, /* ten characters, from light to dark; one for two pixels */
    DP_THUMBNAIL_UTF8,  /* half blocks; pixels from 128 up are ink */
    DP_THUMBNAIL_COLOR, /* half blocks in 24 greys */
} dp_thumbnail_style;

enum { DP_THUMBNAIL_LINES = DP_SIDE / 2 }; /* of 28×28 pixels */

/* The style for --charset (0 auto, 1 UTF-8, 2 ASCII) and --color on this stream. */
dp_thumbnail_style dp_thumbnail_style_for(FILE *f, int charset, dp_when color);

/* Print line 0 … side/2 − 1 of an image [side, side] (ink is 255, paper 0; side is even) without a
 * newline, so that images can be printed side by side. */
void dp_thumbnail_print_line(FILE *f, const uint8_t *image, int side, int line,
                             dp_thumbnail_style style);

#endif

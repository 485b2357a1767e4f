/* Prints 28×28 images in a terminal, 28 columns wide and 14 lines high. */
#ifndef DP_TUI_CLI_THUMBNAIL_H
#define DP_TUI_CLI_THUMBNAIL_H

#include "engine/core/shape.h"

#include <stdint.h>
#include <stdio.h>

typedef enum dp_thumbnail_style {
    DP_THUMBNAIL_ASCII, /* ten characters, from light to dark; one for two pixels */
    DP_THUMBNAIL_UTF8,  /* half blocks; pixels from 128 up are ink */
    DP_THUMBNAIL_COLOR, /* half blocks in 24 greys */
} dp_thumbnail_style;

enum { DP_THUMBNAIL_LINES = DP_SIDE / 2 };

/* Print line 0 … 13 of an image (ink is 255, paper 0) without a newline, so that images
 * can be printed side by side. */
void dp_thumbnail_print_line(FILE *f, const uint8_t image[DP_PIXELS], int line,
                             dp_thumbnail_style style);

#endif

/* Writes the screen of a pseudo-terminal as SVG. */
#ifndef DP_TESTS_PTY_SVG_H
#define DP_TESTS_PTY_SVG_H

#include "tests/pty/pty.h"
#include "tui/term/rect.h"

#include <stdio.h>

/* The terminal's own colours, 0xrrggbb. */
typedef struct svg_theme {
    unsigned ink, paper;
} svg_theme;

extern const svg_theme svg_dark, svg_light;

/* What stands before and after the cells. */
void svg_begin(FILE *f, int cols, int rows, svg_theme t);
void svg_end(FILE *f);

/* Cells of the screen, at their place in the picture. */
void svg_cells(FILE *f, const pty *p, dp_rect cells, svg_theme t);

#endif

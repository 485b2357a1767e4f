/* Writes a screen as text, so that it can be stored and compared. */
#ifndef DP_TESTS_PTY_DUMP_H
#define DP_TESTS_PTY_DUMP_H

#include "tests/pty/pty.h"

#include <stdio.h>

/* Write three parts: the characters of each row; for each row with colours or attributes, its
 * runs of cells, as "3: a2 b40 a" (row 3: two cells of kind a, 40 of b, the rest a); and the
 * kinds, as foreground/background with +b for bold and +r for reverse. Dots replace a latency
 * ("318 µs"), which differs each time. */
void dump_screen(FILE *f, const pty *p, const char *title);

#endif

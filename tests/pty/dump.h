/* A screen as text that can be kept and compared: every cell's character, then its colours
 * and attributes by runs. */
#ifndef DP_TESTS_PTY_DUMP_H
#define DP_TESTS_PTY_DUMP_H

#include "tests/pty/pty.h"

#include <stdio.h>

/* Write rows of characters; for each row whose cells are not all plain, runs such as
 * "3: a2 b40 a"; and what the letters are: foreground/background, and + with b(old)
 * r(everse). How long the network took, "318 µs", changes each time: dots stand for it. */
void dump_screen(FILE *f, const pty *p, const char *title);

#endif

/* Recorded pen strokes as mouse reports on the pad. */
#ifndef DP_TESTS_TUI_REPLAY_H
#define DP_TESTS_TUI_REPLAY_H

#include "engine/strokes.h"
#include "tests/tui/pty.h"
#include "tui/layout.h"

/* Draw with the mouse, scaled so that the longest side takes `size` of the pad's (0 … 1),
 * centred, one report for each cell that the pen comes to. */
void replay_strokes(pty *p, const dp_strokes *s, dp_rect pad, float size);

/* The same for "FILE[:LINE]", one drawing a line as the pad saves them, on the pad of a
 * window of the terminal's size. False where there is no such drawing. */
bool replay_file(pty *p, const char *where);

#endif

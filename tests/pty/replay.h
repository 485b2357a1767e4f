/* Recorded pen strokes as mouse reports on the pad. */
#ifndef DP_TESTS_PTY_REPLAY_H
#define DP_TESTS_PTY_REPLAY_H

#include "engine/ink/strokes.h"
#include "tests/pty/pty.h"
#include "tui/pad/layout.h"

/* How a drawing is put on the pad. */
typedef struct replay_manner {
    float size;   /* of its longest side, as a part of the pad's: 0 … 1 */
    float x, y;   /* −1 at the left or upper edge, 0 centred, 1 at the other edge */
    int pause_us; /* after each report; 0: a stroke is one burst */
} replay_manner;

/* Draw with the mouse, one report for each cell that the pen comes to. */
void replay_strokes(pty *p, const dp_strokes *s, dp_rect pad, replay_manner manner);

/* The same for "FILE[:LINE]", one drawing a line as the pad saves them, on the pad of a
 * window of the terminal's size. False where there is no such drawing. */
bool replay_file(pty *p, const char *where);

#endif

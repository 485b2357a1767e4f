/* Draws recorded pen strokes on the pad, as mouse reports. */
#ifndef DP_TESTS_PTY_REPLAY_H
#define DP_TESTS_PTY_REPLAY_H

#include "engine/ink/strokes.h"
#include "tests/pty/pty.h"
#include "tui/pad/layout.h"

/* How to place a drawing on the pad. */
typedef struct replay_manner {
    float size;   /* its longest side, as a fraction of the pad's */
    float x, y;   /* −1: at the left or upper edge; 0: centred; 1: at the other edge */
    int pause_us; /* after each report; 0: send a stroke in one burst */
    int cell_w, cell_h; /* of a cell, to report pixels; 0: report cells */
    void (*after)(void *context, pty *p); /* called after each report; NULL: none */
    void *context;
} replay_manner;

/* Draw with the mouse: one report for each cell that the pen enters, or for each pixel at which it
 * was recorded. */
void replay_strokes(pty *p, const dp_strokes *s, dp_rect pad, replay_manner manner);

/* The same for the drawing in a line of a file of drawings: "FILE[:LINE]", by default line 1.
 * False if there is none. */
bool replay_file(pty *p, const char *where, replay_manner manner);

#endif

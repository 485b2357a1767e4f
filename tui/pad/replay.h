/* Shows a drawing again as it was drawn, from the times of its points. */
#ifndef DP_TUI_PAD_REPLAY_H
#define DP_TUI_PAD_REPLAY_H

#include "engine/ink/strokes.h"

/* Zeroed: no replay is running. */
typedef struct dp_replay {
    bool on;
    dp_strokes whole; /* its time_ms: when each point appears, from start_ms on */
    dp_strokes shown; /* the part that has been reached */
    int64_t start_ms;
} dp_replay;

/* Start a replay of a copy of the drawing. Long pauses are shortened; a drawing without times
 * gets a steady pace, of 2.5 times its longer side a second. DP_INPUT if the drawing is empty; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_replay_start(dp_replay *r, const dp_strokes *drawing, int64_t now_ms,
                        dp_err *err);

/* Advance to now_ms. Returns whether there is something new to show. The replay stops by itself
 * once everything has been shown. */
bool dp_replay_advance(dp_replay *r, int64_t now_ms);

void dp_replay_stop(dp_replay *r);

#endif

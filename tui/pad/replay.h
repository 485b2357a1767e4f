/* A drawing drawn again as it was recorded, from its times. */
#ifndef DP_TUI_PAD_REPLAY_H
#define DP_TUI_PAD_REPLAY_H

#include "engine/ink/strokes.h"

/* Zeroed: nothing is played. */
typedef struct dp_replay {
    bool on;
    dp_strokes whole; /* its time_ms are when each point appears */
    dp_strokes shown; /* what there is of it so far */
    int64_t start_ms;
} dp_replay;

/* Begin at now_ms. Long pauses are shortened; a drawing without times gets some. DP_NOMEM;
 * DP_INPUT where nothing is drawn. */
DP_MUST_CHECK
dp_code dp_replay_start(dp_replay *r, const dp_strokes *drawing, int64_t now_ms,
                        dp_err *err);

/* Show what there is at now_ms. True where that is more than before. It ends by itself once all
 * is shown. */
bool dp_replay_advance(dp_replay *r, int64_t now_ms);

void dp_replay_stop(dp_replay *r);

#endif

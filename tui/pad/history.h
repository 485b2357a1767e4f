/* The drawing on the pad with its history. Clearing starts a new page, so that undo brings
 * back what was cleared like any stroke. */
#ifndef DP_TUI_PAD_HISTORY_H
#define DP_TUI_PAD_HISTORY_H

#include "engine/ink/strokes.h"

enum { DP_DRAWING_MAX_PAGES = 32 }; /* older ones are forgotten */

/* A zeroed struct is one empty page. */
typedef struct dp_history {
    dp_strokes page[DP_DRAWING_MAX_PAGES];
    int current, last; /* pages after the current one can come back by redo */
} dp_history;

void dp_history_free(dp_history *d);

/* The strokes of the current page, valid until the next change. */
const dp_strokes *dp_history_strokes(const dp_history *d);

/* As dp_strokes_begin and dp_strokes_extend; what was undone is gone for good. */
DP_MUST_CHECK
dp_code dp_history_begin(dp_history *d, dp_tool tool, float width, dp_point p,
                         int32_t time_ms, dp_err *err);
DP_MUST_CHECK
dp_code dp_history_extend(dp_history *d, dp_point p, int32_t time_ms, dp_err *err);

/* Replace everything, history included, by these strokes, which are taken over. */
void dp_history_adopt(dp_history *d, dp_strokes *strokes);

/* Start a new page. False where this one is empty already. */
bool dp_history_new_page(dp_history *d);

/* Take back or bring back a stroke or a new page. False where there is none. */
bool dp_history_undo(dp_history *d);
bool dp_history_redo(dp_history *d);

#endif

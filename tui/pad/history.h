/* The drawing on the pad, with undo and redo. Clearing the pad starts a new page, so that undo
 * can take back the clearing as well. */
#ifndef DP_TUI_PAD_HISTORY_H
#define DP_TUI_PAD_HISTORY_H

#include "engine/ink/strokes.h"

enum { DP_HISTORY_MAX_PAGES = 32 }; /* then the oldest page is dropped */

/* Zeroed: one empty page. */
typedef struct dp_history {
    dp_strokes page[DP_HISTORY_MAX_PAGES];
    int current, last; /* redo can reach the pages after `current`, up to `last` */
} dp_history;

void dp_history_free(dp_history *h);

/* The strokes of the current page; valid until the next change. */
const dp_strokes *dp_history_strokes(const dp_history *h);

/* Begin a stroke, or add a point to the last one: dp_strokes_begin and dp_strokes_extend, with
 * their errors. A new stroke discards everything that redo could bring back. */
DP_MUST_CHECK
dp_code dp_history_begin(dp_history *h, dp_tool tool, float width, dp_point p,
                         int32_t time_ms, dp_err *err);
DP_MUST_CHECK
dp_code dp_history_extend(dp_history *h, dp_point p, int32_t time_ms, dp_err *err);

/* Keep only the first n points of the last stroke: dp_strokes_shorten. */
void dp_history_shorten(dp_history *h, int n);

/* Replace all pages by one with these strokes. Takes ownership: *strokes is empty afterwards. */
void dp_history_adopt(dp_history *h, dp_strokes *strokes);

/* Start a new page. False if the current one is already empty. */
bool dp_history_new_page(dp_history *h);

/* Undo or redo the last stroke or new page. False if there is nothing to undo or redo. */
bool dp_history_undo(dp_history *h);
bool dp_history_redo(dp_history *h);

#endif

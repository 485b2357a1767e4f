#include "config.h"

#include "tui/pad/history.h"

#include <string.h>

static dp_strokes *page(dp_history *d)
{
    return &d->page[d->current];
}

static void forget_later_pages(dp_history *d)
{
    while (d->last > d->current)
        dp_strokes_clear(&d->page[d->last--]);
}

void dp_history_free(dp_history *d)
{
    for (int i = 0; i <= d->last; i++)
        dp_strokes_clear(&d->page[i]);
    d->current = d->last = 0;
}

const dp_strokes *dp_history_strokes(const dp_history *d)
{
    return &d->page[d->current];
}

dp_code dp_history_begin(dp_history *d, dp_tool tool, float width, dp_point p,
                         int32_t time_ms, dp_err *err)
{
    dp_code code = dp_strokes_begin(page(d), tool, width, p, time_ms, err);
    if (code == DP_OK)
        forget_later_pages(d);
    return code;
}

dp_code dp_history_extend(dp_history *d, dp_point p, int32_t time_ms, dp_err *err)
{
    return dp_strokes_extend(page(d), p, time_ms, err);
}

void dp_history_adopt(dp_history *d, dp_strokes *strokes)
{
    dp_history_free(d);
    d->page[0] = *strokes;
    *strokes = (dp_strokes){ 0 };
}

bool dp_history_new_page(dp_history *d)
{
    if (page(d)->n_strokes == 0)
        return false;
    page(d)->n_kept = page(d)->n_strokes;
    forget_later_pages(d);
    if (d->current == DP_DRAWING_MAX_PAGES - 1) {
        dp_strokes_clear(&d->page[0]);
        memmove(&d->page[0], &d->page[1], (size_t)d->current * sizeof d->page[0]);
    } else {
        d->current++;
    }
    d->last = d->current;
    *page(d) = (dp_strokes){ 0 };
    return true;
}

bool dp_history_undo(dp_history *d)
{
    if (dp_strokes_undo(page(d)))
        return true;
    if (d->current == 0)
        return false;
    d->current--;
    return true;
}

bool dp_history_redo(dp_history *d)
{
    if (dp_strokes_redo(page(d)))
        return true;
    if (d->current == d->last)
        return false;
    d->current++;
    return true;
}

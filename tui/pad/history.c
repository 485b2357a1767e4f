#include "config.h"

#include "tui/pad/history.h"

#include <string.h>

static dp_strokes *page(dp_history *h)
{
    return &h->page[h->current];
}

static void forget_later_pages(dp_history *h)
{
    while (h->last > h->current)
        dp_strokes_clear(&h->page[h->last--]);
}

void dp_history_free(dp_history *h)
{
    for (int i = 0; i <= h->last; i++)
        dp_strokes_clear(&h->page[i]);
    h->current = h->last = 0;
}

const dp_strokes *dp_history_strokes(const dp_history *h)
{
    return &h->page[h->current];
}

dp_code dp_history_begin(dp_history *h, dp_tool tool, float width, dp_point p,
                         int32_t time_ms, dp_err *err)
{
    dp_code code = dp_strokes_begin(page(h), tool, width, p, time_ms, err);
    if (code == DP_OK)
        forget_later_pages(h);
    return code;
}

dp_code dp_history_extend(dp_history *h, dp_point p, int32_t time_ms, dp_err *err)
{
    return dp_strokes_extend(page(h), p, time_ms, err);
}

void dp_history_shorten(dp_history *h, int n)
{
    dp_strokes_shorten(page(h), n);
}

void dp_history_adopt(dp_history *h, dp_strokes *strokes)
{
    dp_history_free(h);
    h->page[0] = *strokes;
    *strokes = (dp_strokes){ 0 };
}

bool dp_history_new_page(dp_history *h)
{
    if (page(h)->n_strokes == 0)
        return false;
    page(h)->n_kept = page(h)->n_strokes;
    forget_later_pages(h);
    if (h->current == DP_HISTORY_MAX_PAGES - 1) {
        dp_strokes_clear(&h->page[0]);
        memmove(&h->page[0], &h->page[1], (size_t)h->current * sizeof h->page[0]);
    } else {
        h->current++;
    }
    h->last = h->current;
    *page(h) = (dp_strokes){ 0 };
    return true;
}

bool dp_history_undo(dp_history *h)
{
    if (dp_strokes_undo(page(h)))
        return true;
    if (h->current == 0)
        return false;
    h->current--;
    return true;
}

bool dp_history_redo(dp_history *h)
{
    if (dp_strokes_redo(page(h)))
        return true;
    if (h->current == h->last)
        return false;
    h->current++;
    return true;
}

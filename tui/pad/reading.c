#include "config.h"

#include "tui/pad/reading.h"

#include <string.h>
#include <time.h>

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Two that reject say the same, whatever digit it most looks like. */
static void ask_second(dp_reading *a, dp_session *other)
{
    dp_prediction p;
    dp_session_predict(other, a->image, 1, &p);
    int digit = p.rank[0];
    if (p.rejected || (digit == a->prediction.rank[0] && !a->prediction.rejected))
        return;
    const char *name = dp_model_get_info(dp_session_model(other))->name;
    a->second = (dp_second_opinion){ name, digit, p.prob[digit] };
}

void dp_reading_ask(dp_reading *a, dp_session *session, dp_session *other,
                    const dp_strokes *strokes)
{
    int64_t start = now_ns();
    a->second.name = NULL;
    a->ink = dp_segment_strokes(&a->number, session, strokes);
    const dp_segment *digit = &a->number.digit[a->number.weakest];
    memcpy(a->image, digit->image, sizeof a->image);
    if (a->ink != DP_INK_ENOUGH)
        return;
    a->where = digit->placement;
    a->prediction = digit->prediction;
    a->latency_us = (int)((now_ns() - start + 500) / 1000);
    if (other && a->number.n == 1)
        ask_second(a, other);
}

#include "config.h"

#include "tui/answer.h"

#include <time.h>

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void dp_answer_ask(dp_answer *a, dp_session *session, const dp_strokes *strokes)
{
    int64_t start = now_ns();
    a->ink = dp_preproc_strokes_placed(a->image, &a->where, strokes);
    if (a->ink != DP_INK_ENOUGH)
        return;
    dp_session_predict(session, a->image, 1, &a->prediction);
    a->latency_us = (int)((now_ns() - start + 500) / 1000);
}

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

/* A second network that rejects the drawing as well agrees, whatever its best digit is. A
 * rejection by the first one alone is a difference. */
static void ask_second(dp_pad_reading *reading, dp_session *other)
{
    dp_prediction p;
    dp_session_predict(other, reading->image, 1, &p);
    int digit = p.rank[0];
    if (p.rejected)
        return;
    if (digit == reading->prediction.rank[0] && !reading->prediction.rejected)
        return;
    const char *name = dp_model_get_info(dp_session_model(other))->name;
    reading->second = (dp_second_opinion){ name, digit, p.prob[digit] };
}

/* Fill in what follows from `ink` and `number`, which were found from `start` on. */
static void complete(dp_pad_reading *reading, dp_session *other, int64_t start)
{
    const dp_segment *weakest = &reading->number.digit[reading->number.weakest];
    memcpy(reading->image, weakest->image, sizeof reading->image);
    if (reading->ink != DP_INK_ENOUGH)
        return;
    reading->placement = weakest->placement;
    reading->prediction = weakest->prediction;
    reading->latency_us = (int)((now_ns() - start + 500) / 1000);
    if (other && reading->number.n == 1)
        ask_second(reading, other);
}

void dp_pad_reading_update(dp_pad_reading *reading, dp_session *session,
                           dp_session *other, const dp_strokes *strokes)
{
    const int64_t start = now_ns();
    reading->second.name = NULL;
    reading->of_picture = false;
    reading->ink = dp_segment_strokes(&reading->number, session, strokes);
    complete(reading, other, start);
}

void dp_pad_reading_of_picture(dp_pad_reading *reading, dp_session *session,
                               dp_session *other, dp_page *page, const dp_gray *picture)
{
    const dp_normalize_options as_predict = { .mode = DP_NORMALIZE_AUTO };
    const int64_t start = now_ns();
    reading->second.name = NULL;
    reading->of_picture = true;
    dp_code code =
        dp_segment_image(&reading->number, page, session, picture, as_predict, NULL);
    if (code)
        reading->number = (dp_segmentation){ 0 };
    reading->ink = reading->number.n > 0 ? DP_INK_ENOUGH : DP_INK_BLANK;
    complete(reading, other, start);
}

#include "config.h"

#include "engine/segment/choose.h"

#include "engine/core/arith.h"

#include <string.h>

/* A reading that is small beside the most plausible one may be the paper inside of a
 * digit of a number, which can look like a 1. */
#define SMALLER  3.0F /* of evidence */
#define UNLIKELY 0.3F /* so much less doubt makes a later reading more plausible */

enum { SMALL = 3 }; /* readings of less than 1/SMALL of the size are small */

/* The first reading, or a later one whose polarity is more plausible. */
static int find_plausible(const dp_page *page)
{
    int best = 0;
    for (int i = 1; i < dp_page_count(page); i++)
        if (dp_page_reading(page, i)->doubt + UNLIKELY <
            dp_page_reading(page, best)->doubt)
            best = i;
    return best;
}

static float score_of(const dp_prediction *p, const dp_reading *r, int size)
{
    const float small = SMALL * r->size < size ? SMALLER : 0;
    return p->evidence - DP_DOUBT * r->doubt - small;
}

static void predict_readings(dp_prediction out[DP_READINGS_MAX], dp_session *session,
                             const dp_page *page)
{
    uint8_t images[DP_READINGS_MAX][DP_PIXELS];
    const int n = dp_page_count(page), batch = dp_session_max_batch(session);
    for (int i = 0; i < n; i++)
        memcpy(images[i], dp_page_reading(page, i)->image, DP_PIXELS);
    for (int i = 0; i < n; i += batch)
        dp_session_predict(session, images[i], dp_min_int(n - i, batch), out + i);
}

/* The reading that looks most like a digit. */
static int find_digit(const dp_prediction *p, const dp_page *page)
{
    const int size = dp_page_reading(page, find_plausible(page))->size;
    int best = 0;
    for (int i = 1; i < dp_page_count(page); i++)
        if (score_of(&p[i], dp_page_reading(page, i), size) >
            score_of(&p[best], dp_page_reading(page, best), size))
            best = i;
    return best;
}

dp_code dp_choose_reading(int *chosen, dp_page *page, dp_session *session,
                          const dp_gray *in, dp_normalize_options options, dp_err *err)
{
    dp_prediction predictions[DP_READINGS_MAX];
    dp_code code = dp_page_read(page, in, options, err);
    if (code)
        return code;
    *chosen = 0;
    if (dp_page_count(page) > 1) {
        predict_readings(predictions, session, page);
        *chosen = find_digit(predictions, page);
    }
    return DP_OK;
}

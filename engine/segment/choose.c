#include "config.h"

#include "engine/segment/choose.h"

#include "engine/core/arith.h"

#include <string.h>

static float score_of(const dp_prediction *p, const dp_reading *r)
{
    return p->evidence - DP_DOUBT * r->doubt;
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

dp_code dp_choose_reading(int *chosen, dp_page *page, dp_session *session,
                          const dp_gray *in, dp_normalize_options options, dp_err *err)
{
    dp_prediction predictions[DP_READINGS_MAX];
    dp_code code = dp_page_read(page, in, options, err);
    if (code)
        return code;
    const int n = dp_page_count(page);
    int best = 0;
    if (n > 1)
        predict_readings(predictions, session, page);
    for (int i = 1; i < n; i++)
        if (score_of(&predictions[i], dp_page_reading(page, i)) >
            score_of(&predictions[best], dp_page_reading(page, best)))
            best = i;
    *chosen = best;
    return DP_OK;
}

#include "config.h"

#include "engine/eval/rejection.h"

#include <stdlib.h>

static const uint64_t seed = UINT64_C(0x6e6f742061206469); /* no training run uses it */
static const float pen_radius = 1.15f; /* that of dp_normalize_strokes */

enum { DRAWINGS = DP_OUTLIER_COUNT * DP_REJECTION_EACH };

/* pixels: [DRAWINGS, 784], those of a kind together. */
static dp_code draw(uint8_t *pixels, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < DRAWINGS && !code; i++) {
        const int kind = i / DP_REJECTION_EACH;
        dp_rng rng = dp_rng_stream(seed, (uint64_t)kind, (uint64_t)i % DP_REJECTION_EACH);
        code = dp_outlier_image(pixels + (size_t)i * DP_PIXELS, (dp_outlier)kind,
                                pen_radius, &rng, err);
    }
    return code;
}

static void count(dp_rejection out[DP_OUTLIER_COUNT], const bool rejected[DRAWINGS])
{
    for (int kind = 0; kind < DP_OUTLIER_COUNT; kind++) {
        out[kind] = (dp_rejection){ .n = DP_REJECTION_EACH };
        for (int i = 0; i < DP_REJECTION_EACH; i++)
            out[kind].rejected += *rejected++;
    }
}

/* All images are one call of the session, so that threads wait for each other only once. */
dp_code dp_rejection_predict(bool *rejected, const dp_model *model, const uint8_t *pixels,
                             int n, int threads, dp_err *err)
{
    dp_session *session;
    dp_code code = dp_model_check_digits(model, err);
    if (!code)
        code = dp_session_create(&session, model, n, threads, err);
    if (code)
        return code;
    dp_prediction *predictions = malloc((size_t)n * sizeof *predictions);
    if (predictions)
        dp_session_predict(session, pixels, n, predictions);
    else
        code = dp_fail(err, DP_NOMEM, "no memory for %d predictions", n);
    for (int i = 0; i < n && !code; i++)
        rejected[i] = predictions[i].rejected;
    free(predictions);
    dp_session_free(session);
    return code;
}

dp_code dp_rejection_measure(dp_rejection out[DP_OUTLIER_COUNT], const dp_model *model,
                             int threads, dp_err *err)
{
    uint8_t *pixels = malloc((size_t)DRAWINGS * DP_PIXELS);
    bool *rejected = malloc(DRAWINGS * sizeof *rejected);
    dp_code code = pixels && rejected ? draw(pixels, err)
                                      : dp_fail(err, DP_NOMEM, "no memory for drawings");
    if (!code)
        code = dp_rejection_predict(rejected, model, pixels, DRAWINGS, threads, err);
    if (!code)
        count(out, rejected);
    free(pixels);
    free(rejected);
    return code;
}

#include "config.h"

#include "engine/eval/rejection.h"

#include <stdlib.h>

static const uint64_t seed = UINT64_C(0x6e6f742061206469); /* no training run uses it */
static const float pen_radius = 1.15f; /* that of dp_normalize_strokes */

static dp_code measure_kind(dp_rejection *out, dp_outlier kind, dp_session *session,
                            uint8_t *pixels, dp_err *err)
{
    dp_prediction prediction[DP_REJECTION_EACH];
    for (size_t i = 0; i < DP_REJECTION_EACH; i++) {
        dp_rng rng = dp_rng_stream(seed, (uint64_t)kind, i);
        dp_code code =
            dp_outlier_image(pixels + i * DP_PIXELS, kind, pen_radius, &rng, err);
        if (code)
            return code;
    }
    dp_session_predict(session, pixels, DP_REJECTION_EACH, prediction);
    *out = (dp_rejection){ .n = DP_REJECTION_EACH };
    for (int i = 0; i < DP_REJECTION_EACH; i++)
        out->rejected += prediction[i].rejected;
    return DP_OK;
}

dp_code dp_rejection_measure(dp_rejection out[DP_OUTLIER_COUNT], const dp_model *model,
                             int threads, dp_err *err)
{
    dp_session *session;
    dp_rejection counted[DP_OUTLIER_COUNT];
    dp_code code = dp_model_check_digits(model, err);
    if (!code)
        code = dp_session_create(&session, model, DP_REJECTION_EACH, threads, err);
    if (code)
        return code;
    uint8_t *pixels = malloc((size_t)DP_REJECTION_EACH * DP_PIXELS);
    if (!pixels)
        code = dp_fail(err, DP_NOMEM, "no memory for drawings");
    for (int kind = 0; kind < DP_OUTLIER_COUNT && !code; kind++)
        code = measure_kind(&counted[kind], (dp_outlier)kind, session, pixels, err);
    for (int kind = 0; kind < DP_OUTLIER_COUNT && !code; kind++)
        out[kind] = counted[kind];
    free(pixels);
    dp_session_free(session);
    return code;
}

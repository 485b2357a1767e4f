/* The rate at which a network rejects images that are not digits. */
#ifndef DP_ENGINE_EVAL_REJECTION_H
#define DP_ENGINE_EVAL_REJECTION_H

#include "engine/synth/outlier.h"
#include "engine/infer/session.h"

enum { DP_REJECTION_EACH = 200 }; /* drawings of each kind */

/* For one kind of generated drawing. Training uses other random streams, so these
 * drawings are never trained on. */
typedef struct dp_rejection {
    int n, rejected;
} dp_rejection;

/* Predict DP_REJECTION_EACH outliers of each kind, rendered as in the pad, and count
 * those that are rejected; out is indexed by dp_outlier. `threads` as in
 * dp_session_create. DP_MODEL if the model does not read digits; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_rejection_measure(dp_rejection out[DP_OUTLIER_COUNT], const dp_model *model,
                             int threads, dp_err *err);

/* Predict pixels: [n, 784], 0 … 255, and set rejected: [n]. Otherwise the same. */
DP_MUST_CHECK
dp_code dp_rejection_predict(bool *rejected, const dp_model *model, const uint8_t *pixels,
                             int n, int threads, dp_err *err);

#endif

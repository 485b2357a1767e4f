/* How many drawings that are no digits a network rejects. */
#ifndef DP_ENGINE_EVAL_REJECTION_H
#define DP_ENGINE_EVAL_REJECTION_H

#include "engine/synth/outlier.h"
#include "engine/infer/session.h"

enum { DP_REJECTION_EACH = 200 }; /* drawings of each kind */

/* Generated drawings of one kind; training draws from other streams and never sees these.
 */
typedef struct dp_rejection {
    int n, rejected;
} dp_rejection;

/* Draw all kinds of outliers, as the pad would, and count. `threads` as in
 * dp_session_create. DP_MODEL where the model does not read digits, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_rejection_measure(dp_rejection out[DP_OUTLIER_COUNT], const dp_model *model,
                             int threads, dp_err *err);

#endif

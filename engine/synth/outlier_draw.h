/* How each kind of outlier is drawn, for outlier.c. */
#ifndef DP_ENGINE_SYNTH_OUTLIER_DRAW_H
#define DP_ENGINE_SYNTH_OUTLIER_DRAW_H

#include "engine/synth/outlier.h"

enum { DP_OUTLIER_SIDE = 100 }; /* of a drawing, approximately */

/* Add an outlier to an empty drawing. DP_NOMEM. */
#define DP_OUTLIER_DECLARE(NAME, name, share)                                            \
    DP_MUST_CHECK                                                                        \
    dp_code dp_outlier_draw_##name(dp_strokes *s, dp_rng *rng, dp_err *err);
DP_OUTLIERS(DP_OUTLIER_DECLARE)
#undef DP_OUTLIER_DECLARE

#endif

/* What becomes of pictures of digits that are read as `predict` reads them: normalised, with
 * the network's choice among the readings. */
#ifndef DP_ENGINE_EVAL_OUTCOMES_H
#define DP_ENGINE_EVAL_OUTCOMES_H

#include "engine/infer/model.h"
#include "engine/ink/normalize.h"
#include "engine/synth/mixture.h"

typedef struct dp_outcomes {
    int n;
    int right;      /* the best guess is the label, rejected or not */
    int blank;      /* no ink was found */
    int rejected;   /* as not a digit */
    int unrejected; /* wrong answers that were not rejected */
} dp_outcomes;

/* Pictures made of labelled images. */
typedef struct dp_pictures {
    dp_dataset images; /* not blank */
    /* Draw image i. The pixels may lie in `work`, which is work_size bytes of one thread. */
    dp_gray (*draw)(const struct dp_pictures *p, int i, void *work);
    size_t work_size;
    int kind;     /* what `draw` makes of it */
    float amount; /* of the change, if it is one */
} dp_pictures;

/* Read all pictures. The result does not depend on `threads`, which is as in dp_threads.
 * DP_MODEL if the model does not read digits; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_outcomes_measure(dp_outcomes *out, const dp_model *model, const dp_pictures *p,
                            int threads, dp_err *err);

#endif

/* Calibration of a trained network on held-out examples: the temperature, then the rule by
 * which answers are trusted and images rejected. */
#ifndef DP_ENGINE_TRAIN_CALIBRATE_H
#define DP_ENGINE_TRAIN_CALIBRATE_H

#include "engine/infer/prediction.h"
#include "engine/kernels/kernels.h"
#include "engine/net/params.h"
#include "engine/synth/mixture.h"

enum { DP_HELD_OUT_SETS = 2 }; /* images, drawings */

typedef struct dp_calibrate_job {
    const dp_spec *spec; /* reads digits; its input scale is `unit` */
    const dp_params *layout;
    dp_dataset digits[DP_HELD_OUT_SETS]; /* not trained on; either may be empty */
    dp_dataset outliers;       /* not trained on, labelled DP_NO_DIGIT; may be empty */
    bool rejects;              /* the network was trained with outliers: fit a rule */
    int threads;               /* as in dp_session_create */
    const dp_kernels *kernels; /* NULL: the best */
} dp_calibrate_job;

typedef struct dp_calibrated {
    double temperature;  /* 1 if the last layer is not dense */
    dp_trust_rule trust; /* DP_TRUST_CONFIDENCE unless job->rejects */
} dp_calibrated;

/* Fit the temperature and fold it into params: [job->layout->count]. Then fit the rule to the
 * digits, to warped copies of them, which are misread more often, to the outliers and to
 * generated ones, which training never sees. It accepts DP_KEEP of each set of digits. The
 * bits are the same for any number of threads. DP_MODEL if the network does not read digits;
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_calibrate(dp_calibrated *out, float *params,
                                   const dp_calibrate_job *job, dp_err *err);

#endif

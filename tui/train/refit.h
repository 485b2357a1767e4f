/* Refitting: a recipe that was chosen with held-out writers trains once more, on all data.
 * Nothing is then left to calibrate the network on, so its temperature and its rule of
 * rejection are those of the network that was trained before. */
#ifndef DP_TUI_TRAIN_REFIT_H
#define DP_TUI_TRAIN_REFIT_H

#include "engine/train/calibrate.h"

#include <stdint.h>

typedef struct dp_refit {
    dp_calibrated calibrated;
    uint64_t weights; /* fingerprint of the network that it is from */
} dp_refit;

/* Read the calibration of a network. `recipe` is the canonical recipe of this run, from which
 * the network's may differ in the seed only. DP_MODEL, with the path, if it cannot be read,
 * `digitpad train` did not make it, or it was not calibrated itself; DP_USAGE if its recipe
 * is another one; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_refit_read(dp_refit *out, const char *path, const char *recipe,
                                    dp_err *err);

#endif

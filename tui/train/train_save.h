/* Writes a trained network in the format that its path's extension names, as `convert` does. */
#ifndef DP_TUI_TRAIN_TRAIN_SAVE_H
#define DP_TUI_TRAIN_TRAIN_SAVE_H

#include "engine/core/err.h"
#include "engine/net/spec.h"

/* What the file says about the training, as text; NULL is left out. Two equal runs must give
 * equal texts: no dates, no host names. */
typedef struct dp_train_meta {
    const char *train;       /* digitpad.train: the canonical recipe and seed */
    const char *accuracy;    /* digitpad.accuracy: "validation=0.9931 test=0.9942" */
    const char *temperature; /* digitpad.temperature */
    const char *trust;       /* DP_NETWORK_TRUST_KEY */
    const char *credit;      /* DP_TRAIN_CREDIT_KEY: whose data these are */
} dp_train_meta;

#define DP_TRAIN_CREDIT_KEY "digitpad.credit"

/* Write spec and params, [dp_params_layout(spec)->count], whose input scale is `unit`. The path
 * is one that dp_model_write_knows. DP_MODEL if the format cannot hold the network, DP_IO,
 * DP_NOMEM. */
DP_MUST_CHECK dp_code dp_train_save(const char *path, const dp_spec *spec,
                                    const float *params, const dp_train_meta *meta,
                                    dp_err *err);

/* Check whether that will be possible, with any parameters and before the training. */
DP_MUST_CHECK dp_code dp_train_save_check(const char *path, const dp_spec *spec,
                                          const float *params, dp_err *err);

#endif

/* Post-training quantisation of a float network to 8 bits. The ranges of its activations
 * are measured on calibration images. */
#ifndef DP_ENGINE_QUANT_QUANTIZE_H
#define DP_ENGINE_QUANT_QUANTIZE_H

#include "engine/quant/quant.h"

/* The most images that are used; if there are more, they are sampled evenly. */
enum { DP_QUANTIZE_IMAGES = 2000 };

/* Calibration images, normalised like the images to predict. */
typedef struct dp_calibration {
    const uint8_t *pixels; /* [n, 784] */
    int n;                 /* at least 1 */
    /* Called again and again with the fraction of the work that is done; or NULL. */
    void (*progress)(void *user, double done);
    void *user;
} dp_calibration;

/* Quantise a chain with its flat parameters, [dp_params_layout(spec)->count]. The range
 * of an activation includes 0 and leaves out at most 0.01 % of the values at either end,
 * which are clamped. The caller owns the one reference to *out. DP_MODEL, naming the
 * layer, if the network cannot be quantised, does not read 28×28 pixels or has a parameter
 * that is not finite; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_quantize(dp_quant **out, const dp_spec *spec,
                                  const float *params, dp_norm norm,
                                  const dp_calibration *images, dp_err *err);

#endif

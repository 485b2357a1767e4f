/* Inspection of a network: the activations of each layer, and the contribution of each
 * pixel to an answer. It runs the folded float chain; for an 8-bit model, with its
 * dequantised weights. Not thread-safe. */
#ifndef DP_ENGINE_INFER_INSPECT_H
#define DP_ENGINE_INFER_INSPECT_H

#include "engine/infer/model.h"

#include <stdint.h>

typedef struct dp_inspect dp_inspect;

/* For a model that passes dp_model_check_digits. Takes a reference of the model, whose folded
 * parameters it uses. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_inspect_create(dp_inspect **out, const dp_model *m, dp_err *err);
void dp_inspect_free(dp_inspect *s); /* NULL is allowed */

/* The folded chain: no dropout, and no batch norm after a conv or dense layer. */
const dp_spec *dp_inspect_spec(const dp_inspect *s);

/* Run the network on one image, ink 255 on 0. */
void dp_inspect_run(dp_inspect *s, const uint8_t pixels[DP_PIXELS]);

/* The output of layer i in the last run, [spec->shape[i + 1]]; valid until the next
 * call. */
const float *dp_inspect_activation(const dp_inspect *s, int i);

/* Whether every layer has a backward pass. The two functions below require it. */
bool dp_inspect_explains(const dp_inspect *s);

/* dx: [784], the gradient of Σ dy[k]·logit[k] at the normalised input x: [784]. */
void dp_inspect_gradient(dp_inspect *s, const float *x, const float dy[DP_DIGITS],
                         float *dx);

/* The contribution of each pixel to an answer: share[i] is the part of pixel i in the
 * difference that the ink makes to Σ weight[k]·logit[k], compared with a blank image.
 * Computed by integrated gradients (Sundararajan, Taly and Yan 2017) with the midpoint
 * rule in eight steps, so the shares sum to that difference approximately. The share of a
 * blank pixel is 0. */
void dp_inspect_shares(dp_inspect *s, float share[DP_PIXELS],
                       const uint8_t pixels[DP_PIXELS], const float weight[DP_DIGITS]);

#endif

/* Looking inside a network: what each layer answers, and which pixels argue for an answer.
 * Works on the float chain as it is folded for inference, so a quantised model is looked at
 * through its dequantised weights. One thread at a time. */
#ifndef DP_ENGINE_INFER_INSPECT_H
#define DP_ENGINE_INFER_INSPECT_H

#include "engine/infer/model.h"

#include <stdint.h>

typedef struct dp_inspect dp_inspect;

/* For a model that passes dp_model_check_digits, which is not needed afterwards. DP_NOMEM,
 * DP_MODEL where it cannot be folded. */
DP_MUST_CHECK dp_code dp_inspect_create(dp_inspect **out, const dp_model *m, dp_err *err);
void dp_inspect_free(dp_inspect *s);

/* The chain that is looked at: no dropout, no bn behind a conv or a dense layer. */
const dp_spec *dp_inspect_spec(const dp_inspect *s);

/* Run it on one image, ink 255 on 0. */
void dp_inspect_run(dp_inspect *s, const uint8_t pixels[DP_PIXELS]);

/* What layer i of the chain answered in the last run: [spec->shape[i + 1]]. Valid until
 * the next call of anything. */
const float *dp_inspect_activation(const dp_inspect *s, int i);

/* Whether all layers can be gone through backwards; the two calls below need it. */
bool dp_inspect_explains(const dp_inspect *s);

/* dx: [784], the gradient of Σ dy[k]·logit[k] at the (normalised) input x: [784]. */
void dp_inspect_gradient(dp_inspect *s, const float *x, const float dy[DP_DIGITS],
                         float *dx);

/* Which ink argues for an answer: share[i] is what pixel i adds to Σ weight[k]·logit[k],
 * compared with a blank image. Integrated gradients (Sundararajan, Taly and Yan 2017) by
 * the midpoint rule in eight steps: the shares sum to about the difference between the
 * image and the blank one, and blank pixels have none. */
void dp_inspect_shares(dp_inspect *s, float share[DP_PIXELS],
                       const uint8_t pixels[DP_PIXELS], const float weight[DP_DIGITS]);

#endif

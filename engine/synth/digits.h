/* Synthetic digits, drawn from skeletons that were written for this program and deformed
 * at random. They stand in for collected handwriting if there is none, and they have the
 * styles that collections lack (engine/synth/handwriting.h). */
#ifndef DP_ENGINE_SYNTH_DIGITS_H
#define DP_ENGINE_SYNTH_DIGITS_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* The number of skeletons of a digit 0 … 9: at least 3. */
int dp_digits_styles(int digit);

/* Add a digit 0 … 9 to a drawing, as the bare skeleton `style`, 0 … dp_digits_styles − 1.
 * Its control points are jittered with σ = `jitter` hundredths of the height.
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_digits_skeleton(dp_strokes *s, int digit, int style, float jitter, dp_rng *rng,
                           dp_err *err);

/* Replace a drawing by a digit of random skeleton, style and handwriting, replayed by a pointer
 * with probability 0.4. A pure function of the random stream. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_digits_draw(dp_strokes *s, int digit, dp_rng *rng, dp_err *err);

#endif

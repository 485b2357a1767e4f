/* Digits out of nothing: skeletons that were written down for this program, drawn by a hand
 * that never draws the same twice. Where no collected handwriting is at hand, these remind
 * a network of what digits are; and they bring styles that collections lack: slashed
 * zeros, barred sevens, footed ones, open fours, curly nines. */
#ifndef DP_ENGINE_SYNTH_DIGITS_H
#define DP_ENGINE_SYNTH_DIGITS_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* How many skeletons a digit has: 3 or more. */
int dp_digits_styles(int digit);

/* Add digit 0 … 9 to a drawing as the bare skeleton `style`, 0 … dp_digits_styles − 1, with
 * control points moved by σ = `jitter` hundredths of its height. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_digits_skeleton(dp_strokes *s, int digit, int style, float jitter, dp_rng *rng,
                           dp_err *err);

/* Replace a drawing by a digit of random style in a random hand; two of five times as a mouse
 * leaves it on the pad. A pure function of the stream. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_digits_draw(dp_strokes *s, int digit, dp_rng *rng, dp_err *err);

#endif

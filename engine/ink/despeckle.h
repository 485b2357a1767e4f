/* Removes impulse noise: single pixels that have nothing to do with their neighbours. */
#ifndef DP_ENGINE_INK_DESPECKLE_H
#define DP_ENGINE_INK_DESPECKLE_H

#include "engine/ink/plane.h"

/* Whether a picture evidently has impulse noise: at least 1 in 400 of its pixels, and 6,
 * differ by more than a quarter of the range from all of their neighbours. The ends and
 * edges of strokes do not. */
bool dp_is_speckled(const dp_gray *in);

/* Replace each pixel that differs so much from all neighbours but one by their median.
 * Strokes stay as they are, even those one pixel wide. out: the size of `in`, not in
 * place. */
void dp_despeckle(dp_plane *out, const dp_gray *in);

#endif

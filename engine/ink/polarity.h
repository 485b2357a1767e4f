/* Evidence of the polarity of writing. */
#ifndef DP_ENGINE_INK_POLARITY_H
#define DP_ENGINE_INK_POLARITY_H

#include "engine/ink/plane.h"

/* How much speaks against the ink in `box` being ink, 0 to 1. In the wrong polarity what
 * seems to be ink is the paper inside and between strokes: it has the grey of what
 * surrounds the writing, and what seems to be its paper has another grey. `page` has
 * dark ink; ink: clean, of the same size. 0 if there is nothing around the writing. */
float dp_polarity_doubt(const dp_plane *page, const dp_plane *ink, dp_rect box);

#endif

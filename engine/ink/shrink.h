/* Pictures are shrunk to a size at which a page can be searched quickly. */
#ifndef DP_ENGINE_INK_SHRINK_H
#define DP_ENGINE_INK_SHRINK_H

#include "engine/ink/plane.h"

/* The least integer that divides both sides to a picture of at most `most` pixels. */
int dp_shrink_factor(int width, int height, int most);

/* Average blocks of factor × factor pixels. out: [in->height / factor, in->width /
 * factor]; rows and columns that do not fill a block are dropped. */
void dp_shrink(dp_plane *out, const dp_gray *in, int factor);

#endif

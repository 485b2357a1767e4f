/* How much darker than its paper each pixel of a page is. */
#ifndef DP_ENGINE_INK_CONTRAST_H
#define DP_ENGINE_INK_CONTRAST_H

#include "engine/ink/plane.h"

/* Pages with a shorter side up to this have no room for a background of their own and
 * are not blurred against noise. */
enum { DP_SMALL_PAGE = 40 };

/* What the paper of a page is. */
typedef enum dp_paper_kind {
    DP_PAPER_LOCAL, /* what is around the strokes: background.h */
    DP_PAPER_FLAT,  /* one grey: that of the lightest quarter of the page */
} dp_paper_kind;

/* The size of `scratch` for dp_contrast. */
size_t dp_contrast_scratch(int width, int height);

/* ink: 255 · (1 − page / paper), 0 where the page is not darker than the paper; of the
 * size of the page. The page has dark ink on light paper. If it is evidently noisy it is
 * blurred first, in place. */
void dp_contrast(dp_plane *ink, dp_plane *page, dp_paper_kind paper, uint8_t *scratch);

/* The levels of the ink of a page. */
typedef struct dp_levels {
    int paper; /* the noise of the paper goes up to here */
    int ink;   /* the darkest ink, but for a few pixels */
} dp_levels;

dp_levels dp_levels_find(const dp_plane *ink);

#endif

/* Several digits in one drawing or image: where one ends and the next begins.
 *
 * The ink is taken apart into pieces, strokes or connected components, from left to right.
 * Of all ways to group neighbouring pieces into digits the likeliest is taken: every group
 * is normalised and read by the network like a drawing of its own, and has to be sure of
 * itself; every gap between pieces makes it more or less likely that a digit ends there. */
#ifndef DP_ENGINE_SEGMENT_SEGMENT_H
#define DP_ENGINE_SEGMENT_SEGMENT_H

#include "engine/ink/normalize.h"
#include "engine/infer/session.h"

enum { DP_SEGMENTS_MAX = 12 }; /* digits of a number */

/* One digit of a number. */
typedef struct dp_segment {
    dp_bounds box; /* of its ink, in units of the drawing or in pixels of the image */
    uint8_t image[DP_PIXELS];
    dp_placement where; /* of the drawing in the image; of images there is none */
    dp_prediction prediction;
} dp_segment;

/* Digits from left to right. */
typedef struct dp_segmentation {
    int n;       /* 0 where there is not enough ink */
    int weakest; /* the part of least confidence */
    dp_segment part[DP_SEGMENTS_MAX];
} dp_segmentation;

/* Its digits as text. */
void dp_segmentation_text(char out[DP_SEGMENTS_MAX + 1], const dp_segmentation *number);

/* What `session` reads in a drawing, which has at least one digit where the result is
 * DP_INK_ENOUGH. A single digit is read as dp_normalize_strokes gives it. Nothing is
 * allocated. */
dp_ink dp_segment_strokes(dp_segmentation *out, dp_session *session,
                          const dp_strokes *strokes);

/* The same for an image. A single digit is read as dp_normalize_image gives it with `mode` and
 * `invert`; parts of several are always normalised. Digits that touch are cut where their
 * ink is thin. An image of 28×28 is one digit. DP_INPUT as dp_normalize_image; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_segment_image(dp_segmentation *out, dp_ink *ink, dp_session *session,
                         const dp_gray *in, dp_normalize_mode mode, dp_invert invert,
                         dp_err *err);

#endif

/* Segmentation of a drawing or an image into the digits of a number.
 *
 * The ink is over-segmented into primitives (strokes or connected components) from left
 * to right. Each short run of neighbouring primitives is a candidate for a digit: it is
 * normalised and predicted by the network like a drawing. The result is the most likely
 * sequence of candidates, by the predictions, by the gaps between primitives and by
 * the number of strokes. */
#ifndef DP_ENGINE_SEGMENT_SEGMENT_H
#define DP_ENGINE_SEGMENT_SEGMENT_H

#include "engine/ink/page.h"
#include "engine/infer/session.h"

enum { DP_SEGMENTS_MAX = 12 }; /* digits of a number */

/* One digit of a number. */
typedef struct dp_segment {
    dp_bounds
        box; /* of its ink, in units of the drawing or in pixels of the input image */
    uint8_t image[DP_PIXELS]; /* normalised */
    dp_placement placement;   /* from a drawing to `image`; not set for images */
    dp_prediction prediction;
    int first, end; /* of several digits: its primitives, counted from the left */
} dp_segment;

/* Digits from left to right. */
typedef struct dp_segmentation {
    int n;       /* 0 if there is not enough ink */
    int weakest; /* the index of the digit with the least confidence */
    float split; /* the probability that the ink is split rightly into these digits */
    dp_segment digit[DP_SEGMENTS_MAX];
} dp_segmentation;

/* The digits as text. */
void dp_segmentation_text(char out[DP_SEGMENTS_MAX + 1], const dp_segmentation *number);

/* The probability that the whole number is right, with digits and split taken to be
 * independent. For a single digit it is the digit's probability. */
float dp_segmentation_confidence(const dp_segmentation *number);

/* Whether the network rejects one of the digits, or another split is nearly as likely. */
bool dp_segmentation_is_rejected(const dp_segmentation *number);

/* Segment a drawing and predict its digits with `session`. There is at least one digit if
 * the result is DP_INK_ENOUGH. A single digit has the image of dp_normalize_strokes.
 * Nothing is allocated. */
dp_ink dp_segment_strokes(dp_segmentation *out, dp_session *session,
                          const dp_strokes *strokes);

/* Replace *out by the strokes of digit i of a number: those that dp_segment_strokes has read
 * as this digit, and all of the eraser. `number` and `strokes` are those of that call. DP_NOMEM;
 * then *out does not change. */
DP_MUST_CHECK
dp_code dp_segment_digit_strokes(dp_strokes *out, const dp_strokes *strokes,
                                 const dp_segmentation *number, int i, dp_err *err);

/* The same as dp_segment_strokes for a picture, with its page as workspace. The readings of the page are
 * segmented, and the one whose digits look most like digits is taken. A single digit has
 * the image that dp_choose_reading chooses; of several digits, each is always normalised.
 * Candidate cuts separate touching digits where the ink is thin. An image of 28×28 is one
 * digit. Errors as dp_choose_reading. */
DP_MUST_CHECK
dp_code dp_segment_image(dp_segmentation *out, dp_page *page, dp_session *session,
                         const dp_gray *in, dp_normalize_options options, dp_err *err);

#endif

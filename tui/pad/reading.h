/* What the network says of a drawing. */
#ifndef DP_TUI_PAD_READING_H
#define DP_TUI_PAD_READING_H

#include "engine/segment/segment.h"

/* What another network says, where it is of another opinion. */
typedef struct dp_second_opinion {
    const char *name; /* NULL: none, or the same digit. Its model's, so not for long */
    int digit;
    float prob;
} dp_second_opinion;

/* Of a number of several digits, image, place and prediction are those of its weakest one. */
typedef struct dp_reading {
    dp_ink ink;
    dp_segmentation number; /* digits that were found; only with DP_INK_ENOUGH */
    uint8_t image[DP_PIXELS];
    dp_placement where;       /* of the drawing in the image; only with DP_INK_ENOUGH, */
    dp_prediction prediction; /* and so is this */
    int latency_us;           /* of preprocessing and network together; 0: none yet */
    dp_second_opinion second;
} dp_reading;

/* Ask for it. `other` is asked as well, afterwards; NULL: nobody. */
void dp_reading_ask(dp_reading *a, dp_session *session, dp_session *other,
                    const dp_strokes *strokes);

#endif

/* The network's reading of a drawing. */
#ifndef DP_TUI_PAD_READING_H
#define DP_TUI_PAD_READING_H

#include "engine/segment/segment.h"

/* The answer of a second network, if it differs. */
typedef struct dp_second_opinion {
    const char *name; /* owned by its model; NULL: none asked, or the same digit */
    int digit;
    float prob; /* NAN: its network has no probabilities */
} dp_second_opinion;

typedef struct dp_pad_reading {
    dp_ink ink;

    /* Valid with DP_INK_ENOUGH. */
    dp_segmentation number; /* all digits of the drawing */

    /* Of the digit with the least confidence. */
    uint8_t image[DP_PIXELS]; /* always valid; blank without ink */
    dp_placement placement;   /* of the drawing in the image; with DP_INK_ENOUGH */
    dp_prediction prediction; /* with DP_INK_ENOUGH */

    /* From the strokes to the answer: splitting into digits, normalising, and the network for
     * each candidate; not the second opinion. 0: none yet. */
    int latency_us;
    dp_second_opinion second;
    bool of_picture; /* there is no `placement` */
} dp_pad_reading;

/* Read the strokes with `session`. If there is a single digit, then ask `other` for a second
 * opinion, unless it is NULL. */
void dp_pad_reading_update(dp_pad_reading *reading, dp_session *session,
                           dp_session *other, const dp_strokes *strokes);

/* The same for a picture instead of strokes, with its page. What cannot be read is blank. */
void dp_pad_reading_of_picture(dp_pad_reading *reading, dp_session *session,
                               dp_session *other, dp_page *page, const dp_gray *picture);

#endif

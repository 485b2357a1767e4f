/* What the network says of a drawing. */
#ifndef DP_TUI_ANSWER_H
#define DP_TUI_ANSWER_H

#include "engine/preproc.h"
#include "engine/session.h"

typedef struct dp_answer {
    dp_ink ink;
    uint8_t image[DP_PIXELS];
    dp_placement where;       /* of the drawing in the image; only with DP_INK_ENOUGH, */
    dp_prediction prediction; /* and so is this */
    int latency_us;           /* of preprocessing and network together; 0: none yet */
} dp_answer;

/* Ask for it. */
void dp_answer_ask(dp_answer *a, dp_session *session, const dp_strokes *strokes);

#endif

/* A picture on the pad: paper to trace over. Until something is drawn on it, the picture itself is
 * read, as `digitpad predict` reads pictures. */
#ifndef DP_TUI_PAD_PAPER_H
#define DP_TUI_PAD_PAPER_H

#include "engine/ink/page.h"
#include "engine/infer/session.h"

/* The ink of a picture, scaled for one of its uses. */
typedef enum dp_paper_use {
    DP_PAPER_CANVAS,
    DP_PAPER_FINE_INK,
    DP_PAPER_USES
} dp_paper_use;

typedef struct dp_paper_layer {
    int width, height;
    float *ink; /* [height, width], 0 … 1, half as strong as strokes; NULL: not yet */
} dp_paper_layer;

/* Zeroed: no picture. */
typedef struct dp_paper {
    uint8_t *pixel; /* the picture, [picture.height, picture.width]; NULL: none */
    dp_gray picture;
    dp_page *page; /* to read it */
    bool shown;    /* the user has not removed it */
    uint8_t *ink;  /* what is taken for writing, [ink_h, ink_w]: 0 … 255 */
    int ink_w, ink_h;
    dp_paper_layer layer[DP_PAPER_USES];
} dp_paper;

/* Take a copy of a picture. The network of `session` chooses how to read it, and so what is its
 * ink. DP_INPUT as dp_page_read; DP_NOMEM. On failure there is no picture. */
DP_MUST_CHECK
dp_code dp_paper_open(dp_paper *p, const dp_gray *picture, dp_session *session,
                      dp_err *err);
void dp_paper_free(dp_paper *p);

/* The ink to lay under the drawing, [height, width]: the picture as large as fits in the middle of a
 * square pad of so many pixels. NULL if it is not shown, or without memory. It is valid until the next call
 * for the same use with another size, and until the paper is freed. */
const float *dp_paper_underlay(dp_paper *p, dp_paper_use use, int width, int height);

#endif

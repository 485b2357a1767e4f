/* A picture on the pad: paper to trace over. Until something is drawn on it, the picture itself is
 * read, as `digitpad predict` reads pictures. */
#ifndef DP_TUI_PAD_PAPER_H
#define DP_TUI_PAD_PAPER_H

#include "engine/ink/page.h"
#include "engine/infer/session.h"

/* Zeroed: no picture. */
typedef struct dp_paper {
    uint8_t *pixel; /* the picture, [picture.height, picture.width]; NULL: none */
    dp_gray picture;
    dp_page *page; /* to read it */
    bool shown;    /* the user has not removed it */
    uint8_t *ink;  /* what is taken for writing, [ink_h, ink_w]: 0 … 255 */
    int ink_w, ink_h;
    float *layer; /* the ink scaled to the canvas, [side, side]; NULL: not yet */
    int side;
} dp_paper;

/* Take a copy of a picture. The network of `session` chooses how to read it, and so what is its
 * ink. DP_INPUT as dp_page_read; DP_NOMEM. On failure there is no picture. */
DP_MUST_CHECK
dp_code dp_paper_open(dp_paper *p, const dp_gray *picture, dp_session *session,
                      dp_err *err);
void dp_paper_free(dp_paper *p);

/* Lay the picture, if it is shown, under the ink of a canvas, [side, side] of 0 … 1: as large as
 * fits, in the middle, half as strong as a stroke. Without memory it stays away. */
void dp_paper_blend(dp_paper *p, float *pixel, int side);

#endif

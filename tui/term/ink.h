/* How the drawing on the pad is shown: the kinds of ink, from coarse to fine, and which of them
 * a terminal gets. */
#ifndef DP_TUI_TERM_INK_H
#define DP_TUI_TERM_INK_H

#include "tui/term/caps.h"
#include "tui/term/palette.h"

#include <stdbool.h>

/* (dp_ink of engine/ink/normalize.h says whether there is enough of it.) */
typedef enum dp_ink_kind {
    DP_INK_ASCII,   /* coloured spaces, or punctuation if there are no colours */
    DP_INK_HALF,    /* half blocks: 1×2 grey pixels a cell */
    DP_INK_OCTANTS, /* 2×4 pixels a cell in two greys; sextants, 2×3, without octants */
    DP_INK_SIXEL,   /* pixels of the screen */
    DP_INK_KITTY,   /* the same, by kitty's graphics protocol */
} dp_ink_kind;

/* --ink=auto|pixels|octants|half|ascii */
typedef enum dp_ink_wish {
    DP_WISH_AUTO,
    DP_WISH_PIXELS,
    DP_WISH_OCTANTS,
    DP_WISH_HALF,
    DP_WISH_ASCII,
} dp_ink_wish;

/* Whether the terminal can show this ink. Octants count as possible unless the terminal has said
 * that they are not one column wide: a font may have them. */
bool dp_ink_is_possible(dp_ink_kind ink, const dp_caps *caps, const dp_palette *palette);

/* The ink for a wish: the wish itself if it is possible, else as for DP_WISH_AUTO. That is the
 * finest one that the terminal is known to show well. */
dp_ink_kind dp_ink_choose(const dp_caps *caps, const dp_palette *palette,
                          dp_ink_wish wish);

/* The next possible ink after this one, from fine to coarse, then the finest again. */
dp_ink_kind dp_ink_next(dp_ink_kind ink, const dp_caps *caps, const dp_palette *palette);

/* The wish that means this ink. */
dp_ink_wish dp_ink_wish_for(dp_ink_kind ink);

/* "half blocks", for messages. */
const char *dp_ink_name(dp_ink_kind ink);

/* Why dp_ink_choose chooses as it does: half a sentence, such as "no pixels and no octants". */
const char *dp_ink_reason(const dp_caps *caps, const dp_palette *palette,
                          dp_ink_wish wish);

#endif

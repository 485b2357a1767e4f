/* Styles of handwriting that collections of digits lack, added to collected drawings:
 * slashed and barred zeros, ones with a long flag or a foot, fours in one stroke, sevens
 * whose bar is joined to the stem, open sixes, nines with a flat head or a long tail, and
 * the ticks with which fast writers begin and end. */
#ifndef DP_ENGINE_SYNTH_HANDWRITING_H
#define DP_ENGINE_SYNTH_HANDWRITING_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

enum { DP_ANY_DIGIT = -1 };

/* Styles, with the digit of each and its share among the styles of that digit. */
#define DP_STYLES(X)                                                                     \
    X(SLASH, slash, 0, 5)   /* from steep to flat, inside the loop or far beyond it */   \
    X(JOINED, joined, 0, 3) /* a slash that continues the loop without a lift */         \
    X(THETA, theta, 0, 2)   /* a level bar through the loop */                           \
    X(DOT, dot, 0, 1)                                                                    \
    X(FLAG, flag, 1, 4) /* up to as long as the bar of a 7, but steep */                 \
    X(FOOT, foot, 1, 2)                                                                  \
    X(COIL, coil, 2, 1)           /* a loop at the foot */                               \
    X(RISING, rising, 2, 2)       /* a foot that rises, often from a loop */             \
    X(LIGHTNING, lightning, 4, 6) /* the stem begins at the bar */                       \
    X(OPEN, open, 6, 4)           /* the loop does not reach the stem */                 \
    X(SMALL, small, 6, 3)         /* a small or leaning loop */                          \
    X(BAR, bar, 7, 2)                                                                    \
    X(LOOPED, looped, 7, 3) /* a bar that the stem runs on to */                         \
    X(SERIF, serif, 7, 2)                                                                \
    X(CURL, curl, 9, 3)              /* a tail that runs far to the left */              \
    X(FLAT, flat, 9, 3)              /* a head with hardly a hole */                     \
    X(GAP, gap, 9, 1)                /* a head that does not close */                    \
    X(KNOB, knob, 9, 2)              /* a small head */                                  \
    X(ENTRY, entry, DP_ANY_DIGIT, 1) /* a tick that leads in */                          \
    X(EXIT, exit, DP_ANY_DIGIT, 1)   /* a tick that leads out */

typedef enum dp_style {
#define DP_STYLE_ENUM(NAME, name, digit, share) DP_STYLE_##NAME,
    DP_STYLES(DP_STYLE_ENUM)
#undef DP_STYLE_ENUM
} dp_style;

enum { DP_STYLE_COUNT = 0 DP_STYLES(DP_ONE) };

const char *dp_style_name(dp_style style);

/* The digit of a style, or DP_ANY_DIGIT. */
int dp_style_digit(dp_style style);

/* Add a style to a drawing of `digit`, one that has the style's digit. False if the
 * drawing does not suit the style and is left as it is, or if memory is short, which sets
 * *code to DP_NOMEM and may leave a part of the style. */
bool dp_handwriting_add_style(dp_strokes *s, dp_style style, int digit, dp_rng *rng,
                              dp_code *code);

/* With this probability, add a random style of `digit` to a drawing of it that suits the
 * style. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_handwriting_vary_style(dp_strokes *s, int digit, float probability,
                                  dp_rng *rng, dp_err *err);

#endif

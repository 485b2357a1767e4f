/* Styles of handwriting that collections of digits lack, added to collected drawings:
 * slashed and dotted zeros, ones with a flag or a foot, sevens with a bar or a serif,
 * curly nines. */
#ifndef DP_ENGINE_SYNTH_HANDWRITING_H
#define DP_ENGINE_SYNTH_HANDWRITING_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* Styles, with the digit of each. */
#define DP_STYLES(X)                                                                     \
    X(SLASH, slash, 0)                                                                   \
    X(DOT, dot, 0)                                                                       \
    X(FLAG, flag, 1)                                                                     \
    X(FOOT, foot, 1)                                                                     \
    X(BAR, bar, 7)                                                                       \
    X(SERIF, serif, 7)                                                                   \
    X(CURL, curl, 9)

typedef enum dp_style {
#define DP_STYLE_ENUM(NAME, name, digit) DP_STYLE_##NAME,
    DP_STYLES(DP_STYLE_ENUM)
#undef DP_STYLE_ENUM
} dp_style;

enum { DP_STYLE_COUNT = 0 DP_STYLES(DP_ONE) };

/* Add a style to a drawing of its digit. The drawing must have one stroke: if it has
 * more, it may already have the style. False if the drawing does not suit the style or
 * memory is short, which sets *code to DP_NOMEM; the drawing does not change then. */
bool dp_handwriting_add_style(dp_strokes *s, dp_style style, dp_rng *rng, dp_code *code);

/* With this probability, add a random style of `digit` to a drawing of it that suits the
 * style. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_handwriting_vary_style(dp_strokes *s, int digit, float probability,
                                  dp_rng *rng, dp_err *err);

#endif

/* Ways of writing that collections of digits lack, added to collected ones: slashed and
 * dotted zeros, flagged and footed ones, barred sevens and sevens with a serif, curly nines.
 */
#ifndef DP_ENGINE_SYNTH_HANDWRITING_H
#define DP_ENGINE_SYNTH_HANDWRITING_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* What can be added, and to which digit. */
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

/* Add it to a drawing of the digit that it belongs to, of one stroke: what has more may have
 * it already. False, and nothing done, where the drawing does not suit it. DP_NOMEM by
 * *code. */
bool dp_style_add(dp_strokes *s, dp_style style, dp_rng *rng, dp_code *code);

/* Add, with this probability, one of its styles to a drawing of `digit` that suits it.
 * DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_style_vary(dp_strokes *s, int digit, float probability, dp_rng *rng,
                      dp_err *err);

#endif

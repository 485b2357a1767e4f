/* Ways of writing that collections of digits lack, added to collected ones: slashed and
 * dotted zeros, flagged and footed ones, barred sevens and sevens with a serif, curly nines.
 */
#ifndef DP_ENGINE_SYNTH_HANDWRITING_H
#define DP_ENGINE_SYNTH_HANDWRITING_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* What can be added, and to which digit. */
#define DP_STYLES(X)                                                                     \
    X(slash, 0)                                                                          \
    X(dot, 0)                                                                            \
    X(flag, 1)                                                                           \
    X(foot, 1)                                                                           \
    X(bar, 7)                                                                            \
    X(serif, 7)                                                                          \
    X(curl, 9)

typedef enum dp_style {
#define DP_STYLE_ENUM(name, digit) DP_STYLE_##name,
    DP_STYLES(DP_STYLE_ENUM)
#undef DP_STYLE_ENUM
        DP_STYLE_COUNT
} dp_style;

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

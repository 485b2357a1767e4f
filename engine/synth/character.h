/* Characters of alphabets that do not exist: lines, arcs, hooks, loops and waves of a pen,
 * put together at random. Real alphabets are made of the same strokes, so a network that
 * has seen these also rejects letters that it has never seen. */
#ifndef DP_ENGINE_SYNTH_CHARACTER_H
#define DP_ENGINE_SYNTH_CHARACTER_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* Add a character, about 100 units wide and high, to a drawing. It has three or four
 * strokes: with fewer, it would often be a digit. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_character_draw(dp_strokes *s, dp_rng *rng, dp_err *err);

#endif

/* Shapes of a pen as short texts: letters, digits and symbols that are written down, not
 * collected.
 *
 * A text lists strokes, divided by ';', as control points "x,y" on a grid of any size, y
 * down. The pen goes through them in smooth curves; a point with '!' is a corner, so a
 * stroke of corners only is a polyline:
 *
 *     "10,22! 32,0! 32,100!; 10,100! 54,100!"     a one with a flag and a foot
 */
#ifndef DP_ENGINE_SYNTH_GLYPH_H
#define DP_ENGINE_SYNTH_GLYPH_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

enum { DP_GLYPH_MAX_POINTS = 32 }; /* control points of one stroke */

/* Add the pen strokes of a text to a drawing. Each control point is moved by a normal
 * deviate of σ = `jitter` units in x and in y, so that no two drawings are alike. The curve
 * is Catmull and Rom's (1974), one-sided at ends and corners. DP_INPUT with the place where
 * the text is not of the form above, DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_glyph_draw(dp_strokes *s, const char *text, float jitter, dp_rng *rng,
                      dp_err *err);

/* Add one smooth stroke through n ≥ 1 points. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_glyph_curve(dp_strokes *s, const dp_point *p, int n, dp_err *err);

#endif

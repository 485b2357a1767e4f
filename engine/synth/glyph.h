/* Glyphs: digits, letters and symbols as the strokes of a pen, written as short texts.
 *
 * A text is a list of strokes, separated by ';'. A stroke is a list of control points
 * "x,y" on a grid of any size, with y down. The pen goes through them in a smooth curve;
 * '!' after a point makes it a corner, so a stroke of corners is a polyline:
 *
 *     "10,22! 32,0! 32,100!; 10,100! 54,100!"     a one with a flag and a foot
 */
#ifndef DP_ENGINE_SYNTH_GLYPH_H
#define DP_ENGINE_SYNTH_GLYPH_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

enum { DP_GLYPH_MAX_POINTS = 32 }; /* control points of one stroke */

/* Add the strokes of a glyph to a drawing. Each control point is jittered by normal
 * deviates with σ = `jitter` units in x and in y. The curve is a Catmull–Rom spline
 * (1974) with one-sided tangents at ends and corners. DP_INPUT, with the byte, if the
 * text is not a glyph; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_glyph_draw(dp_strokes *s, const char *text, float jitter, dp_rng *rng,
                      dp_err *err);

/* Add one smooth stroke through n ≥ 1 points to a drawing. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_glyph_curve(dp_strokes *s, const dp_point *p, int n, dp_err *err);

/* Add a straight stroke to a drawing. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_glyph_line(dp_strokes *s, dp_point a, dp_point b, dp_err *err);

#endif

/* Strokes drawn on a grid of terminal cells are staircases. Smoothing recovers the line
 * behind them; it raises the accuracy on small digits and does not change it on digits
 * that fill the pad (scripts/experiments.md). */
#ifndef DP_ENGINE_INK_SMOOTH_H
#define DP_ENGINE_INK_SMOOTH_H

#include "engine/ink/strokes.h"

/* The smoothing window reaches this far to either side, in units along the line. */
#define DP_SMOOTH_REACH 2.0f

/* Whether a stroke of a drawing is a staircase of cells: a pen's, every coordinate of which is
 * a multiple of ½. The middles of cells are; points of a pointer with finer steps are not. */
bool dp_smooth_is_staircase(const dp_strokes *s, const dp_stroke *stroke);

/* The smoothed vertex k of a polyline of `count` vertices on such a grid: the mean of the
 * line around it, weighted by a Gaussian with σ = 0.8 units of arc length. The window
 * narrows towards the ends, which do not move. */
dp_point dp_smooth_vertex(const dp_point *p, int count, int k);

#endif

/* Drawings bent, slanted and shaken as vectors, and replayed on the pad's grid of cells:
 * more hands and more mice than were collected. */
#ifndef DP_ENGINE_SYNTH_DEFORM_H
#define DP_ENGINE_SYNTH_DEFORM_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* The rectangle that holds a drawing's points, of every tool. All zeros for a drawing without points. */
dp_bounds dp_deform_bounds(const dp_strokes *s);

/* How far drawings are deformed. All zero leaves them as they are. */
typedef struct dp_deform {
    float rotation; /* degrees, uniform in ± */
    float slant;    /* horizontal shear as a tangent, uniform in ± */
    float aspect;   /* width by e to the power of a number uniform in ± this */
    float warp;     /* σ of a smooth displacement, as a part of the longest side */
    float tremor;   /* σ of each point's own displacement, likewise */
} dp_deform;

/* The variety of hands that is right for a drawn digit. */
extern const dp_deform dp_deform_hand;

/* Deform a drawing around its middle, in place. */
void dp_deform_strokes(dp_strokes *s, const dp_deform *d, dp_rng *rng);

/* Move and scale a drawing, in place, so that its points fill the rectangle; a side that is
 * flat goes to the middle. */
void dp_deform_fit(dp_strokes *s, dp_bounds to);

/* Replace a drawing by the one that a mouse leaves on a pad of 40×20 cells: scaled to `size`
 * (0 … 1) of the pad, somewhere on it, its points the middles of cells, and some cells
 * skipped where the mouse is quick. DP_NOMEM; the drawing is as before then. */
DP_MUST_CHECK
dp_code dp_deform_to_cells(dp_strokes *s, float size, dp_rng *rng, dp_err *err);

/* With this probability the same, at one of the sizes that people draw at. */
DP_MUST_CHECK
dp_code dp_deform_by_mouse(dp_strokes *s, float probability, dp_rng *rng, dp_err *err);

#endif

/* Random deformation of drawings as vectors, for more variety of handwriting than was
 * collected, and their replay on the pad's grid of cells, as a mouse draws there. */
#ifndef DP_ENGINE_SYNTH_DEFORM_H
#define DP_ENGINE_SYNTH_DEFORM_H

#include "engine/core/rng.h"
#include "engine/ink/strokes.h"

/* The bounding box of all points, of pen and eraser. All zero for an empty drawing. */
dp_bounds dp_deform_bounds(const dp_strokes *s);

/* The distribution of deformations. All zero leaves drawings as they are. */
typedef struct dp_deform {
    float rotation; /* in degrees, uniform in ±rotation */
    float slant;    /* horizontal shear, as a tangent, uniform in ±slant */
    float aspect;   /* the width is scaled by e^u, u uniform in ±aspect */
    float elastic; /* σ of a smooth displacement field, in longest sides of the drawing */
    float tremor;  /* σ of the displacement of each point alone, in the same unit */
} dp_deform;

/* The variety of human handwriting. */
extern const dp_deform dp_deform_handwriting;

/* Deform a drawing in place, around the middle of its bounding box. */
void dp_deform_strokes(dp_strokes *s, const dp_deform *d, dp_rng *rng);

/* Move and scale a drawing in place so that its bounding box becomes `to`. A drawing
 * without width or height goes to the middle. If to.x0 > to.x1, the drawing is
 * mirrored. */
void dp_deform_fit(dp_strokes *s, dp_bounds to);

/* Replace a drawing by its replay with a mouse on a pad of 40×20 cells: the longest side
 * is `size` (0 … 1) of the pad, the position is random, points are the middles of cells,
 * and a fast mouse skips cells. On failure (DP_NOMEM) the drawing does not change. */
DP_MUST_CHECK
dp_code dp_deform_to_cells(dp_strokes *s, float size, dp_rng *rng, dp_err *err);

/* With this probability, do the same at a random size from 0.35 to 1. */
DP_MUST_CHECK
dp_code dp_deform_by_mouse(dp_strokes *s, float probability, dp_rng *rng, dp_err *err);

#endif

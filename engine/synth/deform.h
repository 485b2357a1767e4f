/* Random deformation of drawings as vectors, for more variety of handwriting than was
 * collected. */
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

#endif

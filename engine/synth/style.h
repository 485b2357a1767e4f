/* What the sources of the styles share (engine/synth/handwriting.h); for them alone. */
#ifndef DP_ENGINE_SYNTH_STYLE_H
#define DP_ENGINE_SYNTH_STYLE_H

#include "engine/synth/handwriting.h"

/* One stroke of a drawing. Its points are valid until the drawing changes. */
typedef struct dp_path {
    const dp_point *p; /* [n] */
    int n;
} dp_path;

/* The length of a path from one of its points to a later one. */
float dp_path_length(const dp_path *path, int from, int to);

/* A drawing before a style is added to it. */
typedef struct dp_figure {
    dp_bounds box;
    float width, height; /* of the box */
    int strokes;
    dp_path first, second; /* its first two strokes; n = 0 if it has fewer */
    int digit;
} dp_figure;

/* A style of the table of handwriting.c: whether it suits a drawing, and how it is added.
 * DP_NOMEM, which may leave a part of it. */
#define DP_STYLE_DECLARE(NAME, name, digit, share)                                       \
    bool dp_style_suits_##name(const dp_figure *f);                                      \
    dp_code dp_style_add_##name(dp_strokes *s, const dp_figure *f, dp_rng *rng,          \
                                dp_err *err);
DP_STYLES(DP_STYLE_DECLARE)
#undef DP_STYLE_DECLARE

/* Whether the first stroke begins at the top of the drawing and ends at its foot. */
bool dp_style_falls(const dp_figure *f);

/* The left end of the foot of a 2: the leftmost point of the lowest fifth. */
int dp_style_heel(const dp_figure *f);

/* The last place where the first stroke goes down through height y; its end if it never
 * does. */
float dp_style_stem_at(const dp_figure *f, float y);

#endif

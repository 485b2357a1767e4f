/* The paper under the ink: what a picture would be without its strokes.
 *
 * The paper is the morphological closing of the picture: every dark spot into which no
 * square of 2 · reach + 1 pixels fits is filled with the grey around it. Shadows, their
 * sharp edges, vignettes, tables and frames keep their place and shape exactly, because
 * such squares fit into them. The squares may reach beyond the edge of the picture, so
 * that everything dark along an edge counts as paper, even a thin strip. */
#ifndef DP_ENGINE_INK_BACKGROUND_H
#define DP_ENGINE_INK_BACKGROUND_H

#include "engine/ink/plane.h"

/* The size of `scratch` for dp_background. */
size_t dp_background_scratch(int width, int height, int reach);

/* out: the paper under the dark strokes of `in`, of its size; it may be `in`'s pixels. */
void dp_background(dp_plane *out, uint8_t *scratch, const dp_gray *in, int detail,
                   int reach);

#endif

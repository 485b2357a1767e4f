/* Connected components of ink, as horizontal runs of pixels. */
#ifndef DP_ENGINE_INK_COMPONENT_H
#define DP_ENGINE_INK_COMPONENT_H

#include "engine/ink/plane.h"

/* Pixels x0 … x1 − 1 of row y. */
typedef struct dp_run {
    int y, x0, x1;
    int component; /* its index */
} dp_run;

typedef struct dp_component {
    dp_rect box;
    int area, perimeter; /* in pixels and in their sides */
    int edge[4];         /* pixels at the left, top, right and bottom edge of the page */
    long ink;            /* the sum of its pixels */
    uint8_t peak;        /* the greatest of them */
    bool dropped, kept;  /* no stroke; writing (writing.h): false at first */
} dp_component;

/* All components of a page. The arrays have room for max_runs elements. */
typedef struct dp_components {
    int n_runs, n, max_runs;
    dp_run *run; /* by rows, then from left to right */
    dp_component *component;
} dp_components;

/* Find the components of the pixels of at least `threshold`; all 8 neighbours connect.
 * False if there are more runs than room for them: the page is noise. */
bool dp_components_find(dp_components *c, const dp_plane *ink, int threshold);

/* The mean width of the strokes of a component: half its perimeter is their length. */
float dp_component_width(const dp_component *c);

int dp_component_longest(const dp_component *c);

#endif

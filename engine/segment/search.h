/* The search for digits that segment_strokes.c and segment_image.c share.
 *
 * The ink consists of components: strokes of the pen, or connected components of an
 * image. One or more components that certainly belong to one digit form a primitive, and
 * neighbouring primitives form a candidate for a digit. */
#ifndef DP_ENGINE_SEGMENT_SEARCH_H
#define DP_ENGINE_SEGMENT_SEARCH_H

#include "engine/segment/segment.h"

enum {
    DP_MAX_COMPONENTS = 256, /* more are hatching or noise, not a number */
    DP_MAX_PRIMITIVES = 48,
    DP_MAX_CANDIDATE = 6, /* primitives of one candidate */
};

typedef struct dp_primitive {
    dp_bounds box;
    bool cut; /* its ink is connected with the primitive before it, at a candidate cut */
} dp_primitive;

/* All ink, from left to right. To begin, zero everything but prior_same and the last
 * three. */
typedef struct dp_primitives {
    int n, n_components;
    float
        prior_same; /* the prior probability that two neighbours are of the same digit */
    dp_primitive primitive[DP_MAX_PRIMITIVES];
    int16_t owner[DP_MAX_COMPONENTS]; /* the primitive of each component; −1 if none */

    /* Normalise primitives first … end − 1 as one image, as dp_normalize_strokes_placed
     * does. */
    dp_ink (*render)(uint8_t image[DP_PIXELS], dp_placement *placement,
                     const struct dp_primitives *p, int first, int end);

    /* Whether two primitives come closer than `distance` to each other; NULL if they
     * never do. */
    bool (*touch)(const struct dp_primitives *p, int a, int b, float distance);
    void *user; /* for these two functions */
} dp_primitives;

/* Add the next component. A component with an empty box belongs to no primitive. False if
 * there are too many components: the ink is not a number then. */
DP_MUST_CHECK bool dp_primitives_add(dp_primitives *p, const dp_bounds *box, bool cut);

/* Merge primitives that overlap so much horizontally that they must be of one digit, such
 * as a bar and the line that it crosses. Then sort them from left to right. */
void dp_primitives_arrange(dp_primitives *p);

/* Whether a component belongs to one of the primitives first … end − 1. */
bool dp_primitives_has(const dp_primitives *p, int component, int first, int end);

/* The bounding box of primitives first … end − 1. */
dp_bounds dp_primitives_box(const dp_primitives *p, int first, int end);

/* Find the most likely digits of two or more primitives. out->n is 0 if a single digit is
 * most likely, or if the primitives cannot be read as at most DP_SEGMENTS_MAX digits. */
void dp_segment_search(dp_segmentation *out, const dp_primitives *primitives,
                       dp_session *session);

/* Predict the image in out->digit[0] as the only digit if `ink` is DP_INK_ENOUGH. */
void dp_segment_read_single(dp_segmentation *out, dp_ink ink, dp_session *session);

#endif

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
    DP_PARTS = 3,         /* components of a digit that are told apart: 1, 2, more */
};

typedef struct dp_primitive {
    dp_bounds box;
    bool cut; /* its ink is connected with the primitive before it, at a candidate cut */
} dp_primitive;

/* The weights of what is known about a candidate, in its score: a log probability, up to a
 * constant. They are fitted by maximum likelihood on numbers whose digits are known. */
typedef struct dp_search_weights {
    float probability; /* of the log probability of the likeliest digit */
    float evidence;    /* of the evidence, as a part of the greatest of all candidates */
    float wide;        /* lost for each height that it is wider than high */
    float low;         /* lost in proportion to the missing part of a digit's height */
    float parts;       /* of the log of parts_prior */

    /* The log odds that two neighbouring primitives are of the same digit: a constant, for
     * each height that one of them has to move sideways until they are apart, and for
     * being wholly one above the other; instead of them, for a candidate cut. */
    float same, depth, overlap, cut;

    /* For each digit, the probability that it has 1, 2 or more components; NULL if their
     * number says nothing. */
    const float (*parts_prior)[DP_PARTS];
} dp_search_weights;

/* All ink, from left to right. To begin, zero everything but the last two. */
typedef struct dp_primitives {
    int n, n_components;
    dp_primitive primitive[DP_MAX_PRIMITIVES];
    int16_t owner[DP_MAX_COMPONENTS]; /* the primitive of each component; −1 if none */

    /* Normalise primitives first … end − 1 as one image, as dp_normalize_strokes_placed
     * does. */
    dp_ink (*render)(uint8_t image[DP_PIXELS], dp_placement *placement,
                     const struct dp_primitives *p, int first, int end);
    void *user; /* for this function */
} dp_primitives;

/* Add the next component. A component with an empty box belongs to no primitive. False if
 * there are too many components: the ink is not a number then. */
DP_MUST_CHECK bool dp_primitives_add(dp_primitives *p, const dp_bounds *box, bool cut);

/* Sort the primitives from left to right. */
void dp_primitives_arrange(dp_primitives *p);

/* Whether a component belongs to one of the primitives first … end − 1. */
bool dp_primitives_has(const dp_primitives *p, int component, int first, int end);

/* The number of components of primitives first … end − 1, and their bounding box. */
int dp_primitives_components(const dp_primitives *p, int first, int end);
dp_bounds dp_primitives_box(const dp_primitives *p, int first, int end);

/* Empty the result. */
void dp_segment_begin(dp_segmentation *out);

/* Find the most likely digits of two or more primitives and the probability of this split.
 * out->n stays 0 if a single digit is most likely, or if the primitives cannot be read as
 * at most DP_SEGMENTS_MAX digits. */
void dp_segment_search(dp_segmentation *out, const dp_primitives *primitives,
                       const dp_search_weights *weights, dp_session *session);

/* Predict the image in out->digit[0] as the only digit if `ink` is DP_INK_ENOUGH. */
void dp_segment_read_single(dp_segmentation *out, dp_ink ink, dp_session *session);

#endif

/* The search that splitting strokes and splitting images share. */
#ifndef DP_ENGINE_SEGMENT_SEARCH_H
#define DP_ENGINE_SEGMENT_SEARCH_H

#include "engine/segment/segment.h"

enum {
    DP_MAX_ATOMS = 256, /* strokes or components; more are hatching or noise, no digits */
    DP_MAX_PIECES = 48,
    DP_MAX_GROUP = 6, /* pieces of one digit */
};

/* One or more atoms that are not divided any further. */
typedef struct dp_piece {
    dp_bounds box;
    bool cut; /* from the piece before it, with which it is connected */
} dp_piece;

/* All of the ink. Zeroed but for the last three and `same`: none yet. */
typedef struct dp_pieces {
    int n, n_atoms;
    float same; /* how likely it is that a piece goes on with the digit before it */
    dp_piece piece[DP_MAX_PIECES];
    int16_t owner[DP_MAX_ATOMS]; /* the piece of each atom; −1: none */
    /* The image of pieces first … end − 1, normalised, and their place in it. */
    dp_ink (*render)(uint8_t image[DP_PIXELS], dp_placement *where,
                     const struct dp_pieces *p, int first, int end);
    /* Whether two pieces come closer than `distance` to each other; NULL: never. */
    bool (*touch)(const struct dp_pieces *p, int a, int b, float distance);
    void *user;
} dp_pieces;

/* Add the next atom; one with an empty box belongs to no piece. False where that is too
 * much: the ink is no number then. */
DP_MUST_CHECK bool dp_pieces_add(dp_pieces *p, const dp_bounds *box, bool cut);

/* Unite the pieces that lie so much above one another that they must be of one digit, as a
 * bar and what it crosses, and sort them from left to right. */
void dp_pieces_arrange(dp_pieces *p);

/* Whether an atom is in one of the pieces first … end − 1. */
bool dp_pieces_has(const dp_pieces *p, int atom, int first, int end);

dp_bounds dp_pieces_box(const dp_pieces *p, int first, int end);

/* The likeliest digits of two or more pieces; out->n stays 0 where that is a single one, or
 * where there is no way to read them. */
void dp_segment_search(dp_segmentation *out, const dp_pieces *pieces,
                       dp_session *session);

/* Read the image of out->part[0] as the only digit, if there is ink enough. */
void dp_segment_read_single(dp_segmentation *out, dp_ink ink, dp_session *session);

#endif

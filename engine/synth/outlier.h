/* Outliers: drawings that are not digits, from which a network learns to reject such
 * input. They are scribbles, letters, symbols, several digits at once, mirrored, halved and
 * crossed out digits, dots, blobs, grids and noise.
 *
 * Letters and symbols that are written like digits (O o I l S Z B g q and the like) are
 * left out, because nobody can distinguish them. */
#ifndef DP_ENGINE_SYNTH_OUTLIER_H
#define DP_ENGINE_SYNTH_OUTLIER_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/core/shape.h"
#include "engine/ink/strokes.h"

/* The kinds of outliers, with the share of each in per cent (dp_outlier_choose). */
#define DP_OUTLIERS(X)                                                                   \
    X(SCRIBBLE, scribble, 8) /* smooth curves through random points */                   \
    X(WALK, walk, 5)         /* jagged random walks */                                   \
    X(LETTER, letter, 16)                                                                \
    X(CHARACTER, character, 18) /* of alphabets that do not exist */                     \
    X(WORD, word, 3)            /* two or three letters */                               \
    X(SYMBOL, symbol, 9)        /* arrows, check marks, faces, stars, ... */             \
    X(PAIR, pair, 11)           /* two or three digits side by side */                   \
    X(OVERLAP, overlap, 5)      /* two digits on top of each other */                    \
    X(MIRROR, mirror, 4)        /* a 2, 3, 5 or 7 seen in a mirror */                    \
    X(HALF, half, 8)            /* half of a digit, if it is not a digit itself */       \
    X(STRUCK, struck, 4)        /* a digit that is crossed out */                        \
    X(DOTS, dots, 2)                                                                     \
    X(BLOB, blob, 2)                                                                     \
    X(GRID, grid, 2) /* crossing lines */                                                \
    X(ZIGZAG, zigzag, 1)                                                                 \
    X(NOISE, noise, 2) /* pixels, not strokes */

typedef enum dp_outlier {
#define DP_OUTLIER_ENUM(NAME, name, share) DP_OUTLIER_##NAME,
    DP_OUTLIERS(DP_OUTLIER_ENUM)
#undef DP_OUTLIER_ENUM
} dp_outlier;

enum { DP_OUTLIER_COUNT = 0 DP_OUTLIERS(DP_ONE) };

const char *dp_outlier_name(dp_outlier kind);

/* Draw a random kind by the shares. */
dp_outlier dp_outlier_choose(dp_rng *rng);

/* Replace a drawing by an outlier of this kind, replayed by a pointer with probability 0.25.
 * Noise has no strokes, so its drawing is empty. On failure (DP_NOMEM) the drawing does
 * not change. */
DP_MUST_CHECK
dp_code dp_outlier_draw(dp_strokes *s, dp_outlier kind, dp_rng *rng, dp_err *err);

/* An image of an outlier of this kind, ink 255 on 0. Drawings are redrawn until there is
 * enough ink, and rendered with a pen of `radius` pixels. A pure function of the random
 * stream. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_outlier_image(uint8_t image[DP_PIXELS], dp_outlier kind, float radius,
                         dp_rng *rng, dp_err *err);

/* An outlier made of two 28×28 images of digits with these labels, normalised again.
 * MIRROR and HALF use the first one, PAIR and OVERLAP both. False for all other kinds,
 * for digits that do not give an outlier (a mirrored 0 is a 0), and if memory is short,
 * which sets *code to DP_NOMEM. */
bool dp_outlier_of_images(uint8_t image[DP_PIXELS], dp_outlier kind,
                          const uint8_t *const digit[2], const uint8_t label[2],
                          dp_rng *rng, dp_code *code);

#endif

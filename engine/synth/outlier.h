/* Drawings that are no digits, so that a network can learn to say so: scribbles, letters,
 * symbols, several digits at once, mirrored and halved ones, dots, blobs, grids, noise.
 *
 * Letters and symbols that are written like digits (O o I l S Z B g q and the like) are not
 * among them: nobody could tell. */
#ifndef DP_ENGINE_SYNTH_OUTLIER_H
#define DP_ENGINE_SYNTH_OUTLIER_H

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/core/shape.h"
#include "engine/ink/strokes.h"

/* What there is, with the share of each among the images of dp_outlier_image. */
#define DP_OUTLIERS(X)                                                                   \
    X(SCRIBBLE, scribble, 14) /* smooth curves through random points */                  \
    X(WALK, walk, 8)          /* jagged lines this way and that */                       \
    X(LETTER, letter, 24)                                                                \
    X(SYMBOL, symbol, 14)  /* arrows, check marks, faces, stars, ... */                  \
    X(PAIR, pair, 14)      /* two or three digits side by side */                        \
    X(OVERLAP, overlap, 6) /* two digits on top of each other */                         \
    X(MIRROR, mirror, 5)   /* a 2, 3, 5 or 7 seen in a mirror */                         \
    X(HALF, half, 5)       /* part of a digit that is none itself */                     \
    X(DOTS, dots, 3)                                                                     \
    X(BLOB, blob, 3)                                                                     \
    X(GRID, grid, 2) /* crossing lines */                                                \
    X(ZIGZAG, zigzag, 1)                                                                 \
    X(NOISE, noise, 1) /* pixels, not strokes */

typedef enum dp_outlier {
#define DP_OUTLIER_ENUM(NAME, name, share) DP_OUTLIER_##NAME,
    DP_OUTLIERS(DP_OUTLIER_ENUM)
#undef DP_OUTLIER_ENUM
} dp_outlier;

enum { DP_OUTLIER_COUNT = 0 DP_OUTLIERS(DP_ONE) };

const char *dp_outlier_name(dp_outlier kind);

/* A kind at random, by the shares. */
dp_outlier dp_outlier_choose(dp_rng *rng);

/* Replace a drawing by one of this kind; one of four as a mouse leaves it on the pad. Noise
 * has no strokes and leaves the drawing empty. DP_NOMEM; the drawing is as before then. */
DP_MUST_CHECK
dp_code dp_outlier_draw(dp_strokes *s, dp_outlier kind, dp_rng *rng, dp_err *err);

/* An image of this kind, ink 255 on 0, as dp_normalize_strokes makes it of a drawing with
 * enough ink, the pen `radius` model pixels wide. A pure function of the stream. DP_NOMEM.
 */
DP_MUST_CHECK
dp_code dp_outlier_image(uint8_t image[DP_PIXELS], dp_outlier kind, float radius,
                         dp_rng *rng, dp_err *err);

/* Made of two 28×28 images of digits and their labels instead of drawn ones, normalised
 * again: mirror and half (of the first), pair and overlap. False for the other kinds, and
 * where these digits do not make such an outlier: a mirrored 0 is a 0. DP_NOMEM by *code. */
bool dp_outlier_of_images(uint8_t image[DP_PIXELS], dp_outlier kind,
                          const uint8_t *const digit[2], const uint8_t label[2],
                          dp_rng *rng, dp_code *code);

#endif

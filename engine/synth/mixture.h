/* What one epoch of training goes through: collected images, drawings that are drawn anew
 * each time, digits made up from skeletons, and things that are no digits. */
#ifndef DP_ENGINE_SYNTH_MIXTURE_H
#define DP_ENGINE_SYNTH_MIXTURE_H

#include "engine/synth/augment.h"
#include "engine/core/err.h"
#include "engine/ink/strokes.h"

#include <stdint.h>

enum { DP_NO_DIGIT = 255 }; /* the label of an outlier */

/* Labelled images, owned by the caller. pixels: [n, 784], 0 … 255; label: [n], 0 … 9. */
typedef struct dp_dataset {
    const uint8_t *pixels, *label;
    int n;
} dp_dataset;

/* Labelled drawings, owned by the caller. */
typedef struct dp_drawings {
    const dp_strokes *strokes; /* [n] */
    const uint8_t *label;      /* [n], 0 … 9 */
    int n;
} dp_drawings;

/* Examples in this order; owned by the caller. */
typedef struct dp_mixture {
    dp_dataset images;
    dp_drawings drawings;
    int repeats;  /* of every drawing an epoch */
    float styles; /* probability that one gets a style that it has not */
    int made_up;  /* digits from skeletons, all ten equally often */
    int outliers; /* things that are no digits */
} dp_mixture;

/* Examples of an epoch. */
int dp_mixture_count(const dp_mixture *mixture);

/* Example i as the network's input; *label is DP_NO_DIGIT for an outlier. Images and what was
 * drawn are warped as `a` says; a drawing is deformed as a vector first, sometimes replayed
 * by a mouse on the pad, and drawn with a pen of its own. A pure function of i and the
 * stream. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_mixture_draw(float out[DP_PIXELS], uint8_t *label, const dp_mixture *mixture,
                        int i, const dp_augment *a, dp_rng *rng, dp_err *err);

#endif

/* The training mixture: the samples of one epoch. They are collected images, collected
 * drawings that are redrawn each time, of digits and of outliers, which are not digits,
 * synthetic digits and synthetic outliers. */
#ifndef DP_ENGINE_SYNTH_MIXTURE_H
#define DP_ENGINE_SYNTH_MIXTURE_H

#include "engine/synth/augment.h"
#include "engine/core/err.h"
#include "engine/ink/strokes.h"

#include <stdint.h>

/* Labelled images, owned by the caller. */
typedef struct dp_dataset {
    const uint8_t *pixels; /* [n, 784], 0 … 255 */
    const uint8_t *label;  /* [n], 0 … 9 */
    int n;
} dp_dataset;

/* Labelled drawings, owned by the caller. */
typedef struct dp_drawings {
    const dp_strokes *strokes; /* [n] */
    const uint8_t *label;      /* [n], 0 … 9, or DP_NO_DIGIT */
    int n;
} dp_drawings;

/* The sources of samples, in this order. */
typedef struct dp_mixture {
    dp_dataset images;
    dp_drawings drawings;
    int repeats;        /* of each drawing, in an epoch */
    dp_drawings others; /* collected drawings of other things than digits */
    int repeats_others; /* of each of these */
    float styles;       /* probability that a style is added to a drawing of a digit */
    int synthetic;      /* synthetic digits, all ten equally often */
    int outliers;       /* synthetic ones */
} dp_mixture;

/* The number of samples in an epoch. */
int dp_mixture_count(const dp_mixture *mixture);

/* The digit that sample i shows; DP_NO_DIGIT for an outlier. */
uint8_t dp_mixture_label(const dp_mixture *mixture, int i);

/* Sample i as the network's input. All images are augmented by `a`. A drawing is first
 * deformed as a vector, sometimes replayed by a pointer, and rendered with a random pen. A
 * pure function of i and the random stream. DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_mixture_draw(float out[DP_PIXELS], const dp_mixture *mixture, int i,
                        const dp_augment *a, dp_rng *rng, dp_err *err);

#endif

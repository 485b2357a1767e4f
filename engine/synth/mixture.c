#include "config.h"

#include "engine/synth/mixture.h"

#include "engine/ink/normalize.h"
#include "engine/synth/deform.h"
#include "engine/synth/digits.h"
#include "engine/synth/handwriting.h"
#include "engine/synth/outlier.h"
#include "engine/synth/pointer.h"

#include <string.h>

/* The sources of samples, in their order. */
enum { IMAGES, DRAWINGS, OTHERS, SYNTHETIC, OUTLIERS, SOURCES };

static void count_samples(int count[SOURCES], const dp_mixture *m)
{
    count[IMAGES] = m->images.n;
    count[DRAWINGS] = m->repeats * m->drawings.n;
    count[OTHERS] = m->repeats_others * m->others.n;
    count[SYNTHETIC] = m->synthetic;
    count[OUTLIERS] = m->outliers;
}

int dp_mixture_count(const dp_mixture *mixture)
{
    int count[SOURCES], sum = 0;
    count_samples(count, mixture);
    for (int source = 0; source < SOURCES; source++)
        sum += count[source];
    return sum;
}

/* The source of a sample, and its number there. */
typedef struct place {
    int source, i;
} place;

static place find(const dp_mixture *mixture, int i)
{
    int count[SOURCES], source = 0;
    count_samples(count, mixture);
    while (i >= count[source])
        i -= count[source++];
    return (place){ source, i };
}

/* A random pen radius, in pixels; it varies as in MNIST, but for thick pens. */
static float draw_pen(const dp_augment *a, dp_rng *rng)
{
    const float thinnest = 0.8f, usual = 1.7f, thickest = 2.6f;
    return dp_rng_uniform(rng) < a->thick ? dp_rng_range(rng, usual, thickest)
                                          : dp_rng_range(rng, thinnest, usual);
}

/* A collected drawing in other handwriting, and sometimes replayed by a pointer. */
static dp_code redraw(uint8_t image[DP_PIXELS], const dp_mixture *mixture, place at,
                      const dp_augment *a, dp_rng *rng, dp_err *err)
{
    const bool digit = at.source == DRAWINGS;
    const dp_drawings *from = digit ? &mixture->drawings : &mixture->others;
    const int i = at.i % from->n;
    const dp_strokes *s = &from->strokes[i];
    const float replayed = 0.4f;
    dp_strokes drawing = { 0 };
    dp_code code = dp_strokes_copy(&drawing, s, err);
    if (!code && digit)
        code = dp_handwriting_vary_style(&drawing, from->label[i], mixture->styles, rng,
                                         err);
    if (!code && dp_rng_uniform(rng) < a->probability)
        dp_deform_strokes(&drawing, &dp_deform_handwriting, rng);
    if (!code)
        code = dp_pointer_vary(&drawing, replayed, rng, err);
    if (!code &&
        dp_normalize_strokes_radius(image, &drawing, draw_pen(a, rng)) != DP_INK_ENOUGH)
        (void)dp_normalize_strokes(image, s); /* deformed too much: take the original */
    dp_strokes_clear(&drawing);
    return code;
}

static dp_code synthesize(uint8_t image[DP_PIXELS], int digit, const dp_augment *a,
                          dp_rng *rng, dp_err *err)
{
    dp_strokes drawing = { 0 };
    dp_code code = dp_digits_draw(&drawing, digit, rng, err);
    if (!code)
        (void)dp_normalize_strokes_radius(image, &drawing, draw_pen(a, rng));
    dp_strokes_clear(&drawing);
    return code;
}

static const uint8_t *random_image(uint8_t *label, const dp_dataset *images, dp_rng *rng)
{
    uint32_t i = dp_rng_below(rng, (uint32_t)images->n);
    *label = images->label[i];
    return images->pixels + (size_t)i * DP_PIXELS;
}

/* A random outlier. If its kind is made of digits, collected images are used in half of
 * the cases. */
static dp_code draw_outlier(uint8_t image[DP_PIXELS], const dp_dataset *images,
                            const dp_augment *a, dp_rng *rng, dp_err *err)
{
    const dp_outlier kind = dp_outlier_choose(rng);
    if (images->n > 0 && dp_rng_uniform(rng) < 0.5f) {
        uint8_t label[2];
        const uint8_t *digit[2];
        dp_code code = DP_OK;
        for (int i = 0; i < 2; i++)
            digit[i] = random_image(&label[i], images, rng);
        if (dp_outlier_of_images(image, kind, digit, label, rng, &code))
            return DP_OK;
        if (code)
            return dp_fail(err, code, "no memory for an outlier");
    }
    return dp_outlier_image(image, kind, draw_pen(a, rng), rng, err);
}

uint8_t dp_mixture_label(const dp_mixture *mixture, int i)
{
    const place at = find(mixture, i);
    if (at.source == IMAGES)
        return mixture->images.label[at.i];
    if (at.source == DRAWINGS)
        return mixture->drawings.label[at.i % mixture->drawings.n];
    return at.source == SYNTHETIC ? (uint8_t)(at.i % DP_DIGITS) : DP_NO_DIGIT;
}

dp_code dp_mixture_draw(float out[DP_PIXELS], const dp_mixture *mixture, int i,
                        const dp_augment *a, dp_rng *rng, dp_err *err)
{
    uint8_t image[DP_PIXELS];
    dp_augment rest = *a; /* without what deformation and random pens already vary */
    rest.rotation = rest.shear = rest.pen = rest.thick = 0;
    dp_code code;
    const place at = find(mixture, i);
    if (at.source == IMAGES) {
        dp_augment_image(out, mixture->images.pixels + (size_t)at.i * DP_PIXELS, a, rng);
        return DP_OK;
    }
    if (at.source == DRAWINGS || at.source == OTHERS)
        code = redraw(image, mixture, at, a, rng, err);
    else if (at.source == SYNTHETIC)
        code = synthesize(image, at.i % DP_DIGITS, a, rng, err);
    else
        code = draw_outlier(image, &mixture->images, a, rng, err);
    if (!code)
        dp_augment_image(out, image, &rest, rng);
    return code;
}

#include "config.h"

#include "engine/synth/mixture.h"
#include "engine/ink/normalize.h"
#include "tests/unit/unit.h"

#include <string.h>

static const dp_augment warped = { 0.85f, 15, 0.15f, 0.15f, 2, 0.3f, 0.3f };
static const dp_augment plain = { 0 };

enum { IMAGES = 3, DRAWINGS = 2, REPEATS = 2, MADE_UP = 20, OUTLIERS = 4 };

static uint8_t pixels[IMAGES * DP_PIXELS];
static const uint8_t image_label[IMAGES] = { 4, 5, 6 },
                     drawing_label[DRAWINGS] = { 1, 7 };
static dp_strokes drawing[DRAWINGS];

static void add(dp_strokes *s, bool first, float x, float y)
{
    dp_point p = { x, y };
    ck_assert(!(first ? dp_strokes_begin(s, DP_PEN, 0, p, 0, NULL)
                      : dp_strokes_extend(s, p, 0, NULL)));
}

static dp_mixture make_mix(void)
{
    for (int i = 0; i < IMAGES * DP_PIXELS; i++)
        pixels[i] = (uint8_t)(i % 251);
    memset(drawing, 0, sizeof drawing);
    add(&drawing[0], true, 50, 0);
    add(&drawing[0], false, 48, 130);
    add(&drawing[1], true, 0, 0);
    add(&drawing[1], false, 90, 3);
    add(&drawing[1], false, 40, 130);
    return (dp_mixture){
        .images = { pixels, image_label, IMAGES },
        .drawings = { drawing, drawing_label, DRAWINGS },
        .repeats = REPEATS,
        .styles = 0.5f,
        .made_up = MADE_UP,
        .outliers = OUTLIERS,
    };
}

static void clear_mix(void)
{
    for (int i = 0; i < DRAWINGS; i++)
        dp_strokes_clear(&drawing[i]);
}

/* Example i in epoch `epoch`; returns its label. */
static uint8_t draw(float out[DP_PIXELS], const dp_mixture *mixture, int i, int epoch,
                    const dp_augment *a)
{
    dp_rng rng = dp_rng_stream(9, (uint64_t)epoch, (uint64_t)i);
    uint8_t label;
    ck_assert_int_eq(dp_mixture_draw(out, &label, mixture, i, a, &rng, NULL), DP_OK);
    return label;
}

START_TEST(examples_are_in_their_order)
{
    static const uint8_t wanted[] = { 4, 5, 6, 1, 7, 1, 7 };
    dp_mixture mixture = make_mix();
    float out[DP_PIXELS];
    const int labelled = IMAGES + REPEATS * DRAWINGS;
    ck_assert_int_eq(dp_mixture_count(&mixture), labelled + MADE_UP + OUTLIERS);
    for (int i = 0; i < dp_mixture_count(&mixture); i++) {
        uint8_t label = draw(out, &mixture, i, 0, &warped);
        if (i < labelled)
            ck_assert_int_eq(label, wanted[i]);
        else if (i < labelled + MADE_UP)
            ck_assert_int_eq(label, (i - labelled) % DP_DIGITS);
        else
            ck_assert_int_eq(label, DP_NO_DIGIT);
        float ink = 0;
        for (int k = 0; k < DP_PIXELS; k++) {
            ck_assert(out[k] >= 0 && out[k] <= 1);
            ink += out[k];
        }
        ck_assert_msg(ink > 5, "example %d is blank", i);
    }
    clear_mix();
}
END_TEST

START_TEST(images_are_only_warped)
{
    dp_mixture mixture = make_mix();
    for (int i = 0; i < IMAGES; i++) {
        float got[DP_PIXELS], wanted[DP_PIXELS];
        dp_rng rng = dp_rng_stream(9, 5, (uint64_t)i);
        draw(got, &mixture, i, 5, &warped);
        dp_augment_image(wanted, pixels + (size_t)i * DP_PIXELS, &warped, &rng);
        ck_assert_mem_eq(got, wanted, sizeof got);
    }
    clear_mix();
}
END_TEST

START_TEST(all_else_is_new_in_each_epoch)
{
    dp_mixture mixture = make_mix();
    for (int i = IMAGES; i < dp_mixture_count(&mixture); i++) {
        float once[DP_PIXELS], again[DP_PIXELS], later[DP_PIXELS];
        draw(once, &mixture, i, 1, &warped);
        draw(again, &mixture, i, 1, &warped);
        draw(later, &mixture, i, 2, &warped);
        ck_assert_mem_eq(once, again, sizeof once);
        ck_assert_msg(memcmp(once, later, sizeof once) != 0, "example %d", i);
    }
    clear_mix();
}
END_TEST

/* Without warps, and not as by mouse, only the pen is new: the ink is where it always is. */
START_TEST(a_drawing_stays_what_it_is)
{
    dp_mixture mixture = make_mix();
    uint8_t image[DP_PIXELS];
    mixture.styles = 0;
    ck_assert_int_eq(dp_normalize_strokes(image, &drawing[1]), DP_INK_ENOUGH);
    for (int epoch = 0; epoch < 20; epoch++) {
        float got[DP_PIXELS], common = 0, all = 0;
        draw(got, &mixture, IMAGES + 1, epoch, &plain);
        for (int k = 0; k < DP_PIXELS; k++) {
            common += image[k] > 0 ? got[k] : 0;
            all += got[k];
        }
        ck_assert_msg(common > 0.75f * all, "%g of %g", (double)common, (double)all);
    }
    clear_mix();
}
END_TEST

UNIT_MAIN("mixture", examples_are_in_their_order, images_are_only_warped,
          all_else_is_new_in_each_epoch, a_drawing_stays_what_it_is)

#include "config.h"

#include "engine/ink/normalize.h"
#include "engine/synth/mixture.h"
#include "tests/unit/drawing.h"

#include <string.h>

/* Every augmentation is on. */
static const dp_augment strong = { .probability = 0.85f,
                                   .rotation = 15,
                                   .scale = 0.15f,
                                   .shear = 0.15f,
                                   .shift = 2,
                                   .elastic = 0.3f,
                                   .pen = 0.3f,
                                   .misplaced = 0.2f,
                                   .thick = 0.2f,
                                   .hard = 0.2f };
static const dp_augment plain = { 0 };

enum {
    IMAGES = 3,
    DRAWINGS = 2,
    REPEATS = 2,
    REPEATS_OTHERS = 3,
    SYNTHETIC = 20,
    OUTLIERS = 4,
};

static uint8_t pixels[IMAGES * DP_PIXELS];
static const uint8_t image_label[IMAGES] = { 4, 5, 6 },
                     drawing_label[DRAWINGS] = { 1, 7 }, other_label[] = { DP_NO_DIGIT };
static dp_strokes drawing[DRAWINGS];

static dp_mixture make_mixture(void)
{
    for (int i = 0; i < IMAGES * DP_PIXELS; i++)
        pixels[i] = (uint8_t)(i % 251);
    memset(drawing, 0, sizeof drawing);
    drawing_add(&drawing[0], DP_PEN, 0, (dp_point[]){ { 50, 0 }, { 48, 130 } }, 2);
    drawing_add(&drawing[1], DP_PEN, 0, (dp_point[]){ { 0, 0 }, { 90, 3 }, { 40, 130 } },
                3);
    return (dp_mixture){
        .images = { pixels, image_label, IMAGES },
        .drawings = { drawing, drawing_label, DRAWINGS },
        .repeats = REPEATS,
        .others = { drawing, other_label, 1 },
        .repeats_others = REPEATS_OTHERS,
        .styles = 0.5f,
        .synthetic = SYNTHETIC,
        .outliers = OUTLIERS,
    };
}

static void clear_mixture(void)
{
    for (int i = 0; i < DRAWINGS; i++)
        dp_strokes_clear(&drawing[i]);
}

static void draw(float out[DP_PIXELS], const dp_mixture *mixture, int i, int epoch,
                 const dp_augment *a)
{
    dp_rng rng = dp_rng_stream(9, (uint64_t)epoch, (uint64_t)i);
    ck_assert_int_eq(dp_mixture_draw(out, mixture, i, a, &rng, NULL), DP_OK);
}

START_TEST(samples_are_in_their_order)
{
    static const uint8_t wanted[] = { 4, 5, 6, 1, 7, 1, 7, 255, 255, 255 };
    dp_mixture mixture = make_mixture();
    float out[DP_PIXELS];
    const int labelled = DP_COUNT(wanted);
    ck_assert_int_eq(dp_mixture_count(&mixture), labelled + SYNTHETIC + OUTLIERS);
    for (int i = 0; i < dp_mixture_count(&mixture); i++) {
        const int label = dp_mixture_label(&mixture, i);
        draw(out, &mixture, i, 0, &strong);
        if (i < labelled)
            ck_assert_int_eq(label, wanted[i]);
        else if (i < labelled + SYNTHETIC)
            ck_assert_int_eq(label, (i - labelled) % DP_DIGITS);
        else
            ck_assert_int_eq(label, DP_NO_DIGIT);
        float ink = 0;
        for (int k = 0; k < DP_PIXELS; k++) {
            ck_assert(out[k] >= 0 && out[k] <= 1);
            ink += out[k];
        }
        ck_assert_msg(ink > 5, "sample %d is blank", i);
    }
    clear_mixture();
}
END_TEST

START_TEST(images_are_only_augmented)
{
    dp_mixture mixture = make_mixture();
    for (int i = 0; i < IMAGES; i++) {
        float got[DP_PIXELS], wanted[DP_PIXELS];
        dp_rng rng = dp_rng_stream(9, 5, (uint64_t)i);
        draw(got, &mixture, i, 5, &strong);
        dp_augment_image(wanted, pixels + (size_t)i * DP_PIXELS, &strong, &rng);
        ck_assert_mem_eq(got, wanted, sizeof got);
    }
    clear_mixture();
}
END_TEST

START_TEST(other_samples_are_new_in_each_epoch)
{
    dp_mixture mixture = make_mixture();
    for (int i = IMAGES; i < dp_mixture_count(&mixture); i++) {
        float once[DP_PIXELS], again[DP_PIXELS], later[DP_PIXELS];
        draw(once, &mixture, i, 1, &strong);
        draw(again, &mixture, i, 1, &strong);
        draw(later, &mixture, i, 2, &strong);
        ck_assert_mem_eq(once, again, sizeof once);
        ck_assert_msg(memcmp(once, later, sizeof once) != 0, "sample %d", i);
    }
    clear_mixture();
}
END_TEST

/* Without augmentation, only the pen and the replay by mouse vary: most ink stays in
 * place. */
START_TEST(a_redrawn_drawing_keeps_its_shape)
{
    dp_mixture mixture = make_mixture();
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
    clear_mixture();
}
END_TEST

UNIT_MAIN("mixture", samples_are_in_their_order, images_are_only_augmented,
          other_samples_are_new_in_each_epoch, a_redrawn_drawing_keeps_its_shape)

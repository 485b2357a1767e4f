#include "config.h"

#include "engine/synth/digits.h"
#include "engine/synth/glyph.h"
#include "engine/synth/letters.h"
#include "engine/synth/outlier.h"
#include "engine/ink/normalize.h"
#include "tests/unit/drawing.h"

enum { EACH = 40 };

static void image_of(uint8_t image[DP_PIXELS], dp_outlier kind, uint64_t index)
{
    dp_rng rng = dp_rng_stream(21, (uint64_t)kind, index);
    ck_assert_int_eq(dp_outlier_image(image, kind, 1.15f, &rng, NULL), DP_OK);
}

static int ink_of(const uint8_t image[DP_PIXELS])
{
    int sum = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        sum += image[i];
    return sum / 255;
}

START_TEST(a_stream_determines_the_image)
{
    for (int kind = 0; kind < DP_OUTLIER_COUNT; kind++) {
        uint8_t a[DP_PIXELS], b[DP_PIXELS], c[DP_PIXELS];
        image_of(a, (dp_outlier)kind, 1);
        image_of(b, (dp_outlier)kind, 1);
        image_of(c, (dp_outlier)kind, 2);
        ck_assert_mem_eq(a, b, DP_PIXELS);
        ck_assert_mem_ne(a, c, DP_PIXELS);
    }
}
END_TEST

START_TEST(every_kind_has_ink)
{
    for (int kind = 0; kind < DP_OUTLIER_COUNT; kind++)
        for (uint64_t i = 0; i < EACH; i++) {
            uint8_t image[DP_PIXELS];
            image_of(image, (dp_outlier)kind, i);
            ck_assert_int_ge(ink_of(image), 5);
        }
}
END_TEST

START_TEST(all_glyphs_are_well_formed)
{
    const char *const *const lists[] = { dp_letters, dp_symbols };
    int n = 0;
    for (int k = 0; k < 2; k++)
        for (const char *const *glyph = lists[k]; *glyph; glyph++, n++) {
            dp_strokes s = { 0 };
            dp_rng rng = dp_rng_stream(1, 1, 1);
            ck_assert_msg(!dp_glyph_draw(&s, *glyph, 0, &rng, NULL), "%s", *glyph);
            dp_strokes_clear(&s);
        }
    ck_assert_int_gt(n, 70);
}
END_TEST

START_TEST(some_are_drawn_by_mouse)
{
    int cells = 0;
    for (uint64_t i = 0; i < 200; i++) {
        dp_strokes s = { 0 };
        dp_rng rng = dp_rng_stream(1, 2, i);
        ck_assert_int_eq(dp_outlier_draw(&s, DP_OUTLIER_SCRIBBLE, &rng, NULL), DP_OK);
        cells += drawing_is_grid(&s);
        dp_strokes_clear(&s);
    }
    ck_assert_int_gt(cells, 15);
    ck_assert_int_lt(cells, 50);
}
END_TEST

START_TEST(kinds_are_chosen_by_their_shares)
{
    int count[DP_OUTLIER_COUNT] = { 0 };
    dp_rng rng = dp_rng_stream(1, 2, 3);
    for (int i = 0; i < 10000; i++)
        count[dp_outlier_choose(&rng)]++;
#define DP_CHECK_SHARE(NAME, name, share)                                                \
    ck_assert_int_gt(count[DP_OUTLIER_##NAME], 100 * (share) / 2);                       \
    ck_assert_int_lt(count[DP_OUTLIER_##NAME], 100 * (share)*2);                         \
    ck_assert_str_eq(dp_outlier_name(DP_OUTLIER_##NAME), #name);
    DP_OUTLIERS(DP_CHECK_SHARE)
}
END_TEST

static void digit_image(uint8_t image[DP_PIXELS], int digit)
{
    dp_strokes s = { 0 };
    dp_rng rng = dp_rng_stream(1, 1, 1);
    ck_assert_int_eq(dp_digits_skeleton(&s, digit, 0, 0, &rng, NULL), DP_OK);
    ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
    dp_strokes_clear(&s);
}

static bool made_of_images(uint8_t image[DP_PIXELS], dp_outlier kind, int a, int b)
{
    uint8_t first[DP_PIXELS], second[DP_PIXELS];
    digit_image(first, a);
    digit_image(second, b);
    dp_rng rng = dp_rng_stream(1, 2, 3);
    dp_code code;
    bool made =
        dp_outlier_of_images(image, kind, (const uint8_t *[]){ first, second },
                             (const uint8_t[]){ (uint8_t)a, (uint8_t)b }, &rng, &code);
    ck_assert_int_eq(code, DP_OK);
    return made;
}

/* The difference of a to b, or to the mirror image of b; both have their mass at (14,
 * 14). */
static int difference(const uint8_t *a, const uint8_t *b, bool mirrored)
{
    int sum = 0;
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 1; x < DP_SIDE; x++)
            sum +=
                abs(a[y * DP_SIDE + x] - b[y * DP_SIDE + (mirrored ? DP_SIDE - x : x)]);
    return sum / 255;
}

START_TEST(images_are_mirrored)
{
    uint8_t image[DP_PIXELS], seven[DP_PIXELS];
    digit_image(seven, 7);
    ck_assert(made_of_images(image, DP_OUTLIER_MIRROR, 7, 0));
    ck_assert_int_lt(difference(image, seven, true), ink_of(seven) / 4);
    ck_assert_int_gt(difference(image, seven, false), ink_of(seven) / 2);
    ck_assert(!made_of_images(image, DP_OUTLIER_MIRROR, 8, 0));
}
END_TEST

START_TEST(images_are_combined)
{
    uint8_t image[DP_PIXELS];
    ck_assert(made_of_images(image, DP_OUTLIER_PAIR, 1, 1));
    int middle = 0;
    for (int y = 0; y < DP_SIDE; y++)
        middle += image[y * DP_SIDE + 14];
    ck_assert_int_eq(middle, 0); /* between two ones */
    ck_assert(made_of_images(image, DP_OUTLIER_OVERLAP, 0, 3));
    ck_assert(!made_of_images(image, DP_OUTLIER_OVERLAP, 0, 1));
    ck_assert(made_of_images(image, DP_OUTLIER_HALF, 3, 0));
    ck_assert(!made_of_images(image, DP_OUTLIER_HALF, 1, 0));
    ck_assert(!made_of_images(image, DP_OUTLIER_LETTER, 1, 0));
}
END_TEST

UNIT_MAIN("outlier", a_stream_determines_the_image, every_kind_has_ink,
          all_glyphs_are_well_formed, some_are_drawn_by_mouse,
          kinds_are_chosen_by_their_shares, images_are_mirrored, images_are_combined)

#include "config.h"

#include "engine/synth/augment.h"
#include "tests/unit/drawing.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const dp_affine identity = { .m = { 1, 0, 0, 1 } };

/* A blurred bar through the centre. It is so smooth that resampling changes it little. */
static void draw_bar(uint8_t image[DP_PIXELS], float angle)
{
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 0; x < DP_SIDE; x++) {
            float u = (float)x - 14, v = (float)y - 14;
            float along = u * cosf(angle) + v * sinf(angle);
            float across = v * cosf(angle) - u * sinf(angle);
            image[y * DP_SIDE + x] =
                (uint8_t)(255 * expf(-along * along / 50 - across * across / 8));
        }
}

static void expect_close(const float got[DP_PIXELS], const uint8_t wanted[DP_PIXELS],
                         double tolerance)
{
    for (int i = 0; i < DP_PIXELS; i++)
        ck_assert_msg(fabs((double)got[i] - wanted[i] / 255.0) <= tolerance,
                      "pixel %d: %g, wanted %g", i, (double)got[i], wanted[i] / 255.0);
}

START_TEST(the_identity_returns_the_image)
{
    uint8_t image[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (uint8_t)(i * 31);
    float out[DP_PIXELS];
    dp_augment_resample(out, image, &identity, NULL);
    for (int i = 0; i < DP_PIXELS; i++)
        ck_assert(out[i] == (float)image[i] / 255);
}
END_TEST

START_TEST(a_shift_by_whole_pixels_is_exact)
{
    uint8_t image[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (uint8_t)(i * 31 + 1);
    dp_affine affine = identity;
    affine.shift[0] = 3;  /* to the right */
    affine.shift[1] = -2; /* up */
    float out[DP_PIXELS];
    dp_augment_resample(out, image, &affine, NULL);
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 0; x < DP_SIDE; x++) {
            int from_x = x - 3, from_y = y + 2;
            bool inside = from_x >= 0 && from_y < DP_SIDE;
            float wanted = inside ? (float)image[from_y * DP_SIDE + from_x] / 255 : 0;
            ck_assert(out[y * DP_SIDE + x] == wanted);
        }
}
END_TEST

START_TEST(a_shift_by_half_a_pixel_averages_neighbours)
{
    uint8_t image[DP_PIXELS] = { 0 };
    image[10 * DP_SIDE + 10] = 200;
    dp_affine affine = identity;
    affine.shift[0] = 0.5f;
    float out[DP_PIXELS];
    dp_augment_resample(out, image, &affine, NULL);
    ck_assert_double_eq_tol(out[10 * DP_SIDE + 10], 100.0f / 255, 1e-6f);
    ck_assert_double_eq_tol(out[10 * DP_SIDE + 11], 100.0f / 255, 1e-6f);
    ck_assert_double_eq_tol(out[9 * DP_SIDE + 10], 0, 1e-6f);
}
END_TEST

/* With one parameter alone, the inverse transform is known. */
START_TEST(drawn_transforms_have_their_shape)
{
    for (uint64_t i = 0; i < 100; i++) {
        dp_rng rng = dp_rng_stream(1, 2, i);
        dp_affine turn = dp_augment_draw_affine(&(dp_augment){ .rotation = 30 }, &rng);
        float *m = turn.m;
        ck_assert_double_eq_tol(m[0] * m[3] - m[1] * m[2], 1, 1e-5f);
        ck_assert_double_eq_tol(m[0] * m[0] + m[2] * m[2], 1, 1e-5f);
        ck_assert_double_ge(m[0], cosf(0.5236f) - 1e-5f);

        dp_affine zoom = dp_augment_draw_affine(&(dp_augment){ .scale = 0.25f }, &rng);
        ck_assert(zoom.m[0] >= 0.8f - 1e-5f && zoom.m[0] <= 1 / 0.75f + 1e-5f);
        ck_assert(zoom.m[3] >= 0.8f - 1e-5f && zoom.m[3] <= 1 / 0.75f + 1e-5f);
        ck_assert_double_eq_tol(zoom.m[1], 0, 1e-6f);

        dp_affine lean = dp_augment_draw_affine(&(dp_augment){ .shear = 0.2f }, &rng);
        ck_assert(fabsf(lean.m[1]) <= 0.2f);
        ck_assert_double_eq_tol(lean.m[2], 0, 1e-6f);

        dp_affine move = dp_augment_draw_affine(&(dp_augment){ .shift = 2.5f }, &rng);
        ck_assert(fabsf(move.shift[0]) <= 2.5f && fabsf(move.shift[1]) <= 2.5f);
        ck_assert(move.shift[0] != move.shift[1]);
    }
}
END_TEST

START_TEST(rotations_turn_about_the_centre)
{
    uint8_t bar[DP_PIXELS], turned[DP_PIXELS];
    draw_bar(bar, 0.2f);
    draw_bar(turned, 0.7f);
    float c = cosf(0.5f), s = sinf(0.5f);
    dp_affine affine = { .m = { c, s, -s, c } };
    float out[DP_PIXELS];
    dp_augment_resample(out, bar, &affine, NULL);
    expect_close(out, turned, 0.05);
}
END_TEST

/* The map is the inverse of rotation · shear · scale. */
START_TEST(the_matrix_maps_output_to_input)
{
    dp_augment all = { .rotation = 20, .scale = 0.2f, .shear = 0.2f };
    for (uint64_t i = 0; i < 50; i++) {
        dp_rng rng = dp_rng_stream(5, 6, i), same = rng;
        dp_affine w = dp_augment_draw_affine(&all, &rng);
        float angle = 0.0174532925f * dp_rng_range(&same, -20, 20);
        float sx = dp_rng_range(&same, 0.8f, 1.2f), sy = dp_rng_range(&same, 0.8f, 1.2f);
        float k = dp_rng_range(&same, -0.2f, 0.2f);
        float c = cosf(angle), s = sinf(angle);
        /* rotation · shear · scale */
        float a[4] = { c * sx, (c * k - s) * sy, s * sx, (s * k + c) * sy };
        ck_assert_double_eq_tol(w.m[0] * a[0] + w.m[1] * a[2], 1, 1e-5f);
        ck_assert_double_eq_tol(w.m[0] * a[1] + w.m[1] * a[3], 0, 1e-5f);
        ck_assert_double_eq_tol(w.m[2] * a[0] + w.m[3] * a[2], 0, 1e-5f);
        ck_assert_double_eq_tol(w.m[2] * a[1] + w.m[3] * a[3], 1, 1e-5f);
    }
}
END_TEST

START_TEST(the_probability_is_the_rate_of_augmented_images)
{
    uint8_t bar[DP_PIXELS];
    draw_bar(bar, 0.2f);
    dp_augment a = { .probability = 0.3f, .rotation = 20, .shift = 2 };
    int augmented = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        dp_rng rng = dp_rng_stream(3, 0, i);
        float out[DP_PIXELS];
        dp_augment_image(out, bar, &a, &rng);
        bool same = true;
        for (int k = 0; k < DP_PIXELS; k++)
            same = same && out[k] == (float)bar[k] / 255;
        augmented += !same;
    }
    ck_assert(augmented > 530 && augmented < 670);
}
END_TEST

/* ---- elastic distortion and pens --------------------------------------------------- */

/* A uniform number in ±34 has the standard deviation 34/√3. Smoothing by a Gaussian
 * divides it by 2·√π·σ, because the squared weights sum to 1/(4πσ²). */
START_TEST(elastic_fields_are_as_strong_as_in_the_paper)
{
    double sum = 0, squares = 0, steps = 0;
    int n = 0;
    for (uint64_t i = 0; i < 300; i++) {
        dp_rng rng = dp_rng_stream(7, 1, i);
        dp_elastic e;
        dp_augment_draw_elastic(&e, &rng);
        for (int y = 11; y < 17; y++)
            for (int x = 11; x < 17; x++, n += 2) {
                double dx = (double)e.x[y * DP_SIDE + x],
                       dy = (double)e.y[y * DP_SIDE + x];
                sum += dx + dy;
                squares += dx * dx + dy * dy;
                steps += fabs((double)e.x[y * DP_SIDE + x + 1] - dx);
            }
    }
    double wanted = 34 / sqrt(3) / (2 * sqrt(3.14159265358979) * 4);
    ck_assert_double_le(fabs(sum / n), 0.1);
    ck_assert_double_eq_tol(sqrt(squares / n), wanted, 0.1);
    ck_assert_double_le(steps / n, 0.2); /* smooth: neighbours move alike */
}
END_TEST

START_TEST(a_constant_field_is_a_shift)
{
    uint8_t bar[DP_PIXELS];
    draw_bar(bar, 0.2f);
    dp_elastic even;
    for (int i = 0; i < DP_PIXELS; i++) {
        even.x[i] = -1.25f;
        even.y[i] = 0.5f;
    }
    dp_affine shift = identity;
    shift.shift[0] = 1.25f;
    shift.shift[1] = -0.5f;
    float bent[DP_PIXELS], moved[DP_PIXELS];
    dp_augment_resample(bent, bar, &identity, &even);
    dp_augment_resample(moved, bar, &shift, NULL);
    for (int i = 0; i < DP_PIXELS; i++)
        ck_assert_double_eq_tol(bent[i], moved[i], 1e-5f);
}
END_TEST

static float ink(const float image[DP_PIXELS])
{
    float sum = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        sum += image[i];
    return sum;
}

/* A stripe of columns 10 … 12: its width changes from 3 to 5, to 1, or half of that
 * way. */
START_TEST(a_pen_changes_the_width)
{
    float stripe[DP_PIXELS] = { 0 }, image[DP_PIXELS];
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 10; x <= 12; x++)
            stripe[y * DP_SIDE + x] = 1;
    static const float amount[] = { 1, -1, 0.5f, 0 };
    static const float column[4][5] = {
        { 1, 1, 1, 1, 1 }, { 0, 0, 1, 0, 0 }, { 0.5f, 1, 1, 1, 0.5f }, { 0, 1, 1, 1, 0 }
    };
    for (int i = 0; i < 4; i++) {
        memcpy(image, stripe, sizeof image);
        dp_augment_pen(image, amount[i]);
        for (int x = 0; x < 5; x++)
            ck_assert(image[14 * DP_SIDE + 9 + x] == column[i][x]);
    }
}
END_TEST

/* Each changes its fraction of the images and leaves the affine transforms as they
 * are. */
START_TEST(elastic_and_pen_have_independent_probabilities)
{
    uint8_t bar[DP_PIXELS];
    draw_bar(bar, 0.2f);
    const dp_augment off = { .probability = 0.5f, .rotation = 20 };
    dp_augment bend = off, pen = off;
    bend.elastic = 0.4f;
    pen.pen = 0.6f;
    int bent = 0, redrawn = 0, thicker = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        dp_rng a = dp_rng_stream(3, 0, i), b = a, c = a;
        float plain[DP_PIXELS], bends[DP_PIXELS], redraws[DP_PIXELS];
        dp_augment_image(plain, bar, &off, &a);
        dp_augment_image(bends, bar, &bend, &b);
        dp_augment_image(redraws, bar, &pen, &c);
        bent += memcmp(plain, bends, sizeof plain) != 0;
        redrawn += memcmp(plain, redraws, sizeof plain) != 0;
        thicker += ink(redraws) > ink(plain);
    }
    ck_assert(bent > 340 && bent < 460);
    ck_assert(redrawn > 540 && redrawn < 660);
    ck_assert(thicker > 240 && thicker < 360);
}
END_TEST

/* ---- images from web canvases ------------------------------------------------------ */

/* The box of what is darker than a tenth, in whole pixels. */
static dp_bounds box_of(const float image[DP_PIXELS])
{
    dp_bounds b = { DP_SIDE, DP_SIDE, -1, -1 };
    for (int i = 0; i < DP_PIXELS; i++) {
        float x = (float)(i % DP_SIDE), y = (float)(i / DP_SIDE);
        if (image[i] < 0.1f)
            continue;
        b = (dp_bounds){ fminf(b.x0, x), fminf(b.y0, y), fmaxf(b.x1, x), fmaxf(b.y1, y) };
    }
    return b;
}

START_TEST(misplaced_digits_are_smaller_and_inside)
{
    const dp_augment misplaced = { .probability = 1, .misplaced = 1 };
    uint8_t bar[DP_PIXELS];
    float plain[DP_PIXELS], image[DP_PIXELS], far = 0;
    draw_bar(bar, 0.2f);
    for (int i = 0; i < DP_PIXELS; i++)
        plain[i] = (float)bar[i] / 255;
    dp_bounds whole = box_of(plain);
    for (uint64_t i = 0; i < 200; i++) {
        dp_rng rng = dp_rng_stream(3, 1, i);
        dp_augment_image(image, bar, &misplaced, &rng);
        dp_bounds b = box_of(image);
        ck_assert(b.y1 - b.y0 <= whole.y1 - whole.y0 + 1);
        ck_assert(b.x0 > 0 && b.y0 > 0 && b.x1 < DP_SIDE - 1 && b.y1 < DP_SIDE - 1);
        far = fmaxf(far, fabsf((b.x0 + b.x1) / 2 - 14));
    }
    ck_assert(far > 4);
}
END_TEST

START_TEST(thick_pens_keep_the_size)
{
    const dp_augment thick = { .probability = 1, .thick = 1 };
    uint8_t bar[DP_PIXELS];
    float plain[DP_PIXELS], image[DP_PIXELS];
    draw_bar(bar, 0.2f);
    for (int i = 0; i < DP_PIXELS; i++)
        plain[i] = (float)bar[i] / 255;
    dp_bounds whole = box_of(plain);
    for (uint64_t i = 0; i < 200; i++) {
        dp_rng rng = dp_rng_stream(3, 1, i);
        dp_augment_image(image, bar, &thick, &rng);
        ck_assert(ink(image) > 1.1f * ink(plain));
        check_near(box_of(image).y1, whole.y1, 2);
        check_near(box_of(image).y0, whole.y0, 2);
    }
}
END_TEST

/* Some images have at most four levels; none is blank. */
START_TEST(hard_images_have_few_levels)
{
    int few = 0;
    for (uint64_t i = 0; i < 200; i++) {
        float image[DP_PIXELS];
        bool seen[256] = { false };
        int levels = 0;
        dp_rng rng = dp_rng_stream(3, 1, i);
        for (int k = 0; k < DP_PIXELS; k++)
            image[k] = 0.6f * (float)k / DP_PIXELS;
        dp_augment_harden(image, &rng);
        ck_assert(image[DP_PIXELS - 1] >= 0.5f);
        for (int k = 0; k < DP_PIXELS; k++) {
            ck_assert(image[k] >= 0 && image[k] <= 1);
            bool *level = &seen[(int)(255 * image[k])];
            levels += !*level;
            *level = true;
        }
        few += levels <= 4;
    }
    ck_assert(few > 70 && few < 130);
}
END_TEST

UNIT_MAIN("augment", the_identity_returns_the_image, a_shift_by_whole_pixels_is_exact,
          a_shift_by_half_a_pixel_averages_neighbours, drawn_transforms_have_their_shape,
          rotations_turn_about_the_centre, the_matrix_maps_output_to_input,
          the_probability_is_the_rate_of_augmented_images,
          elastic_fields_are_as_strong_as_in_the_paper, a_constant_field_is_a_shift,
          a_pen_changes_the_width, elastic_and_pen_have_independent_probabilities,
          misplaced_digits_are_smaller_and_inside, thick_pens_keep_the_size,
          hard_images_have_few_levels)

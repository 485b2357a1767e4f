#include "config.h"

#include "engine/synth/photometric.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A stroke of full and half ink on black. */
static void draw_stroke(float image[DP_PIXELS])
{
    memset(image, 0, DP_PIXELS * sizeof *image);
    for (int y = 6; y < 22; y++) {
        image[y * DP_SIDE + 13] = 0.5f;
        image[y * DP_SIDE + 14] = 1;
        image[y * DP_SIDE + 15] = 1;
    }
}

static void change(float image[DP_PIXELS], dp_photometric kind, float amount,
                   uint64_t seed)
{
    dp_rng rng = dp_rng_stream(seed, 1, 2);
    draw_stroke(image);
    dp_photometric_change(image, kind, amount, &rng);
}

static double mean(const float image[DP_PIXELS])
{
    double sum = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        sum += (double)image[i];
    return sum / DP_PIXELS;
}

static double distance(const float a[DP_PIXELS], const float b[DP_PIXELS])
{
    double sum = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        sum += fabs((double)a[i] - (double)b[i]);
    return sum / DP_PIXELS;
}

/* A small and a large amount of each kind. */
static const float amounts[DP_PHOTOMETRIC_COUNT][2] = {
    [DP_PHOTOMETRIC_BRIGHTNESS] = { 0.1f, 0.5f },
    [DP_PHOTOMETRIC_CONTRAST] = { 0.8f, 0.1f },
    [DP_PHOTOMETRIC_SHOT_NOISE] = { 0.13f, 0.58f },
    [DP_PHOTOMETRIC_IMPULSE_NOISE] = { 0.03f, 0.27f },
    [DP_PHOTOMETRIC_FOG] = { 0.5f, 2.5f },
    [DP_PHOTOMETRIC_MOTION_BLUR] = { 1, 5 },
    [DP_PHOTOMETRIC_GLASS_BLUR] = { 0.5f, 1.5f },
    [DP_PHOTOMETRIC_SPATTER] = { 0.03f, 0.3f },
    [DP_PHOTOMETRIC_DOTTED_LINE] = { 1, 4 },
};

START_TEST(the_neutral_amount_changes_nothing)
{
    float image[DP_PIXELS], same[DP_PIXELS];
    draw_stroke(image);
    for (int kind = 0; kind < DP_PHOTOMETRIC_COUNT; kind++) {
        change(same, (dp_photometric)kind, kind == DP_PHOTOMETRIC_CONTRAST ? 1 : 0, 5);
        ck_assert(memcmp(image, same, sizeof image) == 0);
    }
}
END_TEST

START_TEST(a_larger_amount_changes_more)
{
    float image[DP_PIXELS], little[DP_PIXELS], much[DP_PIXELS];
    draw_stroke(image);
    for (int kind = 0; kind < DP_PHOTOMETRIC_COUNT; kind++) {
        change(little, (dp_photometric)kind, amounts[kind][0], 5);
        change(much, (dp_photometric)kind, amounts[kind][1], 5);
        ck_assert_msg(0 < distance(image, little) &&
                          distance(image, little) < distance(image, much),
                      "kind %d: %g, %g", kind, distance(image, little),
                      distance(image, much));
    }
}
END_TEST

START_TEST(levels_stay_in_range)
{
    float image[DP_PIXELS];
    for (int kind = 0; kind < DP_PHOTOMETRIC_COUNT; kind++) {
        change(image, (dp_photometric)kind, amounts[kind][1], 5);
        for (int i = 0; i < DP_PIXELS; i++)
            ck_assert(0 <= image[i] && image[i] <= 1);
    }
}
END_TEST

/* Brightness and contrast are the two that draw no random number. */
START_TEST(the_seed_decides)
{
    float a[DP_PIXELS], b[DP_PIXELS], c[DP_PIXELS];
    for (int kind = 0; kind < DP_PHOTOMETRIC_COUNT; kind++) {
        const bool random =
            kind != DP_PHOTOMETRIC_BRIGHTNESS && kind != DP_PHOTOMETRIC_CONTRAST;
        change(a, (dp_photometric)kind, amounts[kind][1], 5);
        change(b, (dp_photometric)kind, amounts[kind][1], 5);
        change(c, (dp_photometric)kind, amounts[kind][1], 6);
        ck_assert(memcmp(a, b, sizeof a) == 0);
        ck_assert((memcmp(a, c, sizeof a) != 0) == random);
    }
}
END_TEST

START_TEST(brightness_lifts_the_ground)
{
    float image[DP_PIXELS];
    change(image, DP_PHOTOMETRIC_BRIGHTNESS, 0.3f, 5);
    ck_assert(image[0] == 0.3f);
    ck_assert(image[10 * DP_SIDE + 13] == 0.8f);
    ck_assert(image[10 * DP_SIDE + 14] == 1);
}
END_TEST

START_TEST(contrast_keeps_the_mean)
{
    float before[DP_PIXELS], image[DP_PIXELS];
    draw_stroke(before);
    change(image, DP_PHOTOMETRIC_CONTRAST, 0.25f, 5);
    ck_assert_double_eq_tol(mean(image), mean(before), 1e-4);
    ck_assert_double_eq_tol((double)(image[10 * DP_SIDE + 14] - image[0]), 0.25, 1e-6);
}
END_TEST

START_TEST(shot_noise_is_in_the_light_only)
{
    float before[DP_PIXELS], image[DP_PIXELS];
    double square = 0;
    draw_stroke(before);
    for (uint64_t seed = 0; seed < 50; seed++) {
        change(image, DP_PHOTOMETRIC_SHOT_NOISE, 0.2f, seed);
        for (int i = 0; i < DP_PIXELS; i++)
            ck_assert(before[i] > 0 || image[i] == 0);
        for (int y = 6; y < 22; y++) /* half ink is not clipped */
            square += pow((double)image[y * DP_SIDE + 13] - 0.5, 2) / (50 * 16);
    }
    /* A Poisson number's variance is its mean: 0.2² · 0.5. */
    ck_assert_double_eq_tol(sqrt(square), 0.2 * sqrt(0.5), 0.01);
}
END_TEST

START_TEST(impulse_noise_hits_its_share)
{
    float image[DP_PIXELS];
    int white = 0, black = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        dp_rng rng = dp_rng_stream(seed, 1, 2);
        for (int i = 0; i < DP_PIXELS; i++)
            image[i] = 0.5f;
        dp_photometric_change(image, DP_PHOTOMETRIC_IMPULSE_NOISE, 0.1f, &rng);
        for (int i = 0; i < DP_PIXELS; i++) {
            white += image[i] == 1;
            black += image[i] == 0;
        }
    }
    ck_assert_double_eq_tol(white / (50.0 * DP_PIXELS), 0.05, 0.005);
    ck_assert_double_eq_tol(black / (50.0 * DP_PIXELS), 0.05, 0.005);
}
END_TEST

START_TEST(fog_weakens_the_ink)
{
    float image[DP_PIXELS];
    change(image, DP_PHOTOMETRIC_FOG, 1.5f, 5);
    const float step = image[10 * DP_SIDE + 15] - image[10 * DP_SIDE + 17];
    ck_assert(0.2f < step && step < 0.6f); /* 1 / 2.5, and the fog's own slope */
}
END_TEST

START_TEST(blur_spreads_the_ink_and_keeps_its_amount)
{
    static const dp_photometric blurs[] = { DP_PHOTOMETRIC_MOTION_BLUR,
                                            DP_PHOTOMETRIC_GLASS_BLUR };
    float before[DP_PIXELS], image[DP_PIXELS];
    draw_stroke(before);
    for (size_t i = 0; i < DP_COUNT(blurs); i++) {
        float most = 0;
        change(image, blurs[i], 2, 5);
        for (int k = 0; k < DP_PIXELS; k++)
            most = fmaxf(most, image[k]);
        ck_assert(most < 0.95f);
        ck_assert_double_eq_tol(mean(image), mean(before), 1e-3);
    }
}
END_TEST

START_TEST(spots_only_add_light)
{
    float before[DP_PIXELS], image[DP_PIXELS];
    draw_stroke(before);
    change(image, DP_PHOTOMETRIC_SPATTER, 0.1f, 5);
    int covered = 0;
    for (int i = 0; i < DP_PIXELS; i++) {
        ck_assert(image[i] >= before[i]);
        covered += image[i] > before[i];
    }
    ck_assert_int_ge(covered, 50); /* a tenth is 78, of which some are on ink */
    ck_assert_int_le(covered, 78);
}
END_TEST

START_TEST(a_dotted_line_leaves_gaps)
{
    float image[DP_PIXELS];
    dp_rng rng = dp_rng_stream(3, 1, 2);
    int dots = 0;
    memset(image, 0, sizeof image);
    dp_photometric_change(image, DP_PHOTOMETRIC_DOTTED_LINE, 1, &rng);
    for (int i = 0; i < DP_PIXELS; i++)
        dots += image[i] == 1;
    ck_assert_int_ge(dots, 4);
    ck_assert_int_le(dots, 20);
}
END_TEST

UNIT_MAIN("photometric", the_neutral_amount_changes_nothing, a_larger_amount_changes_more,
          levels_stay_in_range, the_seed_decides, brightness_lifts_the_ground,
          contrast_keeps_the_mean, shot_noise_is_in_the_light_only,
          impulse_noise_hits_its_share, fog_weakens_the_ink,
          blur_spreads_the_ink_and_keeps_its_amount, spots_only_add_light,
          a_dotted_line_leaves_gaps)

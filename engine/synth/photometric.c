#include "config.h"

#include "engine/synth/photometric.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- levels ------------------------------------------------------------------------ */

static void change_brightness(float image[DP_PIXELS], float added, dp_rng *rng)
{
    (void)rng;
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] += added;
}

static void change_contrast(float image[DP_PIXELS], float factor, dp_rng *rng)
{
    float mean = 0;
    (void)rng;
    for (int i = 0; i < DP_PIXELS; i++)
        mean += image[i] / DP_PIXELS;
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = mean + factor * (image[i] - mean);
}

/* ---- noise ------------------------------------------------------------------------- */

/* A Poisson number with this mean, at most 100, by inversion. */
static int draw_poisson(double mean, dp_rng *rng)
{
    double left = (double)dp_rng_uniform(rng), share = exp(-mean);
    int k = 0;
    while (left > share && k < 300) {
        left -= share;
        share *= mean / ++k;
    }
    return k;
}

/* White is 1 / deviation² photons. */
static void change_shot_noise(float image[DP_PIXELS], float deviation, dp_rng *rng)
{
    const float photons = 1 / fmaxf(deviation * deviation, 0.01f);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (float)draw_poisson((double)(image[i] * photons), rng) / photons;
}

static void change_impulse_noise(float image[DP_PIXELS], float share, dp_rng *rng)
{
    for (int i = 0; i < DP_PIXELS; i++) {
        const float u = dp_rng_uniform(rng);
        if (u < share)
            image[i] = u < share / 2 ? 0 : 1;
    }
}

/* ---- fog --------------------------------------------------------------------------- */

enum { FINEST = 16 }; /* cells of the finest octave in a row of the image */

/* Add a random surface through a grid of (cells + 1)² heights, −1 … 1 times amplitude. */
static void add_octave(float field[DP_PIXELS], int cells, float amplitude, dp_rng *rng)
{
    float height[(FINEST + 1) * (FINEST + 1)];
    const int side = cells + 1;
    for (int i = 0; i < side * side; i++)
        height[i] = dp_rng_range(rng, -amplitude, amplitude);
    for (int i = 0; i < DP_PIXELS; i++) {
        const float x = (float)(i % DP_SIDE) * (float)cells / DP_SIDE;
        const float y = (float)(i / DP_SIDE) * (float)cells / DP_SIDE;
        const float fx = x - floorf(x), fy = y - floorf(y);
        const float *h = height + (int)y * side + (int)x;
        const float upper = h[0] + fx * (h[1] - h[0]);
        const float lower = h[side] + fx * (h[side + 1] - h[side]);
        field[i] += upper + fy * (lower - upper);
    }
}

/* Fractal noise, 0 … 1: octaves of half the size and half the height of the one before. */
static void draw_plasma(float field[DP_PIXELS], dp_rng *rng)
{
    float least = HUGE_VALF, most = -HUGE_VALF, amplitude = 1;
    memset(field, 0, DP_PIXELS * sizeof *field);
    for (int cells = 2; cells <= FINEST; cells *= 2, amplitude /= 2)
        add_octave(field, cells, amplitude, rng);
    for (int i = 0; i < DP_PIXELS; i++) {
        least = fminf(least, field[i]);
        most = fmaxf(most, field[i]);
    }
    for (int i = 0; i < DP_PIXELS; i++)
        field[i] = (field[i] - least) / (most - least);
}

/* The fog adds to the image, and the sum is scaled back to the image's greatest level. */
static void change_fog(float image[DP_PIXELS], float amount, dp_rng *rng)
{
    float field[DP_PIXELS], most = 0;
    draw_plasma(field, rng);
    for (int i = 0; i < DP_PIXELS; i++)
        most = fmaxf(most, image[i]);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = (image[i] + amount * field[i]) * most / (most + amount);
}

/* ---- blur -------------------------------------------------------------------------- */

static float pixel_at(const float image[DP_PIXELS], int x, int y)
{
    const bool inside = x >= 0 && x < DP_SIDE && y >= 0 && y < DP_SIDE;
    return inside ? image[y * DP_SIDE + x] : 0;
}

/* Interpolated bilinearly; 0 outside of the image. */
static float sample(const float image[DP_PIXELS], float x, float y)
{
    const int left = (int)floorf(x), top = (int)floorf(y);
    const float fx = x - (float)left, fy = y - (float)top;
    const float upper =
        (1 - fx) * pixel_at(image, left, top) + fx * pixel_at(image, left + 1, top);
    const float lower = (1 - fx) * pixel_at(image, left, top + 1) +
                        fx * pixel_at(image, left + 1, top + 1);
    return (1 - fy) * upper + fy * lower;
}

/* Replace the image by the mean of itself, moved by steps 0 … reach along (x, y), with the
 * weights of a Gaussian; `both` ways or one way. */
static void smear(float image[DP_PIXELS], float x, float y, float sigma, bool both)
{
    float old[DP_PIXELS], sum = 0;
    const int reach = (int)ceilf(3 * sigma);
    memcpy(old, image, sizeof old);
    memset(image, 0, sizeof old);
    for (int k = both ? -reach : 0; k <= reach; k++) {
        const float weight = expf(-0.5f * (float)(k * k) / (sigma * sigma));
        for (int i = 0; i < DP_PIXELS; i++)
            image[i] += weight * sample(old, (float)(i % DP_SIDE) - (float)k * x,
                                        (float)(i / DP_SIDE) - (float)k * y);
        sum += weight;
    }
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] /= sum;
}

static void blur(float image[DP_PIXELS], float sigma)
{
    smear(image, 1, 0, sigma, true);
    smear(image, 0, 1, sigma, true);
}

/* One way, in a direction within 45 degrees of the rows. */
static void change_motion_blur(float image[DP_PIXELS], float sigma, dp_rng *rng)
{
    const float quarter = 0.785398163f;
    const float angle = dp_rng_range(rng, -quarter, quarter);
    smear(image, cosf(angle), sinf(angle), sigma, false);
}

/* Swap each pixel with a random neighbour above or to the left, or neither. */
static void shuffle_neighbours(float image[DP_PIXELS], dp_rng *rng)
{
    for (int y = DP_SIDE - 1; y > 0; y--)
        for (int x = DP_SIDE - 1; x > 0; x--) {
            float *p = image + y * DP_SIDE + x;
            float *other = p - dp_rng_below(rng, 2) - DP_SIDE * dp_rng_below(rng, 2);
            const float kept = *p;
            *p = *other;
            *other = kept;
        }
}

/* Blurred, shuffled twice, and blurred again. */
static void change_glass_blur(float image[DP_PIXELS], float sigma, dp_rng *rng)
{
    blur(image, sigma);
    shuffle_neighbours(image, rng);
    shuffle_neighbours(image, rng);
    blur(image, sigma);
}

/* ---- spots ------------------------------------------------------------------------- */

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Drops are where a smoothed noise is highest. They are lighter from the rim inwards. */
static void change_spatter(float image[DP_PIXELS], float share, dp_rng *rng)
{
    const float size = 1.5f, lightest = 0.7f;
    float drops[DP_PIXELS], sorted[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++)
        drops[i] = dp_rng_normal(rng);
    blur(drops, size);
    memcpy(sorted, drops, sizeof sorted);
    qsort(sorted, DP_PIXELS, sizeof *sorted, compare_floats);
    const int covered = dp_clamp_int((int)(share * DP_PIXELS), 1, DP_PIXELS - 1);
    const float rim = sorted[DP_PIXELS - 1 - covered];
    const float rise = fmaxf(sorted[DP_PIXELS - 1] - rim, 1e-6f);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] += lightest * sqrtf(fmaxf(drops[i] - rim, 0) / rise);
}

/* A line of single white pixels, 2 to 4 pixels apart, through a point near the middle. */
static void add_dots(float image[DP_PIXELS], dp_rng *rng)
{
    const float angle = dp_rng_range(rng, 0, 3.14159265f);
    const float x = dp_rng_range(rng, 6, 22), y = dp_rng_range(rng, 6, 22);
    const float step = dp_rng_range(rng, 2, 4);
    const int reach = (int)(1.5f * DP_SIDE / step);
    for (int k = -reach; k <= reach; k++) {
        const long column = lrintf(x + (float)k * step * cosf(angle));
        const long row = lrintf(y + (float)k * step * sinf(angle));
        if (column >= 0 && column < DP_SIDE && row >= 0 && row < DP_SIDE)
            image[row * DP_SIDE + column] = 1;
    }
}

static void change_dotted_line(float image[DP_PIXELS], float lines, dp_rng *rng)
{
    for (int i = 0; i < (int)lines; i++)
        add_dots(image, rng);
}

/* ---- all --------------------------------------------------------------------------- */

void dp_photometric_change(float image[DP_PIXELS], dp_photometric kind, float amount,
                           dp_rng *rng)
{
    static void (*const change[])(float *, float, dp_rng *) = {
#define CHANGE(NAME, name) [DP_PHOTOMETRIC_##NAME] = change_##name,
        DP_PHOTOMETRICS(CHANGE)
#undef CHANGE
    };
    if (amount == (kind == DP_PHOTOMETRIC_CONTRAST ? 1.0f : 0.0f))
        return;
    change[kind](image, amount, rng);
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = dp_clamp_float(image[i], 0, 1);
}

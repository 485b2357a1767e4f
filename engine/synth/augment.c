#include "config.h"

#include "engine/synth/augment.h"

#include "engine/core/arith.h"
#include "engine/ink/normalize.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const float center = (float)DP_INK_CENTER;
static const float degree = 0.0174532925f;

dp_affine dp_augment_draw_affine(const dp_augment *a, dp_rng *rng)
{
    float angle = degree * dp_rng_range(rng, -a->rotation, a->rotation);
    float scale_x = dp_rng_range(rng, 1 - a->scale, 1 + a->scale);
    float scale_y = dp_rng_range(rng, 1 - a->scale, 1 + a->scale);
    float shear = dp_rng_range(rng, -a->shear, a->shear);
    float shift_x = dp_rng_range(rng, -a->shift, a->shift);
    float shift_y = dp_rng_range(rng, -a->shift, a->shift);
    float c = cosf(angle), s = sinf(angle);
    /* scale⁻¹ · shear⁻¹ · rotation⁻¹, multiplied out */
    return (dp_affine){
        .m = { (c + shear * s) / scale_x, (s - shear * c) / scale_x, -s / scale_y,
               c / scale_y },
        .shift = { shift_x, shift_y },
    };
}

/* The side of an image with a border of zeros, so that sampling needs no test for the
 * border: one pixel before the image and two after it, as the last sample reads one pixel
 * more. */
enum { FRAME = DP_SIDE + 3 };

static void put_in_frame(float frame[FRAME * FRAME], const uint8_t image[DP_PIXELS])
{
    for (int i = 0; i < FRAME * FRAME; i++)
        frame[i] = 0;
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 0; x < DP_SIDE; x++)
            frame[(y + 1) * FRAME + x + 1] = (float)image[y * DP_SIDE + x] / 255;
}

/* Sample at (x, y), counted from the frame's corner. Outside the image everything is 0,
 * so clamping the coordinates to the frame does not change the result. */
static float sample(const float frame[FRAME * FRAME], float x, float y)
{
    x = dp_clamp_float(x, 0, DP_SIDE + 1);
    y = dp_clamp_float(y, 0, DP_SIDE + 1);
    int left = (int)x, top = (int)y;
    float fx = x - (float)left, fy = y - (float)top;
    const float *p = frame + top * FRAME + left;
    float upper = p[0] + fx * (p[1] - p[0]);
    float lower = p[FRAME] + fx * (p[FRAME + 1] - p[FRAME]);
    return upper + fy * (lower - upper);
}

void dp_augment_resample(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                         const dp_affine *affine, const dp_elastic *elastic)
{
    float frame[FRAME * FRAME];
    put_in_frame(frame, image);
    const float *m = affine->m;
    for (int i = 0; i < DP_PIXELS; i++) {
        float u = (float)(i % DP_SIDE) - center - affine->shift[0];
        float v = (float)(i / DP_SIDE) - center - affine->shift[1];
        if (elastic) {
            u += elastic->x[i];
            v += elastic->y[i];
        }
        out[i] = sample(frame, center + 1 + m[0] * u + m[1] * v,
                        center + 1 + m[2] * u + m[3] * v);
    }
}

/* ---- elastic distortion ------------------------------------------------------------ */

enum { REACH = 10 }; /* pixels on each side of the Gaussian: 2.5 σ, where it is at 4 % */

/* The Gaussian with σ = 4 at distances 0 … REACH, scaled so that both sides sum to 1. */
static void fill_gaussian(float weight[REACH + 1])
{
    const float sigma = 4;
    float sum = 0;
    for (int i = 0; i <= REACH; i++) {
        weight[i] = expf(-(float)(i * i) / (2 * sigma * sigma));
        sum += i == 0 ? weight[i] : 2 * weight[i];
    }
    for (int i = 0; i <= REACH; i++)
        weight[i] /= sum;
}

/* Smooth along the rows and transpose. Called twice, it smooths a field in both
 * directions. */
static void smooth_rows(float out[DP_PIXELS], const float in[DP_PIXELS],
                        const float weight[REACH + 1])
{
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 0; x < DP_SIDE; x++) {
            int first = x > REACH ? x - REACH : 0;
            int last = x + REACH < DP_SIDE ? x + REACH : DP_SIDE - 1;
            float sum = 0;
            for (int k = first; k <= last; k++)
                sum += weight[k < x ? x - k : k - x] * in[y * DP_SIDE + k];
            out[x * DP_SIDE + y] = sum;
        }
}

static void draw_field(float field[DP_PIXELS], const float weight[REACH + 1], dp_rng *rng)
{
    const float strength = 34;
    float half[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++)
        field[i] = dp_rng_range(rng, -strength, strength);
    smooth_rows(half, field, weight);
    smooth_rows(field, half, weight);
}

void dp_augment_draw_elastic(dp_elastic *out, dp_rng *rng)
{
    float weight[REACH + 1];
    fill_gaussian(weight);
    draw_field(out->x, weight, rng);
    draw_field(out->y, weight, rng);
}

/* ---- pens -------------------------------------------------------------------------- */

/* Pixels outside the image are 0, both for dilation and for erosion. */
static float pixel_at(const float image[DP_PIXELS], int x, int y)
{
    bool inside = x >= 0 && x < DP_SIDE && y >= 0 && y < DP_SIDE;
    return inside ? image[y * DP_SIDE + x] : 0;
}

void dp_augment_pen(float image[DP_PIXELS], float amount)
{
    float old[DP_PIXELS];
    memcpy(old, image, sizeof old);
    for (int i = 0; i < DP_PIXELS; i++) {
        int x = i % DP_SIDE, y = i / DP_SIDE;
        const float near[4] = { pixel_at(old, x - 1, y), pixel_at(old, x + 1, y),
                                pixel_at(old, x, y - 1), pixel_at(old, x, y + 1) };
        float extreme = old[i];
        for (int k = 0; k < 4; k++)
            extreme = amount > 0 ? fmaxf(extreme, near[k]) : fminf(extreme, near[k]);
        image[i] = old[i] + fabsf(amount) * (extreme - old[i]);
    }
}

/* ---- images from web canvases ------------------------------------------------------ */

/* Scale by a factor, besides what the transform does already. */
static void scale_by(dp_affine *affine, float factor)
{
    for (int i = 0; i < 4; i++)
        affine->m[i] /= factor;
}

/* Make the digit smaller and move it to where its longest side still fits. */
static void misplace(dp_affine *affine, dp_rng *rng)
{
    const float smallest = 0.5f, margin = 2;
    float factor = dp_rng_range(rng, smallest, 1);
    float reach = center - margin - factor * (float)DP_INK_LONGEST_SIDE / 2;
    scale_by(affine, factor);
    affine->shift[0] += dp_rng_range(rng, -reach, reach);
    affine->shift[1] += dp_rng_range(rng, -reach, reach);
}

/* Add this many pixels to the radius of the pen. */
static void thicken(float image[DP_PIXELS], float radius)
{
    for (; radius > 0; radius -= 1)
        dp_augment_pen(image, fminf(radius, 1));
}

static float greatest(const float image[DP_PIXELS])
{
    float most = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        most = fmaxf(most, image[i]);
    return most;
}

void dp_augment_harden(float image[DP_PIXELS], dp_rng *rng)
{
    const float most = greatest(image), gain = expf(dp_rng_range(rng, 0.7f, 3));
    float threshold = dp_rng_range(rng, 0.25f, 0.6f) * most;
    float steps = (float)(1 + dp_rng_below(rng, 3));
    bool rounded = dp_rng_uniform(rng) < 0.5f;
    if (!(most > 0))
        return;
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = rounded ? roundf(steps * image[i] / most) / steps
                           : dp_clamp_float(0.5f + gain * (image[i] - threshold), 0, 1);
}

/* ---- one image --------------------------------------------------------------------- */

static void augment(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                    const dp_augment *a, dp_rng *rng)
{
    const float max_pen = 0.5f; /* changes the width by one pixel */
    const float max_thick = 1.4f;
    dp_affine affine = dp_augment_draw_affine(a, rng);
    dp_elastic elastic;
    bool bend = dp_rng_uniform(rng) < a->elastic;
    bool redraw = dp_rng_uniform(rng) < a->pen;
    float amount = dp_rng_range(rng, -max_pen, max_pen);
    if (bend)
        dp_augment_draw_elastic(&elastic, rng);
    if (dp_rng_uniform(rng) < a->misplaced)
        misplace(&affine, rng);
    float more = dp_rng_uniform(rng) < a->thick ? dp_rng_range(rng, 0.5f, max_thick) : 0;
    if (more > 0) /* the box of the ink keeps its size */
        scale_by(&affine, 1 - 2 * more / (float)DP_INK_LONGEST_SIDE);
    dp_augment_resample(out, image, &affine, bend ? &elastic : NULL);
    if (redraw)
        dp_augment_pen(out, amount);
    thicken(out, more);
    if (dp_rng_uniform(rng) < a->hard)
        dp_augment_harden(out, rng);
}

void dp_augment_image(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                      const dp_augment *a, dp_rng *rng)
{
    if (dp_rng_uniform(rng) < a->probability) {
        augment(out, image, a, rng);
    } else {
        for (int i = 0; i < DP_PIXELS; i++)
            out[i] = (float)image[i] / 255;
    }
}

#include "config.h"

#include "engine/augment.h"

#include <math.h>

static const float center = 14.0f;
static const float degree = 0.0174532925f;

dp_warp dp_augment_draw(const dp_augment *a, dp_rng *rng)
{
    float angle = degree * dp_rng_range(rng, -a->rotation, a->rotation);
    float scale_x = dp_rng_range(rng, 1 - a->scale, 1 + a->scale);
    float scale_y = dp_rng_range(rng, 1 - a->scale, 1 + a->scale);
    float shear = dp_rng_range(rng, -a->shear, a->shear);
    float shift_x = dp_rng_range(rng, -a->shift, a->shift);
    float shift_y = dp_rng_range(rng, -a->shift, a->shift);
    float c = cosf(angle), s = sinf(angle);
    /* scale⁻¹ · shear⁻¹ · rotation⁻¹, multiplied out */
    return (dp_warp){
        .m = { (c + shear * s) / scale_x, (s - shear * c) / scale_x, -s / scale_y,
               c / scale_y },
        .shift = { shift_x, shift_y },
    };
}

/* The image inside a frame of zeros, so that sampling needs no test for its border: one
 * pixel before, and two after because the last sample reads one further. */
enum { FRAME = DP_SIDE + 3 };

static void put_in_frame(float frame[FRAME * FRAME], const uint8_t image[DP_PIXELS])
{
    for (int i = 0; i < FRAME * FRAME; i++)
        frame[i] = 0;
    for (int y = 0; y < DP_SIDE; y++)
        for (int x = 0; x < DP_SIDE; x++)
            frame[(y + 1) * FRAME + x + 1] = (float)image[y * DP_SIDE + x] / 255;
}

static float clamp(float v, float lo, float hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* x and y count from the frame's corner. Beyond the image everything is zero, so clamping
 * into the frame changes nothing. */
static float sample(const float frame[FRAME * FRAME], float x, float y)
{
    x = clamp(x, 0, DP_SIDE + 1);
    y = clamp(y, 0, DP_SIDE + 1);
    int left = (int)x, top = (int)y;
    float fx = x - (float)left, fy = y - (float)top;
    const float *p = frame + top * FRAME + left;
    float upper = p[0] + fx * (p[1] - p[0]);
    float lower = p[FRAME] + fx * (p[FRAME + 1] - p[FRAME]);
    return upper + fy * (lower - upper);
}

void dp_augment_warp(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                     const dp_warp *warp)
{
    float frame[FRAME * FRAME];
    put_in_frame(frame, image);
    const float *m = warp->m;
    for (int y = 0; y < DP_SIDE; y++) {
        float v = (float)y - center - warp->shift[1];
        for (int x = 0; x < DP_SIDE; x++) {
            float u = (float)x - center - warp->shift[0];
            out[y * DP_SIDE + x] = sample(frame, center + 1 + m[0] * u + m[1] * v,
                                          center + 1 + m[2] * u + m[3] * v);
        }
    }
}

void dp_augment_image(float out[DP_PIXELS], const uint8_t image[DP_PIXELS],
                      const dp_augment *a, dp_rng *rng)
{
    if (dp_rng_uniform(rng) < a->probability) {
        dp_warp warp = dp_augment_draw(a, rng);
        dp_augment_warp(out, image, &warp);
    } else {
        for (int i = 0; i < DP_PIXELS; i++)
            out[i] = (float)image[i] / 255;
    }
}

#include "config.h"

#include "engine/synth/canvas.h"

#include "engine/core/arith.h"

#include <math.h>

void dp_canvas_begin(dp_canvas *c, int width, int height, float paper)
{
    c->width = width;
    c->height = height;
    c->paper = paper;
    for (int i = 0; i < width * height; i++)
        c->level[i] = paper;
}

typedef struct pixels {
    int x0, y0, x1, y1;
} pixels;

/* A rectangle in whole pixels, clipped to the canvas. */
static pixels rounded(const dp_canvas *c, dp_bounds r)
{
    return (pixels){ dp_clamp_int((int)lrintf(r.x0), 0, c->width),
                     dp_clamp_int((int)lrintf(r.y0), 0, c->height),
                     dp_clamp_int((int)lrintf(r.x1), 0, c->width),
                     dp_clamp_int((int)lrintf(r.y1), 0, c->height) };
}

/* ---- the digit --------------------------------------------------------------------- */

/* The box of the pixels that are at least half ink. */
static dp_bounds ink_box(const uint8_t image[DP_PIXELS])
{
    dp_bounds b = { DP_SIDE, DP_SIDE, 0, 0 };
    for (int i = 0; i < DP_PIXELS; i++) {
        const float x = (float)(i % DP_SIDE), y = (float)(i / DP_SIDE);
        if (image[i] < 128)
            continue;
        b.x0 = fminf(b.x0, x);
        b.y0 = fminf(b.y0, y);
        b.x1 = fmaxf(b.x1, x + 1);
        b.y1 = fmaxf(b.y1, y + 1);
    }
    return b.x0 < b.x1 ? b : (dp_bounds){ 0, 0, DP_SIDE, DP_SIDE };
}

static float pixel_at(const uint8_t image[DP_PIXELS], int x, int y)
{
    const bool inside = x >= 0 && x < DP_SIDE && y >= 0 && y < DP_SIDE;
    return inside ? (float)image[y * DP_SIDE + x] / 255 : 0;
}

/* Interpolated bilinearly; pixel (0, 0) is centred on (0.5, 0.5). */
static float sample(const uint8_t image[DP_PIXELS], float x, float y)
{
    const int left = (int)floorf(x - 0.5f), top = (int)floorf(y - 0.5f);
    const float fx = x - 0.5f - (float)left, fy = y - 0.5f - (float)top;
    const float upper =
        (1 - fx) * pixel_at(image, left, top) + fx * pixel_at(image, left + 1, top);
    const float lower = (1 - fx) * pixel_at(image, left, top + 1) +
                        fx * pixel_at(image, left + 1, top + 1);
    return (1 - fy) * upper + fy * lower;
}

/* The first coordinate of a box of this length at a random place from lo to hi, or in the
 * middle if it is too long. */
static float place(float lo, float hi, float length, dp_rng *rng)
{
    const float free = hi - lo - length;
    return lo + free * (free > 0 ? dp_rng_uniform(rng) : 0.5f);
}

/* An enlarged image has soft edges; this makes them about two pixels wide again. Strokes that
 * are half covered stay. */
static float sharpen(float coverage, float scale)
{
    const float edge = 0.4f;
    return dp_clamp_float((coverage - edge) * fmaxf(scale / 2, 1) + edge, 0, 1);
}

void dp_canvas_write(dp_canvas *c, const uint8_t image[DP_PIXELS], dp_bounds area,
                     float side, dp_rng *rng)
{
    const float typical_pen = 2.3f; /* of MNIST, in pixels of the image */
    const dp_bounds box = ink_box(image);
    const float scale = side / fmaxf(box.x1 - box.x0, box.y1 - box.y0);
    const float width = scale * (box.x1 - box.x0), height = scale * (box.y1 - box.y0);
    const float left = place(area.x0, area.x1, width, rng);
    const float top = place(area.y0, area.y1, height, rng);
    c->digit = (dp_bounds){ left, top, left + width, top + height };
    c->pen = typical_pen * scale;
    /* Thin ink reaches up to two pixels of the image beyond the box. */
    const float more = 2 * scale;
    const pixels p = rounded(c, (dp_bounds){ left - more, top - more, left + width + more,
                                             top + height + more });
    for (int y = p.y0; y < p.y1; y++)
        for (int x = p.x0; x < p.x1; x++) {
            float *level = &c->level[y * c->width + x];
            const float u = ((float)x + 0.5f - left) / scale + box.x0;
            const float v = ((float)y + 0.5f - top) / scale + box.y0;
            *level += (c->ink - *level) * sharpen(sample(image, u, v), scale);
        }
}

/* ---- everything else --------------------------------------------------------------- */

void dp_canvas_darken(dp_canvas *c, dp_bounds r, float level)
{
    const pixels p = rounded(c, r);
    for (int y = p.y0; y < p.y1; y++)
        for (int x = p.x0; x < p.x1; x++) {
            float *at = &c->level[y * c->width + x];
            *at = fminf(*at, level);
        }
}

void dp_canvas_surround(dp_canvas *c, dp_bounds r, float level)
{
    const pixels p = rounded(c, r);
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            if (x < p.x0 || x >= p.x1 || y < p.y0 || y >= p.y1)
                c->level[y * c->width + x] = level;
}

void dp_canvas_shade(dp_canvas *c, const dp_shade *s, float amount)
{
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            c->level[y * c->width + x] *=
                1 - amount * s->at(s, 2 * ((float)x + 0.5f) / (float)c->width - 1,
                                   2 * ((float)y + 0.5f) / (float)c->height - 1);
}

void dp_canvas_invert(dp_canvas *c)
{
    for (int i = 0; i < c->width * c->height; i++)
        c->level[i] = 255 - c->level[i];
}

/* The sum of four uniform numbers is close to normal, and much cheaper: its mean is 2 and its
 * variance 4 / 12. */
static float cheap_normal(dp_rng *rng)
{
    const uint64_t bits = dp_rng_u64(rng);
    const uint64_t sum =
        (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    return ((float)sum / 65536 - 2) * 1.7320508f;
}

void dp_canvas_noise(dp_canvas *c, float deviation, dp_rng *rng)
{
    for (int i = 0; i < c->width * c->height; i++)
        c->level[i] += deviation * cheap_normal(rng);
}

dp_gray dp_canvas_gray(dp_canvas *c)
{
    for (int i = 0; i < c->width * c->height; i++)
        c->pixel[i] = (uint8_t)lrintf(dp_clamp_float(c->level[i], 0, 255));
    return (dp_gray){ c->pixel, c->width, c->height };
}

#include "config.h"

#include "engine/synth/outlier.h"

#include "engine/ink/normalize.h"
#include "engine/synth/deform.h"
#include "engine/synth/outlier_draw.h"
#include "engine/synth/pointer.h"

#include <string.h>

/* Noise has no strokes. */
dp_code dp_outlier_draw_noise(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    (void)s;
    (void)rng;
    (void)err;
    return DP_OK;
}

static const struct {
    const char *name;
    dp_code (*draw)(dp_strokes *s, dp_rng *rng, dp_err *err);
} kinds[DP_OUTLIER_COUNT] = {
#define DP_OUTLIER_ENTRY(NAME, name, share) { #name, dp_outlier_draw_##name },
    DP_OUTLIERS(DP_OUTLIER_ENTRY)
#undef DP_OUTLIER_ENTRY
};

const char *dp_outlier_name(dp_outlier kind)
{
    return kinds[kind].name;
}

dp_outlier dp_outlier_choose(dp_rng *rng)
{
#define DP_OUTLIER_SHARE(NAME, name, share) share,
    static const int shares[] = { DP_OUTLIERS(DP_OUTLIER_SHARE) };
#undef DP_OUTLIER_SHARE
    return (dp_outlier)dp_rng_weighted(rng, shares, DP_OUTLIER_COUNT);
}

dp_code dp_outlier_draw(dp_strokes *s, dp_outlier kind, dp_rng *rng, dp_err *err)
{
    const float replayed = 0.25f;
    dp_strokes drawing = { 0 };
    dp_code code = kinds[kind].draw(&drawing, rng, err);
    if (!code)
        dp_deform_strokes(&drawing, &dp_deform_handwriting, rng);
    if (!code && drawing.n_strokes > 0)
        code = dp_pointer_vary(&drawing, replayed, rng, err);
    return dp_strokes_commit(s, &drawing, code);
}

/* Random squares of 1 to 3 pixels on a grid, with random ink. */
static void fill_noise(uint8_t image[DP_PIXELS], dp_rng *rng)
{
    float density = dp_rng_range(rng, 0.03f, 0.5f);
    int size = dp_rng_int(rng, 1, 3);
    memset(image, 0, DP_PIXELS);
    for (int i = 0; i < DP_PIXELS; i++) {
        int x = i % DP_SIDE, y = i / DP_SIDE;
        uint8_t ink = (uint8_t)dp_rng_int(rng, 64, 255);
        if (x % size || y % size || dp_rng_uniform(rng) >= density)
            continue;
        for (int k = 0; k < size * size; k++) {
            int u = x + k % size, v = y + k / size;
            if (u < DP_SIDE && v < DP_SIDE)
                image[v * DP_SIDE + u] = ink;
        }
    }
}

dp_code dp_outlier_image(uint8_t image[DP_PIXELS], dp_outlier kind, float radius,
                         dp_rng *rng, dp_err *err)
{
    dp_strokes drawing = { 0 };
    dp_code code = DP_OK;
    if (kind == DP_OUTLIER_NOISE)
        fill_noise(image, rng);
    else
        do
            code = dp_outlier_draw(&drawing, kind, rng, err);
        while (!code &&
               dp_normalize_strokes_radius(image, &drawing, radius) != DP_INK_ENOUGH);
    dp_strokes_clear(&drawing);
    return code;
}

/* Outliers that are made of lines and dots. */
#include "config.h"

#include "engine/synth/glyph.h"
#include "engine/synth/outlier_draw.h"

#include <math.h>

static dp_point somewhere(dp_rng *rng)
{
    float x = dp_rng_range(rng, 0, DP_OUTLIER_SIDE);
    return (dp_point){ x, dp_rng_range(rng, 0, DP_OUTLIER_SIDE) };
}

dp_code dp_outlier_draw_scribble(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    dp_point p[14];
    dp_code code = DP_OK;
    for (int strokes = dp_rng_int(rng, 1, 2); strokes > 0 && !code; strokes--) {
        int n = dp_rng_int(rng, 6, 14);
        for (int i = 0; i < n; i++)
            p[i] = somewhere(rng);
        code = dp_glyph_curve(s, p, n, err);
    }
    return code;
}

static float reflect(float v)
{
    return v < 0 ? -v : v > DP_OUTLIER_SIDE ? 2 * DP_OUTLIER_SIDE - v : v;
}

dp_code dp_outlier_draw_walk(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    float length = dp_rng_range(rng, 8, 40), bend = dp_rng_range(rng, 0.6f, 2);
    float heading = dp_rng_range(rng, 0, 6.28f);
    dp_point p = somewhere(rng);
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, p, 0, err);
    for (int steps = dp_rng_int(rng, 18, 45); steps > 0 && !code; steps--) {
        heading += bend * dp_rng_normal(rng);
        p.x = reflect(p.x + length * cosf(heading));
        p.y = reflect(p.y + length * sinf(heading));
        code = dp_strokes_extend(s, p, 0, err);
    }
    return code;
}

dp_code dp_outlier_draw_zigzag(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    int n = dp_rng_int(rng, 6, 12);
    bool across = dp_rng_uniform(rng) < 0.6f;
    float depth = dp_rng_range(rng, 0.3f, 1) * DP_OUTLIER_SIDE;
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, (dp_point){ 0, 0 }, 0, err);
    for (int i = 1; i < n && !code; i++) {
        float along = DP_OUTLIER_SIDE * (float)i / (float)n, aside = i % 2 ? depth : 0;
        dp_point p = across ? (dp_point){ along, aside } : (dp_point){ aside, along };
        code = dp_strokes_extend(s, p, 0, err);
    }
    return code;
}

dp_code dp_outlier_draw_grid(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const float play = 3;
    dp_code code = DP_OK;
    for (int way = 0; way < 2; way++) {
        int n = dp_rng_int(rng, 2, 4);
        for (int i = 0; i < n && !code; i++) {
            float at = DP_OUTLIER_SIDE * ((float)i + 0.5f) / (float)n;
            float a = at + play * dp_rng_normal(rng), b = at + play * dp_rng_normal(rng);
            code = way == 0 ? dp_glyph_line(s, (dp_point){ 0, a },
                                            (dp_point){ DP_OUTLIER_SIDE, b }, err)
                            : dp_glyph_line(s, (dp_point){ a, 0 },
                                            (dp_point){ b, DP_OUTLIER_SIDE }, err);
        }
    }
    return code;
}

dp_code dp_outlier_draw_dots(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    dp_code code = DP_OK;
    for (int dots = dp_rng_int(rng, 2, 12); dots > 0 && !code; dots--)
        code = dp_strokes_begin(s, DP_PEN, 0, somewhere(rng), 0, err);
    return code;
}

/* A filled ellipse: a spiral whose turns touch each other. */
dp_code dp_outlier_draw_blob(dp_strokes *s, dp_rng *rng, dp_err *err)
{
    const float spacing = 7, step = 0.3f;
    float flat = dp_rng_range(rng, 0.6f, 1);
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, (dp_point){ 0, 0 }, 0, err);
    for (float angle = step; !code; angle += step) {
        float radius = spacing * angle / 6.28f;
        if (radius > DP_OUTLIER_SIDE / 2)
            break;
        dp_point p = { radius * cosf(angle), flat * radius * sinf(angle) };
        code = dp_strokes_extend(s, p, 0, err);
    }
    return code;
}

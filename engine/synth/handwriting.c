#include "config.h"

#include "engine/synth/handwriting.h"

#include "engine/synth/deform.h"
#include "engine/synth/glyph.h"

#include <math.h>
#include <stddef.h>

/* A drawing before a style is added to it. */
typedef struct figure {
    dp_bounds box;
    float height;
    const dp_point *p; /* [n], its first stroke; valid until a stroke is added */
    int n;
} figure;

static dp_code line(dp_strokes *s, dp_point a, dp_point b)
{
    return dp_glyph_curve(s, (dp_point[]){ a, b }, 2, NULL);
}

static dp_code add_slash(dp_strokes *s, const figure *f, dp_rng *rng)
{
    float over = dp_rng_range(rng, -0.15f, 0.2f) * (f->box.x1 - f->box.x0);
    float up = dp_rng_range(rng, -0.2f, 0.1f) * f->height;
    dp_point a = { f->box.x1 + over, f->box.y0 - up };
    dp_point b = { f->box.x0 - over, f->box.y1 + up };
    return line(s, a, b);
}

static dp_code add_dot(dp_strokes *s, const figure *f, dp_rng *rng)
{
    float size = dp_rng_range(rng, 0.02f, 0.06f) * f->height;
    dp_point c = { (f->box.x0 + f->box.x1) / 2, (f->box.y0 + f->box.y1) / 2 };
    const dp_point ring[] = {
        { c.x, c.y - size }, { c.x + size, c.y }, { c.x, c.y + size }, { c.x - size, c.y }
    };
    return dp_glyph_curve(s, ring, 4, NULL);
}

/* The first of the highest points (sign 1) or of the lowest points (sign −1). */
static dp_point extreme(const figure *f, float sign)
{
    dp_point best = f->p[0];
    for (int i = 1; i < f->n; i++)
        if (sign * f->p[i].y < sign * best.y)
            best = f->p[i];
    return best;
}

static dp_code add_flag(dp_strokes *s, const figure *f, dp_rng *rng)
{
    dp_point top = extreme(f, 1);
    float x = dp_rng_range(rng, 0.15f, 0.32f) * f->height;
    float y = dp_rng_range(rng, 0.1f, 0.3f) * f->height;
    return line(s, top, (dp_point){ top.x - x, top.y + y });
}

static dp_code add_foot(dp_strokes *s, const figure *f, dp_rng *rng)
{
    dp_point low = extreme(f, -1);
    float left = dp_rng_range(rng, 0.12f, 0.3f) * f->height;
    float right = dp_rng_range(rng, 0.12f, 0.3f) * f->height;
    float tilt = dp_rng_range(rng, -0.03f, 0.03f) * f->height;
    return line(s, (dp_point){ low.x - left, low.y + tilt },
                (dp_point){ low.x + right, low.y - tilt });
}

/* A bar across the last place where the stroke goes down through the bar's height. */
static dp_code add_bar(dp_strokes *s, const figure *f, dp_rng *rng)
{
    float y = f->box.y0 + dp_rng_range(rng, 0.42f, 0.6f) * f->height;
    float x = f->p[f->n - 1].x, half = dp_rng_range(rng, 0.14f, 0.28f) * f->height;
    float tilt = dp_rng_range(rng, -0.06f, 0.06f) * f->height;
    for (int i = 1; i < f->n; i++) {
        dp_point a = f->p[i - 1], b = f->p[i];
        if (a.y < y && b.y >= y)
            x = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
    }
    return line(s, (dp_point){ x - half, y + tilt }, (dp_point){ x + half, y - tilt });
}

static dp_code add_serif(dp_strokes *s, const figure *f, dp_rng *rng)
{
    dp_point start = f->p[0];
    float x = dp_rng_range(rng, -0.03f, 0.03f) * f->height;
    float y = dp_rng_range(rng, 0.1f, 0.22f) * f->height;
    return line(s, start, (dp_point){ start.x + x, start.y + y });
}

static dp_code add_curl(dp_strokes *s, const figure *f, dp_rng *rng)
{
    dp_point end = f->p[f->n - 1];
    float far = dp_rng_range(rng, 0.25f, 0.5f) * f->height;
    float up = dp_rng_range(rng, 0, 0.15f) * f->height;
    const dp_point tail[] = { end,
                              { end.x - 0.5f * far, end.y + 0.1f * far },
                              { end.x - far, end.y - up } };
    return dp_glyph_curve(s, tail, 3, NULL);
}

static const struct {
    int digit;
    dp_code (*add)(dp_strokes *s, const figure *f, dp_rng *rng);
} styles[DP_STYLE_COUNT] = {
#define DP_STYLE_ENTRY(NAME, name, digit) { digit, add_##name },
    DP_STYLES(DP_STYLE_ENTRY)
#undef DP_STYLE_ENTRY
};

/* A one suits if it is only a line, a zero if it is wide enough, and any other digit if
 * its stroke begins at the top and ends at the bottom. */
static bool suits(dp_style style, const figure *f)
{
    float width = f->box.x1 - f->box.x0;
    switch (styles[style].digit) {
    case 1:
        return width < 0.4f * f->height;
    case 0:
        return width > 0.4f * f->height;
    default:
        return f->p[0].y < f->box.y0 + 0.4f * f->height &&
               f->p[f->n - 1].y > f->box.y1 - 0.1f * f->height;
    }
}

bool dp_handwriting_add_style(dp_strokes *s, dp_style style, dp_rng *rng, dp_code *code)
{
    *code = DP_OK;
    if (s->n_strokes != 1 || s->stroke[0].count < 2)
        return false;
    figure f = { dp_deform_bounds(s), 0, s->point, s->stroke[0].count };
    f.height = f.box.y1 - f.box.y0;
    if (!(f.height > 0) || !suits(style, &f))
        return false;
    *code = styles[style].add(s, &f, rng);
    return *code == DP_OK;
}

dp_code dp_handwriting_vary_style(dp_strokes *s, int digit, float probability,
                                  dp_rng *rng, dp_err *err)
{
    bool varied = dp_rng_uniform(rng) < probability;
    int first = 0, n = 0;
    for (int i = 0; i < DP_STYLE_COUNT; i++)
        if (styles[i].digit == digit && n++ == 0)
            first = i;
    if (!varied || n == 0)
        return DP_OK;
    dp_code code;
    dp_style style = (dp_style)(first + (int)dp_rng_below(rng, (uint32_t)n));
    dp_handwriting_add_style(s, style, rng, &code);
    return code ? dp_fail(err, code, "no memory for a drawing") : DP_OK;
}

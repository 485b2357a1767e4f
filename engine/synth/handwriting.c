#include "config.h"

#include "engine/synth/handwriting.h"

#include "engine/synth/deform.h"
#include "engine/synth/style.h"

#include <math.h>
#include <stddef.h>

static const struct {
    const char *name;
    int digit, share;
    bool (*suits)(const dp_figure *f);
    dp_code (*add)(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err);
} styles[DP_STYLE_COUNT] = {
#define DP_STYLE_ENTRY(NAME, name, digit, share)                                         \
    { #name, digit, share, dp_style_suits_##name, dp_style_add_##name },
    DP_STYLES(DP_STYLE_ENTRY)
#undef DP_STYLE_ENTRY
};

const char *dp_style_name(dp_style style)
{
    return styles[style].name;
}

int dp_style_digit(dp_style style)
{
    return styles[style].digit;
}

/* ---- figures ----------------------------------------------------------------------- */

static dp_path path_of(const dp_strokes *s, int i)
{
    if (i >= s->n_strokes)
        return (dp_path){ 0 };
    return (dp_path){ s->point + s->stroke[i].first, s->stroke[i].count };
}

static dp_figure figure_of(const dp_strokes *s, int digit)
{
    dp_bounds box = dp_deform_bounds(s);
    return (dp_figure){
        .box = box,
        .width = box.x1 - box.x0,
        .height = box.y1 - box.y0,
        .strokes = s->n_strokes,
        .first = path_of(s, 0),
        .second = path_of(s, 1),
        .digit = digit,
    };
}

float dp_path_length(const dp_path *path, int from, int to)
{
    float sum = 0;
    for (int i = from; i < to; i++)
        sum += hypotf(path->p[i + 1].x - path->p[i].x, path->p[i + 1].y - path->p[i].y);
    return sum;
}

bool dp_style_falls(const dp_figure *f)
{
    const dp_path *path = &f->first;
    return path->p[0].y < f->box.y0 + 0.4f * f->height &&
           path->p[path->n - 1].y > f->box.y1 - 0.1f * f->height;
}

float dp_style_stem_at(const dp_figure *f, float y)
{
    const dp_point *p = f->first.p;
    float x = p[f->first.n - 1].x;
    for (int i = 1; i < f->first.n; i++) {
        dp_point a = p[i - 1], b = p[i];
        if (a.y < y && b.y >= y)
            x = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
    }
    return x;
}

int dp_style_heel(const dp_figure *f)
{
    const dp_path *path = &f->first;
    int best = path->n - 1;
    for (int i = 0; i < path->n; i++)
        if (path->p[i].y > f->box.y1 - 0.2f * f->height && path->p[i].x < path->p[best].x)
            best = i;
    return best;
}

/* ---- adding styles ----------------------------------------------------------------- */

bool dp_handwriting_add_style(dp_strokes *s, dp_style style, int digit, dp_rng *rng,
                              dp_code *code)
{
    *code = DP_OK;
    if (s->n_strokes == 0 || s->stroke[0].count < 2)
        return false;
    const dp_figure f = figure_of(s, digit);
    if (!(f.height > 0) || !styles[style].suits(&f))
        return false;
    *code = styles[style].add(s, &f, rng, NULL);
    return *code == DP_OK;
}

/* A random style of a digit by the shares. */
static dp_style choose(int digit, dp_rng *rng)
{
    int shares[DP_STYLE_COUNT];
    for (int i = 0; i < DP_STYLE_COUNT; i++) {
        bool suits = styles[i].digit == digit || styles[i].digit == DP_ANY_DIGIT;
        shares[i] = suits ? styles[i].share : 0;
    }
    return (dp_style)dp_rng_weighted(rng, shares, DP_STYLE_COUNT);
}

dp_code dp_handwriting_vary_style(dp_strokes *s, int digit, float probability,
                                  dp_rng *rng, dp_err *err)
{
    const int tries = 4; /* to find one that suits */
    dp_code code = DP_OK;
    if (dp_rng_uniform(rng) >= probability)
        return DP_OK;
    for (int i = 0; i < tries && !code; i++)
        if (dp_handwriting_add_style(s, choose(digit, rng), digit, rng, &code))
            return DP_OK;
    return code ? dp_fail(err, code, "no memory for a drawing") : DP_OK;
}

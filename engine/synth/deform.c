#include "config.h"

#include "engine/synth/deform.h"

#include <math.h>

static const float degree = 0.0174532925f;
static const float turn = 6.28318531f;

const dp_deform dp_deform_handwriting = {
    .rotation = 10, .slant = 0.3f, .aspect = 0.3f, .elastic = 0.025f, .tremor = 0.004f
};

static int count_points(const dp_strokes *s)
{
    if (s->n_strokes == 0)
        return 0;
    const dp_stroke *last = &s->stroke[s->n_strokes - 1];
    return last->first + last->count;
}

dp_bounds dp_deform_bounds(const dp_strokes *s)
{
    int n = count_points(s);
    if (n == 0)
        return (dp_bounds){ 0 };
    dp_bounds b = { s->point[0].x, s->point[0].y, s->point[0].x, s->point[0].y };
    for (int i = 1; i < n; i++) {
        b.x0 = fminf(b.x0, s->point[i].x);
        b.y0 = fminf(b.y0, s->point[i].y);
        b.x1 = fmaxf(b.x1, s->point[i].x);
        b.y1 = fmaxf(b.y1, s->point[i].y);
    }
    return b;
}

static float longest_side(dp_bounds b)
{
    return fmaxf(b.x1 - b.x0, b.y1 - b.y0);
}

/* A smooth displacement of one coordinate with variance 1: the sum of two waves with
 * random directions and phases, about as long as the drawing. */
typedef struct waves {
    float kx[2], ky[2], phase[2];
} waves;

static waves draw_waves(dp_rng *rng)
{
    waves w;
    for (int i = 0; i < 2; i++) {
        float direction = dp_rng_range(rng, 0, turn),
              count = dp_rng_range(rng, 0.4f, 1.3f);
        w.kx[i] = turn * count * cosf(direction);
        w.ky[i] = turn * count * sinf(direction);
        w.phase[i] = dp_rng_range(rng, 0, turn);
    }
    return w;
}

static float wave_at(const waves *w, float x, float y)
{
    return sinf(w->kx[0] * x + w->ky[0] * y + w->phase[0]) +
           sinf(w->kx[1] * x + w->ky[1] * y + w->phase[1]);
}

void dp_deform_strokes(dp_strokes *s, const dp_deform *d, dp_rng *rng)
{
    float angle = degree * dp_rng_range(rng, -d->rotation, d->rotation);
    float slant = dp_rng_range(rng, -d->slant, d->slant);
    float width = expf(dp_rng_range(rng, -d->aspect, d->aspect));
    waves along_x = draw_waves(rng), along_y = draw_waves(rng);

    dp_bounds b = dp_deform_bounds(s);
    float side = longest_side(b);
    if (!(side > 0))
        return;
    float middle_x = (b.x0 + b.x1) / 2, middle_y = (b.y0 + b.y1) / 2;
    float c = cosf(angle), e = sinf(angle);
    int n = count_points(s);
    for (int i = 0; i < n; i++) {
        dp_point *p = &s->point[i];
        float u = (p->x - middle_x) / side, v = (p->y - middle_y) / side;
        float x =
            u + d->elastic * wave_at(&along_x, u, v) + d->tremor * dp_rng_normal(rng);
        float y =
            v + d->elastic * wave_at(&along_y, u, v) + d->tremor * dp_rng_normal(rng);
        x = width * (x - slant * y);
        *p = (dp_point){ middle_x + side * (c * x - e * y),
                         middle_y + side * (e * x + c * y) };
    }
}

void dp_deform_fit(dp_strokes *s, dp_bounds to)
{
    dp_bounds b = dp_deform_bounds(s);
    float scale_x = b.x1 > b.x0 ? (to.x1 - to.x0) / (b.x1 - b.x0) : 0;
    float scale_y = b.y1 > b.y0 ? (to.y1 - to.y0) / (b.y1 - b.y0) : 0;
    int n = count_points(s);
    for (int i = 0; i < n; i++) {
        dp_point *p = &s->point[i];
        p->x = (to.x0 + to.x1) / 2 + scale_x * (p->x - (b.x0 + b.x1) / 2);
        p->y = (to.y0 + to.y1) / 2 + scale_y * (p->y - (b.y0 + b.y1) / 2);
    }
}

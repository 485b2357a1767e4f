/* Styles that take a part of a drawing away or change its shape. */
#include "config.h"

#include "engine/synth/style.h"

#include <math.h>

/* Add the points from … to of a path as a stroke. */
static dp_code add_part(dp_strokes *s, const dp_path *path, int from, int to, dp_err *err)
{
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, path->p[from], 0, err);
    for (int i = from + 1; i <= to && !code; i++)
        code = dp_strokes_extend(s, path->p[i], 0, err);
    return code;
}

/* Move the points from … to of a drawing: the vector from the pivot to each is multiplied
 * by a row-major matrix. */
static void transform(dp_strokes *s, int from, int to, dp_point pivot, const float m[4])
{
    for (int i = from; i <= to; i++) {
        dp_point *p = &s->point[i];
        float x = p->x - pivot.x, y = p->y - pivot.y;
        *p = (dp_point){ pivot.x + m[0] * x + m[1] * y, pivot.y + m[2] * x + m[3] * y };
    }
}

/* ---- two --------------------------------------------------------------------------- */

bool dp_style_suits_rising(const dp_figure *f)
{
    return dp_style_suits_coil(f);
}

/* Turn the foot about its left end. */
dp_code dp_style_add_rising(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    const float looped = 0.6f;
    const int i = dp_style_heel(f);
    float angle = dp_rng_range(rng, 0.1f, 0.5f), c = cosf(angle), e = sinf(angle);
    bool loop = dp_rng_uniform(rng) < looped;
    transform(s, i + 1, f->first.n - 1, f->first.p[i], (float[]){ c, e, -e, c });
    return loop ? dp_style_add_coil(s, f, rng, err) : DP_OK;
}

/* ---- four -------------------------------------------------------------------------- */

static float side_of(dp_point p, dp_point a, dp_point b)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/* Whether a–b crosses c–d; parallel segments do not. */
static bool cross(dp_point a, dp_point b, dp_point c, dp_point d)
{
    return side_of(a, c, d) * side_of(b, c, d) < 0 &&
           side_of(c, a, b) * side_of(d, a, b) <= 0;
}

/* The last segments, i of `a` and k of `b`, in which two paths cross; a segment has the
 * number of its first point. */
static bool find_crossing(int *i, int *k, const dp_path *a, const dp_path *b)
{
    for (*i = a->n - 2; *i >= 0; --*i)
        for (*k = b->n - 2; *k >= 0; --*k)
            if (cross(a->p[*i], a->p[*i + 1], b->p[*k], b->p[*k + 1]))
                return true;
    return false;
}

/* In two strokes, the second of which is the stem, and runs on below the bar. */
bool dp_style_suits_lightning(const dp_figure *f)
{
    int i, k;
    if (f->strokes != 2 || f->first.p[0].y > f->box.y0 + 0.4f * f->height ||
        !find_crossing(&i, &k, &f->first, &f->second))
        return false;
    float bar = f->second.p[k].y, foot = f->second.p[f->second.n - 1].y;
    return bar > f->box.y0 + 0.3f * f->height && foot > bar + 0.22f * f->height;
}

/* The bar ends at the stem, and the stem begins at the bar or a little above it. */
dp_code dp_style_add_lightning(dp_strokes *s, const dp_figure *f, dp_rng *rng,
                               dp_err *err)
{
    const float highest = 0.2f;
    int i, k;
    (void)find_crossing(&i, &k, &f->first, &f->second);
    float u = dp_rng_uniform(rng);
    float top = f->second.p[k].y - highest * u * u * f->height;
    while (k > 0 && f->second.p[k - 1].y >= top)
        k--;
    dp_strokes made = { 0 };
    dp_code code = add_part(&made, &f->first, 0, i + 1, err);
    if (!code)
        code = add_part(&made, &f->second, k, f->second.n - 1, err);
    return dp_strokes_commit(s, &made, code);
}

/* ---- six --------------------------------------------------------------------------- */

/* The first of the lowest points: there the loop of a 6 begins. */
static int lowest(const dp_path *path)
{
    int low = 0;
    for (int i = 1; i < path->n; i++)
        if (path->p[i].y > path->p[low].y)
            low = i;
    return low;
}

/* The point up to which a path has this length, counted from `from`. */
static int point_at(const dp_path *path, int from, float length)
{
    int i = from;
    for (float sum = 0; i + 1 < path->n && sum < length; i++)
        sum += dp_path_length(path, i, i + 1);
    return i;
}

/* In one stroke, from the top into a loop. */
bool dp_style_suits_small(const dp_figure *f)
{
    const dp_path *path = &f->first;
    return f->strokes == 1 && path->p[0].y < f->box.y0 + 0.15f * f->height &&
           dp_path_length(path, lowest(path), path->n - 1) > 0.5f * f->height;
}

bool dp_style_suits_open(const dp_figure *f)
{
    return dp_style_suits_small(f);
}

dp_code dp_style_add_open(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    const int low = lowest(&f->first);
    float kept = dp_rng_range(rng, 0.55f, 0.85f);
    kept *= dp_path_length(&f->first, low, f->first.n - 1);
    dp_strokes made = { 0 };
    dp_code code = add_part(&made, &f->first, 0, point_at(&f->first, low, kept), err);
    return dp_strokes_commit(s, &made, code);
}

dp_code dp_style_add_small(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    const int low = lowest(&f->first);
    float wide = dp_rng_range(rng, 0.45f, 0.75f), high = dp_rng_range(rng, 0.45f, 0.9f);
    float lean = dp_rng_range(rng, 0, 0.7f);
    (void)err;
    transform(s, low + 1, f->first.n - 1, f->first.p[low],
              (float[]){ wide, -lean * high, 0, high });
    return DP_OK;
}

/* ---- nine -------------------------------------------------------------------------- */

/* Where the head of a 9 ends: the last point of the stroke in the upper third, where the
 * tail begins. */
static int end_of_head(const dp_figure *f)
{
    int i = f->first.n - 1;
    while (i > 0 && f->first.p[i].y > f->box.y0 + 0.33f * f->height)
        i--;
    return i;
}

static float depth_of_head(const dp_figure *f)
{
    float low = f->box.y0;
    for (int i = end_of_head(f); i >= 0; i--)
        low = fmaxf(low, f->first.p[i].y);
    return low - f->box.y0;
}

/* In one stroke, with a head that is not flat yet. */
bool dp_style_suits_flat(const dp_figure *f)
{
    return f->strokes == 1 && dp_style_falls(f) && depth_of_head(f) > 0.3f * f->height;
}

/* Squeeze what is below the top of the head. */
dp_code dp_style_add_flat(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    const int end = end_of_head(f);
    float scale = dp_rng_range(rng, 0.17f, 0.27f) * f->height / depth_of_head(f);
    (void)err;
    for (int i = 0; i < f->first.n; i++) {
        float *y = &s->point[i].y;
        float above = fminf(*y - f->box.y0, 0.33f * f->height);
        *y = i <= end ? f->box.y0 + scale * (*y - f->box.y0) : *y - (1 - scale) * above;
    }
    return DP_OK;
}

/* In a slim 9 it would be a 1. */
bool dp_style_suits_knob(const dp_figure *f)
{
    return dp_style_suits_flat(f) && f->width > 0.4f * f->height;
}

/* Shrink the head towards its end. */
dp_code dp_style_add_knob(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    const int end = end_of_head(f);
    float scale = dp_rng_range(rng, 0.5f, 0.8f);
    (void)err;
    transform(s, 0, end - 1, f->first.p[end], (float[]){ scale, 0, 0, scale });
    return DP_OK;
}

/* Where the arc over the head ends: the last point of the stroke before it leaves the
 * upper eighth. 0 if it does not begin there. */
static int end_of_arc(const dp_figure *f)
{
    int i = 0;
    while (i < f->first.n && f->first.p[i].y < f->box.y0 + 0.125f * f->height)
        i++;
    return i > 0 ? i - 1 : 0;
}

/* Only with a long arc, of which something must be left: without it, the digit would be a
 * 4. */
bool dp_style_suits_gap(const dp_figure *f)
{
    return dp_style_suits_flat(f) &&
           dp_path_length(&f->first, 0, end_of_arc(f)) > 0.25f * f->height;
}

dp_code dp_style_add_gap(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    float cut =
        dp_rng_range(rng, 0.1f, 0.4f) * dp_path_length(&f->first, 0, end_of_arc(f));
    dp_strokes made = { 0 };
    dp_code code =
        add_part(&made, &f->first, point_at(&f->first, 0, cut), f->first.n - 1, err);
    return dp_strokes_commit(s, &made, code);
}

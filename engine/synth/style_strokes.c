/* Styles that add a stroke. It may begin where another one ends: the ink is the same as
 * that of a pen that was not lifted. */
#include "config.h"

#include "engine/synth/glyph.h"
#include "engine/synth/style.h"

#include <math.h>

static const float degree = 0.0174532925f;

static dp_point end_of(const dp_path *path)
{
    return path->p[path->n - 1];
}

/* ---- zero -------------------------------------------------------------------------- */

/* The area that a closed path encloses. */
static float area_of(const dp_path *path)
{
    float sum = 0;
    dp_point a = end_of(path);
    for (int i = 0; i < path->n; i++) {
        dp_point b = path->p[i];
        sum += a.x * b.y - b.x * a.y;
        a = b;
    }
    return fabsf(sum) / 2;
}

/* A loop alone, round enough that a line through it does not fill it. */
static bool is_loop(const dp_figure *f)
{
    const float least = 0.33f; /* of a square; a circle fills 0.79 of it */
    float side = fmaxf(f->width, f->height);
    return f->strokes == 1 && area_of(&f->first) > least * side * side;
}

typedef struct segment {
    dp_point a, b;
} segment;

/* A segment around the middle of the loop. Its angle is measured from the vertical; its
 * length is a multiple of the loop's diameter at that angle. */
static segment across(const dp_figure *f, float angle, float length, dp_rng *rng)
{
    const float off = 0.08f;
    float u = sinf(angle), v = cosf(angle);
    float radius = 0.5f * length / hypotf(u / f->width, v / f->height);
    dp_point c = {
        (f->box.x0 + f->box.x1) / 2 + dp_rng_range(rng, -off, off) * f->width,
        (f->box.y0 + f->box.y1) / 2 + dp_rng_range(rng, -off, off) * f->height,
    };
    return (segment){ { c.x + radius * u, c.y - radius * v },
                      { c.x - radius * u, c.y + radius * v } };
}

/* From steep to flat, to the right in most cases. */
static float slash_angle(dp_rng *rng)
{
    const float to_the_left = 0.12f;
    float angle = degree * dp_rng_range(rng, -5, 75);
    return dp_rng_uniform(rng) < to_the_left ? -angle : angle;
}

bool dp_style_suits_slash(const dp_figure *f)
{
    return is_loop(f);
}

dp_code dp_style_add_slash(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    float angle = slash_angle(rng), length = expf(dp_rng_range(rng, -0.5f, 0.85f));
    segment slash = across(f, angle, length, rng);
    return dp_glyph_line(s, slash.a, slash.b, err);
}

bool dp_style_suits_joined(const dp_figure *f)
{
    return is_loop(f) && end_of(&f->first).y < f->box.y0 + 0.4f * f->height;
}

dp_code dp_style_add_joined(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    float angle = degree * dp_rng_range(rng, 15, 70);
    segment slash = across(f, angle, dp_rng_range(rng, 0.9f, 1.6f), rng);
    return dp_glyph_curve(s, (dp_point[]){ end_of(&f->first), slash.a, slash.b }, 3, err);
}

bool dp_style_suits_theta(const dp_figure *f)
{
    return is_loop(f);
}

dp_code dp_style_add_theta(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    float angle = degree * dp_rng_range(rng, 80, 97);
    segment bar = across(f, angle, dp_rng_range(rng, 0.6f, 1.7f), rng);
    return dp_glyph_line(s, bar.a, bar.b, err);
}

bool dp_style_suits_dot(const dp_figure *f)
{
    return is_loop(f);
}

dp_code dp_style_add_dot(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    float size = dp_rng_range(rng, 0.02f, 0.06f) * f->height;
    dp_point c = { (f->box.x0 + f->box.x1) / 2, (f->box.y0 + f->box.y1) / 2 };
    const dp_point ring[] = {
        { c.x, c.y - size }, { c.x + size, c.y }, { c.x, c.y + size }, { c.x - size, c.y }
    };
    return dp_glyph_curve(s, ring, 4, err);
}

/* ---- one --------------------------------------------------------------------------- */

/* The first of the highest points (sign 1) or of the lowest points (sign −1). */
static dp_point extreme(const dp_path *path, float sign)
{
    dp_point best = path->p[0];
    for (int i = 1; i < path->n; i++)
        if (sign * path->p[i].y < sign * best.y)
            best = path->p[i];
    return best;
}

/* Only a line. */
bool dp_style_suits_flag(const dp_figure *f)
{
    return f->strokes == 1 && f->width < 0.4f * f->height && dp_style_falls(f);
}

/* An acute angle to the stem, and the steeper the longer the flag is, or it would be the
 * bar of a 7. */
dp_code dp_style_add_flag(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point top = extreme(&f->first, 1), end = end_of(&f->first);
    float length = dp_rng_range(rng, 0.15f, 0.65f);
    float lean = atan2f(top.x - end.x, end.y - top.y);
    float angle = lean + degree * dp_rng_range(rng, 22, 60); /* from the vertical */
    angle = fminf(angle, degree * (65 - 35 * length));
    float x = length * sinf(angle) * f->height, y = length * cosf(angle) * f->height;
    float bow = dp_rng_range(rng, -0.14f, 0.08f); /* most are arched */
    const dp_point flag[] = { top,
                              { top.x - 0.5f * x + bow * y, top.y + 0.5f * y + bow * x },
                              { top.x - x, top.y + y } };
    return dp_glyph_curve(s, flag, 3, err);
}

/* No foot yet: the stroke ends at its lowest point. */
bool dp_style_suits_foot(const dp_figure *f)
{
    return f->strokes == 1 && f->width < 0.7f * f->height &&
           end_of(&f->first).y > f->box.y1 - 0.02f * f->height;
}

dp_code dp_style_add_foot(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point low = extreme(&f->first, -1);
    float left = dp_rng_range(rng, 0.12f, 0.35f) * f->height;
    float right = dp_rng_range(rng, 0.12f, 0.35f) * f->height;
    float tilt = dp_rng_range(rng, -0.04f, 0.04f) * f->height;
    return dp_glyph_line(s, (dp_point){ low.x - left, low.y + tilt },
                         (dp_point){ low.x + right, low.y - tilt }, err);
}

/* ---- two --------------------------------------------------------------------------- */

/* Without a loop yet: the foot runs straight to the right. */
bool dp_style_suits_coil(const dp_figure *f)
{
    const int i = dp_style_heel(f);
    const dp_point a = f->first.p[i], b = end_of(&f->first);
    return f->strokes == 1 && a.x < f->box.x0 + 0.3f * f->width &&
           b.x > f->box.x0 + 0.7f * f->width &&
           dp_path_length(&f->first, i, f->first.n - 1) < 1.2f * (b.x - a.x);
}

dp_code dp_style_add_coil(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point c = f->first.p[dp_style_heel(f)];
    float high = dp_rng_range(rng, 0.09f, 0.15f) * f->height;
    float wide = dp_rng_range(rng, 1.2f, 2) * high;
    const dp_point ring[] = { { c.x + 1.6f * wide, c.y - 0.2f * high },
                              { c.x + 0.4f * wide, c.y },
                              { c.x - 0.4f * wide, c.y - high },
                              { c.x + 0.5f * wide, c.y - 2 * high },
                              { c.x + 1.8f * wide, c.y - 0.6f * high } };
    return dp_glyph_curve(s, ring, DP_COUNT(ring), err);
}

/* ---- seven ------------------------------------------------------------------------- */

/* A bar across the stem. */
static segment draw_bar(const dp_figure *f, dp_rng *rng)
{
    float y = f->box.y0 + dp_rng_range(rng, 0.42f, 0.6f) * f->height;
    float x = dp_style_stem_at(f, y);
    float left = dp_rng_range(rng, 0.12f, 0.3f) * f->height;
    float right = dp_rng_range(rng, 0.12f, 0.3f) * f->height;
    float tilt = dp_rng_range(rng, -0.06f, 0.06f) * f->height;
    return (segment){ { x - left, y + tilt }, { x + right, y - tilt } };
}

bool dp_style_suits_bar(const dp_figure *f)
{
    return f->strokes == 1 && dp_style_falls(f);
}

dp_code dp_style_add_bar(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    segment bar = draw_bar(f, rng);
    return dp_glyph_line(s, bar.a, bar.b, err);
}

/* With a bar of its own, which crosses the stem, or without. */
bool dp_style_suits_looped(const dp_figure *f)
{
    if (!dp_style_falls(f) || f->strokes == 1)
        return dp_style_falls(f);
    dp_point end = end_of(&f->second);
    return f->strokes == 2 && f->second.p[0].x < end.x - 0.2f * f->height &&
           end.x > dp_style_stem_at(f, end.y) + 0.08f * f->height;
}

/* The pen swings from the foot of the stem to the left end of the bar. */
dp_code dp_style_add_looped(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    segment bar = f->strokes == 1 ? draw_bar(f, rng)
                                  : (segment){ f->second.p[0], end_of(&f->second) };
    dp_point foot = end_of(&f->first);
    float swing = dp_rng_range(rng, 0.03f, 0.2f) * f->height;
    const dp_point path[] = {
        foot,
        { (foot.x + bar.a.x) / 2 - swing, 0.4f * foot.y + 0.6f * bar.a.y },
        bar.a,
        bar.b,
    };
    return dp_glyph_curve(s, path, f->strokes == 1 ? 4 : 3, err);
}

bool dp_style_suits_serif(const dp_figure *f)
{
    return dp_style_falls(f);
}

dp_code dp_style_add_serif(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point start = f->first.p[0];
    float x = dp_rng_range(rng, -0.03f, 0.03f) * f->height;
    float y = dp_rng_range(rng, 0.1f, 0.25f) * f->height;
    return dp_glyph_line(s, start, (dp_point){ start.x + x, start.y + y }, err);
}

/* ---- nine -------------------------------------------------------------------------- */

bool dp_style_suits_curl(const dp_figure *f)
{
    return f->strokes == 1 && dp_style_falls(f);
}

dp_code dp_style_add_curl(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point end = end_of(&f->first);
    float far = dp_rng_range(rng, 0.25f, 0.65f) * f->height;
    float up = dp_rng_range(rng, -0.05f, 0.15f) * f->height;
    const dp_point tail[] = { end,
                              { end.x - 0.5f * far, end.y + 0.1f * far },
                              { end.x - far, end.y - up } };
    return dp_glyph_curve(s, tail, 3, err);
}

/* ---- any digit --------------------------------------------------------------------- */

bool dp_style_suits_entry(const dp_figure *f)
{
    return f->first.n > 1;
}

/* From the left, and from below in most cases. */
dp_code dp_style_add_entry(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point start = f->first.p[0];
    float length = dp_rng_range(rng, 0.06f, 0.2f) * f->height;
    float angle = degree * dp_rng_range(rng, -20, 60);
    float x = length * cosf(angle), y = length * sinf(angle);
    const dp_point tick[] = { { start.x - x, start.y + y },
                              { start.x - 0.4f * x, start.y + 0.55f * y },
                              start };
    return dp_glyph_curve(s, tick, 3, err);
}

bool dp_style_suits_exit(const dp_figure *f)
{
    return f->strokes == 1;
}

/* Where writers lead out: of a 0, anywhere; of a 3 and a 5, which end in a bow to the left,
 * to the left; of others, to the right. */
static float leads_left(int digit)
{
    return digit == 0 ? 0.5f : digit == 3 || digit == 5 ? 1 : 0;
}

dp_code dp_style_add_exit(dp_strokes *s, const dp_figure *f, dp_rng *rng, dp_err *err)
{
    dp_point end = end_of(&f->first);
    float longest = f->digit == 6 ? 0.4f : 0.22f; /* out of the loop of a 6 */
    float length = dp_rng_range(rng, 0.06f, longest) * f->height;
    float angle = degree * dp_rng_range(rng, f->digit == 0 ? -60 : 5, 70); /* upward */
    float side = dp_rng_uniform(rng) < leads_left(f->digit) ? -1 : 1;
    float x = side * length * cosf(angle), y = length * sinf(angle);
    const dp_point tick[] = { end,
                              { end.x + 0.5f * x, end.y - 0.3f * y },
                              { end.x + x, end.y - y } };
    return dp_glyph_curve(s, tick, 3, err);
}

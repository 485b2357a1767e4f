#include "config.h"

#include "engine/synth/glyph.h"

#include <stdlib.h>

enum { STEPS = 8 }; /* line segments between two control points */

/* The control points of one stroke. */
typedef struct path {
    int n;
    dp_point p[DP_GLYPH_MAX_POINTS];
    bool corner[DP_GLYPH_MAX_POINTS];
} path;

/* ---- curves ------------------------------------------------------------------------ */

/* The tangent at p[i], after it (side 1) or before it (side −1): half the chord between
 * its neighbours or, at ends and corners, the vector between p[i] and the neighbour on
 * that side. */
static dp_point tangent(const dp_point *p, const bool *corner, int n, int i, int side)
{
    bool smooth = i > 0 && i < n - 1 && !(corner && corner[i]);
    int a = smooth || side < 0 ? i - 1 : i, b = smooth || side > 0 ? i + 1 : i;
    float scale = smooth ? 0.5f : 1;
    return (dp_point){ scale * (p[b].x - p[a].x), scale * (p[b].y - p[a].y) };
}

/* The cubic Hermite curve from a to b with tangents u and v, at t in 0 … 1. */
static dp_point hermite(dp_point a, dp_point u, dp_point b, dp_point v, float t)
{
    float r = 1 - t;
    float wa = r * r * (1 + 2 * t), wb = t * t * (3 - 2 * t);
    float wu = r * r * t, wv = -t * t * r;
    return (dp_point){ wa * a.x + wu * u.x + wb * b.x + wv * v.x,
                       wa * a.y + wu * u.y + wb * b.y + wv * v.y };
}

static dp_code draw_curve(dp_strokes *s, const dp_point *p, const bool *corner, int n,
                          dp_err *err)
{
    dp_code code = dp_strokes_begin(s, DP_PEN, 0, p[0], 0, err);
    for (int i = 0; i + 1 < n && !code; i++) {
        dp_point u = tangent(p, corner, n, i, 1), v = tangent(p, corner, n, i + 1, -1);
        for (int k = 1; k <= STEPS && !code; k++)
            code = dp_strokes_extend(s, hermite(p[i], u, p[i + 1], v, (float)k / STEPS),
                                     0, err);
    }
    return code;
}

dp_code dp_glyph_curve(dp_strokes *s, const dp_point *p, int n, dp_err *err)
{
    return draw_curve(s, p, NULL, n, err);
}

dp_code dp_glyph_line(dp_strokes *s, dp_point a, dp_point b, dp_err *err)
{
    return dp_glyph_curve(s, (dp_point[]){ a, b }, 2, err);
}

/* ---- texts ------------------------------------------------------------------------- */

static const char *skip_spaces(const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

/* Append "x,y" or "x,y!" to the path. Returns the text after it, or NULL if it is
 * neither. */
static const char *read_point(path *out, const char *text)
{
    char *end;
    if (out->n == DP_GLYPH_MAX_POINTS)
        return NULL;
    long x = strtol(text, &end, 10);
    if (end == text || *end != ',')
        return NULL;
    text = end + 1;
    long y = strtol(text, &end, 10);
    if (end == text)
        return NULL;
    out->p[out->n] = (dp_point){ (float)x, (float)y };
    out->corner[out->n++] = *end == '!';
    return skip_spaces(*end == '!' ? end + 1 : end);
}

/* Read one stroke. Returns the text after it, which begins with ';' or is empty, or NULL
 * if a point is malformed. */
static const char *read_path(path *out, const char *text)
{
    out->n = 0;
    text = skip_spaces(text);
    do
        text = read_point(out, text);
    while (text && *text != ';' && *text != '\0');
    return text;
}

dp_code dp_glyph_draw(dp_strokes *s, const char *text, float jitter, dp_rng *rng,
                      dp_err *err)
{
    const char *at = text;
    for (;;) {
        path stroke;
        const char *end = read_path(&stroke, at);
        if (!end)
            return dp_fail(err, DP_INPUT, "byte %d of a glyph: not a stroke",
                           (int)(at - text));
        for (int i = 0; i < stroke.n; i++) {
            stroke.p[i].x += jitter * dp_rng_normal(rng);
            stroke.p[i].y += jitter * dp_rng_normal(rng);
        }
        dp_code code = draw_curve(s, stroke.p, stroke.corner, stroke.n, err);
        if (code || *end == '\0')
            return code;
        at = end + 1;
    }
}

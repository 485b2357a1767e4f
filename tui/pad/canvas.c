#include "config.h"

#include "tui/pad/canvas.h"

#include "engine/ink/raster.h"
#include "engine/ink/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The width of strokes that do not record theirs, as a fraction of the canvas. */
static const float usual_width = 3.0F / 40;

static size_t bytes_of(int side)
{
    return (size_t)side * (size_t)side * sizeof(float);
}

static void blank(dp_canvas *c)
{
    if (c->pixel) {
        memset(c->pixel, 0, bytes_of(c->side));
        memset(c->stable, 0, bytes_of(c->side));
    }
    c->n_stable_strokes = c->n_stable_points = 0;
}

dp_code dp_canvas_resize(dp_canvas *c, int side, dp_err *err)
{
    float *pixel = malloc(2 * bytes_of(side));
    if (!pixel)
        return dp_fail(err, DP_NOMEM, "no memory for a pad of %d×%d", side, side);
    free(c->pixel);
    c->pixel = pixel;
    c->stable = pixel + (size_t)side * (size_t)side;
    c->side = side;
    blank(c);
    return DP_OK;
}

void dp_canvas_free(dp_canvas *c)
{
    free(c->pixel);
    *c = (dp_canvas){ 0 };
}

void dp_canvas_place(dp_canvas *c, dp_point origin, float extent)
{
    c->origin = origin;
    c->extent = extent;
    blank(c);
}

typedef struct box {
    float left, top, right, bottom;
} box;

static box box_of(const dp_strokes *s)
{
    box b = { INFINITY, INFINITY, -INFINITY, -INFINITY };
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        for (int k = stroke->first; k < stroke->first + stroke->count; k++) {
            b.left = fminf(b.left, s->point[k].x);
            b.right = fmaxf(b.right, s->point[k].x);
            b.top = fminf(b.top, s->point[k].y);
            b.bottom = fmaxf(b.bottom, s->point[k].y);
        }
    }
    return b;
}

void dp_canvas_fit(dp_canvas *c, const dp_strokes *s)
{
    box b = box_of(s);
    float longest = fmaxf(b.right - b.left, b.bottom - b.top), side = (float)c->side;
    bool fits = b.left >= 0 && b.top >= 0 && b.right <= side && b.bottom <= side;
    if (!(longest > 0) || (fits && longest >= side / 4)) {
        dp_canvas_place(c, (dp_point){ 0, 0 }, side);
        return;
    }
    float extent = longest / 0.8F;
    dp_point origin = { (b.left + b.right - extent) / 2,
                        (b.top + b.bottom - extent) / 2 };
    dp_canvas_place(c, origin, extent);
}

dp_point dp_canvas_to_drawing(const dp_canvas *c, dp_point pixel)
{
    float scale = c->extent / (float)c->side;
    return (dp_point){ c->origin.x + pixel.x * scale, c->origin.y + pixel.y * scale };
}

dp_point dp_canvas_to_pixels(const dp_canvas *c, dp_point p)
{
    float scale = (float)c->side / c->extent;
    return (dp_point){ (p.x - c->origin.x) * scale, (p.y - c->origin.y) * scale };
}

/* Point k of a stroke as it is drawn, in coordinates of the raster, whose origin is the centre of
 * its first pixel. */
static dp_point vertex(const dp_canvas *c, const dp_strokes *s, const dp_stroke *stroke,
                       int k, bool smooth)
{
    const dp_point *p = s->point + stroke->first;
    dp_point pixel =
        dp_canvas_to_pixels(c, smooth ? dp_smooth_vertex(p, stroke->count, k) : p[k]);
    return (dp_point){ pixel.x - 0.5F, pixel.y - 0.5F };
}

/* Draw the points [from, to) of a stroke, joined to the point before them. */
static void draw_points(const dp_canvas *c, float *pixel, const dp_strokes *s,
                        const dp_stroke *stroke, int from, int to)
{
    dp_raster raster = { pixel, c->side, c->side };
    float width = stroke->width > 0 ? stroke->width : usual_width * c->extent;
    float radius = width / c->extent * (float)c->side / 2;
    if (from >= to)
        return;
    bool smooth = dp_smooth_is_staircase(s, stroke);
    dp_point a = vertex(c, s, stroke, from > 0 ? from - 1 : 0, smooth);
    for (int k = from; k < to; k++) {
        dp_point b = vertex(c, s, stroke, k, smooth);
        dp_raster_segment(&raster, a, b, radius, stroke->tool);
        a = b;
    }
}

/* How many points of the last stroke stay where they are when points are appended: those at least
 * DP_SMOOTH_REACH before its end. */
static int count_stable(const dp_canvas *c, const dp_strokes *s, const dp_stroke *stroke)
{
    const dp_point *p = s->point + stroke->first;
    int n = stroke->count;
    if (!c->smooth)
        return n;
    for (float ahead = 0; n > 1 && ahead < DP_SMOOTH_REACH; n--)
        ahead += hypotf(p[n - 1].x - p[n - 2].x, p[n - 1].y - p[n - 2].y);
    return n > 1 ? n : 0;
}

void dp_canvas_draw(dp_canvas *c, const dp_strokes *s, bool appended)
{
    if (c->side == 0)
        return;
    const dp_stroke *last = s->n_strokes > 0 ? &s->stroke[s->n_strokes - 1] : NULL;
    int first = c->n_stable_strokes > 0 ? c->n_stable_strokes - 1 : 0;
    if (!appended || first >= s->n_strokes ||
        dp_smooth_is_staircase(s, &s->stroke[first]) != c->smooth) {
        blank(c); /* the points so far have moved */
        first = 0;
    }
    c->smooth = last && dp_smooth_is_staircase(s, last);
    for (int i = first; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        int from = i < c->n_stable_strokes ? c->n_stable_points : 0;
        c->n_stable_points = stroke == last ? count_stable(c, s, stroke) : stroke->count;
        draw_points(c, c->stable, s, stroke, from, c->n_stable_points);
    }
    c->n_stable_strokes = s->n_strokes;
    memcpy(c->pixel, c->stable, bytes_of(c->side));
    if (last)
        draw_points(c, c->pixel, s, last, c->n_stable_points, last->count);
}

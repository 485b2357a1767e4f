#include "config.h"

#include "tui/ink/sketch.h"

#include "engine/ink/raster.h"
#include "engine/ink/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The width of strokes that do not record theirs, as a fraction of the sketch's width. */
static const float usual_width = 3.0F / 40;

static size_t count_pixels(int width, int height)
{
    return (size_t)width * (size_t)height;
}

static void blank(dp_sketch *s)
{
    if (s->pixel)
        memset(s->pixel, 0, 2 * count_pixels(s->width, s->height) * sizeof *s->pixel);
    s->n_stable_strokes = s->n_stable_points = 0;
    s->tail = (dp_area){ 0 };
    s->changed = (dp_area){ 0, 0, s->width, s->height };
}

dp_code dp_sketch_resize(dp_sketch *s, int width, int height, dp_err *err)
{
    float *pixel = malloc(2 * count_pixels(width, height) * sizeof *pixel);
    if (!pixel)
        return dp_fail(err, DP_NOMEM, "no memory for a pad of %d×%d", width, height);
    free(s->pixel);
    s->pixel = pixel;
    s->stable = pixel + count_pixels(width, height);
    s->width = width;
    s->height = height;
    s->underlay = NULL;
    blank(s);
    return DP_OK;
}

void dp_sketch_free(dp_sketch *s)
{
    free(s->pixel);
    *s = (dp_sketch){ 0 };
}

void dp_sketch_place(dp_sketch *s, dp_point origin, float scale_x, float scale_y)
{
    s->origin = origin;
    s->scale_x = scale_x;
    s->scale_y = scale_y;
    blank(s);
}

dp_point dp_sketch_to_pixels(const dp_sketch *s, dp_point p)
{
    return (dp_point){ (p.x - s->origin.x) * s->scale_x,
                       (p.y - s->origin.y) * s->scale_y };
}

float dp_sketch_radius(const dp_sketch *s, float width)
{
    float units = width > 0 ? width : usual_width * (float)s->width / s->scale_x;
    float scale = s->scale_x == s->scale_y ? s->scale_x : sqrtf(s->scale_x * s->scale_y);
    return units * scale / 2;
}

/* Point k of a stroke as it is drawn, in coordinates of the raster, whose origin is the centre of
 * its first pixel. */
static dp_point vertex(const dp_sketch *s, const dp_strokes *strokes,
                       const dp_stroke *stroke, int k, bool smooth)
{
    const dp_point *p = strokes->point + stroke->first;
    dp_point pixel =
        dp_sketch_to_pixels(s, smooth ? dp_smooth_vertex(p, stroke->count, k) : p[k]);
    return (dp_point){ pixel.x - 0.5F, pixel.y - 0.5F };
}

/* The pixels that a segment can reach. */
static dp_area area_of(const dp_sketch *s, dp_point a, dp_point b, float radius)
{
    const float limit = 2 * DP_SKETCH_MAX_SIDE, reach = radius + 0.5F;
    float x0 = fmaxf(fminf(a.x, b.x) - reach, -limit),
          y0 = fmaxf(fminf(a.y, b.y) - reach, -limit),
          x1 = fminf(fmaxf(a.x, b.x) + reach, limit),
          y1 = fminf(fmaxf(a.y, b.y) + reach, limit);
    if (!(x0 <= x1 && y0 <= y1))
        return (dp_area){ 0 };
    dp_area area = { (int)floorf(x0), (int)floorf(y0), (int)ceilf(x1) + 1,
                     (int)ceilf(y1) + 1 };
    return dp_area_clip(area, s->width, s->height);
}

/* Draw the points [from, to) of a stroke, joined to the point before them. Returns the area that
 * may have changed. */
static dp_area draw_points(const dp_sketch *s, float *pixel, const dp_strokes *strokes,
                           const dp_stroke *stroke, int from, int to)
{
    dp_raster raster = { pixel, s->width, s->height };
    float radius = dp_sketch_radius(s, stroke->width);
    dp_area drawn = { 0 };
    if (from >= to)
        return drawn;
    bool smooth = dp_smooth_is_staircase(strokes, stroke);
    dp_point a = vertex(s, strokes, stroke, from > 0 ? from - 1 : 0, smooth);
    for (int k = from; k < to; k++) {
        dp_point b = vertex(s, strokes, stroke, k, smooth);
        dp_raster_segment(&raster, a, b, radius, stroke->tool);
        drawn = dp_area_join(drawn, area_of(s, a, b, radius));
        a = b;
    }
    return drawn;
}

/* How many points of the last stroke stay where they are when points are appended: those at least
 * DP_SMOOTH_REACH before its end. */
static int count_stable(const dp_sketch *s, const dp_strokes *strokes,
                        const dp_stroke *stroke)
{
    const dp_point *p = strokes->point + stroke->first;
    int n = stroke->count;
    if (!s->smooth)
        return n;
    for (float ahead = 0; n > 1 && ahead < DP_SMOOTH_REACH; n--)
        ahead += hypotf(p[n - 1].x - p[n - 2].x, p[n - 1].y - p[n - 2].y);
    return n > 1 ? n : 0;
}

/* Draw what has become stable since the last call. */
static dp_area draw_stable(dp_sketch *s, const dp_strokes *strokes)
{
    dp_area drawn = { 0 };
    int first = dp_max_int(s->n_stable_strokes - 1, 0);
    for (int i = first; i < strokes->n_strokes; i++) {
        const dp_stroke *stroke = &strokes->stroke[i];
        int from = i < s->n_stable_strokes ? s->n_stable_points : 0;
        bool is_last = i == strokes->n_strokes - 1;
        s->n_stable_points = is_last ? count_stable(s, strokes, stroke) : stroke->count;
        drawn = dp_area_join(
            drawn, draw_points(s, s->stable, strokes, stroke, from, s->n_stable_points));
    }
    s->n_stable_strokes = strokes->n_strokes;
    return drawn;
}

static void copy_stable(dp_sketch *s, dp_area a)
{
    for (int y = a.y0; y < a.y1 && a.x0 < a.x1; y++) {
        size_t at = count_pixels(s->width, y) + (size_t)a.x0;
        memcpy(s->pixel + at, s->stable + at, (size_t)(a.x1 - a.x0) * sizeof *s->pixel);
    }
}

static void add_underlay(dp_sketch *s, dp_area a)
{
    for (int y = a.y0; s->underlay && y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            float *pixel = s->pixel + count_pixels(s->width, y) + x;
            *pixel = fmaxf(*pixel, s->underlay[pixel - s->pixel]);
        }
}

/* Whether the points that were drawn last are not smoothed any more, or only now. */
static bool has_moved(const dp_sketch *s, const dp_strokes *strokes)
{
    int last = dp_max_int(s->n_stable_strokes - 1, 0);
    return last >= strokes->n_strokes ||
           dp_smooth_is_staircase(strokes, &strokes->stroke[last]) != s->smooth;
}

void dp_sketch_draw(dp_sketch *s, const dp_strokes *strokes, bool appended)
{
    if (s->width == 0)
        return;
    const dp_stroke *last =
        strokes->n_strokes > 0 ? &strokes->stroke[strokes->n_strokes - 1] : NULL;
    if (!appended || has_moved(s, strokes))
        blank(s);
    s->smooth = last && dp_smooth_is_staircase(strokes, last);
    dp_area before = dp_area_join(s->tail, draw_stable(s, strokes));
    copy_stable(s, before);
    s->tail = (dp_area){ 0 };
    if (last)
        s->tail =
            draw_points(s, s->pixel, strokes, last, s->n_stable_points, last->count);
    s->changed = dp_area_join(s->changed, dp_area_join(before, s->tail));
    add_underlay(s, s->changed);
}

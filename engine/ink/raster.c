#include "config.h"

#include "engine/ink/raster.h"

#include <math.h>
#include <stddef.h>

static float clamp(float v, float lo, float hi)
{
    return fminf(fmaxf(v, lo), hi);
}

/* A segment, with the terms of the distance that all pixels share. */
typedef struct segment {
    float ax, ay, dx, dy;
    float inv_length2; /* 1 / length²; 0 for a dot, so that every projection falls on a */
} segment;

static float distance_to(const segment *s, float x, float y)
{
    float along = ((x - s->ax) * s->dx + (y - s->ay) * s->dy) * s->inv_length2;
    float t = clamp(along, 0, 1);
    float ex = x - s->ax - t * s->dx, ey = y - s->ay - t * s->dy;
    return sqrtf(ex * ex + ey * ey);
}

/* Bound the columns of row y that can be within `reach` of the segment. The point of the
 * segment that is nearest to such a pixel is at most `reach` above or below the row, so
 * it is enough to look at that section of the segment. */
static void columns_near(int *from, int *to, const segment *s, float y, float reach,
                         int width)
{
    float t0 = 0, t1 = 1;
    if (s->dy != 0) {
        float u = (y - reach - s->ay) / s->dy, v = (y + reach - s->ay) / s->dy;
        t0 = clamp(fminf(u, v), 0, 1);
        t1 = clamp(fmaxf(u, v), 0, 1);
    }
    float x0 = s->ax + t0 * s->dx, x1 = s->ax + t1 * s->dx;
    float last = (float)(width - 1);
    *from = (int)ceilf(clamp(fminf(x0, x1) - reach, 0, last + 1));
    *to = (int)floorf(clamp(fmaxf(x0, x1) + reach, -1, last));
}

void dp_raster_segment(dp_raster *r, dp_point a, dp_point b, float radius, dp_tool tool)
{
    segment s = { a.x, a.y, b.x - a.x, b.y - a.y, 0 };
    float length2 = s.dx * s.dx + s.dy * s.dy;
    if (length2 > 0)
        s.inv_length2 = 1 / length2;
    float reach = radius + 0.5f, last = (float)(r->height - 1);
    int top = (int)ceilf(clamp(fminf(a.y, b.y) - reach, 0, last + 1));
    int bottom = (int)floorf(clamp(fmaxf(a.y, b.y) + reach, -1, last));
    for (int y = top; y <= bottom; y++) {
        float *row = r->pixel + (ptrdiff_t)y * r->width;
        int from, to;
        columns_near(&from, &to, &s, (float)y, reach, r->width);
        for (int x = from; x <= to; x++) {
            float coverage = clamp(reach - distance_to(&s, (float)x, (float)y), 0, 1);
            row[x] =
                tool == DP_PEN ? fmaxf(row[x], coverage) : fminf(row[x], 1 - coverage);
        }
    }
}

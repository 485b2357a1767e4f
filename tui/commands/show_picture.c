#include "config.h"

#include "tui/commands/show_picture.h"

#include "engine/ink/raster.h"

#include <math.h>
#include <string.h>

/* The range [*from, *to) of the n source pixels that thumbnail pixel i averages. Empty if
 * it is outside the image. */
static void span_of(int *from, int *to, int i, int longest, int n)
{
    *from = i * longest / DP_SIDE;
    *to = (i + 1) * longest / DP_SIDE;
    if (*to <= *from)
        *to = *from + 1; /* the image is smaller than the thumbnail: repeat pixels */
    if (*to > n)
        *to = n;
}

void dp_show_image(uint8_t out[DP_PIXELS], const dp_gray *in)
{
    int longest = in->width > in->height ? in->width : in->height;
    memset(out, 0, DP_PIXELS);
    for (int i = 0; i < DP_PIXELS; i++) {
        int x0, x1, y0, y1;
        span_of(&x0, &x1, i % DP_SIDE, longest, in->width);
        span_of(&y0, &y1, i / DP_SIDE, longest, in->height);
        long sum = 0, count = 0;
        for (int y = y0; y < y1; y++)
            for (int x = x0; x < x1; x++, count++)
                sum += in->pixel[(ptrdiff_t)y * in->width + x];
        if (count > 0)
            out[i] = (uint8_t)(sum / count);
    }
}

/* The smallest square that holds the drawing and the origin. Drawings without negative
 * coordinates thus keep their place on the canvas, whose corner is the origin. */
static void square_around(dp_point *from, double *side, const dp_strokes *s)
{
    dp_point to = { 0, 0 };
    *from = to;
    for (int i = 0; i < s->n_strokes; i++)
        for (int k = 0; k < s->stroke[i].count; k++) {
            dp_point p = s->point[s->stroke[i].first + k];
            from->x = fminf(from->x, p.x);
            from->y = fminf(from->y, p.y);
            to.x = fmaxf(to.x, p.x);
            to.y = fmaxf(to.y, p.y);
        }
    *side = fmax((double)to.x - (double)from->x, (double)to.y - (double)from->y);
}

void dp_show_strokes(uint8_t out[DP_PIXELS], const dp_strokes *s)
{
    float pixel[DP_PIXELS] = { 0 };
    dp_raster r = { pixel, DP_SIDE, DP_SIDE };
    dp_point from;
    double side;
    square_around(&from, &side, s);
    double scale = side > 0 ? (DP_SIDE - 3) / side : 1;
    for (int i = 0; i < s->n_strokes; i++) {
        const dp_stroke *stroke = &s->stroke[i];
        double width = fmin(fmax((double)stroke->width * scale, 1), DP_SIDE);
        dp_point before = { 0, 0 };
        for (int k = 0; k < stroke->count; k++) {
            dp_point p = s->point[stroke->first + k];
            p.x = (float)(((double)p.x - (double)from.x) * scale + 1);
            p.y = (float)(((double)p.y - (double)from.y) * scale + 1);
            dp_raster_segment(&r, k > 0 ? before : p, p, (float)width / 2, stroke->tool);
            before = p;
        }
    }
    for (int i = 0; i < DP_PIXELS; i++)
        out[i] = (uint8_t)lrintf(255 * pixel[i]);
}

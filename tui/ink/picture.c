#include "config.h"

#include "tui/ink/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 3 };

dp_code dp_picture_resize(dp_picture *p, int width, int height, dp_err *err)
{
    uint8_t *color = calloc((size_t)width, (size_t)height);
    if (!color)
        return dp_fail(err, DP_NOMEM, "no memory for a picture of %d×%d", width, height);
    free(p->color);
    *p = (dp_picture){ width, height, color };
    return DP_OK;
}

void dp_picture_free(dp_picture *p)
{
    free(p->color);
    *p = (dp_picture){ 0 };
}

static size_t offset(const dp_picture *p, int x, int y)
{
    return (size_t)y * (size_t)p->width + (size_t)x;
}

void dp_picture_paint(dp_picture *p, dp_area area, const dp_sketch *sketch,
                      const dp_palette *palette)
{
    uint8_t grey[LEVELS];
    for (int i = 0; i < LEVELS; i++)
        grey[i] = (uint8_t)dp_palette_ink(palette, (float)i / (LEVELS - 1));
    for (int y = area.y0; y < area.y1; y++) {
        const float *ink = sketch->pixel + offset(p, 0, y);
        uint8_t *row = p->color + offset(p, 0, y);
        for (int x = area.x0; x < area.x1; x++)
            row[x] = grey[(int)(ink[x] * (LEVELS - 1) + 0.5F)];
    }
}

/* The pixels at most `reach` from a point. */
static dp_area around(const dp_picture *p, dp_point center, float reach)
{
    dp_area a = { (int)floorf(center.x - reach), (int)floorf(center.y - reach),
                  (int)ceilf(center.x + reach) + 1, (int)ceilf(center.y + reach) + 1 };
    return dp_area_clip(a, p->width, p->height);
}

dp_area dp_picture_ring(dp_picture *p, dp_point center, const float radius[2],
                        uint8_t color)
{
    dp_area a = around(p, center, radius[1]);
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            float d = hypotf((float)x + 0.5F - center.x, (float)y + 0.5F - center.y);
            if (d >= radius[0] && d < radius[1])
                p->color[offset(p, x, y)] = color;
        }
    return a;
}

dp_area dp_picture_cross(dp_picture *p, dp_point center, const float arm[2],
                         uint8_t color)
{
    const float longest = fmaxf(arm[0], arm[1]), half = fmaxf(0.5F, longest / 8);
    dp_area a = around(p, center, longest);
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            float dx = fabsf((float)x + 0.5F - center.x),
                  dy = fabsf((float)y + 0.5F - center.y);
            if ((dx <= arm[0] && dy <= half) || (dy <= arm[1] && dx <= half))
                p->color[offset(p, x, y)] = color;
        }
    return a;
}

void dp_picture_copy(dp_picture *to, const dp_picture *from, dp_area area)
{
    for (int y = area.y0; y < area.y1 && area.x0 < area.x1; y++)
        memcpy(to->color + offset(to, area.x0, y), from->color + offset(from, area.x0, y),
               (size_t)(area.x1 - area.x0));
}

dp_area dp_picture_diff(const dp_picture *a, const dp_picture *b, dp_area area)
{
    dp_area d = { 0 };
    for (int y = area.y0; y < area.y1; y++) {
        const uint8_t *p = a->color + offset(a, 0, y), *q = b->color + offset(b, 0, y);
        int x0 = area.x0, x1 = area.x1;
        while (x0 < x1 && p[x0] == q[x0])
            x0++;
        while (x1 > x0 && p[x1 - 1] == q[x1 - 1])
            x1--;
        d = dp_area_join(d, (dp_area){ x0, y, x1, y + 1 });
    }
    return d;
}

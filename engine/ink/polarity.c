#include "config.h"

#include "engine/ink/polarity.h"

#include "engine/core/arith.h"
#include "engine/ink/contrast.h"
#include "engine/ink/histogram.h"

enum {
    LEAST = 4, /* pixels, and grey levels, that tell something */
    INK = 128, /* paler pixels are the edges of strokes */
};

static bool is_inside(const dp_rect *r, int x, int y)
{
    return x >= r->x0 && x < r->x1 && y >= r->y0 && y < r->y1;
}

/* r, wider by n pixels in each direction, but not beyond the page. */
static dp_rect widened(dp_rect r, int n, const dp_plane *page)
{
    return (dp_rect){ dp_max_int(r.x0 - n, 0), dp_max_int(r.y0 - n, 0),
                      dp_min_int(r.x1 + n, page->width),
                      dp_min_int(r.y1 + n, page->height) };
}

float dp_polarity_doubt(const dp_plane *page, const dp_plane *ink, dp_rect box)
{
    const int side = dp_max_int(box.x1 - box.x0, box.y1 - box.y0),
              far = dp_min_int(page->width, page->height) / 10;
    const dp_rect all = widened(box, dp_max_int(dp_max_int(side / 4, far), 3), page);
    dp_histogram around = { .total = 0 }, between = around, writing = around;
    box = widened(box, 1, page);
    for (int y = all.y0; y < all.y1; y++)
        for (int x = all.x0; x < all.x1; x++) {
            const int at = dp_plane_row(ink, y)[x];
            if (at > 0 && at <= INK)
                continue;
            dp_histogram *h = at > INK                ? &writing
                              : is_inside(&box, x, y) ? &between
                                                      : &around;
            h->count[dp_plane_row(page, y)[x]]++;
            h->total++;
        }
    if (around.total < LEAST || between.total < LEAST || writing.total == 0)
        return 0;
    const int paper = dp_quantile(&between, 0.5F),
              contrast = paper - dp_quantile(&writing, 0.5F);
    if (contrast < LEAST)
        return 0;
    const int off = paper - dp_quantile(&around, 0.5F);
    return dp_clamp_float((float)off / (float)contrast, 0, 1);
}

#include "config.h"

#include "engine/ink/contrast.h"

#include "engine/core/arith.h"
#include "engine/ink/background.h"
#include "engine/ink/histogram.h"

#include <stdlib.h>

enum {
    DARK = 64, /* paper is not taken to be darker: noise is not amplified more than
                  four times */
    NOISY = 2, /* the median difference of neighbours, in grey levels */
    FEW = 4,   /* pixels that may be darker than the darkest ink, */
};
#define SOME    (1 / 2000.0F) /* or this fraction of a page */
#define SIGMAS  2.5F          /* in units of the distance of the median from the 10 % */
#define LIGHTER 0.75F

/* Squares that fit into no stroke: a third of the page. */
static int reach_of(int width, int height)
{
    return dp_max_int(dp_min_int(width, height) / 6, 4);
}

/* Bright details of the paper that are narrower do not count, such as the letters of a
 * title bar. */
static int detail_of(int width, int height)
{
    const int side = dp_min_int(width, height);
    return side <= DP_SMALL_PAGE ? 0 : dp_max_int(side / 25, 1);
}

size_t dp_contrast_scratch(int width, int height)
{
    return dp_max_size(dp_background_scratch(width, height, reach_of(width, height)),
                       (size_t)width * (size_t)height);
}

/* The median difference of neighbours in rows. */
static int noise_of(const dp_plane *p)
{
    dp_histogram h = { .total = 0 };
    for (int y = 0; y < p->height; y++) {
        const uint8_t *row = dp_plane_row(p, y);
        for (int x = 1; x < p->width; x += 2, h.total++)
            h.count[abs(row[x] - row[x - 1])]++;
    }
    return dp_quantile(&h, 0.5F);
}

/* The average of 3 × 3 pixels with the weights 1 2 1 in both directions; rows a, b, c. */
static void blur_row(uint8_t *restrict out, const uint8_t *a, const uint8_t *b,
                     const uint8_t *c, int width)
{
    for (int x = 0; x < width; x++) {
        const int l = dp_max_int(x - 1, 0), r = dp_min_int(x + 1, width - 1);
        const int left = a[l] + 2 * b[l] + c[l], right = a[r] + 2 * b[r] + c[r];
        out[x] = (uint8_t)((left + 2 * (a[x] + 2 * b[x] + c[x]) + right + 8) / 16);
    }
}

static void blur(dp_plane *out, const dp_plane *in)
{
    const int last = in->height - 1;
    for (int y = 0; y <= last; y++)
        blur_row(dp_plane_row(out, y), dp_plane_row(in, dp_max_int(y - 1, 0)),
                 dp_plane_row(in, y), dp_plane_row(in, dp_min_int(y + 1, last)),
                 in->width);
}

static void subtract(dp_plane *ink, const dp_plane *page)
{
    const size_t n = dp_plane_count(page);
    float scale[256];
    for (int v = 0; v < 256; v++)
        scale[v] = 255 / (float)dp_max_int(v, DARK);
    for (size_t i = 0; i < n; i++) {
        const int paper = ink->pixel[i], darker = paper - page->pixel[i];
        const float share = (float)dp_max_int(darker, 0) * scale[paper];
        ink->pixel[i] = (uint8_t)share;
    }
}

static void find_paper(dp_plane *out, const dp_plane *page, dp_paper_kind paper,
                       uint8_t *scratch)
{
    const int w = page->width, h = page->height;
    if (paper == DP_PAPER_LOCAL) {
        const dp_gray in = { page->pixel, w, h };
        dp_background(out, scratch, &in, detail_of(w, h), reach_of(w, h));
        return;
    }
    dp_histogram grey = { .total = 0 };
    dp_histogram_add(&grey, page->pixel, (long)dp_plane_count(page), 1);
    const int lighter = dp_quantile(&grey, LIGHTER);
    for (size_t i = 0; i < dp_plane_count(page); i++)
        out->pixel[i] = (uint8_t)lighter;
}

void dp_contrast(dp_plane *ink, dp_plane *page, dp_paper_kind paper, uint8_t *scratch)
{
    const int side = dp_min_int(page->width, page->height);
    if (side > DP_SMALL_PAGE && noise_of(page) >= NOISY) {
        blur(ink, page);
        const dp_plane old = *page;
        *page = *ink;
        *ink = old;
    }
    find_paper(ink, page, paper, scratch);
    subtract(ink, page);
}

dp_levels dp_levels_find(const dp_plane *ink)
{
    dp_histogram h = { .total = 0 };
    dp_histogram_add(&h, ink->pixel, (long)dp_plane_count(ink), 1);
    const int median = dp_quantile(&h, 0.5F), low = dp_quantile(&h, 0.1F);
    const int spread = (int)((float)(median - low) * SIGMAS);
    const long few = dp_max_int(FEW, (int)((float)h.total * SOME)) + 1;
    return (dp_levels){
        /* Where strokes cover half of the page, the median is one of them. */
        .paper = dp_min_int(median + spread, low + 6 * noise_of(ink)),
        .ink = dp_quantile(&h, 1 - (float)few / (float)h.total),
    };
}

#include "config.h"

#include "engine/ink/histogram.h"

#include <stddef.h>

void dp_histogram_add(dp_histogram *h, const uint8_t *pixel, long n, int step)
{
    for (long i = 0; i < n; i++)
        h->count[pixel[(ptrdiff_t)i * step]]++;
    h->total += n;
}

void dp_histogram_add_edge(dp_histogram *h, const uint8_t *pixel, int width, int height)
{
    dp_histogram_add(h, pixel, width, 1);
    dp_histogram_add(h, pixel + (ptrdiff_t)(height - 1) * width, width, 1);
    dp_histogram_add(h, pixel, height, width);
    dp_histogram_add(h, pixel + width - 1, height, width);
}

int dp_quantile(const dp_histogram *h, float fraction)
{
    const float below = fraction * (float)h->total;
    long seen = 0;
    for (int v = 0; v < 255; v++)
        if ((float)(seen += h->count[v]) > below)
            return v;
    return 255;
}

#include "config.h"

#include "engine/ink/shrink.h"

#include "engine/core/arith.h"

#include <string.h>

enum { CHUNK = 1024 }; /* columns that are added up at once */

int dp_shrink_factor(int width, int height, int most)
{
    int factor = 1;
    while ((long)(width / factor) * (height / factor) > most)
        factor++;
    while (factor > 1 && (width < factor || height < factor))
        factor--;
    return factor;
}

static void add_row(uint32_t *restrict sum, const uint8_t *restrict row, int n)
{
    for (int i = 0; i < n; i++)
        sum[i] += row[i];
}

/* Average n blocks, the first of which begins at `from`. */
static void average(uint8_t *out, const uint8_t *from, int stride, int n, int factor)
{
    uint32_t sum[CHUNK] = { 0 };
    for (int y = 0; y < factor; y++)
        add_row(sum, from + (ptrdiff_t)y * stride, n * factor);
    const uint32_t area = (uint32_t)factor * (uint32_t)factor;
    for (int i = 0; i < n; i++) {
        uint32_t all = area / 2;
        for (int x = 0; x < factor; x++)
            all += sum[i * factor + x];
        out[i] = (uint8_t)(all / area);
    }
}

void dp_shrink(dp_plane *out, const dp_gray *in, int factor)
{
    out->width = in->width / factor;
    out->height = in->height / factor;
    if (factor == 1) {
        memcpy(out->pixel, in->pixel, dp_plane_count(out));
        return;
    }
    const int step = dp_max_int(CHUNK / factor, 1);
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x += step)
            average(dp_plane_row(out, y) + x,
                    in->pixel + (ptrdiff_t)y * factor * in->width + x * factor, in->width,
                    dp_min_int(step, out->width - x), factor);
}

#include "config.h"

#include "engine/ink/despeckle.h"

#include <stdlib.h>
#include <string.h>

enum {
    DIFFERENT = 64, /* grey levels between an impulse and what surrounds it */
    ALIKE = 32,
    RARE = 400, /* pixels for each impulse, beyond which they belong to the picture */
    FEW = 6,
};

/* The neighbours of a pixel, three to eight of them, sorted. */
static int sorted_neighbours(uint8_t out[8], const dp_gray *in, int x, int y)
{
    int n = 0;
    for (int k = 0; k < 9; k++) {
        const int u = x + k % 3 - 1, v = y + k / 3 - 1;
        if (k == 4 || u < 0 || v < 0 || u >= in->width || v >= in->height)
            continue;
        const uint8_t value = in->pixel[(ptrdiff_t)v * in->width + u];
        int at = n++;
        for (; at > 0 && out[at - 1] > value; at--)
            out[at] = out[at - 1];
        out[at] = value;
    }
    return n;
}

/* Most pixels are like the next one, so that their neighbours need no look. */
static bool is_like_next(const dp_gray *in, int x, int y)
{
    if (x == 0 || x + 1 == in->width)
        return false;
    const uint8_t *p = in->pixel + (ptrdiff_t)y * in->width + x;
    return abs(p[0] - p[-1]) <= ALIKE && abs(p[0] - p[1]) <= ALIKE;
}

bool dp_is_speckled(const dp_gray *in)
{
    const long n = (long)in->width * in->height;
    long found = 0;
    for (int y = 0; y < in->height; y++)
        for (int x = 0; x < in->width; x++) {
            if (is_like_next(in, x, y))
                continue;
            uint8_t near[8];
            const int most = sorted_neighbours(near, in, x, y);
            const int value = in->pixel[(ptrdiff_t)y * in->width + x];
            found += most > 2 &&
                     (value > near[most - 1] + DIFFERENT || value < near[0] - DIFFERENT);
        }
    return found >= FEW && found * RARE >= n;
}

void dp_despeckle(dp_plane *out, const dp_gray *in)
{
    out->width = in->width;
    out->height = in->height;
    for (int y = 0; y < in->height; y++)
        for (int x = 0; x < in->width; x++) {
            const uint8_t value = in->pixel[(ptrdiff_t)y * in->width + x];
            uint8_t *to = dp_plane_row(out, y) + x;
            *to = value;
            if (is_like_next(in, x, y))
                continue;
            uint8_t near[8];
            const int n = sorted_neighbours(near, in, x, y);
            int alike = 0;
            for (int i = 0; i < n; i++)
                alike += abs(near[i] - value) <= ALIKE;
            if (n > 2 && alike <= 1 && abs(near[n / 2] - value) > DIFFERENT)
                *to = near[n / 2];
        }
}

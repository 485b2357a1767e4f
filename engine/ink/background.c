#include "config.h"

#include "engine/ink/background.h"

#include "engine/core/arith.h"

#include <string.h>

enum { STRIP = 64 }; /* columns that are processed at once */

/* The page with a margin of `reach` pixels, then the scratch of a strip or two rows. */
size_t dp_background_scratch(int width, int height, int reach)
{
    const size_t w = (size_t)width + 2 * (size_t)reach,
                 h = (size_t)height + 2 * (size_t)reach, r = (size_t)reach;
    return w * h + dp_max_size((h + 2 * r) * STRIP, 2 * (w + 2 * r));
}

/* out[i] = the greater of a[i] and b[i]. */
static void greater(uint8_t *restrict out, const uint8_t *restrict a,
                    const uint8_t *restrict b, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = a[i] > b[i] ? a[i] : b[i];
}

/* a[i] = the greater of a[i] and b[i]. */
static void raise_to(uint8_t *restrict a, const uint8_t *restrict b)
{
    for (int i = 0; i < STRIP; i++)
        a[i] = a[i] > b[i] ? a[i] : b[i];
}

/* How far apart the windows are whose maxima give those of a window `have` + shift wide:
 * maxima of 1, 2, 4, … pixels give those of the next power of two. */
static int shift_of(int have, int size)
{
    return dp_min_int(have, size - have);
}

/* The maxima of n − size + 1 windows of `size` pixels. scratch: [2, n], its first half
 * the pixels. */
static void dilate_row(uint8_t *out, uint8_t *scratch, int n, int size)
{
    uint8_t *now = scratch, *next = scratch + n;
    for (int have = 1, shift; have < size; have += shift) {
        shift = shift_of(have, size);
        n -= shift;
        greater(next, now, now + shift, n);
        uint8_t *old = now;
        now = next;
        next = old;
    }
    memcpy(out, now, (size_t)n);
}

/* The same for STRIP columns at once, in place. */
static void dilate_strip(uint8_t *scratch, int n, int size)
{
    for (int have = 1, shift; have < size; have += shift) {
        shift = shift_of(have, size);
        n -= shift;
        for (int y = 0; y < n; y++)
            raise_to(scratch + (size_t)y * STRIP, scratch + (size_t)(y + shift) * STRIP);
    }
}

/* Dilate with squares of `size` pixels. The output is size − 1 pixels smaller than the
 * input in each direction, after the input's edges are continued by `margin` pixels. */
static void dilate(dp_plane *out, uint8_t *scratch, const dp_gray *in, int size,
                   int margin)
{
    const int w = in->width + 2 * margin, h = in->height + 2 * margin;
    out->width = w - size + 1;
    out->height = h - size + 1;
    /* Rows go to where columns find them, below the rows that columns overwrite. */
    uint8_t *rows = out->pixel + (ptrdiff_t)dp_max_int(margin - size / 2, 0) * out->width;
    for (int y = 0; y < in->height; y++) {
        const uint8_t *row = in->pixel + (ptrdiff_t)y * in->width;
        memset(scratch, row[0], (size_t)margin);
        memcpy(scratch + margin, row, (size_t)in->width);
        memset(scratch + margin + in->width, row[in->width - 1], (size_t)margin);
        dilate_row(rows + (ptrdiff_t)y * out->width, scratch, w, size);
    }
    for (int x = 0; x < out->width; x += STRIP) {
        const size_t columns = (size_t)dp_min_int(STRIP, out->width - x);
        for (int y = 0; y < h; y++)
            memcpy(scratch + (size_t)y * STRIP,
                   rows +
                       (ptrdiff_t)dp_clamp_int(y - margin, 0, in->height - 1) *
                           out->width +
                       x,
                   columns);
        dilate_strip(scratch, h, size);
        for (int y = 0; y < out->height; y++)
            memcpy(dp_plane_row(out, y) + x, scratch + (size_t)y * STRIP, columns);
    }
}

static void invert(dp_plane *p)
{
    const size_t n = dp_plane_count(p);
    for (size_t i = 0; i < n; i++)
        p->pixel[i] ^= 255;
}

static void close_with(dp_plane *out, uint8_t *scratch, const dp_gray *in, int reach)
{
    const int size = 2 * reach + 1, w = in->width + size - 1, h = in->height + size - 1;
    dp_plane wide = { scratch, 0, 0 };
    scratch += (size_t)w * (size_t)h;
    dilate(&wide, scratch, in, size, 2 * reach);
    invert(&wide); /* eroding is dilating the negative */
    dilate(&wide, scratch, &(dp_gray){ wide.pixel, w, h }, size, 0);
    out->width = wide.width;
    out->height = wide.height;
    memcpy(out->pixel, wide.pixel, dp_plane_count(out));
    invert(out);
}

void dp_background(dp_plane *out, uint8_t *scratch, const dp_gray *in, int detail,
                   int reach)
{
    const dp_gray opened = { out->pixel, in->width, in->height };
    *out = (dp_plane){ out->pixel, in->width, in->height };
    memcpy(out->pixel, in->pixel, dp_plane_count(out));
    invert(out);
    close_with(out, scratch, &opened, detail);
    invert(out);
    close_with(out, scratch, &opened, reach);
}

#include "config.h"

#include "engine/winograd.h"

#include <stdint.h>
#include <string.h>

enum { KERNEL = 9 };

bool dp_winograd_pays(dp_shape in, dp_shape out)
{
    return in.c >= 16 && out.c >= 16;
}

/* Channels up to whole tiles: from a pixel to the next. */
static int padded(const dp_winograd *f, int channels)
{
    const int unit = f->kernels->tile_cols;
    return (channels + unit - 1) / unit * unit;
}

/* Pixels that a row (or column) of so many sums reads, which are made two by two. */
static int reach(int sums)
{
    return (sums + 1) / 2 * 2 + 2;
}

/* ---- weights ------------------------------------------------------------------------- */

typedef struct packing {
    float *weights, *bias;
    float *mirrored; /* [out, in, 3, 3], where the caller's are not so */
} packing;

static size_t cut_packing(packing *p, const dp_winograd *f, float *block)
{
    const size_t weights = f->kernels->winograd_size(f->in.c, f->out.c);
    const size_t bias = (size_t)padded(f, f->out.c);
    *p = (packing){ block, NULL, NULL };
    if (block) {
        p->bias = block + weights;
        p->mirrored = p->bias + bias;
    }
    return weights + bias + (size_t)KERNEL * (size_t)f->in.c * (size_t)f->out.c;
}

size_t dp_winograd_packed(const dp_winograd *f)
{
    packing p;
    return cut_packing(&p, f, NULL);
}

static void mirror(const dp_winograd *f, float *to, const float *w)
{
    const int in = f->in.c, out = f->out.c;
    for (int o = 0; o < out; o++)
        for (int c = 0; c < in; c++)
            for (int i = 0; i < KERNEL; i++)
                *to++ = w[((ptrdiff_t)c * out + o) * KERNEL + KERNEL - 1 - i];
}

void dp_winograd_pack(const dp_winograd *f, float *packed, const float *w,
                      const float *bias, bool mirrored)
{
    packing p;
    cut_packing(&p, f, packed);
    if (mirrored) {
        mirror(f, p.mirrored, w);
        w = p.mirrored;
    }
    f->kernels->pack_winograd(p.weights, f->in.c, f->out.c, w);
    memset(p.bias, 0, (size_t)padded(f, f->out.c) * sizeof(float));
    if (bias)
        memcpy(p.bias, bias, (size_t)f->out.c * sizeof(float));
}

/* ---- images -------------------------------------------------------------------------- */

/* x and y with their channels together: x within its padding, y as it is. */
typedef struct workspace {
    float *x, *y, *kernel;
} workspace;

static size_t image_size(const dp_winograd *f)
{
    return (size_t)reach(f->out.h) * (size_t)reach(f->out.w) * (size_t)padded(f, f->in.c);
}

static size_t cut_workspace(workspace *w, const dp_winograd *f, float *block)
{
    const size_t x = image_size(f);
    const size_t y = (size_t)f->out.h * (size_t)f->out.w * (size_t)padded(f, f->out.c);
    *w = (workspace){ block, NULL, NULL };
    if (block) {
        w->y = block + x;
        w->kernel = w->y + y;
    }
    return x + y + f->kernels->winograd_scratch(f->in.c);
}

size_t dp_winograd_scratch(const dp_winograd *f)
{
    workspace w;
    return cut_workspace(&w, f, NULL);
}

void dp_winograd_prepare(const dp_winograd *f, float *scratch)
{
    memset(scratch, 0, image_size(f) * sizeof(float));
}

static void lay_together(const dp_winograd *f, float *to, const float *x)
{
    const int h = f->in.h, w = f->in.w, pixel = padded(f, f->in.c);
    const ptrdiff_t row = (ptrdiff_t)reach(f->out.w) * pixel;
    to += f->top * row + (ptrdiff_t)f->left * pixel;
    for (int i = 0; i < h; i++)
        f->kernels->transpose(to + i * row, pixel, x + i * w, h * w, f->in.c, w);
}

void dp_winograd_run(const dp_winograd *f, const float *packed, const float *x, float *y,
                     float *scratch)
{
    packing p;
    workspace w;
    /* Only read through p; one struct serves writer and reader. */
    cut_packing(&p, f, (float *)(uintptr_t)packed);
    cut_workspace(&w, f, scratch);
    const int in = padded(f, f->in.c), out = padded(f, f->out.c);
    const int sums = f->out.h * f->out.w;
    const dp_conv conv = {
        .in = f->in.c,
        .out = f->out.c,
        .h = f->out.h,
        .w = f->out.w,
        .k = KERNEL * f->in.c,
        .x_row = (ptrdiff_t)reach(f->out.w) * in,
        .x_pixel = in,
        .y_row = (ptrdiff_t)f->out.w * out,
        .y_pixel = out,
        .finish = { .bias = p.bias },
    };
    lay_together(f, w.x, x);
    f->kernels->winograd(&conv, p.weights, w.x, w.y, 0, 1, w.kernel);
    f->kernels->transpose(y, sums, w.y, out, sums, f->out.c);
}

#include "config.h"

#include "engine/layers/conv_winograd.h"

#include "engine/core/arith.h"

#include <stdint.h>
#include <string.h>

enum { KERNEL = 9 };

bool dp_winograd_fits(const dp_layer *layer)
{
    for (int d = 0; d < 2; d++)
        if (layer->kernel[d] != 3 || layer->stride[d] != 1 || layer->dilation[d] != 1)
            return false;
    return layer->groups == 1;
}

/* Channels up to whole tiles: from a pixel to the next. */
static int padded(const dp_winograd *f, int channels)
{
    return dp_round_up_int(channels, f->kernels->tile_cols);
}

/* Pixels that a row (or column) of so many sums reads, which are made two by two. */
static int reach(int sums)
{
    return dp_round_up_int(sums, 2) + 2;
}

/* ---- weights ----------------------------------------------------------------------- */

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

/* ---- images ------------------------------------------------------------------------ */

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

/* The channels of x: `shape` together, its rows `row` apart and its pixels `pixel`. */
static void to_nhwc(const dp_kernels *kernels, float *to, ptrdiff_t row, int pixel,
                    const float *x, dp_shape shape)
{
    const int h = shape.h, w = shape.w;
    for (int i = 0; i < h; i++)
        kernels->transpose(to + i * row, pixel, x + i * w, h * w, shape.c, w);
}

/* x within its padding. */
static void image_to_nhwc(const dp_winograd *f, float *to, const float *x)
{
    const int pixel = padded(f, f->in.c);
    const ptrdiff_t row = (ptrdiff_t)reach(f->out.w) * pixel;
    to_nhwc(f->kernels, to + f->top * row + (ptrdiff_t)f->left * pixel, row, pixel, x,
            f->in);
}

/* What is the same for every use of the filter. */
static dp_conv conv_of(const dp_winograd *f)
{
    const int in = padded(f, f->in.c), out = padded(f, f->out.c);
    return (dp_conv){
        .in = f->in.c,
        .out = f->out.c,
        .h = f->out.h,
        .w = f->out.w,
        .k = KERNEL * f->in.c,
        .x_row = (ptrdiff_t)reach(f->out.w) * in,
        .x_pixel = in,
        .y_row = (ptrdiff_t)f->out.w * out,
        .y_pixel = out,
    };
}

void dp_winograd_run(const dp_winograd *f, const float *packed, const float *x, float *y,
                     float *scratch)
{
    packing p;
    workspace w;
    /* Only read through p; one struct serves writer and reader. */
    cut_packing(&p, f, (float *)(uintptr_t)packed);
    cut_workspace(&w, f, scratch);
    dp_conv conv = conv_of(f);
    const int sums = conv.h * conv.w;
    conv.epilogue.bias = p.bias;
    image_to_nhwc(f, w.x, x);
    f->kernels->winograd(&conv, p.weights, w.x, w.y, 0, 1, w.kernel);
    f->kernels->transpose(y, sums, w.y, conv.y_pixel, sums, conv.out);
}

/* ---- gradient of the weights ------------------------------------------------------- */

enum {
    PLACES = 16,
    DEPTH = 64, /* of a product at least, for all its sums move each time */
    LINE = 16,  /* floats between two places, which must not share a set of the cache */
};

static int patches(const dp_winograd *f)
{
    return (f->out.h + 1) / 2 * ((f->out.w + 1) / 2);
}

/* Images whose patches go into one product. */
static int images_at_once(const dp_winograd *f)
{
    return dp_ceil_div_int(DEPTH, patches(f));
}

/* x and dy laid out; their patches [16, patches, channels]; the products [16, in, out]. */
typedef struct grad_workspace {
    float *x, *dy, *x_patches, *dy_patches, *u, *gemm;
    size_t x_place, dy_place; /* floats from a place to the next */
} grad_workspace;

static size_t even_sums(const dp_winograd *f)
{
    return (size_t)patches(f) * 4;
}

static size_t cut_grad_workspace(grad_workspace *w, const dp_winograd *f, float *block)
{
    const size_t in = (size_t)padded(f, f->in.c), out = (size_t)padded(f, f->out.c);
    const size_t depth = (size_t)images_at_once(f) * (size_t)patches(f);
    const size_t x = image_size(f), dy = even_sums(f) * out;
    const size_t u = PLACES * (size_t)f->in.c * out;
    *w = (grad_workspace){ .x_place = depth * in + LINE, .dy_place = depth * out + LINE };
    if (block) {
        w->x = block;
        w->dy = w->x + x;
        w->x_patches = w->dy + dy;
        w->dy_patches = w->x_patches + PLACES * w->x_place;
        w->u = w->dy_patches + PLACES * w->dy_place;
        w->gemm = w->u + u;
    }
    return x + dy + PLACES * (w->x_place + w->dy_place) + u +
           f->kernels->gemm_scratch((int)depth, (int)out);
}

size_t dp_winograd_grad_scratch(const dp_winograd *f)
{
    grad_workspace w;
    return cut_grad_workspace(&w, f, NULL);
}

/* The patches of n images, one image after the other. */
static void make_patches(const dp_winograd *f, const dp_conv *conv, int n, const float *x,
                         const float *dy, const grad_workspace *w)
{
    for (int i = 0; i < n; i++) {
        const ptrdiff_t first = (ptrdiff_t)i * patches(f);
        image_to_nhwc(f, w->x, x + (size_t)i * dp_shape_count(f->in));
        to_nhwc(f->kernels, w->dy, conv->y_row, (int)conv->y_pixel,
                dy + (size_t)i * dp_shape_count(f->out), f->out);
        f->kernels->winograd_x(conv, w->x, w->x_patches + first * conv->x_pixel,
                               (ptrdiff_t)w->x_place);
        f->kernels->winograd_dy(conv, w->dy, w->dy_patches + first * conv->y_pixel,
                                (ptrdiff_t)w->dy_place);
    }
}

/* u = the products over n images, or u += them. */
static void multiply_patches(const dp_winograd *f, const dp_conv *conv, int n,
                             bool accumulate, const grad_workspace *w)
{
    const int in = f->in.c, out = (int)conv->y_pixel;
    for (int q = 0; q < PLACES; q++) {
        const dp_mat x = { .p = w->x_patches + (size_t)q * w->x_place,
                           .rs = 1,
                           .cs = conv->x_pixel };
        const dp_mat dy = { .p = w->dy_patches + (size_t)q * w->dy_place,
                            .rs = out,
                            .cs = 1 };
        f->kernels->gemm(in, out, n * patches(f), x, dy, w->u + (ptrdiff_t)q * in * out,
                         out, accumulate, w->gemm);
    }
}

void dp_winograd_grad(const dp_winograd *f, int n, const float *x, const float *dy,
                      float *grad, float *scratch)
{
    grad_workspace w;
    cut_grad_workspace(&w, f, scratch);
    dp_conv conv = conv_of(f);
    conv.y_row = dp_round_up_int(conv.w, 2) * conv.y_pixel;
    memset(w.x, 0, image_size(f) * sizeof(float));
    memset(w.dy, 0, even_sums(f) * (size_t)conv.y_pixel * sizeof(float));
    const int most = images_at_once(f);
    for (int i = 0; i < n; i += most) {
        const int images = n - i < most ? n - i : most;
        make_patches(f, &conv, images, x + (size_t)i * dp_shape_count(f->in),
                     dy + (size_t)i * dp_shape_count(f->out), &w);
        multiply_patches(f, &conv, images, i > 0, &w);
    }
    f->kernels->winograd_weights(grad, f->in.c, f->out.c, w.u, conv.y_pixel);
}

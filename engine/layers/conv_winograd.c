#include "config.h"

#include "engine/layers/conv_winograd.h"

#include "engine/core/arena.h"
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

/* Channels rounded up to whole tiles: floats from one pixel to the next. */
static int padded(const dp_winograd *filter, int channels)
{
    return dp_round_up_int(channels, filter->kernels->tile_cols);
}

/* Pixels that a row or column of sums reads. Sums are computed in pairs. */
static int reach(int sums)
{
    return dp_round_up_int(sums, 2) + 2;
}

static float *take(dp_arena *arena, size_t n_floats)
{
    return dp_arena_take(arena, n_floats * sizeof(float));
}

/* ---- weights ----------------------------------------------------------------------- */

typedef struct packing {
    float *weights, *bias;
    float *mirrored; /* [out, in, 3, 3]: w rotated, if `mirrored` */
} packing;

static void place_packing(packing *p, const dp_winograd *filter, dp_arena *arena)
{
    const int in = filter->in.c, out = filter->out.c;
    p->weights = take(arena, filter->kernels->winograd_size(in, out));
    p->bias = take(arena, (size_t)padded(filter, out));
    p->mirrored = take(arena, (size_t)KERNEL * (size_t)in * (size_t)out);
}

size_t dp_winograd_packed(const dp_winograd *filter)
{
    packing p;
    dp_arena arena = { 0 };
    place_packing(&p, filter, &arena);
    return arena.used / sizeof(float);
}

static void mirror(const dp_winograd *filter, float *to, const float *w)
{
    const int in = filter->in.c, out = filter->out.c;
    for (int o = 0; o < out; o++)
        for (int c = 0; c < in; c++)
            for (int i = 0; i < KERNEL; i++)
                *to++ = w[((ptrdiff_t)c * out + o) * KERNEL + KERNEL - 1 - i];
}

void dp_winograd_pack(const dp_winograd *filter, float *packed, const float *w,
                      const float *bias, bool mirrored)
{
    packing p;
    dp_arena arena = dp_arena_over(packed);
    place_packing(&p, filter, &arena);
    if (mirrored) {
        mirror(filter, p.mirrored, w);
        w = p.mirrored;
    }
    filter->kernels->pack_winograd(p.weights, filter->in.c, filter->out.c, w);
    memset(p.bias, 0, (size_t)padded(filter, filter->out.c) * sizeof(float));
    if (bias)
        memcpy(p.bias, bias, (size_t)filter->out.c * sizeof(float));
}

/* ---- images ------------------------------------------------------------------------ */

/* x and y as NHWC; x with its padding. */
typedef struct workspace {
    float *x, *y, *kernel;
} workspace;

static size_t image_size(const dp_winograd *filter)
{
    return (size_t)reach(filter->out.h) * (size_t)reach(filter->out.w) *
           (size_t)padded(filter, filter->in.c);
}

static void place_workspace(workspace *w, const dp_winograd *filter, dp_arena *arena)
{
    const size_t sums = (size_t)filter->out.h * (size_t)filter->out.w;
    w->x = take(arena, image_size(filter));
    w->y = take(arena, sums * (size_t)padded(filter, filter->out.c));
    w->kernel = take(arena, filter->kernels->winograd_scratch(filter->in.c));
}

size_t dp_winograd_scratch(const dp_winograd *filter)
{
    workspace w;
    dp_arena arena = { 0 };
    place_workspace(&w, filter, &arena);
    return arena.used / sizeof(float);
}

void dp_winograd_prepare(const dp_winograd *filter, float *scratch)
{
    memset(scratch, 0, image_size(filter) * sizeof(float));
}

/* Convert x: [shape] to NHWC, with rows `row` apart and pixels `pixel` apart. */
static void to_nhwc(const dp_kernels *kernels, float *to, ptrdiff_t row, int pixel,
                    const float *x, dp_shape shape)
{
    const int h = shape.h, w = shape.w;
    for (int i = 0; i < h; i++)
        kernels->transpose(to + i * row, pixel, x + i * w, h * w, shape.c, w);
}

/* Convert x, and place it inside its padding. */
static void image_to_nhwc(const dp_winograd *filter, float *to, const float *x)
{
    const int pixel = padded(filter, filter->in.c);
    const ptrdiff_t row = (ptrdiff_t)reach(filter->out.w) * pixel;
    to_nhwc(filter->kernels, to + filter->top * row + (ptrdiff_t)filter->left * pixel,
            row, pixel, x, filter->in);
}

/* The fields of dp_conv that every use of the filter has in common. */
static dp_conv conv_of(const dp_winograd *filter)
{
    const int in = padded(filter, filter->in.c), out = padded(filter, filter->out.c);
    return (dp_conv){
        .in = filter->in.c,
        .out = filter->out.c,
        .h = filter->out.h,
        .w = filter->out.w,
        .k = KERNEL * filter->in.c,
        .x_row = (ptrdiff_t)reach(filter->out.w) * in,
        .x_pixel = in,
        .y_row = (ptrdiff_t)filter->out.w * out,
        .y_pixel = out,
    };
}

void dp_winograd_run(const dp_winograd *filter, const float *packed, const float *x,
                     float *y, float *scratch)
{
    packing p;
    workspace w;
    /* The cast drops const: `packing` is also used to write, but here only read. */
    dp_arena weights = dp_arena_over((float *)(uintptr_t)packed);
    dp_arena images = dp_arena_over(scratch);
    place_packing(&p, filter, &weights);
    place_workspace(&w, filter, &images);
    dp_conv conv = conv_of(filter);
    const int sums = conv.h * conv.w;
    conv.epilogue.bias = p.bias;
    image_to_nhwc(filter, w.x, x);
    filter->kernels->winograd(&conv, p.weights, w.x, w.y, (dp_part){ 0, 1 }, w.kernel);
    filter->kernels->transpose(y, sums, w.y, conv.y_pixel, sums, conv.out);
}

/* ---- gradient of the weights ------------------------------------------------------- */

enum {
    PLACES = 16,
    DEPTH = 64, /* least depth of a product, which reads and writes all its sums */
    LINE = 16,  /* floats of a cache line, to keep places out of the same cache set */
};

static int patches(const dp_winograd *filter)
{
    return (filter->out.h + 1) / 2 * ((filter->out.w + 1) / 2);
}

/* The number of images whose patches are multiplied together. */
static int images_at_once(const dp_winograd *filter)
{
    return dp_ceil_div_int(DEPTH, patches(filter));
}

/* x and dy as NHWC, their patches [16, patches, channels], the products u: [16, in,
 * out]. */
typedef struct grad_workspace {
    float *x, *dy, *x_patches, *dy_patches, *u, *gemm;
    size_t x_place, dy_place; /* floats from a place to the next */
} grad_workspace;

static size_t even_sums(const dp_winograd *filter)
{
    return (size_t)patches(filter) * 4;
}

static void place_grad_workspace(grad_workspace *w, const dp_winograd *filter,
                                 dp_arena *arena)
{
    const size_t in = (size_t)padded(filter, filter->in.c),
                 out = (size_t)padded(filter, filter->out.c);
    const size_t depth = (size_t)images_at_once(filter) * (size_t)patches(filter);
    w->x_place = depth * in + LINE;
    w->dy_place = depth * out + LINE;
    w->x = take(arena, image_size(filter));
    w->dy = take(arena, even_sums(filter) * out);
    w->x_patches = take(arena, PLACES * w->x_place);
    w->dy_patches = take(arena, PLACES * w->dy_place);
    w->u = take(arena, PLACES * (size_t)filter->in.c * out);
    w->gemm = take(arena, filter->kernels->gemm_scratch((int)depth, (int)out));
}

size_t dp_winograd_grad_scratch(const dp_winograd *filter)
{
    grad_workspace w;
    dp_arena arena = { 0 };
    place_grad_workspace(&w, filter, &arena);
    return arena.used / sizeof(float);
}

/* Transform the patches of n images. */
static void make_patches(const dp_winograd *filter, const dp_conv *conv, int n,
                         const float *x, const float *dy, const grad_workspace *w)
{
    for (int i = 0; i < n; i++) {
        const ptrdiff_t first = (ptrdiff_t)i * patches(filter);
        image_to_nhwc(filter, w->x, x + (size_t)i * dp_shape_count(filter->in));
        to_nhwc(filter->kernels, w->dy, conv->y_row, (int)conv->y_pixel,
                dy + (size_t)i * dp_shape_count(filter->out), filter->out);
        filter->kernels->winograd_x(conv, w->x, w->x_patches + first * conv->x_pixel,
                                    (ptrdiff_t)w->x_place);
        filter->kernels->winograd_dy(conv, w->dy, w->dy_patches + first * conv->y_pixel,
                                     (ptrdiff_t)w->dy_place);
    }
}

/* u = the products over n images, or u += them if `accumulate`. */
static void multiply_patches(const dp_winograd *filter, const dp_conv *conv, int n,
                             bool accumulate, const grad_workspace *w)
{
    const int in = filter->in.c, out = (int)conv->y_pixel;
    for (int q = 0; q < PLACES; q++) {
        const float *x = w->x_patches + (size_t)q * w->x_place;
        const float *dy = w->dy_patches + (size_t)q * w->dy_place;
        const dp_gemm product = {
            .m = in,
            .n = filter->out.c,
            .k = n * patches(filter),
            .a = { .p = x, .rs = 1, .cs = conv->x_pixel },
            .b = { .p = dy, .rs = out, .cs = 1 },
            .c = w->u + (ptrdiff_t)q * in * out,
            .ldc = out,
        };
        filter->kernels->gemm(&product, accumulate, w->gemm);
    }
}

void dp_winograd_grad(const dp_winograd *filter, int n, const float *x, const float *dy,
                      float *grad, float *scratch)
{
    grad_workspace w;
    dp_arena arena = dp_arena_over(scratch);
    place_grad_workspace(&w, filter, &arena);
    dp_conv conv = conv_of(filter);
    conv.y_row = dp_round_up_int(conv.w, 2) * conv.y_pixel;
    memset(w.x, 0, image_size(filter) * sizeof(float));
    memset(w.dy, 0, even_sums(filter) * (size_t)conv.y_pixel * sizeof(float));
    const int most = images_at_once(filter);
    for (int i = 0; i < n; i += most) {
        const int images = n - i < most ? n - i : most;
        make_patches(filter, &conv, images, x + (size_t)i * dp_shape_count(filter->in),
                     dy + (size_t)i * dp_shape_count(filter->out), &w);
        multiply_patches(filter, &conv, images, i > 0, &w);
    }
    filter->kernels->winograd_weights(grad, filter->in.c, filter->out.c, w.u,
                                      conv.y_pixel);
}

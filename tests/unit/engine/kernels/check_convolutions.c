/* The convolutions of every table on random shapes, compared with the reference. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/kernels/kernels.h"
#include "tests/unit/guarded.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { SIDE = 8, MOST_IN = 10, MOST_OUT = 40 };

/* A convolution without padding. Everything but `conv` has the layout of no table. */
typedef struct problem {
    dp_conv conv;        /* without strides, taps and bias */
    int kernel[2];       /* height and width */
    int rows, cols;      /* of the image: what the windows of all sums cover */
    const float *x;      /* [rows, cols, in] */
    const float *bias;   /* [out] */
    const float *weight; /* [out, in, kernel[0], kernel[1]] */
    int parts;
    uint64_t seed;
} problem;

static problem problem_make(uint64_t seed, bool winograd)
{
    dp_rng rng = dp_rng_stream(seed, 4, winograd);
    problem p = { .seed = seed, .parts = dp_rng_int(&rng, 1, 3) };
    dp_conv *c = &p.conv;
    c->in = dp_rng_int(&rng, 1, MOST_IN);
    c->out = dp_rng_int(&rng, 1, MOST_OUT);
    c->pool = dp_rng_below(&rng, 2);
    c->pool_first = c->pool && dp_rng_below(&rng, 2);
    c->h = dp_rng_int(&rng, 1, SIDE) << c->pool;
    c->w = dp_rng_int(&rng, 1, SIDE) << c->pool;
    c->epilogue.act = (dp_act)dp_rng_below(&rng, DP_ACT_COUNT);
    c->epilogue.parameter = 0.25f;
    for (int d = 0; d < 2; d++)
        p.kernel[d] = winograd ? 3 : dp_rng_int(&rng, 1, 4);
    c->k = c->in * p.kernel[0] * p.kernel[1];
    p.rows = c->h + p.kernel[0] - 1;
    p.cols = c->w + p.kernel[1] - 1;
    guard_begin(seed);
    p.x = guarded_floats((size_t)(p.rows * p.cols * c->in), seed + 1000);
    p.weight = guarded_floats((size_t)(c->out * c->k), seed + 2000);
    p.bias = guarded_floats((size_t)c->out, seed + 3000);
    return p;
}

/* An image of rows × cols pixels, each `pixel` floats apart; what it has more is zero. */
static float *image_of(const problem *p, int rows, int cols, int pixel)
{
    const size_t channels = (size_t)p->conv.in;
    float *image = guarded((size_t)(rows * cols * pixel), sizeof *image);
    for (int i = 0; i < p->rows; i++)
        for (int j = 0; j < p->cols; j++)
            memcpy(image + (i * cols + j) * pixel,
                   p->x + (size_t)(i * p->cols + j) * channels, channels * sizeof *image);
    return image;
}

/* The convolution in the layout of a table, and its output. */
typedef struct layout {
    dp_conv conv;
    const float *x;
    float *y;
    int pixels, pixel; /* of the output */
} layout;

static layout layout_of(const dp_kernels *k, const problem *p, bool winograd)
{
    const int out = dp_round_up_int(p->conv.out, k->tile_cols);
    const int in = winograd ? dp_round_up_int(p->conv.in, k->tile_cols)
                            : p->conv.in + (int)(p->seed % 3);
    const int rows = winograd ? dp_round_up_int(p->conv.h, 2) + 2 : p->rows;
    const int cols = winograd ? dp_round_up_int(p->conv.w, 2) + 2 : p->cols;
    const int side = p->conv.pool ? 2 : 1, across = p->conv.w / side;
    layout l = { .conv = p->conv, .pixel = out, .pixels = p->conv.h / side * across };
    float *bias = guarded((size_t)out, sizeof *bias);
    memcpy(bias, p->bias, (size_t)p->conv.out * sizeof *bias);
    l.conv.epilogue.bias = bias;
    l.conv.x_pixel = in;
    l.conv.x_row = (ptrdiff_t)cols * in;
    l.conv.y_pixel = out;
    l.conv.y_row = (ptrdiff_t)across * out;
    l.x = image_of(p, rows, cols, in);
    l.y = guarded((size_t)l.pixels * (size_t)out, sizeof *l.y);
    return l;
}

/* List the factors of a sum in the order (ky, kx, channel), at these distances. */
static int *factors(const problem *p, ptrdiff_t row, ptrdiff_t column, int channel)
{
    int *list = guarded((size_t)p->conv.k, sizeof *list), *at = list;
    for (int ky = 0; ky < p->kernel[0]; ky++)
        for (int kx = 0; kx < p->kernel[1]; kx++)
            for (int c = 0; c < p->conv.in; c++)
                *at++ = (int)(ky * row + kx * column) + c * channel;
    return list;
}

static void run_direct(const dp_kernels *k, const problem *p, layout *l)
{
    const int n = p->kernel[0] * p->kernel[1];
    float *packed = guarded(k->packed_b_size(p->conv.k, p->conv.out), sizeof *packed);
    k->pack_b(packed, p->conv.k, p->conv.out,
              (dp_mat){ .p = p->weight,
                        .row = factors(p, p->kernel[1], 1, n),
                        .cs = p->conv.k });
    l->conv.tap = factors(p, l->conv.x_row, l->conv.x_pixel, 1);
    for (int i = 0; i < p->parts; i++)
        k->conv(&l->conv, packed, l->x, l->y, (dp_part){ i, p->parts });
}

static void run_winograd(const dp_kernels *k, const problem *p, layout *l)
{
    const int in = p->conv.in, out = p->conv.out;
    float *packed = guarded(k->winograd_size(in, out), sizeof *packed);
    float *scratch = guarded(k->winograd_scratch(in), sizeof *scratch);
    k->pack_winograd(packed, in, out, p->weight);
    for (int i = 0; i < p->parts; i++)
        k->winograd(&l->conv, packed, l->x, l->y, (dp_part){ i, p->parts }, scratch);
}

/* The output of a table, as [pixels, out]. */
static const float *output_of(const dp_kernels *k, const problem *p, bool winograd)
{
    const size_t out = (size_t)p->conv.out;
    float *y = guarded((size_t)(p->conv.h * p->conv.w) * out, sizeof *y);
    const int mark = guard_mark();
    layout l = layout_of(k, p, winograd);
    (winograd ? run_winograd : run_direct)(k, p, &l);
    for (int i = 0; i < l.pixels; i++)
        memcpy(y + (size_t)i * out, l.y + (ptrdiff_t)i * l.pixel, out * sizeof *y);
    guard_free_to(mark);
    return y;
}

static bool fuses(const dp_kernels *k)
{
    return strcmp(k->name, "reference") && strcmp(k->name, "portable");
}

/* Compare arrays of n floats, which are sums of k products. */
static void compare(const dp_kernels *k, uint64_t seed, const float *got,
                    const float *wanted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)got[i] - (double)wanted[i]) <=
              1e-4 * fmax(1, fabs((double)wanted[i]))))
            ck_abort_msg("%s, shape %d: value %zu is %g, not %g", k->name, (int)seed, i,
                         (double)got[i], (double)wanted[i]);
}

/* The values of a problem that a table computes: *n floats, without its padding. */
typedef const float *computation(const dp_kernels *k, const problem *p, size_t *n);

/* Compare the tables with the reference, and those that fuse bit for bit. */
static void check_problem(computation *compute, const problem *p)
{
    size_t n;
    const float *wanted = compute(dp_kernels_at(0), p, &n), *fused = NULL;
    for (int i = 1; dp_kernels_at(i); i++) {
        const dp_kernels *k = dp_kernels_at(i);
        if (!k->supported())
            continue;
        const float *got = compute(k, p, &n);
        compare(k, p->seed, got, wanted, n);
        if (fuses(k) && fused)
            ck_assert_mem_eq(got, fused, n * sizeof *got);
        fused = fuses(k) ? got : fused;
    }
}

static void check_shapes(computation *compute, bool winograd, uint64_t few)
{
    const uint64_t shapes = guarded_shapes(few);
    for (uint64_t seed = 0; seed < shapes; seed++) {
        const problem p = problem_make(seed, winograd);
        check_problem(compute, &p);
    }
}

static size_t output_size(const problem *p)
{
    const int side = p->conv.pool ? 2 : 1;
    return (size_t)(p->conv.h / side * (p->conv.w / side) * p->conv.out);
}

static const float *direct(const dp_kernels *k, const problem *p, size_t *n)
{
    *n = output_size(p);
    return output_of(k, p, false);
}

START_TEST(convolutions_agree_with_the_reference)
{
    check_shapes(direct, false, 100);
}
END_TEST

static const float *by_winograd(const dp_kernels *k, const problem *p, size_t *n)
{
    *n = output_size(p);
    return output_of(k, p, true);
}

START_TEST(winograd_agrees_with_the_reference)
{
    check_shapes(by_winograd, true, 100);
}
END_TEST

/* ---- the gradient of the weights ------------------------------------------------------- */

enum { PLACES = 16 };

static int patches_of(const problem *p)
{
    return (p->conv.h + 1) / 2 * ((p->conv.w + 1) / 2);
}

/* Values [PLACES, patches, channels] without the padding between them. */
static const float *compact(const float *from, const problem *p, int channels,
                            ptrdiff_t pixel)
{
    const int n = PLACES * patches_of(p);
    float *to = guarded((size_t)(n * channels), sizeof *to);
    for (int i = 0; i < n; i++)
        memcpy(to + i * channels, from + i * pixel, (size_t)channels * sizeof *to);
    return to;
}

static const float *patches_of_x(const dp_kernels *k, const problem *p, size_t *n)
{
    problem whole = *p;
    whole.conv.pool = false;
    const layout l = layout_of(k, &whole, true);
    const ptrdiff_t place = patches_of(p) * l.conv.x_pixel;
    float *to = guarded(PLACES * (size_t)place, sizeof *to);
    k->winograd_x(&l.conv, l.x, to, place);
    *n = (size_t)(PLACES * patches_of(p) * p->conv.in);
    const float *values = compact(to, p, p->conv.in, l.conv.x_pixel);
    return values;
}

START_TEST(patches_of_images_agree_with_the_reference)
{
    check_shapes(patches_of_x, true, 100);
}
END_TEST

static const float *patches_of_dy(const dp_kernels *k, const problem *p, size_t *n)
{
    const int h = dp_round_up_int(p->conv.h, 2), w = dp_round_up_int(p->conv.w, 2);
    const int pixel = dp_round_up_int(p->conv.out, k->tile_cols);
    dp_conv conv = p->conv;
    conv.y_pixel = pixel;
    conv.y_row = (ptrdiff_t)w * pixel;
    float *dy = guarded((size_t)(h * w * pixel), sizeof *dy);
    dp_rng rng = dp_rng_stream(p->seed, 5, 0);
    for (int i = 0; i < p->conv.h; i++)
        for (int j = 0; j < p->conv.w; j++)
            for (int o = 0; o < p->conv.out; o++)
                dy[(i * w + j) * pixel + o] = dp_rng_range(&rng, -1, 1);
    const ptrdiff_t place = (ptrdiff_t)patches_of(p) * pixel;
    float *to = guarded(PLACES * (size_t)place, sizeof *to);
    k->winograd_dy(&conv, dy, to, place);
    *n = (size_t)(PLACES * patches_of(p) * p->conv.out);
    return compact(to, p, p->conv.out, pixel);
}

START_TEST(patches_of_gradients_agree_with_the_reference)
{
    check_shapes(patches_of_dy, true, 100);
}
END_TEST

static const float *gradient(const dp_kernels *k, const problem *p, size_t *n)
{
    const int in = p->conv.in, out = p->conv.out;
    const int row = dp_round_up_int(out, k->tile_cols);
    *n = (size_t)(9 * in * out);
    float *grad = guarded_floats(*n, p->seed);
    float *u = guarded((size_t)(PLACES * in * row), sizeof *u);
    dp_rng rng = dp_rng_stream(p->seed, 6, 0);
    for (int i = 0; i < PLACES * in; i++)
        for (int o = 0; o < out; o++)
            u[i * row + o] = dp_rng_range(&rng, -1, 1);
    k->winograd_weights(grad, in, out, u, row);
    return grad;
}

START_TEST(gradients_of_weights_agree_with_the_reference)
{
    check_shapes(gradient, true, 100);
}
END_TEST

UNIT_MAIN("convolutions", convolutions_agree_with_the_reference,
          winograd_agrees_with_the_reference, patches_of_images_agree_with_the_reference,
          patches_of_gradients_agree_with_the_reference,
          gradients_of_weights_agree_with_the_reference)

/* The arithmetic, once for each instruction set: a table of functions, chosen from the
 * CPU when the first one is asked for and forceable by name. `reference` is the oracle:
 * plain loops that accumulate in double and that nobody optimises.
 *
 * Every product of a blocked kernel accumulates over k in ascending order with one
 * rounding a step (fused multiply-add where the CPU has it), whatever the register width
 * and the number of rows computed together: avx2, avx512 and neon agree bit for bit, and
 * an image gives the same bits alone and in a batch. */
#ifndef DP_ENGINE_KERNELS_KERNELS_H
#define DP_ENGINE_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* A strided matrix: element (i, j) is p[i * rs + j * cs]. A transpose swaps rs and cs.
 * Where `row` is not NULL, row i starts at p + row[i] instead: rows may then overlap,
 * which makes the columns of a convolution a matrix without copying them. */
typedef struct dp_mat {
    const float *p;
    ptrdiff_t rs, cs;
    const int *row;
} dp_mat;

/* What becomes of a sum before it is stored: y = act(sum + bias). `slope` is that of
 * DP_ACT_LEAKY_RELU. */
typedef enum dp_act {
    DP_ACT_NONE,
    DP_ACT_RELU,
    DP_ACT_LEAKY_RELU,
    DP_ACT_GELU,
    DP_ACT_GELU_TANH,
    DP_ACT_SIGMOID,
    DP_ACT_TANH,
} dp_act;

typedef struct dp_epilogue {
    const float *bias; /* one a column, or NULL */
    dp_act act;
    float slope;
} dp_epilogue;

/* A convolution of images whose channels lie together: channel c of pixel (i, j) is at
 * p[i * row + j * pixel + c], so that one register holds many channels of a pixel. Sums
 * are finished, and then may be pooled: the largest of each 2 × 2. Where the function
 * comes after the pooling (pool_first), it is the function of the largest sum.
 *
 * Column o of a product is an output channel; its weights and bias are there up to whole
 * tiles of columns, zero past the last channel, and so are the channels written. */
typedef struct dp_conv {
    int in, out;              /* channels */
    int h, w;                 /* sums of a channel, before pooling; even where pooled */
    int k;                    /* factors of a sum: kernel positions × in */
    const int *tap;           /* [k]: where a factor lies from the first of its window */
    ptrdiff_t x_row, x_pixel; /* from a window to the one below and to the right */
    ptrdiff_t y_row, y_pixel;
    bool pool, pool_first;
    dp_epilogue epilogue;
} dp_conv;

typedef struct dp_kernels {
    const char *name; /* reference portable avx2 avx512 avx512vnni neon */
    bool (*supported)(void);

    /* The same for networks in 8 bits; NULL for `reference`, whose oracle is
     * engine/infer/int8_reference.h. */
    const struct dp_int8_kernels *int8;

    /* Columns that are computed together. A product whose n is a multiple of it is
     * fastest, and gemm_packed_a takes no other. */
    int tile_cols;

    /* Arrange b: [k, n] for gemm_packed, in packed_b_size(k, n) floats: a panel of
     * [k, tile_cols] after the other, with zeros past the last column. */
    size_t (*packed_b_size)(int k, int n);
    void (*pack_b)(float *packed, int k, int n, dp_mat b);

    /* Arrange a: [m, k], given as its transpose at: [k, m], for gemm_packed_a, in m * k
     * floats. */
    void (*pack_a)(float *packed, int m, int k, dp_mat at);

    /* c: [m, n] row-major with row stride ldc. c = a·b, or c += a·b where `accumulate`.
     * scratch has gemm_scratch(k, n) floats. */
    size_t (*gemm_scratch)(int k, int n);
    void (*gemm)(int m, int n, int k, dp_mat a, dp_mat b, float *c, ptrdiff_t ldc,
                 bool accumulate, float *scratch);

    /* c = act(a·b + bias): a dense layer. */
    void (*gemm_packed)(int m, int n, int k, dp_mat a, const float *packed_b,
                        const dp_epilogue *epilogue, float *c, ptrdiff_t ldc);

    /* c = a·b + bias, where bias [m] (or NULL) is added to every column: a convolution.
     * n is a multiple of tile_cols and b.cs is 1. */
    void (*gemm_packed_a)(int m, int n, int k, const float *packed_a, dp_mat b,
                          const float *bias, float *c, ptrdiff_t ldc);

    /* One image, x → y. The work is cut into `parts`, of which this does one; each may be
     * another thread's. Weights are packed by pack_b as [k, out], in the order of taps. */
    void (*conv)(const dp_conv *conv, const float *packed, const float *x, float *y,
                 int part, int parts);

    /* The same for kernels of 3 × 3 at a stride of 1, with 4/9 of the multiplications
     * (Winograd's F(2 × 2, 3 × 3); Lavin and Gray 2015). Sums are made two by two: of an
     * odd row or column x must have one pixel more than its windows. x_pixel is a multiple
     * of tile_cols. scratch has winograd_scratch(in) floats.
     *
     * pack_winograd arranges weights: [out, in, 3, 3], in winograd_size(in, out) floats. */
    size_t (*winograd_size)(int in, int out);
    void (*pack_winograd)(float *packed, int in, int out, const float *weights);
    size_t (*winograd_scratch)(int in);
    void (*winograd)(const dp_conv *conv, const float *packed, const float *x, float *y,
                     int part, int parts, float *scratch);

    /* The gradient of its weights, where nothing is pooled, is by each of 16 places a
     * product, in × patches by patches × out, of what these make of an image and of the
     * gradient of its sums, dy: [even rows, even columns], zero past the last sum. A patch
     * is two by two sums, in row order; place q of it starts at to + q · place + patch ·
     * x_pixel, or · y_pixel. From u: [16, in, u_row], the products, winograd_weights adds
     * the gradient to grad: [out, in, 3, 3]; u_row is a multiple of tile_cols. */
    void (*winograd_x)(const dp_conv *conv, const float *x, float *to, ptrdiff_t place);
    void (*winograd_dy)(const dp_conv *conv, const float *dy, float *to, ptrdiff_t place);
    void (*winograd_weights)(float *grad, int in, int out, const float *u,
                             ptrdiff_t u_row);

    /* The rest works on runs of n values, one rounding an operation; sums are kept in
     * sixteen parts, value i in part i mod 16, which are then added in a fixed order. Results may
     * lie on their operands where both are runs of n values. */

    /* y = max(0, x); dx = dy where y > 0, else 0. */
    void (*relu)(float *y, const float *x, size_t n);
    void (*relu_grad)(float *dx, const float *y, const float *dy, size_t n);

    /* y = gelu(x) = x Φ(x), with Φ the normal distribution (Hendrycks and Gimpel 2016);
     * dx = dy · gelu'(x); y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), its
     * approximation in the same paper; y = 1 / (1 + e^−x); y = tanh(x). Within 1e-6. */
    void (*gelu)(float *y, const float *x, size_t n);
    void (*gelu_grad)(float *dx, const float *x, const float *dy, size_t n);
    void (*gelu_tanh)(float *y, const float *x, size_t n);
    void (*sigmoid)(float *y, const float *x, size_t n);
    void (*tanh)(float *y, const float *x, size_t n);

    /* y = scale · x + shift; z = a · x + b · y + c. */
    void (*affine)(float *y, const float *x, float scale, float shift, size_t n);
    void (*affine2)(float *z, const float *x, float a, const float *y, float b, float c,
                    size_t n);

    /* Σ x; Σ (x − cx) and Σ (x − cx) · (y − cy) in one pass. */
    double (*sum)(const float *x, size_t n);
    void (*moments)(double out[2], const float *x, float cx, const float *y, float cy,
                    size_t n);

    /* Maxima of 2 × 2 windows, x: [2h, w] → y: [h, w / 2]; and where each came from (the
     * first of equals in row order): dx: [2h, w] is dy there and 0 elsewhere. */
    void (*maxpool2)(float *y, const float *x, int h, int w);
    void (*maxpool2_grad)(float *dx, const float *x, const float *y, const float *dy,
                          int h, int w);

    /* to: [rows, cols] = from: [rows, cols], and to: [cols, rows] = fromᵀ; each has its own
     * row stride. */
    void (*copy_rows)(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols);
    void (*transpose)(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols);

    /* Nothing but arithmetic on registers, to measure how fast it can be: `steps` rounds of
     * independent multiply-adds. Returns the operations done, two a multiply-add; *result
     * is a value that needs them all. */
    double (*multiply_add)(float *result, long steps);
} dp_kernels;

/* The best table that this CPU supports. */
const dp_kernels *dp_kernels_best(void);

/* By name; NULL where unknown or not supported by this CPU. */
const dp_kernels *dp_kernels_named(const char *name);

/* The i-th table compiled in, supported or not; NULL past the end. The first is `reference`,
 * the last the fastest. */
const dp_kernels *dp_kernels_at(int i);

#endif

/* The arithmetic of the engine: a table of functions for each instruction set. The best
 * table for the CPU is chosen at run time, and each can be asked for by name. README.md
 * in this folder explains how they are built. `reference` is the oracle: plain loops that
 * sum in double and that nobody optimises.
 *
 * All blocked kernels add up the k products of a sum in ascending order with one rounding
 * per step (a fused multiply-add), for every register width and every number of rows
 * computed together. Therefore avx2, avx512 and neon agree bit for bit, and an image
 * gives the same bits alone and in a batch. `portable` has no fused multiply-add: it
 * rounds twice per step. */
#ifndef DP_ENGINE_KERNELS_KERNELS_H
#define DP_ENGINE_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* A strided matrix: element (i, j) is p[i * rs + j * cs]. To transpose it, swap rs and
 * cs. If `row` is not NULL, row i starts at p + row[i] instead. Such rows may overlap, so
 * that the im2col matrix of a convolution needs no copy. */
typedef struct dp_mat {
    const float *p;
    ptrdiff_t rs, cs;
    const int *row;
} dp_mat;

/* A product c = a·b of a: [m, k] and b: [k, n]. c is row-major with row stride ldc. */
typedef struct dp_gemm {
    int m, n, k;
    dp_mat a, b; /* a packed operand is given separately; its dp_mat is not read */
    float *c;
    ptrdiff_t ldc;
} dp_gemm;

/* The activation function of an epilogue. */
typedef enum dp_act {
    DP_ACT_NONE,
    DP_ACT_RELU,
    DP_ACT_LEAKY_RELU,
    DP_ACT_GELU,
    DP_ACT_GELU_TANH,
    DP_ACT_SIGMOID,
    DP_ACT_TANH,
    DP_ACT_ELU,
    DP_ACT_SELU,
    DP_ACT_SILU,
    DP_ACT_HARD_SWISH,
    DP_ACT_HARD_SIGMOID,
    DP_ACT_SOFTPLUS,
    DP_ACT_MISH,
    DP_ACT_COUNT
} dp_act;

/* The definition of the activations and of their derivatives, in double precision.
 * `parameter` is the slope of DP_ACT_LEAKY_RELU or the alpha of DP_ACT_ELU. */
double dp_act_value(dp_act act, float parameter, double x);
double dp_act_slope(dp_act act, float parameter, double x);

/* What is applied to a sum before it is stored: y = act(sum + bias). */
typedef struct dp_epilogue {
    const float *bias; /* one per column, or NULL */
    dp_act act;
    float parameter; /* as for dp_act_value */
} dp_epilogue;

/* A convolution of NHWC images: channel c of pixel (i, j) is at p[i * row + j * pixel +
 * c], so one register holds many channels of a pixel. After the epilogue the outputs can
 * be pooled: the largest of each 2×2 window is kept. With pool_first the activation comes
 * after the pooling.
 *
 * Weights and bias are padded with zeros to whole tiles of output channels, and a pixel
 * of y has room for whole tiles. */
typedef struct dp_conv {
    int in, out;    /* channels */
    int h, w;       /* sums per channel, before pooling; even if pooled */
    int k;          /* products per sum: kernel height × width × in */
    const int *tap; /* [k]: offset in x of each factor from the start of its window */
    /* From one window of x, or output of y, to the one below and to the one on the
     * right. */
    ptrdiff_t x_row, x_pixel;
    ptrdiff_t y_row, y_pixel;
    bool pool, pool_first;
    dp_epilogue epilogue;
} dp_conv;

/* One of `count` parts of a piece of work. Parts can run on different threads. */
typedef struct dp_part {
    int index, count;
} dp_part;

/* The constants of one step of Adam (Kingma and Ba 2015). */
typedef struct dp_adam {
    float beta1, beta2, eps;
    float l2;         /* weight decay that is added to the gradient */
    float shrink;     /* decoupled weight decay: the factor of the parameters */
    float rate;       /* learning rate / (1 − β1^t) */
    float correction; /* 1 / (1 − β2^t) */
    float average;    /* weight of the new parameters in their moving average */
} dp_adam;

/* What Adam updates: parameters, first and second moments, and the moving average of the
 * parameters. */
typedef struct dp_adam_state {
    float *p, *m, *v, *average;
} dp_adam_state;

typedef struct dp_kernels {
    const char *name; /* reference portable avx2 avx512 avx512vnni neon */
    bool (*supported)(void);

    /* The kernels of 8-bit networks. NULL for `reference`: the oracle of those is
     * engine/infer/int8_reference.c. */
    const struct dp_int8_kernels *int8;

    /* Columns of a tile. Products are fastest if n is a multiple of its half;
     * gemm_packed_a accepts multiples of the whole only. */
    int tile_cols;

    /* Pack b: [k, n] for gemm_packed into packed_b_size(k, n) floats: panels of
     * [k, tile_cols], one after the other, zero past the last column. */
    size_t (*packed_b_size)(int k, int n);
    void (*pack_b)(float *packed, int k, int n, dp_mat b);

    /* Pack a: [m, k], given as its transpose at: [k, m], for gemm_packed_a into m * k
     * floats. */
    void (*pack_a)(float *packed, int m, int k, dp_mat at);

    /* c = a·b, or c += a·b if `accumulate`. scratch has gemm_scratch(k, n) floats. */
    size_t (*gemm_scratch)(int k, int n);
    void (*gemm)(const dp_gemm *gemm, bool accumulate, float *scratch);

    /* c = act(a·b + bias): a dense layer. packed_b comes from pack_b. */
    void (*gemm_packed)(const dp_gemm *gemm, const float *packed_b,
                        const dp_epilogue *epilogue);

    /* c = a·b + bias: a convolution of NCHW images. packed_a comes from pack_a. bias: [m]
     * has one value per row, or is NULL. n is a multiple of tile_cols, and b.cs is 1. */
    void (*gemm_packed_a)(const dp_gemm *gemm, const float *packed_a, const float *bias);

    /* Compute one part of the convolution of one image, x → y. `packed` comes from
     * pack_b, [k, out], with k in the order of conv->tap. */
    void (*conv)(const dp_conv *conv, const float *packed, const float *x, float *y,
                 dp_part part);

    /* The same for 3×3 kernels at stride 1, with 4/9 of the multiplications: Winograd's
     * F(2×2, 3×3) (Lavin and Gray 2015). Outputs are computed in 2×2 tiles, so with an
     * odd height or width x needs one extra row or column of padding. x_pixel is a
     * multiple of tile_cols. scratch has winograd_scratch(in) floats.
     *
     * pack_winograd transforms weights: [out, in, 3, 3] into winograd_size(in, out)
     * floats. */
    size_t (*winograd_size)(int in, int out);
    void (*pack_winograd)(float *packed, int in, int out, const float *weights);
    size_t (*winograd_scratch)(int in);
    void (*winograd)(const dp_conv *conv, const float *packed, const float *x, float *y,
                     dp_part part, float *scratch);

    /* The weight gradient of the same convolution, without pooling. Winograd's transforms
     * turn each 4×4 patch of x and each 2×2 patch of the output gradient dy into 16
     * values per channel. For each of these 16 places the caller computes one product
     * over all patches, u[place] = [in × patches]·[patches × out]; winograd_weights then
     * transforms u back.
     *
     * winograd_x and winograd_dy write the transformed patches, in row order: place q of
     * a patch starts at to + q * place + patch * x_pixel (or y_pixel). dy covers an even
     * number of rows and columns; what is past the last sum is zero. winograd_weights
     * adds to grad: [out, in, 3, 3] from u: [16, in, u_row]; u_row is a multiple of
     * tile_cols. */
    void (*winograd_x)(const dp_conv *conv, const float *x, float *to, ptrdiff_t place);
    void (*winograd_dy)(const dp_conv *conv, const float *dy, float *to, ptrdiff_t place);
    void (*winograd_weights)(float *grad, int in, int out, const float *u,
                             ptrdiff_t u_row);

    /* The functions below work on arrays of n values, with one rounding per operation.
     * Sums are kept in sixteen partial sums, value i in number i mod 16, which are added
     * in a fixed order at the end. An output array of n values may be the input array. */

    /* y = max(0, x); dx = dy if y > 0, else 0. */
    void (*relu)(float *y, const float *x, size_t n);
    void (*relu_grad)(float *dx, const float *y, const float *dy, size_t n);

    /* y = dp_act_value(act, parameter, x), and the gradient of gelu, dx = dy · gelu′(x).
     * Errors are below 1e-6, absolute for |y| < 1 and relative above. */
    void (*activate)(float *y, const float *x, size_t n, dp_act act, float parameter);
    void (*gelu_grad)(float *dx, const float *x, const float *dy, size_t n);

    /* y = scale · x + shift; z = f[0] · x + f[1] · y + f[2]. */
    void (*affine)(float *y, const float *x, float scale, float shift, size_t n);
    void (*affine2)(float *z, const float *x, const float *y, const float f[3], size_t n);

    /* Σ x; and out = { Σ (x − cx), Σ (x − cx) · (y − cy) } in one pass. */
    double (*sum)(const float *x, size_t n);
    void (*moments)(double out[2], const float *x, float cx, const float *y, float cy,
                    size_t n);

    /* Update n parameters by their gradients g. All tables give the same bits, for any
     * division of an array into calls. */
    void (*adam)(const dp_adam *step, const dp_adam_state *state, const float *g,
                 size_t n);

    /* 2×2 max pooling, x: [2h, w] → y: [h, w / 2]. Its gradient dx: [2h, w] is dy at the
     * largest pixel of each window (the first in row order if several are equal), 0
     * elsewhere. */
    void (*maxpool2)(float *y, const float *x, int h, int w);
    void (*maxpool2_grad)(float *dx, const float *x, const float *y, const float *dy,
                          int h, int w);

    /* to: [rows, cols] = from: [rows, cols], and to: [cols, rows] = fromᵀ. to_step and
     * from_step are the row strides. */
    void (*copy_rows)(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols);
    void (*transpose)(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols);

    /* Measure the peak: `steps` rounds of independent multiply-adds on registers only.
     * Returns the number of operations, two per multiply-add; *result depends on all of
     * them. */
    double (*multiply_add)(float *result, long steps);
} dp_kernels;

/* The best table that this CPU supports. */
const dp_kernels *dp_kernels_best(void);

/* The table with this name; NULL if there is none or this CPU does not support it. */
const dp_kernels *dp_kernels_named(const char *name);

/* The i-th table compiled in, supported or not; NULL past the end. The first is
 * `reference`, the last is the fastest. */
const dp_kernels *dp_kernels_at(int i);

#endif

#include "config.h"

#include "engine/train/muon.h"

#include "engine/core/arith.h"

#include <math.h>
#include <string.h>

enum { STEPS = 5 };

static size_t count_of(int rows, int cols)
{
    return (size_t)rows * (size_t)cols;
}

size_t dp_muon_scratch(const dp_kernels *kernels, int rows, int cols)
{
    const int side = dp_min_int(rows, cols), length = dp_max_int(rows, cols);
    const size_t products = dp_max_size(kernels->gemm_scratch(length, side),
                                        kernels->gemm_scratch(side, length));
    return 2 * count_of(side, side) + count_of(rows, cols) + products;
}

/* c: [m, n] = a·b, a: [m, k], b: [k, n]. */
static void multiply(const dp_kernels *kernels, dp_gemm product, float *scratch)
{
    product.ldc = product.n;
    kernels->gemm(&product, false, scratch);
}

/* The polynomial of the Gram matrix that multiplies x: a·I + b·gram + c·gram². */
static void evaluate(float *out, const float *gram, int side, const dp_kernels *kernels,
                     float *scratch)
{
    static const float a = 3.4445f, b = -4.775f, c = 2.0315f;
    const dp_mat g = { .p = gram, .rs = side, .cs = 1 };
    multiply(kernels, (dp_gemm){ side, side, side, g, g, .c = out }, scratch);
    kernels->affine2(out, gram, out, (const float[]){ b, c, 0 }, count_of(side, side));
    for (int i = 0; i < side; i++)
        out[count_of(i, side + 1)] += a;
}

/* One step. The Gram matrix is that of the shorter side: x·xᵀ or xᵀ·x. */
static void iterate(float *x, int rows, int cols, const dp_kernels *kernels,
                    float *scratch)
{
    const bool wide = rows <= cols;
    const int side = dp_min_int(rows, cols), length = dp_max_int(rows, cols);
    float *gram = scratch, *factor = gram + count_of(side, side);
    float *result = factor + count_of(side, side), *rest = result + count_of(rows, cols);
    const dp_mat plain = { .p = x, .rs = cols, .cs = 1 };
    const dp_mat transposed = { .p = x, .rs = 1, .cs = cols };
    const dp_mat f = { .p = factor, .rs = side, .cs = 1 };
    multiply(kernels,
             (dp_gemm){ side, side, length, wide ? plain : transposed,
                        wide ? transposed : plain, .c = gram },
             rest);
    evaluate(factor, gram, side, kernels, rest);
    multiply(
        kernels,
        (dp_gemm){ rows, cols, side, wide ? f : plain, wide ? plain : f, .c = result },
        rest);
    memcpy(x, result, count_of(rows, cols) * sizeof *x);
}

/* Zero what is too small to matter, such as the rows of units that have died. Its powers would
 * be denormal numbers, with which processors compute many times more slowly. */
static void drop_traces(float *x, size_t n)
{
    const float least = 1e-8f;
    for (size_t i = 0; i < n; i++)
        x[i] = fabsf(x[i]) < least ? 0 : x[i];
}

void dp_muon_orthogonalize(float *x, int rows, int cols, const dp_kernels *kernels,
                           float *scratch)
{
    double sums[2];
    kernels->moments(sums, x, 0, x, 0, count_of(rows, cols));
    const float norm = (float)sqrt(sums[1]); /* at least the largest singular value */
    kernels->affine(x, x, 1 / (norm + 1e-20f), 0, count_of(rows, cols));
    drop_traces(x, count_of(rows, cols));
    for (int step = 0; step < STEPS; step++)
        iterate(x, rows, cols, kernels, scratch);
}

float dp_muon_scale(int rows, int cols)
{
    return 0.2f * sqrtf((float)dp_max_int(rows, cols));
}

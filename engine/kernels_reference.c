/* The oracle: what the kernels compute, as plainly as it can be said, summed in double.
 * Packed matrices are row-major copies. */
#include "config.h"

#include "engine/kernels_tables.h"

static bool supported(void)
{
    return true;
}

static const float *row_of(const dp_mat *m, int i)
{
    return m->p + (m->row ? m->row[i] : i * m->rs);
}

static float at(const dp_mat *m, int i, int j)
{
    return row_of(m, i)[j * m->cs];
}

static double dot(int k, const dp_mat *a, int i, const dp_mat *b, int j)
{
    double sum = 0;
    for (int l = 0; l < k; l++)
        sum += (double)at(a, i, l) * (double)at(b, l, j);
    return sum;
}

static void pack(float *packed, int rows, int cols, dp_mat a)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            packed[(ptrdiff_t)i * cols + j] = at(&a, i, j);
}

static void pack_b(float *packed, int k, int n, dp_mat b)
{
    pack(packed, k, n, b);
}

static void pack_a(float *packed, int m, int k, dp_mat at)
{
    pack(packed, k, m, at);
}

static size_t packed_b_size(int k, int n)
{
    return (size_t)k * (size_t)n;
}

static size_t gemm_scratch(int k)
{
    (void)k;
    return 0;
}

static void gemm(int m, int n, int k, dp_mat a, dp_mat b, float *c, ptrdiff_t ldc,
                 bool accumulate, float *scratch)
{
    (void)scratch;
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            double start = accumulate ? (double)c[i * ldc + j] : 0;
            c[i * ldc + j] = (float)(start + dot(k, &a, i, &b, j));
        }
    }
}

static void gemm_packed(int m, int n, int k, dp_mat a, const float *packed_b,
                        const float *bias, float *c, ptrdiff_t ldc)
{
    const dp_mat b = {.p = packed_b, .rs = n, .cs = 1};
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            c[i * ldc + j] = (float)((bias ? (double)bias[j] : 0) + dot(k, &a, i, &b, j));
}

static void gemm_packed_a(int m, int n, int k, const float *packed_a, dp_mat b,
                          const float *bias, float *c, ptrdiff_t ldc)
{
    const dp_mat a = {.p = packed_a, .rs = 1, .cs = m};
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            c[i * ldc + j] = (float)((bias ? (double)bias[i] : 0) + dot(k, &a, i, &b, j));
}

const dp_kernels dp_kernels_reference = {
    .name = "reference",
    .supported = supported,
    .tile_cols = 1,
    .packed_b_size = packed_b_size,
    .pack_b = pack_b,
    .pack_a = pack_a,
    .gemm_scratch = gemm_scratch,
    .gemm = gemm,
    .gemm_packed = gemm_packed,
    .gemm_packed_a = gemm_packed_a,
};

/* The arithmetic, once for each instruction set: a table of functions, chosen from the CPU
 * when the first one is asked for and forceable by name. `reference` is the oracle: plain
 * loops that accumulate in double and that nobody optimises.
 *
 * Every product of a blocked kernel accumulates over k in ascending order with one rounding
 * a step (fused multiply-add where the CPU has it), whatever the register width and
 * the number of rows computed together: avx2, avx512 and neon agree bit for bit, and an
 * image gives the same bits alone and in a batch. */
#ifndef DP_ENGINE_KERNELS_H
#define DP_ENGINE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* A strided matrix: element (i, j) is p[i * rs + j * cs]. A transpose swaps rs and cs. */
typedef struct dp_mat {
    const float *p;
    ptrdiff_t rs, cs;
} dp_mat;

typedef struct dp_kernels {
    const char *name; /* reference portable avx2 avx512 neon */
    bool (*supported)(void);

    /* Floats that pack_b writes for a k × n matrix, and that gemm needs as scratch for an
     * m × k by k × n product with an unpacked b. */
    size_t (*packed_b_size)(int k, int n);
    size_t (*gemm_scratch)(int m, int n, int k);

    /* Arrange b: [k, n] in column panels. */
    void (*pack_b)(float *packed, int k, int n, dp_mat b);

    /* c: [m, n] row-major with row stride ldc. c = a·b, or c += a·b where `accumulate`.
     * bias_col [n] is added to every row, bias_row [m] to every column (either or both may
     * be NULL; not with accumulate). */
    void (*gemm)(int m, int n, int k, dp_mat a, dp_mat b, const float *bias_row,
                 const float *bias_col, float *c, ptrdiff_t ldc, bool accumulate,
                 float *scratch);
    /* The same with b already packed; no scratch. */
    void (*gemm_packed)(int m, int n, int k, dp_mat a, const float *packed_b,
                        const float *bias_col, float *c, ptrdiff_t ldc);
} dp_kernels;

/* The best table that this CPU supports. */
const dp_kernels *dp_kernels_best(void);

/* By name; NULL where unknown or not supported by this CPU. */
const dp_kernels *dp_kernels_named(const char *name);

/* The i-th table compiled in, supported or not; NULL past the end. `reference` is first. */
const dp_kernels *dp_kernels_at(int i);

#endif

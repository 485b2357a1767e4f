/* AVX2 and FMA: 16 registers of 8 floats. */
#include "config.h"

#include "engine/kernels/tables.h"

#include <immintrin.h>

typedef __m256 vec;
#define VEC_LANES        8
#define VEC_SPLAT(x)     _mm256_set1_ps(x)
#define VEC_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define VEC_MAX(a, b)    _mm256_max_ps(a, b)
#define VEC_MIN(a, b)    _mm256_min_ps(a, b)
#define TILE_ROWS        6
#define TILE_VECS        2
#include "engine/kernels/f32/table_tmpl.h"

static bool supported(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const dp_kernels dp_kernels_avx2 = SIMD_TABLE("avx2", supported, &dp_int8_avx2);

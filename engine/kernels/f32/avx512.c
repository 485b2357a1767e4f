/* AVX-512: 32 registers of 16 floats. */
#include "config.h"

#include "engine/kernels/tables.h"

#include <immintrin.h>

typedef __m512 vec;
#define VEC_LANES        16
#define VEC_SPLAT(x)     _mm512_set1_ps(x)
#define VEC_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define VEC_MAX(a, b)    _mm512_max_ps(a, b)
#define VEC_MIN(a, b)    _mm512_min_ps(a, b)
#define TILE_ROWS        12
#define TILE_VECS        2
#include "engine/kernels/f32/table_tmpl.h"

static bool supported(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/* VNNI and VBMI, which the int8 kernels use, are not in every processor with AVX-512. */
static bool supported_vnni(void)
{
    return supported() && __builtin_cpu_supports("avx512vnni") &&
           __builtin_cpu_supports("avx512vbmi");
}

const dp_kernels dp_kernels_avx512 = SIMD_TABLE("avx512", supported, &dp_int8_avx512);
const dp_kernels dp_kernels_avx512vnni =
    SIMD_TABLE("avx512vnni", supported_vnni, &dp_int8_avx512vnni);

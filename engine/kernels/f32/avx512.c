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

/* List the positions of the non-zero values among n; `list` has 16 more places. Returns
 * their number. */
#define HAVE_LIST_NONZERO
static int list_nonzero(int *list, const float *x, int n)
{
    const __m512i lanes =
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int found = 0;
    for (int i = 0; i < n; i += 16) {
        const __mmask16 in_range = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xffff;
        const __mmask16 nonzero = _mm512_cmp_ps_mask(
            _mm512_maskz_loadu_ps(in_range, x + i), _mm512_setzero_ps(), _CMP_NEQ_UQ);
        const __m512i at = _mm512_add_epi32(lanes, _mm512_set1_epi32(i));
        _mm512_storeu_si512(list + found, _mm512_maskz_compress_epi32(nonzero, at));
        found += __builtin_popcount(nonzero);
    }
    return found;
}

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

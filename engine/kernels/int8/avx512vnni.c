/* AVX-512 with VNNI and VBMI (since Ice Lake and Zen 4). vpdpbusd of VNNI adds to each of
 * 16 sums four products of an unsigned and a signed byte; vpermi2b of VBMI looks bytes up
 * in a table. */
#include "config.h"

#include "engine/kernels/prelude.h"
#include "engine/kernels/tables.h"

#include <immintrin.h>
#include <string.h>

typedef __m512i acc_reg;
typedef __m512i activations;
typedef __m512i weights;

enum { ACC_REGS = 1, TILE_BLOCKS = 2, TILE_ROWS = 8, ROW_BLOCKS = 8 };

INLINE activations broadcast(const uint8_t *x)
{
    int32_t group;
    memcpy(&group, x, sizeof group);
    return _mm512_set1_epi32(group);
}

INLINE weights load_weights(const int8_t *w)
{
    return _mm512_loadu_si512(w);
}

INLINE void dot(acc_reg acc[ACC_REGS], activations x, const weights *w)
{
    acc[0] = _mm512_dpbusd_epi32(acc[0], x, *w);
}

INLINE void reduce(int32_t *sums, const acc_reg acc[ACC_REGS], const int32_t *bias)
{
    _mm512_storeu_si512(sums, _mm512_add_epi32(acc[0], _mm512_loadu_si512(bias)));
}

#include "engine/kernels/int8/avx512_common.h"

INLINE void lookup(uint8_t bytes[16], const uint8_t table[256])
{
    const __m512i at = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)bytes));
    const __m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), at,
                                                 _mm512_loadu_si512(table + 64));
    const __m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), at,
                                                  _mm512_loadu_si512(table + 192));
    const __m512i found = _mm512_mask_blend_epi8(_mm512_movepi8_mask(at), low, high);
    _mm_storeu_si128((__m128i *)bytes, _mm512_castsi512_si128(found));
}

INLINE int list_nonzero(int *list, const uint8_t *x, int n)
{
    const __m512i lanes =
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int found = 0;
    for (int i = 0; i < n; i += 16) {
        const __mmask16 in_range = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xffff;
        const __m512i v = _mm512_maskz_loadu_epi32(in_range, x + (ptrdiff_t)i * 4);
        const __mmask16 nonzero = _mm512_test_epi32_mask(v, v);
        _mm512_mask_compressstoreu_epi32(list + found, nonzero,
                                         _mm512_add_epi32(lanes, _mm512_set1_epi32(i)));
        found += __builtin_popcount(nonzero);
    }
    return found;
}

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_avx512vnni = {
    .blocks = TILE_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};

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
    KEEP_IN_REGISTER(acc[0]);
}

#include "engine/kernels/int8/avx512_common.h"

INLINE sums reduce(const acc_reg acc[ACC_REGS], const int32_t bias[DP_INT8_CHANNELS])
{
    return _mm512_add_epi32(acc[0], _mm512_loadu_si512(bias));
}

INLINE bytes lookup(bytes b, const uint8_t table[256])
{
    const __m512i at = _mm512_castsi128_si512(b);
    const __m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), at,
                                                 _mm512_loadu_si512(table + 64));
    const __m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), at,
                                                  _mm512_loadu_si512(table + 192));
    return _mm512_castsi512_si128(
        _mm512_mask_blend_epi8(_mm512_movepi8_mask(at), low, high));
}

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_avx512vnni = {
    .blocks = TILE_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};

/* AVX-512 without VNNI: bytes are widened to 16 bits for vpmaddwd, because vpmaddubsw,
 * which takes bytes, saturates. A register holds 8 channels × 2 partial sums. */
#include "config.h"

#include "engine/kernels/prelude.h"
#include "engine/kernels/tables.h"

#include <immintrin.h>
#include <string.h>

enum { ACC_REGS = 2, TILE_BLOCKS = 2, TILE_ROWS = 4, ROW_BLOCKS = 4 };

typedef __m512i acc_reg;
typedef __m512i activations;
typedef struct weights {
    __m512i half[ACC_REGS];
} weights;

INLINE activations broadcast(const uint8_t *x)
{
    int32_t group;
    memcpy(&group, x, sizeof group);
    return _mm512_cvtepu8_epi16(_mm256_set1_epi32(group));
}

INLINE weights load_weights(const int8_t *w)
{
    return (weights){ {
        _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)w)),
        _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(w + 32))),
    } };
}

INLINE void dot(acc_reg acc[ACC_REGS], activations x, const weights *w)
{
    acc[0] = _mm512_add_epi32(acc[0], _mm512_madd_epi16(x, w->half[0]));
    acc[1] = _mm512_add_epi32(acc[1], _mm512_madd_epi16(x, w->half[1]));
}

#include "engine/kernels/int8/avx512_common.h"

INLINE sums reduce(const acc_reg acc[ACC_REGS], const int32_t bias[DP_INT8_CHANNELS])
{
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    const __m512i sum = _mm512_add_epi32(_mm512_permutex2var_epi32(acc[0], even, acc[1]),
                                         _mm512_permutex2var_epi32(acc[0], odd, acc[1]));
    return _mm512_add_epi32(sum, _mm512_loadu_si512(bias));
}

INLINE bytes lookup(bytes b, const uint8_t table[256])
{
    uint8_t at[DP_INT8_CHANNELS];
    memcpy(at, &b, sizeof at);
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        at[c] = table[at[c]];
    memcpy(&b, at, sizeof at);
    return b;
}

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_avx512 = {
    .blocks = TILE_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};

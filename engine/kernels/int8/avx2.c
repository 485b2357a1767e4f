/* AVX2: bytes are widened to 16 bits for vpmaddwd, because vpmaddubsw, which takes bytes,
 * saturates. A register holds 4 channels × 2 partial sums. */
#include "config.h"

#include "engine/kernels/prelude.h"
#include "engine/kernels/tables.h"

#include <immintrin.h>
#include <string.h>

enum { ACC_REGS = 4, TILE_BLOCKS = 1, TILE_ROWS = 2, ROW_BLOCKS = 2 };

typedef __m256i acc_reg;
typedef __m256i activations;
typedef struct weights {
    __m256i quarter[ACC_REGS];
} weights;

INLINE activations broadcast(const uint8_t *x)
{
    int32_t group;
    memcpy(&group, x, sizeof group);
    return _mm256_cvtepu8_epi16(_mm_set1_epi32(group));
}

INLINE weights load_weights(const int8_t *w)
{
    weights v;
    UNROLL_FOR (int i = 0; i < ACC_REGS; i++)
        v.quarter[i] =
            _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(w + 16 * i)));
    return v;
}

INLINE void dot(acc_reg acc[ACC_REGS], activations x, const weights *w)
{
    UNROLL_FOR (int i = 0; i < ACC_REGS; i++) {
        acc[i] = _mm256_add_epi32(acc[i], _mm256_madd_epi16(x, w->quarter[i]));
        KEEP_IN_REGISTER(acc[i]);
    }
}

#include "engine/kernels/int8/scalar_tmpl.h"

INLINE sums reduce(const acc_reg acc[ACC_REGS], const int32_t bias[DP_INT8_CHANNELS])
{
    sums s;
    for (int i = 0; i < 2; i++) {
        /* hadd works on each half of a register: channels 0 1 4 5 2 3 6 7. */
        const __m256i pairs = _mm256_hadd_epi32(acc[2 * i], acc[2 * i + 1]);
        const __m256i sum = _mm256_permute4x64_epi64(pairs, 0xd8);
        const __m256i *start = (const __m256i *)(bias + 8 * i);
        _mm256_storeu_si256((__m256i *)(s.at + 8 * i),
                            _mm256_add_epi32(sum, _mm256_loadu_si256(start)));
    }
    return s;
}

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_avx2 = {
    .blocks = TILE_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};

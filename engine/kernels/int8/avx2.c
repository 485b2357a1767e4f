/* AVX2: vpmaddwd on bytes widened to 16 bits. (vpmaddubsw, which takes bytes, saturates.)
 * A register holds 4 channels of two sums each. */
#include "config.h"

#include "engine/kernels/int8/prelude.h"

#include <immintrin.h>

enum { PARTS = 4, MAX_BLOCKS = 1, MAX_ROWS = 2, ROW_BLOCKS = 2 };

typedef __m256i part;
typedef __m256i quad;
typedef struct weights {
    __m256i quarter[PARTS];
} weights;

INLINE quad spread(const uint8_t *x)
{
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
}

INLINE weights fetch(const int8_t *w)
{
    weights v;
    for (int i = 0; i < PARTS; i++)
        v.quarter[i] =
            _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(w + 16 * i)));
    return v;
}

INLINE void dot(part acc[PARTS], quad x, const weights *w)
{
    for (int i = 0; i < PARTS; i++)
        acc[i] = _mm256_add_epi32(acc[i], _mm256_madd_epi16(x, w->quarter[i]));
}

INLINE void reduce(int32_t *sums, const part acc[PARTS], const int32_t *bias)
{
    for (int i = 0; i < 2; i++) {
        /* Pairs are added half by half: channels 0 1 4 5 2 3 6 7. */
        const __m256i mixed = _mm256_hadd_epi32(acc[2 * i], acc[2 * i + 1]);
        const __m256i sum = _mm256_permute4x64_epi64(mixed, 0xd8);
        const __m256i *start = (const __m256i *)(bias + 8 * i);
        _mm256_storeu_si256((__m256i *)(sums + 8 * i),
                            _mm256_add_epi32(sum, _mm256_loadu_si256(start)));
    }
}

#include "engine/kernels/int8/scalar_tmpl.h"

#include "engine/kernels/int8/kernels_tmpl.h"

const dp_int8_kernels dp_int8_avx2 = {
    .blocks = MAX_BLOCKS, .tile = tile, .row = row, .multiply_add = multiply_add
};

/* Sums to bytes with AVX-512. */

INLINE void to_bytes(uint8_t out[CHANNELS], const int32_t sum[CHANNELS],
                     const dp_int8_epilogue *f, const float factor[CHANNELS])
{
    __m512 v = _mm512_cvtepi32_ps(_mm512_loadu_si512(sum));
    v = _mm512_mul_ps(v, _mm512_loadu_ps(factor));
    v = _mm512_max_ps(v, _mm512_set1_ps(f->low));
    v = _mm512_min_ps(v, _mm512_set1_ps(f->high));
    v = _mm512_add_ps(v, _mm512_set1_ps(rounder));
    const __m512i bits =
        _mm512_add_epi32(_mm512_castps_si512(v), _mm512_set1_epi32(f->zero));
    _mm_storeu_si128((__m128i *)out, _mm512_cvtepi32_epi8(bits));
}

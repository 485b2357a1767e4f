/* to_bytes of kernels_tmpl.h with AVX-512. Included by int8/avx512.c and avx512vnni.c;
 * compiled once for each. */

INLINE void to_bytes(uint8_t out[DP_INT8_CHANNELS], const int32_t sum[DP_INT8_CHANNELS],
                     const dp_int8_epilogue *epilogue,
                     const float factor[DP_INT8_CHANNELS])
{
    __m512 v = _mm512_cvtepi32_ps(_mm512_loadu_si512(sum));
    v = _mm512_mul_ps(v, _mm512_loadu_ps(factor));
    v = _mm512_max_ps(v, _mm512_set1_ps(epilogue->low));
    v = _mm512_min_ps(v, _mm512_set1_ps(epilogue->high));
    v = _mm512_add_ps(v, _mm512_set1_ps(ROUNDER));
    const __m512i bits =
        _mm512_add_epi32(_mm512_castps_si512(v), _mm512_set1_epi32(epilogue->zero));
    _mm_storeu_si128((__m128i *)out, _mm512_cvtepi32_epi8(bits));
}

/* What the int8 kernels with and without VNNI share. Included by int8/avx512.c and
 * avx512vnni.c; compiled once for each. */

typedef __m512i sums;
typedef __m128i bytes;

INLINE sums most(sums a, sums b)
{
    return _mm512_max_epi32(a, b);
}

INLINE sums least(sums a, sums b)
{
    return _mm512_min_epi32(a, b);
}

INLINE sums lower(sums a, sums b)
{
    return _mm512_shuffle_i64x2(a, b, 0x44);
}

INLINE sums upper(sums a, sums b)
{
    return _mm512_shuffle_i64x2(a, b, 0xee);
}

INLINE void store_floats(float *out, sums s, const float factor[DP_INT8_CHANNELS])
{
    _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_cvtepi32_ps(s), _mm512_loadu_ps(factor)));
}

INLINE bytes to_bytes(sums s, const dp_int8_epilogue *epilogue,
                      const float factor[DP_INT8_CHANNELS])
{
    __m512 v = _mm512_mul_ps(_mm512_cvtepi32_ps(s), _mm512_loadu_ps(factor));
    v = _mm512_max_ps(v, _mm512_set1_ps(epilogue->low));
    v = _mm512_min_ps(v, _mm512_set1_ps(epilogue->high));
    v = _mm512_add_ps(v, _mm512_set1_ps(ROUNDER));
    const __m512i bits =
        _mm512_add_epi32(_mm512_castps_si512(v), _mm512_set1_epi32(epilogue->zero));
    return _mm512_cvtepi32_epi8(bits);
}

INLINE bytes most_bytes(bytes a, bytes b)
{
    return _mm_max_epu8(a, b);
}

INLINE int list_nonzero(int *list, const uint8_t *x, int n)
{
    __m512i at = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int found = 0;
    for (int i = 0; i < n; i += 16) {
        const __mmask16 in_range = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xffff;
        const __m512i v = _mm512_maskz_loadu_epi32(in_range, x + (ptrdiff_t)i * 4);
        const __mmask16 nonzero = _mm512_test_epi32_mask(v, v);
        _mm512_storeu_si512(list + found, _mm512_maskz_compress_epi32(nonzero, at));
        found += __builtin_popcount(nonzero);
        at = _mm512_add_epi32(at, _mm512_set1_epi32(16));
    }
    return found;
}

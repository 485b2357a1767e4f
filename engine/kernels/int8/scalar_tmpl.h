/* Plain C versions of to_bytes, lookup and list_nonzero of kernels_tmpl.h. Included by
 * int8/avx2.c, avx512.c and portable.c; compiled once for each instruction set. A file
 * that defines HAVE_TO_BYTES brings its own to_bytes. */

#ifndef HAVE_TO_BYTES
INLINE void to_bytes(uint8_t out[DP_INT8_CHANNELS], const int32_t sum[DP_INT8_CHANNELS],
                     const dp_int8_epilogue *epilogue,
                     const float factor[DP_INT8_CHANNELS])
{
    const float low = epilogue->low, high = epilogue->high;
    const int32_t zero = epilogue->zero;
    for (int c = 0; c < DP_INT8_CHANNELS; c++) {
        float v = (float)sum[c] * factor[c];
        v = v < low ? low : v;
        v = v > high ? high : v;
        const float rounded = v + ROUNDER;
        int32_t bits;
        memcpy(&bits, &rounded, sizeof bits);
        out[c] = (uint8_t)(bits + zero);
    }
}
#endif

INLINE void lookup(uint8_t bytes[16], const uint8_t table[256])
{
    for (int i = 0; i < 16; i++)
        bytes[i] = table[bytes[i]];
}

INLINE int list_nonzero(int *list, const uint8_t *x, int n)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        uint32_t group;
        memcpy(&group, x + (ptrdiff_t)i * DP_INT8_DEPTH, sizeof group);
        list[found] = i;
        found += group != 0;
    }
    return found;
}

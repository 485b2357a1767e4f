/* to_bytes, lookup and find of kernels/int8/kernels_tmpl.h for instruction sets that have nothing for
 * them. */

#ifndef HAVE_TO_BYTES
INLINE void to_bytes(uint8_t out[CHANNELS], const int32_t sum[CHANNELS],
                     const dp_int8_epilogue *f, const float factor[CHANNELS])
{
    const float low = f->low, high = f->high;
    const int32_t zero = f->zero;
    for (int c = 0; c < CHANNELS; c++) {
        float v = (float)sum[c] * factor[c];
        v = v < low ? low : v;
        v = v > high ? high : v;
        const float rounded = v + rounder;
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

INLINE int find(int *list, const uint8_t *x, int n)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        uint32_t four;
        memcpy(&four, x + (ptrdiff_t)i * 4, sizeof four);
        list[found] = i;
        found += four != 0;
    }
    return found;
}

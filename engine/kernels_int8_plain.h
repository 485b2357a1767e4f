/* lookup and find of kernels_int8_simd.h for instruction sets that have nothing for them. */

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

/* Plain C versions of what kernels_tmpl.h needs from `sums` on, except for reduce.
 * Included by int8/avx2.c and portable.c; compiled once for each instruction set. */

typedef struct sums {
    int32_t at[DP_INT8_CHANNELS];
} sums;

typedef struct bytes {
    uint8_t at[DP_INT8_CHANNELS];
} bytes;

INLINE sums most(sums a, sums b)
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        a.at[c] = a.at[c] > b.at[c] ? a.at[c] : b.at[c];
    return a;
}

INLINE sums least(sums a, sums b)
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        a.at[c] = a.at[c] < b.at[c] ? a.at[c] : b.at[c];
    return a;
}

/* Channels [from, from + 8) of a, then those of b. */
INLINE sums halves_from(int from, sums a, sums b)
{
    sums s;
    memcpy(s.at, a.at + from, sizeof s.at / 2);
    memcpy(s.at + DP_INT8_CHANNELS / 2, b.at + from, sizeof s.at / 2);
    return s;
}

INLINE sums lower(sums a, sums b)
{
    return halves_from(0, a, b);
}

INLINE sums upper(sums a, sums b)
{
    return halves_from(DP_INT8_CHANNELS / 2, a, b);
}

INLINE void store_floats(float *out, sums s, const float factor[DP_INT8_CHANNELS])
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        out[c] = (float)s.at[c] * factor[c];
}

INLINE bytes to_bytes(sums s, const dp_int8_epilogue *epilogue,
                      const float factor[DP_INT8_CHANNELS])
{
    const float low = epilogue->low, high = epilogue->high;
    const int32_t zero = epilogue->zero;
    bytes b;
    for (int c = 0; c < DP_INT8_CHANNELS; c++) {
        float v = (float)s.at[c] * factor[c];
        v = v < low ? low : v;
        v = v > high ? high : v;
        const float rounded = v + ROUNDER;
        int32_t bits;
        memcpy(&bits, &rounded, sizeof bits);
        b.at[c] = (uint8_t)(bits + zero);
    }
    return b;
}

INLINE bytes most_bytes(bytes a, bytes b)
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        a.at[c] = a.at[c] > b.at[c] ? a.at[c] : b.at[c];
    return a;
}

INLINE bytes lookup(bytes b, const uint8_t table[256])
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        b.at[c] = table[b.at[c]];
    return b;
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

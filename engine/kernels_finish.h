/* What becomes of sums before they leave the first-level cache; a part of kernels_simd.h. */

INLINE vec larger_of(vec a, vec b)
{
    return VEC_MAX(a, b);
}

INLINE vec smaller_of(vec a, vec b)
{
    return -VEC_MAX(-a, -b);
}

/* The slope of a leaky relu is below 1. */
INLINE vec activate(vec v, const dp_finish *f)
{
    switch (f->act) {
    case DP_ACT_relu:
        return VEC_MAX(v, VEC_SPLAT(0));
    case DP_ACT_leaky_relu:
        return positive_part(v) + VEC_SPLAT(f->slope) * -positive_part(-v);
    case DP_ACT_gelu:
        return gelu_of(v);
    case DP_ACT_gelu_tanh:
        return gelu_tanh_of(v);
    case DP_ACT_sigmoid:
        return logistic(v);
    case DP_ACT_tanh:
        return tanh_of(v);
    default:
        return v;
    }
}

/* The function of the sums of a window whose largest and smallest are given, pooled: the
 * gelus fall and then rise, so their largest value is at one of the two; the others only
 * rise. */
INLINE vec activate_largest(vec most, vec least, const dp_finish *f)
{
    if (f->act != DP_ACT_gelu && f->act != DP_ACT_gelu_tanh)
        return activate(most, f);
    return VEC_MAX(activate(most, f), activate(least, f));
}

/* c: [rows, cols] without its bias; the last values of a row go through a whole vector. */
static void finish_rows(const dp_finish *f, float *c, ptrdiff_t ldc, int rows, int cols)
{
    if (f->act == DP_ACT_none)
        return;
    for (; rows > 0; rows--, c += ldc) {
        int j = 0;
        for (; j + VEC_LANES <= cols; j += VEC_LANES)
            store(c + j, activate(load(c + j), f));
        if (j < cols) {
            float rest[VEC_LANES] = { 0 };
            memcpy(rest, c + j, (size_t)(cols - j) * sizeof *c);
            store(rest, activate(load(rest), f));
            memcpy(c + j, rest, (size_t)(cols - j) * sizeof *c);
        }
    }
}

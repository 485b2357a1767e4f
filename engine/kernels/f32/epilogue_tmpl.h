/* What becomes of sums before they leave the first-level cache; a part of kernels/f32/table_tmpl.h. */

/* The slope of a leaky relu is below 1. */
INLINE vec activate(vec v, const dp_epilogue *f)
{
    switch (f->act) {
    case DP_ACT_RELU:
        return VEC_MAX(v, VEC_SPLAT(0));
    case DP_ACT_LEAKY_RELU:
        return positive_part(v) + VEC_SPLAT(f->slope) * -positive_part(-v);
    case DP_ACT_GELU:
        return gelu_of(v);
    case DP_ACT_GELU_TANH:
        return gelu_tanh_of(v);
    case DP_ACT_SIGMOID:
        return logistic(v);
    case DP_ACT_TANH:
        return tanh_of(v);
    default:
        return v;
    }
}

/* Whether the function falls and then rises, so that the largest of its values on a window is
 * at the smallest or at the largest sum; the others only rise. */
INLINE bool needs_least(const dp_conv *c)
{
    const dp_act act = c->epilogue.act;
    return c->pool && !c->pool_first && (act == DP_ACT_GELU || act == DP_ACT_GELU_TANH);
}

/* What is written for sums, or for the largest and the smallest of windows. */
INLINE vec epilogue_sums(const dp_conv *c, vec most, vec least)
{
    const vec y = activate(most, &c->epilogue);
    return needs_least(c) ? VEC_MAX(y, activate(least, &c->epilogue)) : y;
}

/* c: [rows, cols] without its bias; the last values of a row go through a whole vector. */
static void epilogue_rows(const dp_epilogue *f, float *c, ptrdiff_t ldc, int rows,
                          int cols)
{
    if (f->act == DP_ACT_NONE)
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

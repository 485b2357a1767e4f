/* The epilogue: bias, activation and pooling, applied while the sums are still in L1.
 * Included by table_tmpl.h; compiled once for each instruction set. Needs the names of
 * table_tmpl.h and of activation_tmpl.h. */

INLINE vec activate(vec v, const dp_epilogue *epilogue)
{
    switch (epilogue->act) {
    case DP_ACT_RELU:
        return VEC_MAX(v, VEC_SPLAT(0));
    case DP_ACT_LEAKY_RELU:
        return positive_part(v) + VEC_SPLAT(epilogue->slope) * -positive_part(-v);
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

/* Whether pooling needs the smallest sum of a window too. GELU falls and then rises, so
 * its largest value in a window is at the largest or at the smallest sum; the other
 * functions only rise. */
INLINE bool needs_least(const dp_conv *conv)
{
    const dp_act act = conv->epilogue.act;
    return conv->pool && !conv->pool_first &&
           (act == DP_ACT_GELU || act == DP_ACT_GELU_TANH);
}

/* The outputs for sums, or for the largest and the smallest sums of windows. */
INLINE vec epilogue_sums(const dp_conv *conv, vec most, vec least)
{
    const vec y = activate(most, &conv->epilogue);
    return needs_least(conv) ? VEC_MAX(y, activate(least, &conv->epilogue)) : y;
}

/* Apply the activation to c: [rows, cols], whose bias is already added. The last values
 * of a row also go through a whole vector. */
static void epilogue_rows(const dp_epilogue *epilogue, float *c, ptrdiff_t ldc, int rows,
                          int cols)
{
    if (epilogue->act == DP_ACT_NONE)
        return;
    for (; rows > 0; rows--, c += ldc) {
        int j = 0;
        for (; j + VEC_LANES <= cols; j += VEC_LANES)
            store(c + j, activate(load(c + j), epilogue));
        if (j < cols) {
            float rest[VEC_LANES] = { 0 };
            memcpy(rest, c + j, (size_t)(cols - j) * sizeof *c);
            store(rest, activate(load(rest), epilogue));
            memcpy(c + j, rest, (size_t)(cols - j) * sizeof *c);
        }
    }
}

/* The epilogue: bias, activation and pooling, applied while the sums are still in L1.
 * Included by table_tmpl.h; compiled once for each instruction set. Needs the names of
 * table_tmpl.h and of activation_tmpl.h. */

INLINE vec activate(vec v, const dp_epilogue *epilogue)
{
    switch (epilogue->act) {
    case DP_ACT_RELU:
        return VEC_MAX(v, VEC_SPLAT(0));
    case DP_ACT_LEAKY_RELU:
        return positive_part(v) + VEC_SPLAT(epilogue->parameter) * -positive_part(-v);
    case DP_ACT_GELU:
        return gelu_of(v);
    case DP_ACT_GELU_TANH:
        return gelu_tanh_of(v);
    case DP_ACT_SIGMOID:
        return logistic(v);
    case DP_ACT_TANH:
        return tanh_of(v);
    case DP_ACT_ELU:
        return elu_of(v, epilogue->parameter, 1);
    case DP_ACT_SELU:
        return elu_of(v, (float)DP_SELU_ALPHA, (float)DP_SELU_SCALE);
    case DP_ACT_SILU:
        return silu_of(v);
    case DP_ACT_HARD_SWISH:
        return hard_swish_of(v);
    case DP_ACT_HARD_SIGMOID:
        return hard_sigmoid_of(v);
    case DP_ACT_SOFTPLUS:
        return softplus_of(v);
    case DP_ACT_MISH:
        return mish_of(v);
    default:
        return v;
    }
}

/* Whether the function falls and then rises; the other ones only rise. */
INLINE bool is_valley(dp_act act)
{
    return act == DP_ACT_GELU || act == DP_ACT_GELU_TANH || act == DP_ACT_SILU ||
           act == DP_ACT_HARD_SWISH || act == DP_ACT_MISH;
}

/* Whether pooling needs the smallest sum of a window too: the largest value of a valley in
 * a window is at the largest or at the smallest sum. */
INLINE bool needs_least(const dp_conv *conv)
{
    return conv->pool && !conv->pool_first && is_valley(conv->epilogue.act);
}

/* The outputs for sums, or for the largest and the smallest sums of windows. */
INLINE vec epilogue_sums(const dp_conv *conv, vec most, vec least)
{
    const vec y = activate(most, &conv->epilogue);
    return needs_least(conv) ? VEC_MAX(y, activate(least, &conv->epilogue)) : y;
}

/* The last n mod VEC_LANES values also go through a whole vector, so that every value is
 * computed the same way. */
INLINE void activate_row(float *y, const float *x, size_t n, const dp_epilogue *epilogue)
{
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        store(y + i, activate(load(x + i), epilogue));
    if (i < n) {
        float rest[VEC_LANES] = { 0 };
        memcpy(rest, x + i, (n - i) * sizeof *x);
        store(rest, activate(load(rest), epilogue));
        memcpy(y + i, rest, (n - i) * sizeof *y);
    }
}

static void activate_array(float *y, const float *x, size_t n, dp_act act,
                           float parameter)
{
    activate_row(y, x, n, &(dp_epilogue){ .act = act, .parameter = parameter });
}

/* Apply the activation to c: [rows, cols], whose bias is already added. */
static void epilogue_rows(const dp_epilogue *epilogue, float *c, ptrdiff_t ldc, int rows,
                          int cols)
{
    if (epilogue->act == DP_ACT_NONE)
        return;
    for (; rows > 0; rows--, c += ldc)
        activate_row(c, c, (size_t)cols, epilogue);
}

/* Activation functions. Included by table_tmpl.h; compiled once for each instruction set.
 * Needs the names of table_tmpl.h, and ivec and keep of elementwise_tmpl.h.
 *
 * Absolute errors are below 1e-6, and a NaN stays a NaN. All register widths use the same
 * constants and steps, so they give the same bits. */

typedef unsigned uvec __attribute__((vector_size(sizeof(vec))));

INLINE vec clamp_above(vec v, float most)
{
    const vec limit = VEC_SPLAT(most);
    const ivec above = v > limit;
    return (vec)(((ivec)limit & above) | ((ivec)v & ~above));
}

INLINE vec clamp_below(vec v, float least)
{
    return -clamp_above(-v, -least);
}

INLINE vec positive_part(vec v)
{
    return keep(v > VEC_SPLAT(0), v);
}

/* c[0] x^degree + … + c[degree] by Horner's rule. */
INLINE vec polynomial(vec x, const float *c, const int degree)
{
    vec sum = VEC_SPLAT(c[0]);
    UNROLL_FOR (int i = 1; i <= degree; i++)
        sum = VEC_FMA(sum, x, VEC_SPLAT(c[i]));
    return sum;
}

/* e^x = 2^n · e^r with integer n and |r| ≤ ln 2 / 2, where seven terms of the series
 * suffice. x is clamped to the range in which the result is a normal number. */
INLINE vec exponential(vec x)
{
    static const float series[] = { 1 / 720.f, 1 / 120.f, 1 / 24.f, 1 / 6.f, 0.5f, 1, 1 };
    /* ln 2 as a sum of two floats; n times the first is exact. */
    const vec ln2_high = VEC_SPLAT(0.693359375f), ln2_low = VEC_SPLAT(-2.12194440e-4f);
    const vec rounder = VEC_SPLAT(ROUNDER);
    x = clamp_below(clamp_above(x, 88), -87);
    const vec shifted = VEC_FMA(x, VEC_SPLAT(1.44269504f), rounder);
    const vec n = shifted - rounder;
    const vec r = VEC_FMA(-n, ln2_low, VEC_FMA(-n, ln2_high, x));
    const vec power = polynomial(r, series, 6);
    return (vec)((uvec)power + ((uvec)shifted << 23));
}

INLINE vec logistic(vec x)
{
    const vec one = VEC_SPLAT(1);
    return one / (one + exponential(-x));
}

/* The tail of the normal distribution, Q(a) = 1 − Φ(a), for 0 ≤ a ≤ TAIL_END. Its eighth
 * root is so smooth that a polynomial of degree 8 approximates it. The coefficients
 * minimise the largest error of max(1, a) · Q(a): 5e-9, far below the rounding errors. */
#define TAIL_END 5.5f

INLINE vec normal_tail(vec a)
{
    static const float root[] = { -2.88880852e-7f, 7.37532322e-6f,  -5.96295881e-5f,
                                  3.23190105e-5f,  1.50785416e-3f,  -6.75421646e-4f,
                                  -3.19262548e-2f, -9.14578537e-2f, 0.917004042f };
    vec power = polynomial(a, root, 8);
    power *= power;
    power *= power;
    return power * power;
}

INLINE vec magnitude(vec v)
{
    return (vec)((ivec)v & 0x7fffffff);
}

/* x·Φ(x) = max(0, x) − |x|·Q(|x|). Beyond TAIL_END the last term is negligible. */
INLINE vec gelu_of(vec x)
{
    const vec a = clamp_above(magnitude(x), TAIL_END);
    return VEC_FMA(-a, normal_tail(a), positive_part(x));
}

/* gelu′(x) = Φ(x) + x·φ(x) */
INLINE vec gelu_slope(vec x)
{
    const vec tail = normal_tail(clamp_above(magnitude(x), TAIL_END));
    const ivec right = x > VEC_SPLAT(0);
    const vec one = VEC_SPLAT(1), half = VEC_SPLAT(0.5f);
    const vec distribution = (vec)(((ivec)(one - tail) & right) | ((ivec)tail & ~right));
    const vec density = VEC_SPLAT((float)DP_INV_SQRT_2PI) * exponential(-half * x * x);
    return VEC_FMA(x, density, distribution);
}

/* x/2 · (1 + tanh(z)) = x / (1 + e^−2z), z = √(2/π) · (x + 0.044715·x³) */
INLINE vec gelu_tanh_of(vec x)
{
    const vec twice = VEC_SPLAT(2 * (float)DP_SQRT_2_OVER_PI);
    const vec inner = VEC_FMA(VEC_SPLAT((float)DP_GELU_TANH_CUBIC) * x, x * x, x);
    return x * logistic(twice * inner);
}

INLINE vec silu_of(vec x)
{
    return x * logistic(x);
}

/* x / 6 + 1/2, limited to [0, 1]. */
INLINE vec hard_sigmoid_of(vec x)
{
    const vec ramp = VEC_FMA(x, VEC_SPLAT(1 / 6.f), VEC_SPLAT(0.5f));
    return clamp_below(clamp_above(ramp, 1), 0);
}

INLINE vec hard_swish_of(vec x)
{
    return x * hard_sigmoid_of(x);
}

/* scale · x where positive, else scale · alpha · (e^x − 1) */
INLINE vec elu_of(vec x, float alpha, float scale)
{
    const vec curve = exponential(clamp_above(x, 0)) - VEC_SPLAT(1);
    return VEC_FMA(VEC_SPLAT(scale * alpha), curve, VEC_SPLAT(scale) * positive_part(x));
}

/* log(1 + t) for 0 ≤ t ≤ 1, as 2·artanh(s) with s = t / (2 + t) ≤ 1/3; seven terms of the
 * series in s² suffice. */
INLINE vec log_one_plus(vec t)
{
    static const float series[] = { 2 / 13.f, 2 / 11.f, 2 / 9.f, 2 / 7.f,
                                    2 / 5.f,  2 / 3.f,  2 };
    const vec s = t / (VEC_SPLAT(2) + t);
    return s * polynomial(s * s, series, 6);
}

/* log(1 + e^x) = max(0, x) + log(1 + e^−|x|) */
INLINE vec softplus_of(vec x)
{
    return positive_part(x) + log_one_plus(exponential(-magnitude(x)));
}

/* x·tanh(log(1 + e^x)) = x·p / (p + 2), p = e^x·(e^x + 2). From x = 20 on the quotient is 1. */
INLINE vec mish_of(vec x)
{
    const vec two = VEC_SPLAT(2), power = exponential(clamp_above(x, 20));
    const vec p = power * (power + two);
    return x * (p / (p + two));
}

/* tanh(x) = 1 − 2 / (1 + e^2x) */
INLINE vec tanh_of(vec x)
{
    const vec one = VEC_SPLAT(1);
    return one - (one + one) / (one + exponential(x + x));
}

/* ---- on arrays --------------------------------------------------------------------- */

static void gelu_grad(float *dx, const float *x, const float *dy, size_t n)
{
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        store(dx + i, load(dy + i) * gelu_slope(load(x + i)));
    if (i < n) {
        float slope[VEC_LANES] = { 0 };
        memcpy(slope, x + i, (n - i) * sizeof *x);
        store(slope, gelu_slope(load(slope)));
        for (size_t j = 0; i + j < n; j++)
            dx[i + j] = dy[i + j] * slope[j];
    }
}

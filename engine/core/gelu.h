/* GELU (Hendrycks and Gimpel 2016) and its constants, as doubles:
 *
 *     gelu(x)      = x·Φ(x) = x/2 · erfc(−x·√(1/2))
 *     gelu′(x)     = Φ(x) + x·φ(x), φ(x) = e^(−x²/2) / √(2π)
 *     gelu_tanh(x) = x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))) ≈ gelu(x)
 *
 * Φ and φ are the normal distribution and its density. Code in float casts each
 * constant. */
#ifndef DP_ENGINE_CORE_GELU_H
#define DP_ENGINE_CORE_GELU_H

#include <math.h>

#define DP_SQRT_2          1.41421356237309505
#define DP_SQRT_HALF       0.70710678118654752
#define DP_SQRT_2_OVER_PI  0.79788456080286536
#define DP_INV_SQRT_2PI    0.39894228040143268
#define DP_GELU_TANH_CUBIC 0.044715

static inline double dp_gelu(double x)
{
    return x * 0.5 * erfc(-x * DP_SQRT_HALF);
}

static inline double dp_gelu_slope(double x)
{
    const double density = DP_INV_SQRT_2PI * exp(-0.5 * x * x);
    return 0.5 * erfc(-x * DP_SQRT_HALF) + x * density;
}

/* The argument of tanh. */
static inline double dp_gelu_tanh_inner(double x)
{
    return DP_SQRT_2_OVER_PI * (x + DP_GELU_TANH_CUBIC * x * x * x);
}

static inline double dp_gelu_tanh(double x)
{
    return 0.5 * x * (1 + tanh(dp_gelu_tanh_inner(x)));
}

static inline double dp_gelu_tanh_slope(double x)
{
    const double t = tanh(dp_gelu_tanh_inner(x));
    const double inner = DP_SQRT_2_OVER_PI * (1 + 3 * DP_GELU_TANH_CUBIC * x * x);
    return 0.5 * (1 + t + x * (1 - t * t) * inner);
}

#endif

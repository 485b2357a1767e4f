/* Small arithmetic helpers: rounding up, minima and maxima, clamping, counting array
 * elements. */
#ifndef DP_ENGINE_CORE_ARITH_H
#define DP_ENGINE_CORE_ARITH_H

#include <stddef.h>

/* The number of elements of an array. */
#define DP_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The number of entries of an X-macro: enum { N = 0 LIST(DP_ONE) }. */
#define DP_ONE(...) +1

/* n / d rounded up; n ≥ 0, d > 0. */
static inline size_t dp_ceil_div(size_t n, size_t d)
{
    return n / d + (n % d != 0);
}

static inline int dp_ceil_div_int(int n, int d)
{
    return n / d + (n % d != 0);
}

/* n rounded up to a multiple of d; n ≥ 0, d > 0. */
static inline size_t dp_round_up(size_t n, size_t d)
{
    return dp_ceil_div(n, d) * d;
}

static inline int dp_round_up_int(int n, int d)
{
    return dp_ceil_div_int(n, d) * d;
}

static inline size_t dp_min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t dp_max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline int dp_max_int(int a, int b)
{
    return a > b ? a : b;
}

static inline int dp_min_int(int a, int b)
{
    return a < b ? a : b;
}

/* x limited to [low, high]; low ≤ high. */
static inline int dp_clamp_int(int x, int low, int high)
{
    return x < low ? low : x > high ? high : x;
}

/* The same; a NaN stays a NaN. */
static inline float dp_clamp_float(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

#endif

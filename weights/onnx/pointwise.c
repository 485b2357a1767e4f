#include "config.h"

#include "weights/onnx/pointwise.h"

#include "engine/core/arith.h"
#include "engine/core/gelu.h"

#include <math.h>

enum { FAR_SAMPLES = 8, NEAR_SAMPLES = DP_SAMPLES - FAR_SAMPLES };

double dp_sample(int i)
{
    /* The far samples show the bounds of a clip; the near ones show everything else. Only the
     * first sample, 0, is at a kink. */
    static const double far[FAR_SAMPLES] = { -1e6, -1e4, -100, -30, 30, 100, 1e4, 1e6 };
    return i == 0             ? 0
           : i < NEAR_SAMPLES ? (i - 22) * 0.373 + 0.01
                              : far[i - NEAR_SAMPLES];
}

dp_pointwise dp_pointwise_identity(void)
{
    dp_pointwise f;
    for (int i = 0; i < DP_SAMPLES; i++)
        f.y[i] = dp_sample(i);
    return f;
}

static double value_of(const dp_function *g, double x)
{
    switch (g->kind) {
    case DP_FN_AFFINE:
        return g->a * x + g->b;
    case DP_FN_RELU:
        return x > 0 ? x : 0;
    case DP_FN_LEAKY_RELU:
        return x > 0 ? x : g->a * x;
    case DP_FN_CLIP:
        return x < g->a ? g->a : x > g->b ? g->b : x;
    case DP_FN_GELU:
        return dp_gelu(x);
    case DP_FN_GELU_TANH:
        return dp_gelu_tanh(x);
    case DP_FN_SIGMOID:
        return 1 / (1 + exp(-g->a * x));
    case DP_FN_TANH:
        return tanh(g->a * x);
    case DP_FN_LOG:
        return log(x);
    default:
        return x;
    }
}

/* Whether f equals g within the error of constants that were rounded to six digits. Smooth
 * functions are compared near zero only, because some overflow to NaN far from it if they are
 * written out as nodes. */
static bool agrees(const dp_pointwise *f, const dp_function *g)
{
    bool linear_pieces = g->kind <= DP_FN_CLIP;
    double tolerance = g->kind <= DP_FN_AFFINE ? 1e-9 : 1e-5;
    int n = linear_pieces ? DP_SAMPLES : NEAR_SAMPLES;
    for (int i = 0; i < n; i++) {
        double x = dp_sample(i), y = value_of(g, x);
        double scale = g->kind == DP_FN_AFFINE ? fabs(g->a * x) + fabs(g->b)
                                               : fabs(x) + (linear_pieces ? 0 : 1);
        if (g->kind == DP_FN_LOG && x <= 0)
            continue;
        if (!(fabs(f->y[i] - y) <= tolerance * scale))
            return false;
    }
    return true;
}

dp_function dp_pointwise_recognize(const dp_pointwise *f)
{
    enum { LOW = 1, NEAR = 22, HIGH = DP_SAMPLES - 4 };
    const double *y = f->y, near = dp_sample(NEAR);
    const dp_function candidates[] = {
        { DP_FN_IDENTITY, 0, 0 },
        { DP_FN_AFFINE, (y[HIGH] - y[0]) / dp_sample(HIGH), y[0] },
        { DP_FN_RELU, 0, 0 },
        { DP_FN_LEAKY_RELU, y[LOW] / dp_sample(LOW), 0 },
        { DP_FN_CLIP, y[NEAR_SAMPLES], y[DP_SAMPLES - 1] },
        { DP_FN_GELU, 0, 0 },
        { DP_FN_GELU_TANH, 0, 0 },
        { DP_FN_SIGMOID, log(y[NEAR] / (1 - y[NEAR])) / near, 0 },
        { DP_FN_TANH, atanh(y[NEAR]) / near, 0 },
        { DP_FN_LOG, 0, 0 },
    };
    for (size_t i = 0; i < DP_COUNT(candidates); i++)
        if (agrees(f, &candidates[i]))
            return candidates[i];
    return (dp_function){ DP_FN_UNKNOWN, 0, 0 };
}

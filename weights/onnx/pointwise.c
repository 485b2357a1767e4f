#include "config.h"

#include "weights/onnx/pointwise.h"

#include "engine/core/arith.h"

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
    case DP_FN_CLIP:
        return x < g->a ? g->a : x > g->b ? g->b : x;
    case DP_FN_ACTIVATION:
        return g->factor * dp_act_value(g->act, (float)g->parameter, g->a * x + g->b);
    case DP_FN_LOG:
        return log(x);
    default:
        return x;
    }
}

/* Whether the function consists of straight lines. */
static bool is_linear(const dp_function *g)
{
    const dp_act act = g->act;
    return g->kind <= DP_FN_CLIP ||
           (g->kind == DP_FN_ACTIVATION &&
            (act == DP_ACT_RELU || act == DP_ACT_LEAKY_RELU || act == DP_ACT_HARD_SWISH ||
             act == DP_ACT_HARD_SIGMOID));
}

/* Whether f equals g within the error of constants that were rounded to six digits. Smooth
 * functions are compared near zero only, because some overflow to NaN far from it if they are
 * written out as nodes. An ELU is not one of them, and with alpha 0 it is like others there. */
static bool agrees(const dp_pointwise *f, const dp_function *g)
{
    const bool linear = is_linear(g);
    double tolerance = g->kind <= DP_FN_AFFINE ? 1e-9 : 1e-5;
    int n = linear || g->act == DP_ACT_ELU ? DP_SAMPLES : NEAR_SAMPLES;
    for (int i = 0; i < n; i++) {
        double x = dp_sample(i), y = value_of(g, x);
        double scale = g->kind == DP_FN_AFFINE ? fabs(g->a * x) + fabs(g->b)
                                               : fabs(x) + (linear ? 0 : 1);
        if (g->act == DP_ACT_HARD_SIGMOID)
            scale = 1;
        if (g->kind == DP_FN_LOG && x <= 0)
            continue;
        if (!(fabs(f->y[i] - y) <= tolerance * scale))
            return false;
    }
    return true;
}

/* x of a sigmoid's value. */
static double logit(double y)
{
    return log(y / (1 - y));
}

static dp_function plain(dp_function_kind kind, double a, double b)
{
    return (dp_function){ .kind = kind, .a = a, .b = b };
}

/* act(x); factor · act(a·x + b). */
static dp_function activation(dp_act act, double parameter)
{
    return (dp_function){ DP_FN_ACTIVATION, 1, 0, act, parameter, 1 };
}

static dp_function scaled(dp_act act, double a, double b, double factor)
{
    return (dp_function){ DP_FN_ACTIVATION, a, b, act, 0, factor };
}

/* factor · elu(x), with an alpha. */
static dp_function scaled_elu(double factor, double alpha)
{
    return (dp_function){ DP_FN_ACTIVATION, 1, 0, DP_ACT_ELU, alpha, factor };
}

dp_function dp_pointwise_recognize(const dp_pointwise *f)
{
    enum { LOW = 1, NEAR = 22, RIGHT = 25, HIGH = DP_SAMPLES - 4 };
    const double *y = f->y, near = dp_sample(NEAR), right = dp_sample(RIGHT);
    const double low = dp_sample(LOW), gate = logit(y[RIGHT] / right) / right;
    const double rise = y[RIGHT] / right;
    const dp_function candidates[] = {
        plain(DP_FN_IDENTITY, 0, 0),
        plain(DP_FN_AFFINE, (y[HIGH] - y[0]) / dp_sample(HIGH), y[0]),
        activation(DP_ACT_RELU, 0),
        activation(DP_ACT_LEAKY_RELU, y[LOW] / low),
        plain(DP_FN_CLIP, y[NEAR_SAMPLES], y[DP_SAMPLES - 1]),
        activation(DP_ACT_GELU, 0),
        activation(DP_ACT_GELU_TANH, 0),
        scaled(DP_ACT_SIGMOID, logit(y[NEAR]) / near, 0, 1),
        scaled(DP_ACT_TANH, atanh(y[NEAR]) / near, 0, 1),
        activation(DP_ACT_SELU, 0),
        scaled_elu(rise, y[LOW] / (rise * expm1(low))),
        scaled(DP_ACT_SILU, gate, 0, 1 / gate),
        activation(DP_ACT_HARD_SWISH, 0),
        scaled(DP_ACT_HARD_SIGMOID, 6 * (y[NEAR] - y[0]) / near, 6 * y[0] - 3, 1),
        activation(DP_ACT_SOFTPLUS, 0),
        activation(DP_ACT_MISH, 0),
        plain(DP_FN_LOG, 0, 0),
    };
    for (size_t i = 0; i < DP_COUNT(candidates); i++)
        if (agrees(f, &candidates[i]))
            return candidates[i];
    return plain(DP_FN_UNKNOWN, 0, 0);
}

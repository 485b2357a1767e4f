#include "config.h"

#include "engine/layers/op.h"
#include "engine/net/params.h"
#include "engine/core/rng.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* One layer with all arrays of its call, filled with random numbers. */
typedef struct rig {
    dp_spec *spec; /* on the heap, because call points into it */
    dp_params layout;
    dp_op_call call;
    const dp_op *op;
    size_t n_in, n_out;
    float *params, *grad, *packed, *x, *y, *dy, *dx;
} rig;

static float *random_floats(size_t n, float low, float high, uint64_t seed)
{
    float *v = calloc(n + 1, sizeof *v);
    dp_rng rng = dp_rng_stream(seed, n, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = dp_rng_range(&rng, low, high);
    return v;
}

/* Evenly spaced values in (−1, 1) in random order. They are far enough apart, and from 0,
 * that the small step of `slope` does not change which value is the largest or the side
 * of a relu. */
static float *spaced_floats(size_t n)
{
    float *v = calloc(n, sizeof *v);
    int *order = calloc(n, sizeof *order);
    dp_rng rng = dp_rng_stream(6, n, 0);
    dp_rng_permutation(&rng, order, (int)n);
    for (size_t i = 0; i < n; i++)
        v[i] = ((float)order[i] + 0.5f) * 2 / (float)n - 1;
    free(order);
    return v;
}

static void make_variances_positive(rig *r)
{
    for (int i = 0; i < r->layout.n; i++)
        if (r->layout.param[i].role == DP_RUNNING_VAR)
            for (size_t j = 0; j < r->layout.param[i].count; j++)
                r->params[r->layout.param[i].offset + j] += 2;
}

static rig rig_make(const char *text, dp_shape in, int n, const dp_kernels *kernels,
                    bool training)
{
    rig r = { .spec = calloc(1, sizeof *r.spec) };
    dp_err err;
    ck_assert_ptr_nonnull(r.spec);
    if (dp_spec_parse(r.spec, text, in, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    ck_assert_int_eq(dp_params_layout(&r.layout, r.spec, NULL), DP_OK);
    r.params = random_floats(r.layout.count, -1, 1, 1);
    make_variances_positive(&r);
    r.grad = calloc(r.layout.count + 1, sizeof *r.grad);
    dp_params_bind(&r.call, r.spec, &r.layout, 0, r.params, r.grad);
    r.call.n = n;
    r.call.kernels = kernels;
    r.call.training = training;
    r.call.rng = dp_rng_stream(5, 0, 0);
    r.op = dp_op_get(r.spec->layer[0].kind);
    r.n_in = (size_t)n * dp_shape_count(r.call.in);
    r.n_out = (size_t)n * dp_shape_count(r.call.out);
    r.x = spaced_floats(r.n_in);
    r.dy = random_floats(r.n_out, -1, 1, 3);
    r.y = calloc(r.n_out, sizeof *r.y);
    r.dx = calloc(r.n_in, sizeof *r.dx);
    r.call.saved = calloc(1 + (r.op->saved ? r.op->saved(&r.call) : 0), sizeof(float));
    r.call.scratch =
        random_floats(r.op->scratch ? r.op->scratch(&r.call) : 0, NAN, NAN, 4);
    return r;
}

static void rig_free(rig *r)
{
    void *const blocks[] = {
        r->spec, r->params, r->grad, r->packed,     r->x,
        r->y,    r->dy,     r->dx,   r->call.saved, r->call.scratch
    };
    for (size_t i = 0; i < DP_COUNT(blocks); i++)
        free(blocks[i]);
}

/* Pack the weights in advance. */
static void rig_pack(rig *r)
{
    if (!r->op->packed)
        return;
    r->packed = random_floats(r->op->packed(&r->call), NAN, NAN, 4);
    r->op->pack(&r->call, r->packed);
    r->call.packed = r->packed;
}

static void rig_forward(const rig *r)
{
    if (r->op->measure)
        r->op->measure(&r->call, r->x);
    r->op->forward(&r->call, r->x, r->y);
}

/* ---- gradients against central differences ----------------------------------------- */

/* Σ dy·y, whose derivatives backward computes. */
static double objective(const rig *r)
{
    rig_forward(r);
    double sum = 0;
    for (size_t i = 0; i < r->n_out; i++)
        sum += (double)r->dy[i] * (double)r->y[i];
    return sum;
}

static double slope(const rig *r, float *at)
{
    const float v = *at, step = 1.0f / 512;
    *at = v + step;
    const double above = objective(r);
    *at = v - step;
    const double below = objective(r);
    *at = v;
    return (above - below) / (2 * (double)step);
}

static void compare(const rig *r, const char *text, const char *what, float *at,
                    const float *grad, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double wanted = slope(r, at + i), got = (double)grad[i];
        if (!(fabs(got - wanted) <= 2e-3 * (1 + fabs(wanted))))
            ck_abort_msg("%s: d/d%s[%zu] is %g, not %g", text, what, i, got, wanted);
    }
}

static bool is_statistic(dp_role role)
{
    return role == DP_RUNNING_MEAN || role == DP_RUNNING_VAR;
}

static void check_gradients(const char *text, dp_shape in, int n,
                            const dp_kernels *kernels, bool packed)
{
    rig r = rig_make(text, in, n, kernels, true);
    if (packed)
        rig_pack(&r);
    /* backward must add to the gradients, not replace them. */
    for (int i = 0; i < r.layout.n; i++)
        if (!is_statistic(r.layout.param[i].role))
            for (size_t j = 0; j < r.layout.param[i].count; j++)
                r.grad[r.layout.param[i].offset + j] = 100;
    rig_forward(&r);
    if (r.op->collect)
        r.op->collect(&r.call, r.x, r.dy);
    r.op->backward(&r.call, r.x, r.y, r.dy, r.dx);
    /* The parameters change from here on, so the op must pack them in each call. */
    r.call.packed = NULL;
    free(r.call.scratch);
    r.call.scratch =
        random_floats(r.op->scratch ? r.op->scratch(&r.call) : 0, NAN, NAN, 4);
    compare(&r, text, "x", r.x, r.dx, r.n_in);
    for (int i = 0; i < r.layout.n; i++) {
        const dp_param *p = &r.layout.param[i];
        if (is_statistic(p->role))
            continue;
        for (size_t j = 0; j < p->count; j++)
            r.grad[p->offset + j] -= 100;
        compare(&r, text, dp_role_name(p->role), r.params + p->offset, r.grad + p->offset,
                p->count);
    }
    rig_free(&r);
}

static const struct {
    const char *text;
    dp_shape in;
    int n;
} trainable[] = {
    { "dense 7", { 13, 1, 1 }, 5 },
    { "dense 19 bias=0", { 3, 1, 1 }, 1 },
    { "conv 3 3", { 2, 7, 6 }, 2 },
    { "conv 5 3 pad=1", { 3, 5, 5 }, 3 },
    { "conv 2 5 pad=same", { 1, 7, 9 }, 2 },
    { "conv 3 3 stride=2 pad=1", { 2, 7, 8 }, 2 },
    { "conv 3 3x2 stride=3x2 pad=1x0", { 2, 9, 8 }, 2 },
    { "conv 2 2 stride=3", { 2, 9, 9 }, 1 },
    { "conv 4 3 pad=0x1x2x0 bias=0", { 2, 6, 5 }, 2 },
    { "conv 3 1", { 4, 3, 3 }, 2 },
    { "conv 16 3 pad=1", { 17, 4, 3 }, 2 }, /* by Winograd */
    { "conv 18 3 pad=1x0x2x1 bias=0", { 16, 3, 4 }, 1 },
    { "conv 16 3", { 16, 5, 4 }, 1 },
    { "conv 16 3 pad=1", { 16, 3, 4 }, 17 }, /* two products of patches */
    { "bn", { 3, 4, 5 }, 4 },
    { "bn eps=0.1", { 6, 1, 1 }, 7 },
    { "relu", { 3, 4, 5 }, 2 },
    { "leaky_relu slope=0.2", { 3, 4, 5 }, 2 },
    { "gelu", { 3, 4, 5 }, 2 },
    { "gelu_tanh", { 3, 4, 5 }, 2 },
    { "sigmoid", { 3, 4, 5 }, 2 },
    { "tanh", { 3, 4, 5 }, 2 },
    { "elu alpha=1.5", { 3, 4, 5 }, 2 },
    { "selu", { 3, 4, 5 }, 2 },
    { "silu", { 3, 4, 5 }, 2 },
    { "hard_swish", { 3, 4, 5 }, 2 },
    { "hard_sigmoid", { 3, 4, 5 }, 2 },
    { "softplus", { 3, 4, 5 }, 2 },
    { "mish", { 3, 4, 5 }, 2 },
    { "maxpool 2", { 2, 6, 8 }, 2 },
    { "maxpool 3 stride=2", { 2, 7, 9 }, 2 },
    { "maxpool 3 stride=2 pad=1", { 2, 7, 8 }, 2 },
    { "maxpool 2", { 2, 7, 7 }, 2 },
    { "avgpool 2", { 2, 6, 7 }, 2 },
    { "avgpool 3x2 stride=2x1 pad=1x0", { 2, 7, 6 }, 2 },
    { "avgpool 3 stride=2 pad=1 count_pad=0", { 2, 7, 6 }, 2 },
    { "global_avgpool", { 3, 4, 5 }, 2 },
    { "flatten", { 3, 4, 5 }, 2 },
    { "unflatten 3 4x5", { 60, 1, 1 }, 2 },
    { "dropout 0.3", { 3, 4, 5 }, 2 },
};

START_TEST(backward_agrees_with_central_differences)
{
    for (size_t i = 0; i < DP_COUNT(trainable); i++)
        for (int packed = 0; packed < 2; packed++)
            check_gradients(trainable[i].text, trainable[i].in, trainable[i].n,
                            dp_kernels_best(), packed);
}
END_TEST

/* Weights packed in advance give the same bits as weights packed in each call. */
START_TEST(packing_in_advance_changes_nothing)
{
    for (size_t i = 0; i < DP_COUNT(trainable); i++) {
        rig a = rig_make(trainable[i].text, trainable[i].in, trainable[i].n,
                         dp_kernels_best(), true);
        rig b = rig_make(trainable[i].text, trainable[i].in, trainable[i].n,
                         dp_kernels_best(), true);
        rig_pack(&b);
        rig_forward(&a);
        rig_forward(&b);
        ck_assert_mem_eq(a.y, b.y, a.n_out * sizeof *a.y);
        a.op->backward(&a.call, a.x, a.y, a.dy, a.dx);
        b.op->backward(&b.call, b.x, b.y, b.dy, b.dx);
        ck_assert_mem_eq(a.dx, b.dx, a.n_in * sizeof *a.dx);
        ck_assert_mem_eq(a.grad, b.grad, a.layout.count * sizeof *a.grad);
        rig_free(&a);
        rig_free(&b);
    }
}
END_TEST

START_TEST(dx_may_be_null)
{
    for (size_t i = 0; i < DP_COUNT(trainable); i++) {
        rig a = rig_make(trainable[i].text, trainable[i].in, trainable[i].n,
                         dp_kernels_best(), true);
        rig b = rig_make(trainable[i].text, trainable[i].in, trainable[i].n,
                         dp_kernels_best(), true);
        rig_forward(&a);
        rig_forward(&b);
        a.op->backward(&a.call, a.x, a.y, a.dy, a.dx);
        b.op->backward(&b.call, b.x, b.y, b.dy, NULL);
        ck_assert_mem_eq(a.grad, b.grad, a.layout.count * sizeof *a.grad);
        rig_free(&a);
        rig_free(&b);
    }
}
END_TEST

START_TEST(untrainable_layers_are_refused)
{
    const char *const texts[] = { "conv 4 3 groups=2", "conv 4 3 dilation=2",
                                  "quantize 0.1" };
    for (size_t i = 0; i < DP_COUNT(texts); i++) {
        dp_spec spec;
        dp_err err;
        ck_assert_int_eq(dp_spec_parse(&spec, texts[i], (dp_shape){ 2, 9, 9 }, &err),
                         DP_OK);
        ck_assert_int_eq(dp_op_check_trainable(&spec.layer[0], &err), DP_USAGE);
    }
    for (size_t i = 0; i < DP_COUNT(trainable); i++) {
        dp_spec spec;
        ck_assert_int_eq(dp_spec_parse(&spec, trainable[i].text, trainable[i].in, NULL),
                         DP_OK);
        ck_assert_int_eq(dp_op_check_trainable(&spec.layer[0], NULL), DP_OK);
    }
}
END_TEST

/* ---- forward against definitions, in double ---------------------------------------- */

/* x[n, c, y, x] of the rig's input, or `outside` beyond the edge of the image. */
static double pixel(const rig *r, int n, int c, int y, int x, double outside)
{
    const dp_shape in = r->call.in;
    if (y < 0 || y >= in.h || x < 0 || x >= in.w)
        return outside;
    return (double)r->x[((n * in.c + c) * in.h + y) * in.w + x];
}

static double naive_conv(const rig *r, int n, int o, int y, int x)
{
    const dp_layer *layer = r->call.layer;
    const int *kernel = layer->kernel, *stride = layer->stride, *pad = layer->pad;
    const int in = r->call.in.c / layer->groups, group = o / (layer->out / layer->groups);
    const float *weight = r->call.param[DP_WEIGHT] + o * in * kernel[0] * kernel[1];
    double sum = r->call.param[DP_BIAS] ? (double)r->call.param[DP_BIAS][o] : 0;
    for (int c = 0; c < in; c++)
        for (int i = 0; i < kernel[0]; i++)
            for (int j = 0; j < kernel[1]; j++)
                sum += (double)*weight++ *
                       pixel(r, n, group * in + c,
                             y * stride[0] - pad[0] + i * layer->dilation[0],
                             x * stride[1] - pad[1] + j * layer->dilation[1], 0);
    return sum;
}

static double naive_maxpool(const rig *r, int n, int c, int y, int x)
{
    const dp_layer *layer = r->call.layer;
    double most = -(double)INFINITY;
    for (int i = 0; i < layer->kernel[0]; i++)
        for (int j = 0; j < layer->kernel[1]; j++)
            most = fmax(most, pixel(r, n, c, y * layer->stride[0] - layer->pad[0] + i,
                                    x * layer->stride[1] - layer->pad[1] + j,
                                    -(double)INFINITY));
    return most;
}

static double naive_avgpool(const rig *r, int n, int c, int y, int x)
{
    const dp_layer *layer = r->call.layer;
    double sum = 0, count = 0;
    for (int i = 0; i < layer->kernel[0]; i++) {
        for (int j = 0; j < layer->kernel[1]; j++) {
            const double v =
                pixel(r, n, c, y * layer->stride[0] - layer->pad[0] + i,
                      x * layer->stride[1] - layer->pad[1] + j, (double)INFINITY);
            sum += isinf(v) ? 0 : v;
            count += layer->count_pad || !isinf(v);
        }
    }
    return sum / count;
}

static double naive_mean(const rig *r, int n, int c, int y, int x)
{
    double sum = 0;
    for (int i = 0; i < r->call.in.h; i++)
        for (int j = 0; j < r->call.in.w; j++)
            sum += pixel(r, n, c, i, j, 0);
    return sum / (r->call.in.h * r->call.in.w) + y + x;
}

static double naive_dense(const rig *r, int n, int o, int y, int x)
{
    const int in = r->call.in.c;
    double sum = r->call.param[DP_BIAS] ? (double)r->call.param[DP_BIAS][o] : 0;
    for (int c = 0; c < in; c++)
        sum += (double)r->call.param[DP_WEIGHT][o * in + c] * pixel(r, n, c, y, x, 0);
    return sum;
}

static double naive_bn(const rig *r, int n, int c, int y, int x)
{
    const float *const *p = r->call.param;
    return (double)p[DP_GAMMA][c] *
               (pixel(r, n, c, y, x, 0) - (double)p[DP_RUNNING_MEAN][c]) /
               sqrt((double)p[DP_RUNNING_VAR][c] + (double)r->call.layer->value) +
           (double)p[DP_BETA][c];
}

static double naive_relu(const rig *r, int n, int c, int y, int x)
{
    return fmax(0, pixel(r, n, c, y, x, 0));
}

static double naive_leaky_relu(const rig *r, int n, int c, int y, int x)
{
    const double v = pixel(r, n, c, y, x, 0);
    return v > 0 ? v : (double)r->call.layer->value * v;
}

static double naive_gelu(const rig *r, int n, int c, int y, int x)
{
    const double v = pixel(r, n, c, y, x, 0);
    return v / 2 * erfc(-v / sqrt(2));
}

static double naive_gelu_tanh(const rig *r, int n, int c, int y, int x)
{
    const double v = pixel(r, n, c, y, x, 0);
    return v / 2 * (1 + tanh(sqrt(2 / acos(-1)) * (v + 0.044715 * pow(v, 3))));
}

static double naive_sigmoid(const rig *r, int n, int c, int y, int x)
{
    return 1 / (1 + exp(-pixel(r, n, c, y, x, 0)));
}

static double naive_tanh(const rig *r, int n, int c, int y, int x)
{
    return tanh(pixel(r, n, c, y, x, 0));
}

static double naive_elu(const rig *r, int n, int c, int y, int x)
{
    const double v = pixel(r, n, c, y, x, 0);
    return v > 0 ? v : (double)r->call.layer->value * (exp(v) - 1);
}

static double naive_selu(const rig *r, int n, int c, int y, int x)
{
    const double v = pixel(r, n, c, y, x, 0);
    return 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * (exp(v) - 1));
}

static double naive_silu(const rig *r, int n, int c, int y, int x)
{
    const double v = pixel(r, n, c, y, x, 0);
    return v / (1 + exp(-v));
}

static double naive_hard_sigmoid(const rig *r, int n, int c, int y, int x)
{
    return fmin(fmax(pixel(r, n, c, y, x, 0) / 6 + 0.5, 0), 1);
}

static double naive_hard_swish(const rig *r, int n, int c, int y, int x)
{
    return pixel(r, n, c, y, x, 0) * naive_hard_sigmoid(r, n, c, y, x);
}

static double naive_softplus(const rig *r, int n, int c, int y, int x)
{
    return log(1 + exp(pixel(r, n, c, y, x, 0)));
}

static double naive_mish(const rig *r, int n, int c, int y, int x)
{
    return pixel(r, n, c, y, x, 0) * tanh(naive_softplus(r, n, c, y, x));
}

static double naive_softmax(const rig *r, int n, int c, int y, int x)
{
    double sum = 0;
    for (int i = 0; i < r->call.in.c; i++)
        sum += exp(pixel(r, n, i, y, x, 0));
    return exp(pixel(r, n, c, y, x, 0)) / sum;
}

static double naive_quantize(const rig *r, int n, int c, int y, int x)
{
    const double step = (double)r->call.layer->value, zero = r->call.layer->zero;
    const double q = nearbyint(pixel(r, n, c, y, x, 0) / step) + zero;
    return step * (fmin(fmax(q, 0), 255) - zero);
}

static double same(const rig *r, int n, int c, int y, int x)
{
    return pixel(r, n, c, y, x, 0);
}

static const struct {
    const char *text;
    dp_shape in;
    int n;
    double (*value)(const rig *r, int n, int c, int y, int x);
} forwards[] = {
    { "conv 5 3", { 2, 9, 8 }, 3, naive_conv },
    { "conv 33 5 pad=same", { 1, 28, 28 }, 2, naive_conv },
    { "conv 7 3 stride=2 pad=1", { 3, 11, 12 }, 2, naive_conv },
    { "conv 7 4x2 stride=3x2 pad=2x1x0x1", { 3, 11, 12 }, 2, naive_conv },
    { "conv 6 3 dilation=2 pad=2", { 3, 11, 12 }, 2, naive_conv },
    { "conv 6 3x2 dilation=3x2 stride=2x3 pad=4x1", { 3, 11, 12 }, 2, naive_conv },
    { "conv 6 3 groups=3 pad=1", { 9, 7, 7 }, 2, naive_conv },
    { "conv 8 3 groups=8 bias=0", { 8, 7, 7 }, 2, naive_conv },
    { "conv 4 1 stride=3", { 2, 7, 8 }, 2, naive_conv },
    { "conv 3 7", { 2, 7, 7 }, 2, naive_conv },
    { "conv 13 3 pad=1", { 5, 1, 1 }, 2, naive_conv },
    { "maxpool 2", { 3, 8, 6 }, 2, naive_maxpool },
    { "maxpool 2", { 3, 7, 9 }, 2, naive_maxpool },
    { "maxpool 3 stride=2 pad=1", { 3, 7, 9 }, 2, naive_maxpool },
    { "maxpool 2 stride=1 pad=0x0x1x1", { 3, 5, 4 }, 2, naive_maxpool },
    { "maxpool 3x1 stride=1x2", { 3, 5, 4 }, 2, naive_maxpool },
    { "avgpool 2", { 3, 7, 8 }, 2, naive_avgpool },
    { "avgpool 3 stride=2 pad=1", { 3, 7, 8 }, 2, naive_avgpool },
    { "avgpool 3 stride=2 pad=1 count_pad=0", { 3, 7, 8 }, 2, naive_avgpool },
    { "global_avgpool", { 3, 5, 7 }, 2, naive_mean },
    { "dense 10", { 37, 1, 1 }, 1, naive_dense },
    { "dense 129", { 65, 1, 1 }, 17, naive_dense },
    { "dense 257 bias=0", { 300, 1, 1 }, 2, naive_dense },
    { "bn", { 3, 5, 7 }, 2, naive_bn },
    { "relu", { 3, 5, 7 }, 2, naive_relu },
    { "leaky_relu", { 3, 5, 7 }, 2, naive_leaky_relu },
    { "gelu", { 3, 5, 7 }, 2, naive_gelu },
    { "gelu_tanh", { 3, 5, 7 }, 2, naive_gelu_tanh },
    { "sigmoid", { 3, 5, 7 }, 2, naive_sigmoid },
    { "tanh", { 3, 5, 7 }, 2, naive_tanh },
    { "elu", { 3, 5, 7 }, 2, naive_elu },
    { "elu alpha=0.3", { 3, 5, 7 }, 2, naive_elu },
    { "selu", { 3, 5, 7 }, 2, naive_selu },
    { "silu", { 3, 5, 7 }, 2, naive_silu },
    { "hard_swish", { 3, 5, 7 }, 2, naive_hard_swish },
    { "hard_sigmoid", { 3, 5, 7 }, 2, naive_hard_sigmoid },
    { "softplus", { 3, 5, 7 }, 2, naive_softplus },
    { "mish", { 3, 5, 7 }, 2, naive_mish },
    { "softmax", { 9, 1, 1 }, 3, naive_softmax },
    { "dropout 0.5", { 3, 5, 7 }, 2, same },
    { "quantize 0.03125 zero=100", { 3, 5, 7 }, 2, naive_quantize },
    { "quantize 0.0009765625", { 3, 5, 7 }, 2, naive_quantize },
};

static void check_forward(size_t which, const dp_kernels *kernels, bool packed)
{
    rig r = rig_make(forwards[which].text, forwards[which].in, forwards[which].n, kernels,
                     false);
    if (packed)
        rig_pack(&r);
    const dp_shape out = r.call.out;
    r.op->forward(&r.call, r.x, r.y);
    size_t i = 0;
    for (int n = 0; n < r.call.n; n++)
        for (int c = 0; c < out.c; c++)
            for (int y = 0; y < out.h; y++)
                for (int x = 0; x < out.w; x++, i++) {
                    double wanted = forwards[which].value(&r, n, c, y, x);
                    if (!(fabs((double)r.y[i] - wanted) <= 1e-5 * (1 + fabs(wanted))))
                        ck_abort_msg("%s, %s: [%d, %d, %d, %d] is %g, not %g",
                                     kernels->name, forwards[which].text, n, c, y, x,
                                     (double)r.y[i], wanted);
                }
    rig_free(&r);
}

START_TEST(forward_agrees_with_definitions)
{
    for (int k = 0; dp_kernels_at(k); k++)
        for (size_t i = 0; i < DP_COUNT(forwards); i++)
            for (int packed = 0; dp_kernels_at(k)->supported() && packed < 2; packed++)
                check_forward(i, dp_kernels_at(k), packed);
}
END_TEST

START_TEST(flatten_keeps_the_order)
{
    rig r = rig_make("flatten", (dp_shape){ 2, 3, 4 }, 2, dp_kernels_best(), false);
    r.op->forward(&r.call, r.x, r.y);
    ck_assert_mem_eq(r.x, r.y, r.n_in * sizeof *r.x);
    rig_free(&r);
}
END_TEST

START_TEST(in_place_ops_may_overwrite_their_input)
{
    for (size_t i = 0; i < DP_COUNT(forwards); i++) {
        rig r = rig_make(forwards[i].text, forwards[i].in, forwards[i].n,
                         dp_kernels_best(), true);
        if (r.op->in_place) {
            r.op->forward(&r.call, r.x, r.y);
            r.op->forward(&r.call, r.x, r.x);
            ck_assert_mem_eq(r.x, r.y, r.n_in * sizeof *r.x);
        }
        rig_free(&r);
    }
}
END_TEST

/* ---- training behaviour ------------------------------------------------------------ */

START_TEST(bn_trains_on_the_statistics_of_its_batch)
{
    rig r = rig_make("bn", (dp_shape){ 2, 3, 4 }, 5, dp_kernels_best(), true);
    rig_forward(&r);
    for (int c = 0; c < 2; c++) {
        double sum = 0, squares = 0;
        for (int n = 0; n < 5; n++)
            for (int i = 0; i < 12; i++) {
                const double v = (double)r.x[(n * 2 + c) * 12 + i];
                sum += v;
                squares += v * v;
            }
        const double mean = sum / 60, var = squares / 60 - mean * mean;
        ck_assert_double_eq_tol((double)r.call.grad[DP_RUNNING_MEAN][c], mean, 1e-6);
        ck_assert_double_eq_tol((double)r.call.grad[DP_RUNNING_VAR][c], var, 1e-6);
        const double first = (double)r.call.param[DP_GAMMA][c] *
                                 ((double)r.x[c * 12] - mean) / sqrt(var + 1e-5) +
                             (double)r.call.param[DP_BETA][c];
        ck_assert_double_eq_tol((double)r.y[c * 12], first, 1e-5);
    }
    rig_free(&r);
}
END_TEST

START_TEST(dropout_drops_and_scales)
{
    rig r =
        rig_make("dropout 0.25", (dp_shape){ 10000, 1, 1 }, 1, dp_kernels_best(), true);
    float *again = calloc(r.n_out, sizeof *again);
    r.op->forward(&r.call, r.x, r.y);
    r.op->forward(&r.call, r.x, again);
    ck_assert_mem_eq(again, r.y, r.n_out * sizeof *again);
    int dropped = 0;
    for (size_t i = 0; i < r.n_out; i++) {
        const bool is_dropped = r.y[i] == 0;
        dropped += is_dropped;
        ck_assert(is_dropped || r.y[i] == r.x[i] * (1 / 0.75f));
    }
    ck_assert(dropped > 2300 && dropped < 2700);
    free(again);
    rig_free(&r);
}
END_TEST

START_TEST(softmax_accepts_large_logits)
{
    rig r = rig_make("softmax", (dp_shape){ 3, 1, 1 }, 1, dp_kernels_best(), false);
    r.x[0] = 1000;
    r.x[1] = 1000;
    r.x[2] = -1000;
    r.op->forward(&r.call, r.x, r.y);
    ck_assert(r.y[0] == 0.5f && r.y[1] == 0.5f && r.y[2] == 0);
    rig_free(&r);
}
END_TEST

START_TEST(entries_of_the_op_table_agree_with_themselves)
{
    for (int kind = 0; kind < DP_OP_COUNT; kind++) {
        const dp_op *op = dp_op_get((dp_op_kind)kind);
        ck_assert_msg(op->quant != DP_QUANT_LOOKUP || op->act != DP_ACT_NONE,
                      "%s: a look-up table is computed from an activation", op->name);
        ck_assert_msg(op->quant != DP_QUANT_WEIGHTS || op->linear,
                      "%s: only linear layers have 8-bit weights", op->name);
        ck_assert_msg(!op->linear || op->params, "%s: has no weights", op->name);
    }
}
END_TEST

UNIT_MAIN("layers", backward_agrees_with_central_differences,
          packing_in_advance_changes_nothing, dx_may_be_null,
          untrainable_layers_are_refused, forward_agrees_with_definitions,
          flatten_keeps_the_order, in_place_ops_may_overwrite_their_input,
          bn_trains_on_the_statistics_of_its_batch, dropout_drops_and_scales,
          softmax_accepts_large_logits, entries_of_the_op_table_agree_with_themselves)

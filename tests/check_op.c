#include "config.h"

#include "engine/op.h"
#include "engine/rng.h"
#include "tests/unit.h"

#include <math.h>
#include <string.h>

/* One layer with everything that a call needs, filled with random numbers. */
typedef struct rig {
    dp_spec spec;
    dp_params layout;
    dp_op_call call;
    const dp_op *op;
    size_t n_in, n_out;
    float *params, *grad, *packed, *x, *y, *dy, *dx;
} rig;

static float *random_floats(size_t n, float low, float high, uint64_t seed)
{
    float *v = calloc(n + 1, sizeof *v);
    dp_rng r = dp_rng_stream(seed, n, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = dp_rng_range(&r, low, high);
    return v;
}

/* Values in (−1, 1) in random order, evenly spaced: no two so close, and none so close to
 * 0, that a small step makes a maximum or a relu change its mind. */
static float *spaced_floats(size_t n)
{
    float *v = calloc(n, sizeof *v);
    int *order = calloc(n, sizeof *order);
    dp_rng r = dp_rng_stream(6, n, 0);
    dp_rng_permutation(&r, order, (int)n);
    for (size_t i = 0; i < n; i++)
        v[i] = ((float)order[i] + 0.5f) * 2 / (float)n - 1;
    free(order);
    return v;
}

/* Variances must be positive; everything else is around 0. */
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
    rig r = {0};
    dp_err err;
    if (dp_spec_parse(&r.spec, text, in, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    ck_assert_int_eq(dp_params_layout(&r.layout, &r.spec, NULL), DP_OK);
    r.params = random_floats(r.layout.count, -1, 1, 1);
    make_variances_positive(&r);
    r.grad = calloc(r.layout.count + 1, sizeof *r.grad);
    dp_op_bind(&r.call, &r.spec, &r.layout, 0, r.params, r.grad);
    r.call.n = n;
    r.call.kernels = kernels;
    r.call.training = training;
    r.call.rng = dp_rng_stream(5, 0, 0);
    r.op = dp_op_get(r.spec.layer[0].kind);
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
    void *const blocks[] = {r->params, r->grad, r->packed,     r->x,           r->y,
                            r->dy,     r->dx,   r->call.saved, r->call.scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
}

/* Let the layer work with weights packed beforehand. */
static void rig_pack(rig *r)
{
    if (!r->op->packed)
        return;
    r->packed = random_floats(r->op->packed(&r->call), NAN, NAN, 4);
    r->op->pack(&r->call, r->packed);
    r->call.packed = r->packed;
}

/* ---- gradients against central differences
 * ---------------------------------------------- */

/* Σ dy·y: the function whose derivatives backward gives. */
static double objective(const rig *r)
{
    r->op->forward(&r->call, r->x, r->y);
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
    /* A gradient is added to what is there. */
    for (int i = 0; i < r.layout.n; i++)
        if (!is_statistic(r.layout.param[i].role))
            for (size_t j = 0; j < r.layout.param[i].count; j++)
                r.grad[r.layout.param[i].offset + j] = 100;
    r.op->forward(&r.call, r.x, r.y);
    r.op->backward(&r.call, r.x, r.y, r.dy, r.dx);
    /* From here on the parameters move, so they must be packed at each call. */
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
    {"dense 7", {13, 1, 1}, 5},
    {"dense 19 bias=0", {3, 1, 1}, 1},
    {"conv 3 3", {2, 7, 6}, 2},
    {"conv 5 3 pad=1", {3, 5, 5}, 3},
    {"conv 2 5 pad=same", {1, 7, 9}, 2},
    {"conv 3 3 stride=2 pad=1", {2, 7, 8}, 2},
    {"conv 3 3x2 stride=3x2 pad=1x0", {2, 9, 8}, 2},
    {"conv 2 2 stride=3", {2, 9, 9}, 1},
    {"conv 4 3 pad=0x1x2x0 bias=0", {2, 6, 5}, 2},
    {"conv 3 1", {4, 3, 3}, 2},
    {"bn", {3, 4, 5}, 4},
    {"bn eps=0.1", {6, 1, 1}, 7},
    {"relu", {3, 4, 5}, 2},
    {"leaky_relu slope=0.2", {3, 4, 5}, 2},
    {"gelu", {3, 4, 5}, 2},
    {"gelu_tanh", {3, 4, 5}, 2},
    {"maxpool 2", {2, 6, 8}, 2},
    {"maxpool 3 stride=2", {2, 7, 9}, 2},
    {"maxpool 3 stride=2 pad=1", {2, 7, 8}, 2},
    {"maxpool 2", {2, 7, 7}, 2},
    {"avgpool 2", {2, 6, 7}, 2},
    {"avgpool 3x2 stride=2x1 pad=1x0", {2, 7, 6}, 2},
    {"avgpool 3 stride=2 pad=1 count_pad=0", {2, 7, 6}, 2},
    {"global_avgpool", {3, 4, 5}, 2},
    {"flatten", {3, 4, 5}, 2},
    {"dropout 0.3", {3, 4, 5}, 2},
};

START_TEST(test_backward_agrees_with_central_differences)
{
    for (size_t i = 0; i < sizeof trainable / sizeof trainable[0]; i++)
        for (int packed = 0; packed < 2; packed++)
            check_gradients(trainable[i].text, trainable[i].in, trainable[i].n,
                            dp_kernels_best(), packed);
}
END_TEST

UNIT_MAIN("op", test_backward_agrees_with_central_differences)

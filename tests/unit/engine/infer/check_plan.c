/* Inference plans compared with the same networks run layer by layer. */
#include "config.h"

#include "engine/infer/session.h"

#include "engine/infer/f32_plan.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* All cases of a plan: with and without pooling, all places of the activation, odd and
 * padded sizes, channels that do not fill a tile, layers that run as ops, and layout
 * changes. */
static const struct {
    const char *text;
    dp_shape in;
} chains[] = {
    { "flatten | dense 128 | relu | dense 64 | gelu | dense 10", { 1, 28, 28 } },
    { "dense 33 | sigmoid | dense 300 | tanh | dense 1", { 50, 1, 1 } },
    { "conv 64 3 | bn | gelu | maxpool 2 | conv 64 3 | bn | gelu | maxpool 2 | flatten | "
      "dense 16 | gelu | dense 10",
      { 1, 28, 28 } },
    { "conv 32 5 pad=same | relu | maxpool 2 | conv 64 3 pad=1 | maxpool 2 | relu",
      { 1, 28, 28 } },
    { "conv 24 3 | conv 40 3 | gelu_tanh | conv 17 3 pad=1 | maxpool 2 | gelu",
      { 3, 11, 13 } },
    { "conv 48 3 pad=1 | relu | conv 48 3 | relu | maxpool 2 | conv 80 3 pad=1",
      { 1, 11, 9 } },
    { "conv 5 3 pad=1 | leaky_relu slope=0.1 | maxpool 2", { 20, 9, 7 } },
    { "conv 33 3 pad=0x1x2x0 | gelu | maxpool 2 | flatten | dense 3", { 16, 8, 9 } },
    { "conv 9 4x2 stride=3x2 pad=2x1x0x1 | relu", { 3, 11, 12 } },
    { "conv 6 3 dilation=2 pad=2 | tanh | maxpool 2", { 19, 11, 12 } },
    { "conv 20 1 | relu | bn | conv 20 3 groups=4 pad=1 | relu | maxpool 3 stride=2 | "
      "conv 10 1 | global_avgpool | flatten",
      { 2, 14, 14 } },
    { "relu | conv 16 3 pad=1 | conv 16 3 | avgpool 2 | gelu | flatten | dropout 0.5 | "
      "dense 7 | sigmoid | softmax",
      { 1, 12, 12 } },
    { "conv 7 3 | elu alpha=0.5 | maxpool 2 | conv 6 3 pad=1 | selu", { 3, 12, 11 } },
    { "conv 18 3 | silu | maxpool 2 | conv 18 3 pad=1 | hard_swish | maxpool 2 | flatten | "
      "dense 9 | mish | dense 3",
      { 17, 16, 15 } },
    { "conv 5 3 | mish | maxpool 2 | conv 5 2 | hard_sigmoid | flatten | dense 8 | softplus",
      { 2, 12, 12 } },
    { "conv 8 1 | maxpool 2 | gelu | conv 8 1 | gelu | flatten | dense 4", { 30, 3, 2 } },
    { "conv 7 2 | flatten | dense 5 | conv 3 1", { 2, 4, 4 } },
    { "flatten", { 2, 3, 4 } },
};

enum { N_CHAINS = sizeof chains / sizeof chains[0], MAX_N = 17 };

/* Between −1 and 1, and a third of them 0, as in images. */
static float *values(size_t n)
{
    float *v = calloc(n, sizeof *v);
    dp_rng r = dp_rng_stream(4, n, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = dp_rng_below(&r, 3) ? dp_rng_range(&r, -1, 1) : 0;
    return v;
}

/* Layer i of the chain on n images by the reference kernels, which sum in double. */
static float *run_layer(const chain *c, int i, int n, const float *x)
{
    dp_op_call call = { .n = n, .kernels = dp_kernels_at(0) };
    dp_params_bind(&call, &c->spec, &c->layout, i, c->params, NULL);
    const dp_op *op = dp_op_get(call.layer->kind);
    call.scratch = calloc(1 + (op->scratch ? op->scratch(&call) : 0), sizeof(float));
    float *y = calloc((size_t)n * dp_shape_count(call.out), sizeof *y);
    op->forward(&call, x, y);
    free(call.scratch);
    return y;
}

/* The logits: the output without a last softmax. */
static float *run_layers(const chain *c, int n, const float *x)
{
    float *at = NULL;
    for (int i = 0; i < c->spec.n_layers; i++) {
        if (c->spec.layer[i].kind == DP_OP_SOFTMAX)
            break;
        float *next = run_layer(c, i, n, at ? at : x);
        free(at);
        at = next;
    }
    return at;
}

static float *run_session(const chain *c, const dp_kernels *kernels, int n, int threads,
                          const float *x)
{
    dp_session *s;
    dp_model *m = chain_model(c, kernels);
    float *y =
        calloc((size_t)n * dp_shape_count(c->spec.shape[c->spec.n_layers]), sizeof *y);
    ck_assert_int_eq(dp_session_create(&s, m, n, threads, NULL), DP_OK);
    dp_session_forward(s, x, n, y);
    /* Again, to find data that a workspace keeps from one call to the next. */
    dp_session_forward(s, x, n, y);
    dp_session_free(s);
    dp_model_unref(m);
    return y;
}

static void check_chain(int which, int n)
{
    chain c = chain_make(chains[which].text, chains[which].in);
    const size_t in = (size_t)n * dp_shape_count(chains[which].in);
    const size_t out = (size_t)n * dp_shape_count(c.spec.shape[c.spec.n_layers]);
    float *x = values(in), *wanted = run_layers(&c, n, x);
    for (int k = 0; dp_kernels_at(k); k++) {
        const dp_kernels *kernels = dp_kernels_at(k);
        if (!kernels->supported())
            continue;
        float *y = run_session(&c, kernels, n, 1, x);
        for (size_t i = 0; i < out; i++)
            if (!(fabs((double)y[i] - (double)wanted[i]) <= 1e-5))
                ck_abort_msg("%s, %s: value %zu of %d images is %g, not %g",
                             kernels->name, chains[which].text, i, n, (double)y[i],
                             (double)wanted[i]);
        free(y);
    }
    free(x);
    free(wanted);
    chain_clear(&c);
}

START_TEST(plans_agree_with_layers)
{
    for (int which = 0; which < N_CHAINS; which++)
        for (int n = 1; n <= MAX_N; n += 4)
            check_chain(which, n);
}
END_TEST

/* Whether the kernels use fused multiply-add. */
static bool has_fma(const dp_kernels *k)
{
    return strcmp(k->name, "reference") && strcmp(k->name, "portable");
}

START_TEST(fma_kernels_agree_bit_for_bit)
{
    for (int which = 0; which < N_CHAINS; which++) {
        chain c = chain_make(chains[which].text, chains[which].in);
        const size_t out = dp_shape_count(c.spec.shape[c.spec.n_layers]);
        float *x = values(dp_shape_count(chains[which].in)), *first = NULL;
        for (int k = 0; dp_kernels_at(k); k++) {
            if (!dp_kernels_at(k)->supported() || !has_fma(dp_kernels_at(k)))
                continue;
            float *y = run_session(&c, dp_kernels_at(k), 1, 1, x);
            if (first)
                ck_assert_mem_eq(y, first, out * sizeof *y);
            free(first);
            first = y;
        }
        free(first);
        free(x);
        chain_clear(&c);
    }
}
END_TEST

/* ---- parts ----------------------------------------------------------------------- */

/* Running all parts of a step one after the other gives the bits of the whole step. */
static void check_parts(int which, const dp_kernels *kernels)
{
    chain c = chain_make(chains[which].text, chains[which].in);
    dp_f32_plan plan;
    dp_f32_plan_make(&plan, &c.spec, &c.layout, kernels);
    float *packed = calloc(dp_f32_plan_packed_size(&plan) + 1, sizeof *packed);
    dp_f32_plan_pack(&plan, c.params, packed);
    for (int i = 0; i < plan.n_steps; i++) {
        const dp_f32_step *s = &plan.step[i];
        if (s->kind < DP_F32_CONV)
            continue;
        const size_t out = dp_image_layout_size(&s->out);
        float *x = values(dp_image_layout_size(&s->in));
        float *whole = calloc(out, sizeof *whole), *y = calloc(out, sizeof *y);
        void *scratch = calloc(dp_f32_executor.scratch(&plan, i, 1) + 1, 1);
        dp_step_call call = {
            .plan = &plan, .step = i, .n = 1, .x = x, .y = whole, .scratch = scratch
        };
        call.part = (dp_part){ 0, 1 };
        dp_f32_executor.run(&call);
        call.y = y;
        for (int parts = 2; parts <= 7; parts += 5)
            for (int part = parts - 1; part >= 0; part--) {
                call.part = (dp_part){ part, parts };
                dp_f32_executor.run(&call);
            }
        ck_assert_mem_eq(y, whole, out * sizeof *y);
        free(x);
        free(y);
        free(whole);
        free(scratch);
    }
    free(packed);
    chain_clear(&c);
}

START_TEST(parts_make_up_the_whole)
{
    for (int which = 0; which < N_CHAINS; which++)
        for (int k = 0; dp_kernels_at(k); k++)
            if (dp_kernels_at(k)->supported())
                check_parts(which, dp_kernels_at(k));
}
END_TEST

/* ---- steps ----------------------------------------------------------------------- */

/* `wanted` has one letter for the kind of each step. */
static void check_steps(const char *text, dp_shape in, const char *wanted)
{
    chain c = chain_make(text, in);
    dp_f32_plan plan;
    char got[2 * DP_MAX_LAYERS + 2] = "";
    dp_f32_plan_make(&plan, &c.spec, &c.layout, dp_kernels_named("portable"));
    for (int i = 0; i < plan.n_steps; i++)
        got[i] = "o<>cwd"[plan.step[i].kind];
    ck_assert_str_eq(got, wanted);
    chain_clear(&c);
}

START_TEST(layers_become_few_steps)
{
    const dp_shape digit = { 1, 28, 28 };
    check_steps("flatten | dense 10 | relu | dense 10", digit, "dd");
    check_steps("conv 16 3 | relu | maxpool 2 | conv 8 3 | gelu | maxpool 2 | flatten | "
                "dense 10 | relu",
                digit, "cw>d");
    check_steps("conv 8 3 pad=1 | maxpool 2 | relu | conv 8 3", digit, "<cc>");
    check_steps("conv 8 3 | avgpool 2 | conv 8 3 groups=2 | relu | conv 4 1", digit,
                "c>ooo<c>");
}
END_TEST

UNIT_MAIN("plan", plans_agree_with_layers, fma_kernels_agree_bit_for_bit,
          parts_make_up_the_whole, layers_become_few_steps)

#include "config.h"

#include "engine/infer/model.h"

#include "engine/layers/op.h"
#include "engine/infer/session.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* ---- input scale ----------------------------------------------------------------- */

START_TEST(norms_have_names)
{
    for (int i = 0; i < DP_NORM_COUNT; i++) {
        dp_norm norm;
        ck_assert(dp_norm_named(&norm, dp_norm_name((dp_norm)i)));
        ck_assert_int_eq(norm, i);
    }
    dp_norm norm = DP_NORM_RAW;
    ck_assert(!dp_norm_named(&norm, "Unit"));
    ck_assert_int_eq(norm, DP_NORM_RAW);
}
END_TEST

START_TEST(norm_tables)
{
    const double ends[DP_NORM_COUNT][2] = {
        [DP_NORM_UNIT] = { 0, 1 },
        [DP_NORM_MNIST] = { -0.1307 / 0.3081, (1 - 0.1307) / 0.3081 },
        [DP_NORM_SYMMETRIC] = { -1, 1 },
        [DP_NORM_RAW] = { 0, 255 },
    };
    for (int i = 0; i < DP_NORM_COUNT; i++) {
        float table[256];
        dp_norm_table(table, (dp_norm)i);
        ck_assert_double_eq_tol((double)table[0], ends[i][0], 1e-6);
        ck_assert_double_eq_tol((double)table[255], ends[i][1], 1e-6);
        ck_assert_double_eq_tol((double)table[51],
                                ends[i][0] + (ends[i][1] - ends[i][0]) / 5, 1e-6);
    }
}
END_TEST

/* ---- folding --------------------------------------------------------------------- */

/* Run the unfolded chain layer by layer in inference mode. */
static void run_unfolded(const chain *c, const float *x, float *y)
{
    float *in = calloc(DP_MAX_ACTIVATION / 16, sizeof *in);
    float *out = calloc(DP_MAX_ACTIVATION / 16, sizeof *out);
    memcpy(in, x, dp_shape_count(c->spec.shape[0]) * sizeof *in);
    for (int i = 0; i < c->spec.n_layers; i++) {
        dp_op_call call = { .n = 1, .kernels = dp_kernels_at(0) };
        dp_params_bind(&call, &c->spec, &c->layout, i, c->params, NULL);
        const dp_op *op = dp_op_get(c->spec.layer[i].kind);
        call.scratch = calloc(1 + (op->scratch ? op->scratch(&call) : 0), sizeof(float));
        op->forward(&call, in, out);
        free(call.scratch);
        float *swap = in;
        in = out;
        out = swap;
    }
    memcpy(y, in, dp_shape_count(c->spec.shape[c->spec.n_layers]) * sizeof *y);
    free(in);
    free(out);
}

static const char *const foldable[] = {
    "conv 4 3 | bn | relu | flatten | dense 6 | bn | relu | dense 5",
    "conv 4 3 bias=0 | bn | bn | flatten | dense 5 bias=0 | dropout 0.5 | bn",
    "bn | conv 4 3 | relu | bn | conv 6 3 groups=2 | bn | global_avgpool | flatten",
    "conv 4 3 | dropout 0.3 | bn eps=0.1 | flatten | bn | dense 5",
    "dropout 0.2 | flatten",
    "relu",
};

START_TEST(folding_changes_nothing)
{
    const dp_shape in = { 2, 9, 9 };
    float x[2 * 9 * 9];
    dp_rng r = dp_rng_stream(4, 0, 0);
    for (size_t i = 0; i < sizeof x / sizeof x[0]; i++)
        x[i] = dp_rng_range(&r, -1, 1);
    for (size_t i = 0; i < sizeof foldable / sizeof foldable[0]; i++) {
        chain c = chain_make(foldable[i], in);
        const size_t out = dp_shape_count(c.spec.shape[c.spec.n_layers]);
        float *wanted = calloc(out, sizeof *wanted), *got = calloc(out, sizeof *got);
        run_unfolded(&c, x, wanted);
        dp_model *m = chain_model(&c, NULL);
        dp_session *s;
        ck_assert_int_eq(dp_session_create(&s, m, 1, 1, NULL), DP_OK);
        dp_session_forward(s, x, 1, got);
        for (size_t j = 0; j < out; j++)
            ck_assert_double_eq_tol((double)got[j], (double)wanted[j], 1e-5);
        dp_session_free(s);
        dp_model_unref(m);
        chain_clear(&c);
        free(wanted);
        free(got);
    }
}
END_TEST

START_TEST(models_answer_logits)
{
    chain with = chain_make("flatten | dense 10 | softmax", (dp_shape){ 1, 3, 3 });
    chain without = chain_make("flatten | dense 10", (dp_shape){ 1, 3, 3 });
    const float x[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
    float a[10], b[10];
    const chain *const chains[] = { &with, &without };
    float *const results[] = { a, b };
    for (int i = 0; i < 2; i++) {
        dp_model *m = chain_model(chains[i], NULL);
        dp_session *s;
        ck_assert_int_eq(dp_session_create(&s, m, 1, 1, NULL), DP_OK);
        dp_session_forward(s, x, 1, results[i]);
        dp_session_free(s);
        dp_model_unref(m);
    }
    ck_assert_mem_eq(a, b, sizeof a);
    chain_clear(&with);
    chain_clear(&without);
}
END_TEST

/* ---- access ---------------------------------------------------------------------- */

START_TEST(models_keep_their_spec_and_parameters)
{
    chain c = chain_make("conv 4 3 | bn | flatten | dense 10", (dp_shape){ 1, 9, 9 });
    const dp_model_info info = { .name = "a name",
                                 .norm = DP_NORM_SYMMETRIC,
                                 .accuracy = 0.5F };
    dp_model *m;
    ck_assert_int_eq(
        dp_model_create(&m, &c.spec, c.params, &info, dp_kernels_at(0), NULL), DP_OK);
    ck_assert_str_eq(dp_model_get_info(m)->name, "a name");
    ck_assert_int_eq(dp_model_get_info(m)->norm, DP_NORM_SYMMETRIC);
    ck_assert(dp_model_get_info(m)->accuracy == 0.5F);
    ck_assert_int_eq(dp_model_spec(m)->n_layers, 4);
    ck_assert_int_eq(dp_model_layout(m)->n, 8);
    ck_assert_mem_eq(dp_model_params(m), c.params, c.layout.count * sizeof(float));
    ck_assert_ptr_eq(dp_model_kernels(m), dp_kernels_at(0));
    dp_model_unref(m);
    chain_clear(&c);
}
END_TEST

/* The sanitizers would see a use after free or a leak. */
START_TEST(references_keep_a_model_alive)
{
    chain c = chain_make("flatten | dense 10", (dp_shape){ 1, 3, 3 });
    dp_model *m = chain_model(&c, NULL);
    const dp_model *second = dp_model_ref(m);
    dp_session *s;
    ck_assert_int_eq(dp_session_create(&s, m, 1, 1, NULL), DP_OK);
    dp_model_unref(m);
    ck_assert_str_eq(dp_model_get_info(second)->name, "test");
    dp_model_unref(second);
    ck_assert_str_eq(dp_model_get_info(dp_session_model(s))->name, "test");
    dp_session_free(s);
    dp_model_unref(NULL);
    chain_clear(&c);
}
END_TEST

/* ---- refusals -------------------------------------------------------------------- */

static void assert_refused(const chain *c, const char *message)
{
    const dp_model_info info = { .norm = DP_NORM_UNIT };
    dp_model *m = NULL;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_model_create(&m, &c->spec, c->params, &info, NULL, &err),
                     DP_MODEL);
    ck_assert_ptr_null(m);
    ck_assert_str_eq(err.msg, message);
}

START_TEST(bad_parameters_are_refused)
{
    chain c = chain_make("conv 4 3 | bn | flatten | dense 10", (dp_shape){ 1, 9, 9 });
    const dp_param *var = &c.layout.param[5], *bias = &c.layout.param[7];
    c.params[bias->offset + 3] = NAN;
    assert_refused(&c, "3.bias[3] is not a finite number");
    c.params[bias->offset + 3] = -INFINITY;
    assert_refused(&c, "3.bias[3] is not a finite number");
    c.params[bias->offset + 3] = 0;
    c.params[var->offset + 1] = -1e-3f;
    assert_refused(&c, "1.running_var[1] is negative");
    chain_clear(&c);
}
END_TEST

START_TEST(overflow_while_folding_is_refused)
{
    chain c =
        chain_make("conv 4 3 | bn eps=0 | flatten | dense 10", (dp_shape){ 1, 9, 9 });
    c.params[c.layout.param[5].offset] = 0;
    assert_refused(&c, "folding the batch norms overflows");
    chain_clear(&c);
}
END_TEST

START_TEST(digit_networks_are_recognised)
{
    const struct {
        const char *text;
        dp_shape in;
        dp_code code;
    } cases[] = {
        { "flatten | dense 10", { 1, 28, 28 }, DP_OK },
        { "flatten | dense 10 | softmax", { 1, 28, 28 }, DP_OK },
        { "flatten | dense 11", { 1, 28, 28 }, DP_MODEL },
        { "flatten | dense 10", { 3, 32, 32 }, DP_MODEL },
        { "dense 10", { 784, 1, 1 }, DP_MODEL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        chain c = chain_make(cases[i].text, cases[i].in);
        dp_model *m = chain_model(&c, NULL);
        ck_assert_int_eq(dp_model_check_digits(m, NULL), cases[i].code);
        dp_model_unref(m);
        chain_clear(&c);
    }
}
END_TEST

UNIT_MAIN("model", norms_have_names, norm_tables, folding_changes_nothing,
          models_answer_logits, models_keep_their_spec_and_parameters,
          references_keep_a_model_alive, bad_parameters_are_refused,
          overflow_while_folding_is_refused, digit_networks_are_recognised)

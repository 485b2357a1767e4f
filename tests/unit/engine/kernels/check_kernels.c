#include "config.h"

#include "engine/kernels/kernels.h"
#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* ---- tables ------------------------------------------------------------------------ */

START_TEST(reference_comes_first_and_always_works)
{
    ck_assert_str_eq(dp_kernels_at(0)->name, "reference");
    ck_assert(dp_kernels_at(0)->supported());
    ck_assert_ptr_eq(dp_kernels_named("reference"), dp_kernels_at(0));
    ck_assert_ptr_nonnull(dp_kernels_named("portable"));
    ck_assert_ptr_null(dp_kernels_at(-1));
    int n = 0;
    while (dp_kernels_at(n))
        n++;
    ck_assert_int_ge(n, 2);
}
END_TEST

START_TEST(best_is_supported_and_not_the_reference)
{
    const dp_kernels *best = dp_kernels_best();
    ck_assert(best->supported());
    ck_assert_str_ne(best->name, "reference");
    ck_assert_ptr_eq(dp_kernels_named(best->name), best);
}
END_TEST

START_TEST(unknown_names_give_no_table)
{
    ck_assert_ptr_null(dp_kernels_named("sse9"));
    ck_assert_ptr_null(dp_kernels_named(""));
}
END_TEST

/* The i-th table that this CPU supports; NULL past the end. */
static const dp_kernels *supported(int i)
{
    for (int j = 0; dp_kernels_at(j); j++)
        if (dp_kernels_at(j)->supported() && i-- == 0)
            return dp_kernels_at(j);
    return NULL;
}

/* Whether the table uses fused multiply-adds; all such tables give the same bits. */
static bool fuses(const dp_kernels *k)
{
    return strcmp(k->name, "reference") && strcmp(k->name, "portable");
}

/* ---- products ---------------------------------------------------------------------- */

enum { MAX_SIDE = 150, GUARD = 64 };
static const float guard = 12345;

static float *floats(size_t n, uint64_t seed)
{
    float *v = calloc(n, sizeof *v);
    dp_rng rng = dp_rng_stream(seed, 0, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = dp_rng_range(&rng, -1, 1);
    return v;
}

/* A product of random size whose operands have random layouts. */
typedef struct problem {
    int m, n, k;
    dp_mat a, b;
    ptrdiff_t ldc;
    float *a_data, *b_data, *bias, *c_data;
    int *row;
} problem;

/* A [rows, cols] matrix, stored row by row or transposed. */
static dp_mat layout(const float *data, int rows, int cols, bool transposed)
{
    return transposed ? (dp_mat){ .p = data, .rs = 1, .cs = rows }
                      : (dp_mat){ .p = data, .rs = cols, .cs = 1 };
}

static problem problem_make(uint64_t seed)
{
    dp_rng rng = dp_rng_stream(seed, 1, 0);
    problem p = {
        .m = 1 + (int)dp_rng_below(&rng, seed % 3 ? 17 : MAX_SIDE),
        .n = 1 + (int)dp_rng_below(&rng, MAX_SIDE),
        .k = 1 + (int)dp_rng_below(&rng, MAX_SIDE),
    };
    p.a_data = floats((size_t)p.m * (size_t)p.k, seed + 1000);
    p.b_data = floats((size_t)p.k * (size_t)p.n, seed + 2000);
    p.bias = floats((size_t)(p.m > p.n ? p.m : p.n), seed + 3000);
    p.a = layout(p.a_data, p.m, p.k, dp_rng_below(&rng, 2));
    p.b = layout(p.b_data, p.k, p.n, dp_rng_below(&rng, 2));
    p.ldc = p.n + (ptrdiff_t)dp_rng_below(&rng, 5);
    p.c_data = floats((size_t)p.m * (size_t)p.ldc + GUARD, seed + 4000);
    return p;
}

static void problem_free(problem *p)
{
    free(p->a_data);
    free(p->b_data);
    free(p->bias);
    free(p->c_data);
    free(p->row);
}

typedef void run(const dp_kernels *kernels, const problem *p, float *c);

static dp_gemm product_of(const problem *p, float *c)
{
    return (dp_gemm){ p->m, p->n, p->k, p->a, p->b, c, p->ldc };
}

static void multiply(const dp_kernels *kernels, const dp_gemm *product, bool accumulate)
{
    const size_t size = kernels->gemm_scratch(product->k, product->n);
    float *scratch = calloc(size + 1, sizeof *scratch);
    kernels->gemm(product, accumulate, scratch);
    free(scratch);
}

static void run_gemm(const dp_kernels *kernels, const problem *p, float *c)
{
    const dp_gemm product = product_of(p, c);
    multiply(kernels, &product, false);
}

static void run_accumulate(const dp_kernels *kernels, const problem *p, float *c)
{
    const dp_gemm product = product_of(p, c);
    multiply(kernels, &product, true);
}

static void packed(const dp_kernels *kernels, const problem *p, float *c,
                   const float *bias)
{
    float *b = calloc(kernels->packed_b_size(p->k, p->n), sizeof *b);
    kernels->pack_b(b, p->k, p->n, p->b);
    const dp_gemm product = product_of(p, c);
    kernels->gemm_packed(&product, b, &(dp_epilogue){ .bias = bias });
    free(b);
}

static void run_packed(const dp_kernels *kernels, const problem *p, float *c)
{
    packed(kernels, p, c, NULL);
}

static void run_packed_bias(const dp_kernels *kernels, const problem *p, float *c)
{
    packed(kernels, p, c, p->bias);
}

/* The rows of b overlap at random and are as wide as whole tiles. */
static void run_packed_a(const dp_kernels *kernels, const problem *p, float *c)
{
    const int wide = dp_round_up_int(p->n, kernels->tile_cols);
    float *a = calloc((size_t)p->m * (size_t)p->k, sizeof *a);
    float *out = calloc((size_t)p->m * (size_t)wide, sizeof *out);
    const size_t n = (size_t)p->k * (size_t)p->n;
    float *b = calloc(n + (size_t)wide, sizeof *b);
    int *row = calloc((size_t)p->k, sizeof *row);
    dp_rng rng = dp_rng_stream(9, (uint64_t)p->k, (uint64_t)p->n);
    memcpy(b, p->b_data, n * sizeof *b);
    for (int l = 0; l < p->k; l++)
        row[l] = (int)dp_rng_below(&rng, (uint32_t)(n - (size_t)p->n + 1));
    const dp_mat at = { .p = p->a.p, .rs = p->a.cs, .cs = p->a.rs };
    const dp_gemm product = {
        .m = p->m,
        .n = wide,
        .k = p->k,
        .b = { .p = b, .cs = 1, .row = row },
        .c = out,
        .ldc = wide,
    };
    kernels->pack_a(a, p->m, p->k, at);
    kernels->gemm_packed_a(&product, a, p->bias);
    for (int i = 0; i < p->m; i++)
        memcpy(c + i * p->ldc, out + (ptrdiff_t)i * wide, (size_t)p->n * sizeof *c);
    free(a);
    free(out);
    free(b);
    free(row);
}

/* The rows of a overlap. */
static void run_overlapping_a(const dp_kernels *kernels, const problem *p, float *c)
{
    int *row = calloc((size_t)p->m, sizeof *row);
    const int last = p->m * p->k - p->k;
    for (int i = 0; i < p->m; i++)
        row[i] = i * 7 % (last + 1);
    dp_gemm product = product_of(p, c);
    product.a = (dp_mat){ .p = p->a_data, .cs = 1, .row = row };
    multiply(kernels, &product, true);
    free(row);
}

static run *const runs[] = { run_gemm,        run_accumulate, run_packed,
                             run_packed_bias, run_packed_a,   run_overlapping_a };
enum { N_RUNS = DP_COUNT(runs) };

/* Run the product on a copy of c_data. The memory between the rows of c and after it must
 * stay untouched. */
static float *result_of(run *what, const dp_kernels *kernels, const problem *p)
{
    const size_t n = (size_t)p->m * (size_t)p->ldc + GUARD;
    float *c = calloc(n, sizeof *c);
    memcpy(c, p->c_data, n * sizeof *c);
    for (int i = 0; i < p->m; i++)
        for (ptrdiff_t j = p->n; j < p->ldc; j++)
            c[i * p->ldc + j] = guard;
    for (size_t i = n - GUARD; i < n; i++)
        c[i] = guard;
    what(kernels, p, c);
    for (int i = 0; i < p->m; i++)
        for (ptrdiff_t j = p->n; j < p->ldc; j++)
            ck_assert(c[i * p->ldc + j] == guard);
    for (size_t i = n - GUARD; i < n; i++)
        ck_assert(c[i] == guard);
    return c;
}

/* The tolerance grows with the number of products of a sum. */
static void compare(const problem *p, const char *name, const float *got,
                    const float *wanted)
{
    const double tolerance = 1e-5 * (1 + sqrt(p->k));
    for (int i = 0; i < p->m; i++)
        for (int j = 0; j < p->n; j++) {
            const ptrdiff_t at = i * p->ldc + j;
            if (!(fabs((double)got[at] - (double)wanted[at]) <= tolerance))
                ck_abort_msg("%s: [%d, %d] of %d x %d x %d is %g, not %g", name, i, j,
                             p->m, p->n, p->k, (double)got[at], (double)wanted[at]);
        }
}

START_TEST(products_agree_with_the_reference)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        problem p = problem_make(seed);
        for (int what = 0; what < N_RUNS; what++) {
            float *wanted = result_of(runs[what], dp_kernels_at(0), &p);
            for (int i = 1; supported(i); i++) {
                float *got = result_of(runs[what], supported(i), &p);
                compare(&p, supported(i)->name, got, wanted);
                free(got);
            }
            free(wanted);
        }
        problem_free(&p);
    }
}
END_TEST

START_TEST(reference_multiplies)
{
    const float a[] = { 1, 2, 3, 4, 5, 6 }, b[] = { 7, 8, 9, 10, 11, 12 };
    float c[4] = { 1, 1, 1, 1 };
    const dp_mat ma = { .p = a, .rs = 3, .cs = 1 }, mb = { .p = b, .rs = 2, .cs = 1 };
    dp_kernels_at(0)->gemm(&(dp_gemm){ 2, 2, 3, ma, mb, c, 2 }, true, NULL);
    ck_assert(c[0] == 59);
    ck_assert(c[1] == 65);
    ck_assert(c[2] == 140);
    ck_assert(c[3] == 155);
}
END_TEST

/* kernels.h promises that the instruction set does not change the bits. */
START_TEST(fused_tables_agree_bit_for_bit)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        problem p = problem_make(seed);
        for (int what = 0; what < N_RUNS; what++) {
            float *first = NULL;
            for (int i = 1; supported(i); i++) {
                if (!fuses(supported(i)))
                    continue;
                float *c = result_of(runs[what], supported(i), &p);
                if (first)
                    ck_assert_mem_eq(c, first, (size_t)p.m * (size_t)p.ldc * sizeof *c);
                else
                    first = c;
                if (first != c)
                    free(c);
            }
            free(first);
        }
        problem_free(&p);
    }
}
END_TEST

/* The number of rows that are computed together does not change the bits either. */
START_TEST(rows_alone_have_the_bits_of_rows_together)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        problem p = problem_make(seed);
        for (int i = 1; supported(i); i++) {
            float *together = result_of(run_packed_bias, supported(i), &p);
            problem row = p;
            row.m = 1;
            for (int j = 0; j < p.m; j++) {
                row.a.p = p.a.p + j * p.a.rs;
                float *alone = result_of(run_packed_bias, supported(i), &row);
                ck_assert_mem_eq(alone, together + j * p.ldc,
                                 (size_t)p.n * sizeof *alone);
                free(alone);
            }
            free(together);
        }
        problem_free(&p);
    }
}
END_TEST

/* The kernel for a single row skips zeros where they are many; the one for several rows
 * does not. */
START_TEST(zeros_do_not_change_bits)
{
    enum { M = 3, N = 203, K = 2500, FULL = 1200, EMPTY = 2300 };
    float *a = floats(M * K, 1), *b = floats(K * N, 2), *bias = floats(N, 3);
    float together[M * N], alone[N], wanted[M * N];
    const dp_gemm all = {
        .m = M,
        .n = N,
        .k = K,
        .a = { .p = a, .rs = K, .cs = 1 },
        .b = { .p = b, .rs = N, .cs = 1 },
        .c = together,
        .ldc = N,
    };
    for (int i = 0; i < M; i++)
        for (int l = FULL; l < K; l++)
            a[i * K + l] = (l % 5 && l % 100 > 3) || l > EMPTY ? 0 : a[i * K + l];
    const dp_epilogue epilogue = { .bias = bias };
    for (int i = 0; supported(i); i++) {
        const dp_kernels *k = supported(i);
        float *packed_b = calloc(k->packed_b_size(K, N), sizeof *packed_b);
        k->pack_b(packed_b, K, N, all.b);
        k->gemm_packed(&all, packed_b, &epilogue);
        if (i == 0)
            memcpy(wanted, together, sizeof wanted);
        for (int j = 0; j < M * N; j++)
            ck_assert(fabs((double)together[j] - (double)wanted[j]) <= 2e-4);
        for (int j = 0; j < M; j++) {
            dp_gemm row = all;
            row.m = 1;
            row.a.p = a + j * K;
            row.c = alone;
            k->gemm_packed(&row, packed_b, &epilogue);
            ck_assert_mem_eq(alone, together + j * N, sizeof alone);
        }
        free(packed_b);
    }
    free(a);
    free(b);
    free(bias);
}
END_TEST

/* ---- arrays ---------------------------------------------------------------- */

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-5 * (1 + fabs(wanted))))
        ck_abort_msg("%g is not %g", got, wanted);
}

START_TEST(values_agree_with_the_reference)
{
    static const float factors[3] = { 0.3f, -1.7f, 0.2f };
    const dp_kernels *reference = dp_kernels_at(0);
    for (size_t n = 0; n < 100; n++) {
        float *x = floats(n + 1, n), *y = floats(n + 1, n + 500);
        float got[101], wanted[101];
        for (int i = 1; supported(i); i++) {
            const dp_kernels *k = supported(i);
            reference->relu(wanted, x, n);
            memcpy(got, x, sizeof(float) * n);
            k->relu(got, got, n); /* in place */
            ck_assert_mem_eq(got, wanted, n * sizeof(float));
            reference->relu_grad(wanted, y, x, n);
            k->relu_grad(got, y, x, n);
            ck_assert_mem_eq(got, wanted, n * sizeof(float));
            reference->affine(wanted, x, 1.5f, -0.25f, n);
            k->affine(got, x, 1.5f, -0.25f, n);
            for (size_t j = 0; j < n; j++)
                assert_near((double)got[j], (double)wanted[j]);
            reference->affine2(wanted, x, y, factors, n);
            k->affine2(got, x, y, factors, n);
            for (size_t j = 0; j < n; j++)
                assert_near((double)got[j], (double)wanted[j]);
            assert_near(k->sum(x, n), reference->sum(x, n));
            double moments[2], wanted_moments[2];
            k->moments(moments, x, 0.5f, y, -0.5f, n);
            reference->moments(wanted_moments, x, 0.5f, y, -0.5f, n);
            assert_near(moments[0], wanted_moments[0]);
            assert_near(moments[1], wanted_moments[1]);
        }
        free(x);
        free(y);
    }
}
END_TEST

/* From −12 to 12 in steps of 0.001, and some values far outside. */
enum { ACT_N = 24001 + 10 };

static float *act_inputs(void)
{
    static const float far[] = { 20, 50, 87, 88, 89, 100, 1e3f, 1e6f, 1e10f, 0 };
    float *x = calloc(ACT_N, sizeof *x);
    for (int i = 0; i < 24001; i++)
        x[i] = (float)(i - 12000) * 1e-3f;
    for (int i = 0; i < 10; i++)
        x[24001 + i] = i % 2 ? -far[i] : far[i];
    return x;
}

static const float parameter = 0.25f; /* of leaky_relu and elu */

static void check_act(const dp_kernels *tested, dp_act act)
{
    float *x = act_inputs();
    float *wanted = calloc(ACT_N, sizeof *wanted), *got = calloc(ACT_N, sizeof *got);
    dp_kernels_at(0)->activate(wanted, x, ACT_N, act, parameter);
    tested->activate(got, x, ACT_N, act, parameter);
    for (int i = 0; i < ACT_N; i++) {
        const double size = fmax(1, fabs((double)wanted[i]));
        if (!(fabs((double)got[i] - (double)wanted[i]) <= 1e-6 * size))
            ck_abort_msg("%s, %d(%g) is %.9g, not %.9g", tested->name, act, (double)x[i],
                         (double)got[i], (double)wanted[i]);
    }
    /* A part of the array, in place, gives the same bits as the whole. */
    for (int n = 0; n < 40; n++) {
        float part[40];
        memcpy(part, x + 12000 - n, (size_t)n * sizeof *x);
        tested->activate(part, part, (size_t)n, act, parameter);
        ck_assert_mem_eq(part, got + 12000 - n, (size_t)n * sizeof *got);
    }
    free(x);
    free(wanted);
    free(got);
}

START_TEST(activations_are_accurate_to_a_millionth)
{
    for (int i = 1; supported(i); i++)
        for (int act = 0; act < DP_ACT_COUNT; act++)
            check_act(supported(i), (dp_act)act);
}
END_TEST

START_TEST(slopes_agree_with_central_differences)
{
    const double step = 1e-5;
    for (int act = 0; act < DP_ACT_COUNT; act++)
        for (double x = -8.05; x < 8; x += 0.1) { /* at no kink */
            const dp_act f = (dp_act)act;
            const double rise = dp_act_value(f, parameter, x + step) -
                                dp_act_value(f, parameter, x - step);
            ck_assert_double_eq_tol(dp_act_slope(f, parameter, x), rise / (2 * step),
                                    1e-8);
        }
}
END_TEST

START_TEST(gelu_grad_agrees_with_the_reference)
{
    float *x = act_inputs(), *dy = floats(ACT_N, 5);
    float *wanted = calloc(ACT_N, sizeof *wanted), *got = calloc(ACT_N, sizeof *got);
    dp_kernels_at(0)->gelu_grad(wanted, x, dy, ACT_N);
    for (int i = 1; supported(i); i++) {
        supported(i)->gelu_grad(got, x, dy, ACT_N);
        for (int j = 0; j < ACT_N; j++)
            ck_assert(fabs((double)got[j] - (double)wanted[j]) <= 2e-6);
        for (size_t n = 0; n < 40; n++) {
            float part[40];
            memcpy(part, dy + 12000, n * sizeof *dy);
            supported(i)->gelu_grad(part, x + 12000, part, n);
            ck_assert_mem_eq(part, got + 12000, n * sizeof *got);
        }
    }
    free(x);
    free(dy);
    free(wanted);
    free(got);
}
END_TEST

START_TEST(fused_activations_agree_bit_for_bit)
{
    float *x = act_inputs();
    float *y = calloc(ACT_N, sizeof *y), *first = calloc(ACT_N, sizeof *first);
    for (int act = 0; act < DP_ACT_COUNT; act++) {
        bool seen = false;
        for (int i = 1; supported(i); i++) {
            const dp_kernels *k = supported(i);
            if (!fuses(k))
                continue;
            k->activate(seen ? y : first, x, ACT_N, (dp_act)act, parameter);
            if (seen)
                ck_assert_mem_eq(y, first, ACT_N * sizeof *y);
            seen = true;
        }
    }
    free(x);
    free(y);
    free(first);
}
END_TEST

START_TEST(activations_keep_nan)
{
    const float nan_in[3] = { 1, NAN, -1 };
    for (int i = 0; supported(i); i++) {
        const dp_kernels *k = supported(i);
        for (int act = DP_ACT_GELU; act < DP_ACT_COUNT; act++) {
            float y[3];
            k->activate(y, nan_in, 3, (dp_act)act, parameter);
            ck_assert(isnan(y[1]) && !isnan(y[0]) && !isnan(y[2]));
        }
    }
}
END_TEST

/* Sums have a fixed order, so all tables except the reference give the same bits. */
START_TEST(sums_agree_bit_for_bit)
{
    for (size_t n = 0; n < 100; n++) {
        float *x = floats(n + 1, n), *y = floats(n + 1, n + 500);
        for (int i = 2; supported(i); i++) {
            ck_assert_double_eq(supported(i)->sum(x, n), supported(1)->sum(x, n));
            double moments[2], same[2];
            supported(i)->moments(moments, x, 0.5f, y, -0.5f, n);
            supported(1)->moments(same, x, 0.5f, y, -0.5f, n);
            ck_assert_mem_eq(moments, same, sizeof same);
        }
        free(x);
        free(y);
    }
}
END_TEST

START_TEST(adam_agrees_bit_for_bit_in_any_division)
{
    enum { N = 103, PIECE = 13, ARRAYS = 4 };
    const dp_adam step = { .beta1 = 0.9f,
                           .beta2 = 0.999f,
                           .eps = 1e-8f,
                           .l2 = 0.1f,
                           .shrink = 0.99f,
                           .rate = 0.01f,
                           .correction = 20,
                           .average = 0.3f };
    float *g = floats(N, 1);
    for (int i = 0; supported(i); i++) {
        float *got = floats(ARRAYS * N, 2), *wanted = floats(ARRAYS * N, 2);
        for (int k = 2 * N; k < 3 * N; k++)
            got[k] = wanted[k] = fabsf(got[k]); /* second moments */
        for (int at = 0; at < N; at += PIECE) {
            float *p = got + at;
            const dp_adam_state state = { p, p + N, p + 2 * N, p + 3 * N };
            supported(i)->adam(&step, &state, g + at, N - at < PIECE ? N - at : PIECE);
        }
        const dp_adam_state all = { wanted, wanted + N, wanted + 2 * N, wanted + 3 * N };
        dp_kernels_at(0)->adam(&step, &all, g, N);
        ck_assert_mem_eq(got, wanted, ARRAYS * N * sizeof *got);
        free(got);
        free(wanted);
    }
    free(g);
}
END_TEST

/* Only four different values, so that many windows have equal pixels. */
static float *coarse_floats(size_t n, uint64_t seed)
{
    float *v = calloc(n, sizeof *v);
    dp_rng rng = dp_rng_stream(seed, 0, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = (float)dp_rng_below(&rng, 4) - 1.5f;
    return v;
}

START_TEST(pooling_agrees_with_the_reference)
{
    const dp_kernels *reference = dp_kernels_at(0);
    for (int w = 2; w < 40; w++) {
        enum { H = 3 };
        const size_t in = 2 * H * (size_t)w, out = H * (size_t)(w / 2);
        float *x = coarse_floats(in, (uint64_t)w), *dy = floats(out, 7);
        float *y = calloc(out, sizeof *y), *wanted = calloc(in, sizeof *wanted);
        float *got = calloc(in, sizeof *got);
        for (int i = 1; supported(i); i++) {
            reference->maxpool2(y, x, H, w);
            supported(i)->maxpool2(got, x, H, w);
            ck_assert_mem_eq(got, y, out * sizeof *got);
            reference->maxpool2_grad(wanted, x, y, dy, H, w);
            supported(i)->maxpool2_grad(got, x, y, dy, H, w);
            for (size_t j = 0; j < in; j++)
                ck_assert(got[j] == wanted[j]);
        }
        free(x);
        free(dy);
        free(y);
        free(wanted);
        free(got);
    }
}
END_TEST

START_TEST(copies_and_transposes_agree_with_the_reference)
{
    enum { SIDE = 50, STEP = 60 };
    float *from = floats(SIDE * STEP, 3);
    for (int size = 1; size < SIDE; size++) {
        const int rows = size, cols = 1 + size * 7 % SIDE;
        for (int i = 1; supported(i); i++) {
            float got[SIDE * STEP] = { 0 }, wanted[SIDE * STEP] = { 0 };
            dp_kernels_at(0)->copy_rows(wanted, STEP, from, STEP, rows, cols);
            supported(i)->copy_rows(got, STEP, from, STEP, rows, cols);
            ck_assert_mem_eq(got, wanted, sizeof got);
            dp_kernels_at(0)->transpose(wanted, STEP, from, STEP, rows, cols);
            supported(i)->transpose(got, STEP, from, STEP, rows, cols);
            ck_assert_mem_eq(got, wanted, sizeof got);
        }
    }
    free(from);
}
END_TEST

/* Each accumulator converges to 2, and the operations are proportional to the steps. */
START_TEST(multiply_add_counts_its_operations)
{
    for (int i = 0; supported(i); i++) {
        float result;
        const double once = supported(i)->multiply_add(&result, 1);
        ck_assert_double_ge(once, 2);
        ck_assert(supported(i)->multiply_add(&result, 1000) == 1000 * once);
        ck_assert(result >= 2 && fmodf(result, 2) == 0);
    }
}
END_TEST

UNIT_MAIN("kernels", reference_comes_first_and_always_works,
          best_is_supported_and_not_the_reference, unknown_names_give_no_table,
          reference_multiplies, products_agree_with_the_reference,
          fused_tables_agree_bit_for_bit, rows_alone_have_the_bits_of_rows_together,
          zeros_do_not_change_bits, values_agree_with_the_reference,
          sums_agree_bit_for_bit, adam_agrees_bit_for_bit_in_any_division,
          pooling_agrees_with_the_reference,
          copies_and_transposes_agree_with_the_reference,
          activations_are_accurate_to_a_millionth, slopes_agree_with_central_differences,
          gelu_grad_agrees_with_the_reference, fused_activations_agree_bit_for_bit,
          activations_keep_nan, multiply_add_counts_its_operations)

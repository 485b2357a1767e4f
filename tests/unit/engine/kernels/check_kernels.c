#include "config.h"

#include "engine/kernels/kernels.h"
#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "tests/unit/guarded.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* ---- buffers ----------------------------------------------------------------------- */

/* Whether a process survives reading this byte. */
static bool can_read(const volatile char *byte)
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        (void)*byte;
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

START_TEST(a_byte_beside_a_buffer_cannot_be_read)
{
    enum { SIZE = 100 };
    bool before = false, after = false;
    for (uint64_t shape = 0; shape < 8; shape++) {
        guard_begin(shape);
        const char *buffer = guarded(SIZE, 1);
        ck_assert(can_read(buffer) && can_read(buffer + SIZE - 1));
        before |= !can_read(buffer - 1);
        after |= !can_read(buffer + SIZE);
    }
    ck_assert(before && after);
}
END_TEST

/* ---- products ---------------------------------------------------------------------- */

enum { MAX_SIDE = 150 };
static const float untouched = 12345;

/* A product of random size, most of them small, whose operands have random layouts. */
typedef struct problem {
    int m, n, k;
    dp_mat a, b;
    ptrdiff_t ldc;
    float *a_data, *b_data, *bias, *c_data;
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
    const uint32_t side = seed < 20 || seed % 32 == 0 ? MAX_SIDE : MAX_SIDE / 4;
    problem p = {
        .m = 1 + (int)dp_rng_below(&rng, seed % 3 ? 17 : side),
        .n = 1 + (int)dp_rng_below(&rng, side),
        .k = 1 + (int)dp_rng_below(&rng, side),
    };
    guard_begin(seed);
    p.a_data = guarded_floats((size_t)p.m * (size_t)p.k, seed + 1000);
    p.b_data = guarded_floats((size_t)p.k * (size_t)p.n, seed + 2000);
    p.bias = guarded_floats((size_t)(p.m > p.n ? p.m : p.n), seed + 3000);
    p.a = layout(p.a_data, p.m, p.k, dp_rng_below(&rng, 2));
    p.b = layout(p.b_data, p.k, p.n, dp_rng_below(&rng, 2));
    p.ldc = p.n + (ptrdiff_t)dp_rng_below(&rng, 5);
    p.c_data = guarded_floats((size_t)p.m * (size_t)p.ldc, seed + 4000);
    return p;
}

typedef void run(const dp_kernels *kernels, const problem *p, float *c);

static dp_gemm product_of(const problem *p, float *c)
{
    return (dp_gemm){ p->m, p->n, p->k, p->a, p->b, c, p->ldc };
}

static void multiply(const dp_kernels *kernels, const dp_gemm *product, bool accumulate)
{
    const size_t size = kernels->gemm_scratch(product->k, product->n);
    float *scratch = guarded(size, sizeof *scratch);
    kernels->gemm(product, accumulate, scratch);
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
    float *b = guarded(kernels->packed_b_size(p->k, p->n), sizeof *b);
    kernels->pack_b(b, p->k, p->n, p->b);
    const dp_gemm product = product_of(p, c);
    kernels->gemm_packed(&product, b, &(dp_epilogue){ .bias = bias });
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
    float *a = guarded((size_t)p->m * (size_t)p->k, sizeof *a);
    float *out = guarded((size_t)p->m * (size_t)wide, sizeof *out);
    const size_t n = (size_t)p->k * (size_t)p->n;
    float *b = guarded(n - (size_t)p->n + (size_t)wide, sizeof *b);
    int *row = guarded((size_t)p->k, sizeof *row);
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
}

/* The rows of a overlap. */
static void run_overlapping_a(const dp_kernels *kernels, const problem *p, float *c)
{
    int *row = guarded((size_t)p->m, sizeof *row);
    const int last = p->m * p->k - p->k;
    for (int i = 0; i < p->m; i++)
        row[i] = i * 7 % (last + 1);
    dp_gemm product = product_of(p, c);
    product.a = (dp_mat){ .p = p->a_data, .cs = 1, .row = row };
    multiply(kernels, &product, true);
}

static run *const runs[] = { run_gemm,        run_accumulate, run_packed,
                             run_packed_bias, run_packed_a,   run_overlapping_a };
enum { N_RUNS = DP_COUNT(runs) };

/* Run the product on a copy of c_data. The memory between the rows of c must stay untouched. */
static float *result_of(run *what, const dp_kernels *kernels, const problem *p)
{
    const size_t n = (size_t)p->m * (size_t)p->ldc;
    float *c = guarded(n, sizeof *c);
    const int mark = guard_mark();
    memcpy(c, p->c_data, n * sizeof *c);
    for (int i = 0; i < p->m; i++)
        for (ptrdiff_t j = p->n; j < p->ldc; j++)
            c[i * p->ldc + j] = untouched;
    what(kernels, p, c);
    for (int i = 0; i < p->m; i++)
        for (ptrdiff_t j = p->n; j < p->ldc; j++)
            if (c[i * p->ldc + j] != untouched)
                ck_abort_msg("%s writes behind row %d", kernels->name, i);
    guard_free_to(mark);
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

/* kernels.h promises that the instruction set does not change the bits of tables that fuse. */
START_TEST(products_agree_with_the_reference_and_fused_ones_bit_for_bit)
{
    const uint64_t shapes = guarded_shapes(60);
    for (uint64_t seed = 0; seed < shapes; seed++) {
        const problem p = problem_make(seed);
        for (int what = 0; what < N_RUNS; what++) {
            const int mark = guard_mark();
            const float *wanted = result_of(runs[what], dp_kernels_at(0), &p);
            const float *fused = NULL;
            for (int i = 1; supported(i); i++) {
                const float *got = result_of(runs[what], supported(i), &p);
                compare(&p, supported(i)->name, got, wanted);
                if (fuses(supported(i)) && fused)
                    ck_assert_mem_eq(got, fused,
                                     (size_t)p.m * (size_t)p.ldc * sizeof *got);
                fused = fuses(supported(i)) ? got : fused;
            }
            guard_free_to(mark);
        }
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

/* The number of rows that are computed together does not change the bits either. */
START_TEST(rows_alone_have_the_bits_of_rows_together)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        const problem p = problem_make(seed);
        for (int i = 1; supported(i); i++) {
            const int mark = guard_mark();
            const float *together = result_of(run_packed_bias, supported(i), &p);
            problem row = p;
            row.m = 1;
            for (int j = 0; j < p.m; j++) {
                const int own = guard_mark();
                row.a.p = p.a.p + j * p.a.rs;
                const float *alone = result_of(run_packed_bias, supported(i), &row);
                ck_assert_mem_eq(alone, together + j * p.ldc,
                                 (size_t)p.n * sizeof *alone);
                guard_free_to(own);
            }
            guard_free_to(mark);
        }
    }
}
END_TEST

/* The kernel for a single row skips zeros where they are many; the one for several rows
 * does not. */
START_TEST(zeros_do_not_change_bits)
{
    enum { M = 3, N = 203, K = 2500, FULL = 1200, EMPTY = 2300 };
    guard_begin(0);
    float *a = guarded_floats(M * K, 1), *b = guarded_floats(K * N, 2),
          *bias = guarded_floats(N, 3);
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
        const int mark = guard_mark();
        float *packed_b = guarded(k->packed_b_size(K, N), sizeof *packed_b);
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
        guard_free_to(mark);
    }
}
END_TEST

/* ---- arrays ---------------------------------------------------------------- */

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-5 * (1 + fabs(wanted))))
        ck_abort_msg("%g is not %g", got, wanted);
}

/* Lengths from 0 to 99, then random ones. */
static size_t length_of(uint64_t shape)
{
    dp_rng rng = dp_rng_stream(shape, 2, 0);
    return shape < 100 ? (size_t)shape : dp_rng_below(&rng, 1000);
}

static void compare_arrays(const float *got, const float *wanted, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_near((double)got[i], (double)wanted[i]);
}

/* Sums have a fixed order, so all tables except the reference give the same bits. */
static void compare_sums(const float *x, const float *y, size_t n)
{
    const dp_kernels *reference = dp_kernels_at(0), *portable = supported(1);
    double moments[2], wanted[2], same[2];
    reference->moments(wanted, x, 0.5f, y, -0.5f, n);
    portable->moments(same, x, 0.5f, y, -0.5f, n);
    assert_near(portable->sum(x, n), reference->sum(x, n));
    assert_near(same[0], wanted[0]);
    assert_near(same[1], wanted[1]);
    for (int i = 2; supported(i); i++) {
        ck_assert_double_eq(supported(i)->sum(x, n), portable->sum(x, n));
        supported(i)->moments(moments, x, 0.5f, y, -0.5f, n);
        ck_assert_mem_eq(moments, same, sizeof same);
    }
}

START_TEST(values_agree_with_the_reference)
{
    static const float factors[3] = { 0.3f, -1.7f, 0.2f };
    const dp_kernels *reference = dp_kernels_at(0);
    const uint64_t shapes = guarded_shapes(100);
    for (uint64_t shape = 0; shape < shapes; shape++) {
        const size_t n = length_of(shape), bytes = n * sizeof(float);
        guard_begin(shape);
        const float *x = guarded_floats(n, shape), *y = guarded_floats(n, shape + 500);
        float *got = guarded(n, sizeof *got), *wanted = guarded(n, sizeof *wanted);
        for (int i = 1; supported(i); i++) {
            const dp_kernels *k = supported(i);
            reference->relu(wanted, x, n);
            memcpy(got, x, bytes);
            k->relu(got, got, n); /* in place */
            ck_assert(memcmp(got, wanted, bytes) == 0);
            reference->relu_grad(wanted, y, x, n);
            k->relu_grad(got, y, x, n);
            ck_assert(memcmp(got, wanted, bytes) == 0);
            reference->affine(wanted, x, 1.5f, -0.25f, n);
            k->affine(got, x, 1.5f, -0.25f, n);
            compare_arrays(got, wanted, n);
            reference->affine2(wanted, x, y, factors, n);
            k->affine2(got, x, y, factors, n);
            compare_arrays(got, wanted, n);
        }
        compare_sums(x, y, n);
    }
}
END_TEST

/* From −12 to 12 in steps of 0.001, and some values far outside. */
enum { ACT_N = 24001 + 10 };

static float *act_inputs(void)
{
    static const float far[] = { 20, 50, 87, 88, 89, 100, 1e3f, 1e6f, 1e10f, 0 };
    float *x = guarded(ACT_N, sizeof *x);
    for (int i = 0; i < 24001; i++)
        x[i] = (float)(i - 12000) * 1e-3f;
    for (int i = 0; i < 10; i++)
        x[24001 + i] = i % 2 ? -far[i] : far[i];
    return x;
}

static const float parameter = 0.25f; /* of leaky_relu and elu */

static void compare_act(const dp_kernels *tested, dp_act act, const float *x,
                        const float *got, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double wanted = (double)(float)dp_act_value(act, parameter, (double)x[i]);
        if (!(fabs((double)got[i] - wanted) <= 1e-6 * fmax(1, fabs(wanted))))
            ck_abort_msg("%s, %d(%g) is %.9g, not %.9g", tested->name, act, (double)x[i],
                         (double)got[i], wanted);
    }
}

START_TEST(activations_are_accurate_to_a_millionth)
{
    for (int i = 1; supported(i); i++)
        for (int act = 0; act < DP_ACT_COUNT; act++) {
            guard_begin((uint64_t)act);
            const float *x = act_inputs();
            float *got = guarded(ACT_N, sizeof *got);
            supported(i)->activate(got, x, ACT_N, (dp_act)act, parameter);
            compare_act(supported(i), (dp_act)act, x, got, ACT_N);
        }
}
END_TEST

/* A part of an array, in place, gives the same bits as the whole. */
START_TEST(activations_of_a_part_have_the_bits_of_the_whole)
{
    const uint64_t shapes = guarded_shapes(40 * DP_ACT_COUNT);
    static float inputs[ACT_N], whole[DP_ACT_COUNT][ACT_N];
    guard_begin(0);
    memcpy(inputs, act_inputs(), sizeof inputs);
    for (int i = 1; supported(i); i++) {
        const dp_kernels *k = supported(i);
        for (int act = 0; act < DP_ACT_COUNT; act++)
            k->activate(whole[act], inputs, ACT_N, (dp_act)act, parameter);
        for (uint64_t shape = 0; shape < shapes; shape++) {
            const dp_act act = (dp_act)(shape % DP_ACT_COUNT);
            const size_t n = length_of(shape / DP_ACT_COUNT);
            const size_t at = (size_t)(shape * 1237) % (ACT_N - n);
            guard_begin(shape);
            float *part = guarded(n, sizeof *part);
            memcpy(part, inputs + at, n * sizeof *part);
            k->activate(part, part, n, act, parameter);
            ck_assert(memcmp(part, whole[act] + at, n * sizeof *part) == 0);
        }
    }
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
    static float x[ACT_N], dy[ACT_N], wanted[ACT_N], whole[ACT_N];
    const uint64_t shapes = guarded_shapes(40);
    guard_begin(0);
    memcpy(x, act_inputs(), sizeof x);
    memcpy(dy, guarded_floats(ACT_N, 5), sizeof dy);
    dp_kernels_at(0)->gelu_grad(wanted, x, dy, ACT_N);
    for (int i = 1; supported(i); i++) {
        supported(i)->gelu_grad(whole, x, dy, ACT_N);
        for (int j = 0; j < ACT_N; j++)
            if (!(fabs((double)whole[j] - (double)wanted[j]) <= 2e-6))
                ck_abort_msg("%s: %g is not %g", supported(i)->name, (double)whole[j],
                             (double)wanted[j]);
        for (uint64_t shape = 0; shape < shapes; shape++) {
            const size_t n = length_of(shape), at = (size_t)(shape * 1237) % (ACT_N - n);
            guard_begin(shape);
            float *part = guarded(n, sizeof *part), *from = guarded(n, sizeof *from);
            memcpy(part, dy + at, n * sizeof *dy);
            memcpy(from, x + at, n * sizeof *x);
            supported(i)->gelu_grad(part, from, part, n);
            ck_assert(memcmp(part, whole + at, n * sizeof *part) == 0);
        }
    }
}
END_TEST

START_TEST(fused_activations_agree_bit_for_bit)
{
    guard_begin(0);
    float *x = act_inputs();
    float *y = guarded(ACT_N, sizeof *y), *first = guarded(ACT_N, sizeof *first);
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

/* Update the four arrays of n values, in pieces of `piece` values. */
static void adam_in_pieces(const dp_kernels *k, float *const array[4], const float *g,
                           size_t n, size_t piece)
{
    const dp_adam step = { .beta1 = 0.9f,
                           .beta2 = 0.999f,
                           .eps = 1e-8f,
                           .l2 = 0.1f,
                           .shrink = 0.99f,
                           .rate = 0.01f,
                           .correction = 20,
                           .average = 0.3f };
    for (size_t at = 0; at < n; at += piece) {
        const dp_adam_state state = { array[0] + at, array[1] + at, array[2] + at,
                                      array[3] + at };
        k->adam(&step, &state, g + at, n - at < piece ? n - at : piece);
    }
}

START_TEST(adam_agrees_bit_for_bit_in_any_division)
{
    const uint64_t shapes = guarded_shapes(100);
    for (uint64_t shape = 0; shape < shapes; shape++) {
        const size_t n = 1 + length_of(shape), piece = 1 + (size_t)(shape * 13) % n;
        float *first[4], *wanted[4];
        guard_begin(shape);
        const float *g = guarded_floats(n, shape);
        for (int a = 0; a < 4; a++) {
            first[a] = guarded_floats(n, shape + (uint64_t)a);
            wanted[a] = guarded(n, sizeof **wanted);
        }
        for (size_t j = 0; j < n; j++)
            first[2][j] = fabsf(first[2][j]); /* second moments */
        for (int a = 0; a < 4; a++)
            memcpy(wanted[a], first[a], n * sizeof **wanted);
        adam_in_pieces(dp_kernels_at(0), wanted, g, n, n);
        for (int i = 0; supported(i); i++) {
            const int mark = guard_mark();
            float *got[4];
            for (int a = 0; a < 4; a++)
                got[a] = memcpy(guarded(n, sizeof **got), first[a], n * sizeof **got);
            adam_in_pieces(supported(i), got, g, n, piece);
            for (int a = 0; a < 4; a++)
                ck_assert(memcmp(got[a], wanted[a], n * sizeof **got) == 0);
            guard_free_to(mark);
        }
    }
}
END_TEST

/* Only four different values, so that many windows have equal pixels. */
static float *coarse_floats(size_t n, uint64_t seed)
{
    float *v = guarded(n, sizeof *v);
    dp_rng rng = dp_rng_stream(seed, 0, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = (float)dp_rng_below(&rng, 4) - 1.5f;
    return v;
}

START_TEST(pooling_agrees_with_the_reference)
{
    const dp_kernels *reference = dp_kernels_at(0);
    const uint64_t shapes = guarded_shapes(40);
    for (uint64_t shape = 0; shape < shapes; shape++) {
        const int h = 1 + (int)(shape / 40 % 5), w = 2 + (int)(shape % 40);
        const size_t in = 2 * (size_t)h * (size_t)w, out = (size_t)h * (size_t)(w / 2);
        guard_begin(shape);
        const float *x = coarse_floats(in, shape), *dy = guarded_floats(out, 7);
        float *y = guarded(out, sizeof *y), *wanted = guarded(in, sizeof *wanted);
        for (int i = 1; supported(i); i++) {
            const int mark = guard_mark();
            float *small = guarded(out, sizeof *small), *got = guarded(in, sizeof *got);
            reference->maxpool2(y, x, h, w);
            supported(i)->maxpool2(small, x, h, w);
            ck_assert_mem_eq(small, y, out * sizeof *got);
            reference->maxpool2_grad(wanted, x, y, dy, h, w);
            supported(i)->maxpool2_grad(got, x, y, dy, h, w);
            for (size_t j = 0; j < in; j++)
                if (!(got[j] == wanted[j])) /* 0 and −0 are equal */
                    ck_abort_msg("%s: gradient %zu is %g", supported(i)->name, j,
                                 (double)got[j]);
            guard_free_to(mark);
        }
    }
}
END_TEST

/* The floats that `rows` rows of `cols` values cover, `step` apart. */
static size_t extent(int rows, int cols, ptrdiff_t step)
{
    return (size_t)((rows - 1) * step + cols);
}

START_TEST(copies_and_transposes_agree_with_the_reference)
{
    const uint64_t shapes = guarded_shapes(100);
    for (uint64_t shape = 0; shape < shapes; shape++) {
        dp_rng rng = dp_rng_stream(shape, 3, 0);
        const int rows = dp_rng_int(&rng, 1, 50), cols = dp_rng_int(&rng, 1, 50);
        const ptrdiff_t step = 50 + dp_rng_int(&rng, 0, 9);
        guard_begin(shape);
        const float *from = guarded_floats(extent(rows, cols, step), shape);
        const size_t n = extent(rows, cols, step), turned = extent(cols, rows, step);
        for (int i = 1; supported(i); i++) {
            const int mark = guard_mark();
            float *got = guarded(n, sizeof *got), *wanted = guarded(n, sizeof *wanted);
            dp_kernels_at(0)->copy_rows(wanted, step, from, step, rows, cols);
            supported(i)->copy_rows(got, step, from, step, rows, cols);
            ck_assert_mem_eq(got, wanted, n * sizeof *got);
            got = guarded(turned, sizeof *got);
            wanted = guarded(turned, sizeof *wanted);
            dp_kernels_at(0)->transpose(wanted, step, from, step, rows, cols);
            supported(i)->transpose(got, step, from, step, rows, cols);
            ck_assert_mem_eq(got, wanted, turned * sizeof *got);
            guard_free_to(mark);
        }
    }
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
          a_byte_beside_a_buffer_cannot_be_read, reference_multiplies,
          products_agree_with_the_reference_and_fused_ones_bit_for_bit,
          rows_alone_have_the_bits_of_rows_together, zeros_do_not_change_bits,
          values_agree_with_the_reference, adam_agrees_bit_for_bit_in_any_division,
          pooling_agrees_with_the_reference,
          copies_and_transposes_agree_with_the_reference,
          activations_are_accurate_to_a_millionth,
          activations_of_a_part_have_the_bits_of_the_whole,
          slopes_agree_with_central_differences, gelu_grad_agrees_with_the_reference,
          fused_activations_agree_bit_for_bit, activations_keep_nan,
          multiply_add_counts_its_operations)

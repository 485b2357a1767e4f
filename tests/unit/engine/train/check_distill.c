#include "config.h"

#include "engine/train/distill.h"
#include "engine/infer/session.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { N = 5, EXAMPLES = 9 };
static const dp_shape digit = { 1, DP_SIDE, DP_SIDE };
static const int list[N] = { 7, 0, 3, 8, 4 };

static dp_model *teacher(const char *text)
{
    chain c = chain_make(text, digit);
    dp_model *m = chain_model(&c, NULL);
    chain_clear(&c);
    return m;
}

static void draw_images(float x[N * DP_PIXELS], uint64_t seed)
{
    dp_rng rng = dp_rng_stream(seed, 0, 0);
    for (int i = 0; i < N * DP_PIXELS; i++)
        x[i] = dp_rng_uniform(&rng);
}

/* sum += softmax(logits of the model / temperature) */
static void add_answers(double sum[N * DP_DIGITS], const dp_model *m, const float *x,
                        double temperature)
{
    dp_session *s;
    float y[N * DP_DIGITS];
    ck_assert(!dp_session_create(&s, m, N, 1, NULL));
    dp_session_forward(s, x, N, y);
    dp_session_free(s);
    for (int i = 0; i < N; i++) {
        double total = 0;
        for (int k = 0; k < DP_DIGITS; k++)
            total += exp((double)y[i * DP_DIGITS + k] / temperature);
        for (int k = 0; k < DP_DIGITS; k++)
            sum[i * DP_DIGITS + k] +=
                exp((double)y[i * DP_DIGITS + k] / temperature) / total;
    }
}

START_TEST(targets_are_the_mean_of_the_answers)
{
    const dp_model *teachers[] = { teacher("flatten | dense 10"),
                                   teacher("flatten | dense 8 | relu | dense 10") };
    static float x[N * DP_PIXELS];
    float target[N * DP_DIGITS];
    double sum[N * DP_DIGITS] = { 0 };
    dp_distill *d;
    draw_images(x, 1);
    ck_assert(!dp_distill_create(&d,
                                 &(dp_distill_options){ .teachers = teachers,
                                                        .n_teachers = 2,
                                                        .temperature = 3,
                                                        .lanes = 2,
                                                        .max_n = N,
                                                        .examples = EXAMPLES },
                                 NULL));
    for (int i = 0; i < 2; i++) {
        add_answers(sum, teachers[i], x, 3);
        dp_model_unref(teachers[i]); /* dp_distill has its own reference */
    }
    dp_distill_targets(target, d, 1, &(dp_distill_batch){ x, list, N, 12345 });
    for (int i = 0; i < N * DP_DIGITS; i++)
        ck_assert_double_eq_tol((double)target[i], sum[i] / 2, 1e-6);
    dp_distill_free(d);
}
END_TEST

START_TEST(answers_are_cached_for_each_copy)
{
    const dp_model *m = teacher("flatten | dense 10");
    static float x[N * DP_PIXELS], other[N * DP_PIXELS];
    float first[N * DP_DIGITS], cached[N * DP_DIGITS], second[N * DP_DIGITS];
    dp_distill *d;
    draw_images(x, 1);
    draw_images(other, 2);
    ck_assert(!dp_distill_create(&d,
                                 &(dp_distill_options){ .teachers = &m,
                                                        .n_teachers = 1,
                                                        .temperature = 1,
                                                        .lanes = 1,
                                                        .max_n = N,
                                                        .examples = EXAMPLES,
                                                        .copies = 2 },
                                 NULL));
    dp_distill_targets(first, d, 0, &(dp_distill_batch){ x, list, N, 0 });
    dp_distill_targets(second, d, 0, &(dp_distill_batch){ other, list, N, 1 });
    ck_assert(memcmp(first, second, sizeof first) != 0);
    dp_distill_targets(cached, d, 0,
                       &(dp_distill_batch){ other, list, N,
                                            0 }); /* cached: the teachers are not asked */
    ck_assert_mem_eq(cached, first, sizeof cached);
    dp_distill_targets(cached, d, 0, &(dp_distill_batch){ x, list, N, 1 });
    ck_assert_mem_eq(cached, second, sizeof cached);
    const int new_list[N] = { 7, 0, 3, 8, 5 }; /* one is not cached: all are asked */
    dp_distill_targets(cached, d, 0, &(dp_distill_batch){ other, new_list, N, 0 });
    ck_assert_mem_eq(cached, second, sizeof cached);
    dp_distill_free(d);
    dp_model_unref(m);
}
END_TEST

START_TEST(unsuitable_teachers_are_refused_by_name)
{
    chain c = chain_make("flatten | dense 10", digit);
    const dp_model_info info = { .name = "foreign", .norm = DP_NORM_MNIST };
    dp_model *m;
    const dp_model *wrong = teacher("flatten | dense 9");
    dp_distill *d = NULL;
    dp_err err;
    ck_assert(!dp_model_create(&m, &c.spec, c.params, &info, NULL, NULL));
    const dp_model *foreign = m;
    dp_distill_options options = { .teachers = &foreign,
                                   .n_teachers = 1,
                                   .temperature = 1,
                                   .lanes = 1,
                                   .max_n = N,
                                   .examples = EXAMPLES };
    ck_assert_int_eq(dp_distill_create(&d, &options, &err), DP_MODEL);
    ck_assert_str_eq(err.msg,
                     "teacher foreign: it reads pixels in norm 'mnist', not 'unit'");
    options.teachers = &wrong;
    ck_assert_int_eq(dp_distill_create(&d, &options, &err), DP_MODEL);
    ck_assert(strncmp(err.msg, "teacher test: ", 14) == 0);
    ck_assert_ptr_null(d);
    dp_model_unref(foreign);
    dp_model_unref(wrong);
    chain_clear(&c);
}
END_TEST

UNIT_MAIN("distill", targets_are_the_mean_of_the_answers,
          answers_are_cached_for_each_copy, unsuitable_teachers_are_refused_by_name)

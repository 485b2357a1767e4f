#include "config.h"

#include "engine/core/rng.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>

START_TEST(streams_repeat_and_differ)
{
    dp_rng a = dp_rng_stream(1, 2, 3), b = dp_rng_stream(1, 2, 3);
    dp_rng c = dp_rng_stream(1, 3, 2), d = dp_rng_stream(2, 2, 3);
    uint64_t first = dp_rng_u64(&a);
    ck_assert_uint_eq(first, dp_rng_u64(&b));
    ck_assert_uint_ne(first, dp_rng_u64(&c));
    ck_assert_uint_ne(first, dp_rng_u64(&d));
    ck_assert_uint_ne(first, dp_rng_u64(&a));
}
END_TEST

START_TEST(uniform_has_its_mean_and_variance)
{
    dp_rng rng = dp_rng_stream(7, 0, 0);
    double sum = 0, squares = 0;
    enum { N = 100000 };
    for (int i = 0; i < N; i++) {
        double u = (double)dp_rng_uniform(&rng);
        ck_assert(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
    }
    ck_assert_double_eq_tol(sum / N, 1.0 / 2, 0.005);
    ck_assert_double_eq_tol(squares / N, 1.0 / 3, 0.005);
}
END_TEST

START_TEST(normal_has_its_mean_and_variance)
{
    dp_rng rng = dp_rng_stream(7, 1, 0);
    double sum = 0, squares = 0;
    enum { N = 100000 };
    for (int i = 0; i < N; i++) {
        double z = (double)dp_rng_normal(&rng);
        ck_assert(isfinite(z));
        sum += z;
        squares += z * z;
    }
    ck_assert_double_eq_tol(sum / N, 0, 0.02);
    ck_assert_double_eq_tol(squares / N, 1, 0.03);
}
END_TEST

START_TEST(below_is_unbiased)
{
    dp_rng rng = dp_rng_stream(7, 2, 0);
    int count[7] = { 0 };
    for (int i = 0; i < 70000; i++)
        count[dp_rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++)
        ck_assert(count[i] > 9600 && count[i] < 10400);
}
END_TEST

START_TEST(whole_numbers_reach_both_ends)
{
    dp_rng rng = dp_rng_stream(7, 5, 0);
    int count[5] = { 0 };
    for (int i = 0; i < 500; i++) {
        int n = dp_rng_int(&rng, -2, 2);
        ck_assert(n >= -2 && n <= 2);
        count[n + 2]++;
    }
    for (int i = 0; i < 5; i++)
        ck_assert_int_gt(count[i], 60);
}
END_TEST

START_TEST(weights_are_shares)
{
    static const int weight[] = { 0, 3, 0, 6, 1, 0 };
    dp_rng rng = dp_rng_stream(7, 4, 0);
    int count[6] = { 0 };
    for (int i = 0; i < 10000; i++)
        count[dp_rng_weighted(&rng, weight, 6)]++;
    for (int i = 0; i < 6; i++) {
        ck_assert_int_le(abs(count[i] - 1000 * weight[i]), 200);
        ck_assert(weight[i] > 0 || count[i] == 0);
    }
}
END_TEST

START_TEST(permutation_holds_every_index_once)
{
    enum { N = 1000 };
    int index[N] = { 0 };
    int seen[N] = { 0 };
    dp_rng rng = dp_rng_stream(7, 3, 0);
    dp_rng_permutation(&rng, index, N);
    int in_place = 0;
    for (int i = 0; i < N; i++) {
        ck_assert(index[i] >= 0 && index[i] < N);
        seen[index[i]]++;
        in_place += index[i] == i;
    }
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(seen[i], 1);
    ck_assert_int_lt(in_place, 10);
}
END_TEST

UNIT_MAIN("rng", streams_repeat_and_differ, uniform_has_its_mean_and_variance,
          normal_has_its_mean_and_variance, below_is_unbiased,
          whole_numbers_reach_both_ends, weights_are_shares,
          permutation_holds_every_index_once)

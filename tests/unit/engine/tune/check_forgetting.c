#include "config.h"

#include "engine/tune/forgetting.h"
#include "tests/unit/unit.h"

enum { N = 200 };
static dp_recalled digit[N];

/* Digits of two labels with these margins, of equal weight. */
static void make_digits(float before, float after)
{
    for (int i = 0; i < N; i++)
        digit[i] = (dp_recalled){ before, after, 1.0F / N, i % 2 };
}

START_TEST(without_a_change_nothing_is_lost)
{
    make_digits(0.1F, 0.1F);
    dp_forgetting f = dp_forgetting_estimate(digit, N);
    ck_assert(f.lost == 0 && f.at_most == 0);
    f = dp_forgetting_estimate(digit, 0);
    ck_assert(f.lost == 0 && f.at_most == 0);
}
END_TEST

/* Φ(1) − Φ(−1) and Φ(0.5) − Φ(−0.5), from tables of the normal distribution. */
START_TEST(a_flip_is_lost_and_one_back_is_gained)
{
    make_digits(1, -1);
    dp_forgetting f = dp_forgetting_estimate(digit, N);
    ck_assert_double_eq_tol(f.lost, 0.3829, 1e-4); /* spread 2 */
    ck_assert(f.at_most > f.lost);
    make_digits(-1, 1);
    ck_assert_double_eq_tol(dp_forgetting_estimate(digit, N).lost, -0.3829, 1e-4);
}
END_TEST

START_TEST(the_spread_is_that_of_the_label)
{
    make_digits(3, 3);
    for (int i = 0; i < N; i += 2)
        digit[i].after = 2; /* only zeros move, by 1 */
    dp_forgetting f = dp_forgetting_estimate(digit, N);
    ck_assert_double_eq_tol(f.lost, 0.5 * (0.99865 - 0.97725), 1e-4);
    ck_assert_double_eq_tol(f.at_most - f.lost, 1.645 * f.lost / 10, 1e-4);
}
END_TEST

START_TEST(digits_far_from_the_boundary_cost_nothing)
{
    make_digits(12, 11);
    ck_assert(dp_forgetting_estimate(digit, N).at_most < 1e-6);
}
END_TEST

START_TEST(a_digit_counts_by_its_weight)
{
    make_digits(9, 9);
    digit[0] = (dp_recalled){ 1, -1, 0.001F, 5 };
    digit[1] = (dp_recalled){ 9, 8, 0.1F, 5 };
    dp_forgetting f = dp_forgetting_estimate(digit, N);
    ck_assert(f.lost > 0.0003 && f.lost < 0.001);
}
END_TEST

UNIT_MAIN("forgetting", without_a_change_nothing_is_lost,
          a_flip_is_lost_and_one_back_is_gained, the_spread_is_that_of_the_label,
          digits_far_from_the_boundary_cost_nothing, a_digit_counts_by_its_weight)

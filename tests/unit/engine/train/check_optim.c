#include "config.h"

#include "engine/train/optim.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* Two steps from p = 1 with gradients 0.5 and −0.25 at rate 0.1, worked out by hand:
 * m1 = 0.05, v1 = 0.00025; the corrections are 10 and 1000, so that the first step is
 * 0.1 · 0.5 / 0.5 = 0.1. Then m2 = 0.9 · 0.05 − 0.025 = 0.02, v2 = 0.999 · 0.00025 +
 * 0.0000625 = 0.00031225; the corrections are 1 / 0.19 and 1 / 0.001999. */
static const double second_step =
    0.1 * (0.02 / 0.19) / 0.39522629650; /* √(0.00031225 / 0.001999) */

/* Update one parameter. */
static void update(const dp_adam *step, float *p, float *m, float *v, float g)
{
    float average = 0;
    const dp_adam_state state = { p, m, v, &average };
    dp_kernels_best()->adam(step, &state, &g, 1);
}

START_TEST(adam_by_hand)
{
    float p = 1, m = 0, v = 0, g = 0.5f;
    dp_adam first = dp_adam_at(DP_OPTIM_ADAM, 1, 0.1f, 0);
    update(&first, &p, &m, &v, g);
    ck_assert_double_eq_tol(p, 0.9f, 1e-6f);
    ck_assert_double_eq_tol(m, 0.05f, 1e-7f);
    ck_assert_double_eq_tol(v, 0.00025f, 1e-8f);
    g = -0.25f;
    dp_adam second = dp_adam_at(DP_OPTIM_ADAM, 2, 0.1f, 0);
    update(&second, &p, &m, &v, g);
    ck_assert_double_eq_tol((double)p, 0.9 - second_step, 1e-6);
}
END_TEST

START_TEST(decay_is_decoupled_in_adamw)
{
    float p = 2, m = 0, v = 0, g = 0.5f;
    dp_adam step = dp_adam_at(DP_OPTIM_ADAMW, 1, 0.1f, 0.3f);
    update(&step, &p, &m, &v, g);
    ck_assert_double_eq_tol(p, 2 * (1 - 0.1f * 0.3f) - 0.1f, 1e-6f);
    ck_assert_double_eq_tol(m, 0.05f, 1e-7f);
}
END_TEST

START_TEST(decay_is_part_of_the_gradient_in_adam)
{
    float p = 2, m = 0, v = 0, g = 0.5f;
    dp_adam step = dp_adam_at(DP_OPTIM_ADAM, 1, 0.1f, 0.3f);
    update(&step, &p, &m, &v, g);
    ck_assert_double_eq_tol(p, 2 - 0.1f, 1e-6f);
    ck_assert_double_eq_tol(m, 0.1f * (0.5f + 0.3f * 2), 1e-7f);
}
END_TEST

START_TEST(without_decay_both_kinds_are_the_same)
{
    for (int kind = 0; kind < DP_OPTIM_COUNT; kind++) {
        float p = 2, m = 0, v = 0, g = 0.5f;
        dp_adam step = dp_adam_at((dp_optim_kind)kind, 1, 0.1f, 0);
        update(&step, &p, &m, &v, g);
        ck_assert_double_eq_tol(p, 1.9f, 1e-6f);
        ck_assert_double_eq_tol(m, 0.05f, 1e-7f);
    }
}
END_TEST

START_TEST(the_average_moves_by_its_weight)
{
    float p = 2, m = 0, v = 0, average = 1, g = 0.5f;
    const dp_adam_state state = { &p, &m, &v, &average };
    dp_adam step = dp_adam_at(DP_OPTIM_ADAM, 1, 0.1f, 0);
    step.average = 0.25f;
    dp_kernels_best()->adam(&step, &state, &g, 1);
    ck_assert_double_eq_tol(average, 1 + 0.25f * (1.9f - 1), 1e-6f);
}
END_TEST

START_TEST(zero_gradients_change_nothing)
{
    float p = 2, m = 0, v = 0, g = 0;
    dp_adam step = dp_adam_at(DP_OPTIM_ADAMW, 1, 0.1f, 0);
    update(&step, &p, &m, &v, g);
    ck_assert(p == 2);
}
END_TEST

START_TEST(schedules_go_up_then_down)
{
    enum { STEPS = 1000 };
    for (int kind = 0; kind < DP_SCHEDULE_COUNT; kind++) {
        float rate[STEPS];
        for (int i = 0; i < STEPS; i++) {
            rate[i] = dp_schedule_rate((dp_schedule_kind)kind, 0.01f, 0.3f, i, STEPS);
            ck_assert(rate[i] > 0 && rate[i] <= 0.01f);
        }
        for (int i = 1; i < 300; i++)
            ck_assert(rate[i] > rate[i - 1]);
        for (int i = 301; i < STEPS; i++)
            ck_assert(rate[i] <= rate[i - 1]);
        ck_assert_double_eq_tol(rate[299], 0.01f, 2e-5f);
    }
}
END_TEST

START_TEST(schedules_have_their_values)
{
    const long n = 1000001; /* odd, so that there is a middle step */
    ck_assert_double_eq_tol(dp_schedule_rate(DP_SCHEDULE_ONECYCLE, 1, 0.5f, 0, n), 0.04f,
                            1e-5f);
    ck_assert_double_eq_tol(dp_schedule_rate(DP_SCHEDULE_ONECYCLE, 1, 0.5f, n - 1, n),
                            1e-4f, 1e-5f);
    ck_assert_double_eq_tol(dp_schedule_rate(DP_SCHEDULE_COSINE, 1, 0, n / 2, n), 0.5f,
                            1e-5f);
    ck_assert_double_eq_tol(dp_schedule_rate(DP_SCHEDULE_COSINE, 1, 0.5f, n / 4, n), 0.5f,
                            1e-5f);
    ck_assert(dp_schedule_rate(DP_SCHEDULE_CONSTANT, 1, 0.1f, n - 1, n) == 1);
    /* The whole run can be warm-up. */
    ck_assert_double_eq_tol(dp_schedule_rate(DP_SCHEDULE_COSINE, 1, 1, n - 1, n), 1,
                            1e-5f);
}
END_TEST

UNIT_MAIN("optim", adam_by_hand, decay_is_decoupled_in_adamw,
          decay_is_part_of_the_gradient_in_adam, without_decay_both_kinds_are_the_same,
          zero_gradients_change_nothing, the_average_moves_by_its_weight,
          schedules_go_up_then_down, schedules_have_their_values)

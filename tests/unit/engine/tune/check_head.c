#include "config.h"

#include "engine/core/rng.h"
#include "engine/tune/head.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

/* Features are an indicator of the digit, a feature that only the lessons have, and 1. The old head
 * reads every digit right, and the lessons, which are ones, as sevens. */
enum { FEATURES = 12, LESSONS = 8, OTHERS = 100, N = LESSONS + OTHERS, OWN = 10 };

static float feature[N][FEATURES], logit[N][DP_DIGITS], target[N][DP_DIGITS], weight[N];

static void make_examples(void)
{
    memset(feature, 0, sizeof feature);
    for (int i = 0; i < N; i++) {
        const int seen = i < LESSONS ? 7 : i % DP_DIGITS;
        dp_rng rng = dp_rng_stream(3, 0, (uint64_t)i);
        for (int k = 0; k < DP_DIGITS; k++) {
            feature[i][k] = (k == seen ? 1.0F : 0) + 0.1F * dp_rng_normal(&rng);
            logit[i][k] = 6 * feature[i][k];
        }
        feature[i][OWN] = i < LESSONS ? 1.0F : 0.05F * dp_rng_normal(&rng);
        feature[i][FEATURES - 1] = 1;
        weight[i] = i < LESSONS ? 1.0F / LESSONS : 1.0F / OTHERS;
        double sum = 0;
        for (int k = 0; k < DP_DIGITS; k++)
            sum += exp((double)logit[i][k]);
        for (int k = 0; k < DP_DIGITS; k++)
            target[i][k] = i < LESSONS ? k == 1 : (float)(exp((double)logit[i][k]) / sum);
    }
}

static dp_head *new_head(void)
{
    dp_head *head;
    make_examples();
    const dp_head_examples examples = {
        .n = N,
        .lessons = LESSONS,
        .features = FEATURES,
        .feature = feature[0],
        .logit = logit[0],
        .target = target[0],
        .weight = weight,
    };
    ck_assert_int_eq(dp_head_create(&head, &examples, NULL), DP_OK);
    return head;
}

static int best(const float z[DP_DIGITS])
{
    int k = 0;
    for (int i = 1; i < DP_DIGITS; i++)
        if (z[i] > z[k])
            k = i;
    return k;
}

static double evidence(const float z[DP_DIGITS])
{
    double sum = 0;
    for (int k = 0; k < DP_DIGITS; k++)
        sum += exp((double)z[k]);
    return log(sum);
}

START_TEST(lessons_are_learnt_and_others_stay_as_they_were)
{
    dp_head *head = new_head();
    dp_head_fit(head, 0.02);
    for (int i = 0; i < N; i++) {
        float z[DP_DIGITS];
        dp_head_logits(z, head, i);
        ck_assert_int_eq(best(z), i < LESSONS ? 1 : i % DP_DIGITS);
        if (i >= LESSONS)
            ck_assert_double_eq_tol(evidence(z), evidence(logit[i]), 1);
    }
    dp_head_free(head);
}
END_TEST

START_TEST(without_a_fit_nothing_changes)
{
    float change[DP_DIGITS][FEATURES];
    dp_head *head = new_head();
    dp_head_change(change[0], head);
    for (int k = 0; k < DP_DIGITS; k++)
        for (int j = 0; j < FEATURES; j++)
            ck_assert(change[k][j] == 0);
    dp_head_free(head);
}
END_TEST

START_TEST(the_change_gives_the_logits)
{
    float change[DP_DIGITS][FEATURES];
    dp_head *head = new_head();
    dp_head_fit(head, 0.1);
    dp_head_change(change[0], head);
    for (int i = 0; i < N; i++) {
        float z[DP_DIGITS];
        dp_head_logits(z, head, i);
        for (int k = 0; k < DP_DIGITS; k++) {
            double sum = (double)logit[i][k];
            for (int j = 0; j < FEATURES; j++)
                sum += (double)change[k][j] * (double)feature[i][j];
            ck_assert_double_eq_tol((double)z[k], sum, 1e-4);
        }
    }
    dp_head_free(head);
}
END_TEST

START_TEST(the_solution_does_not_depend_on_the_start)
{
    dp_head *direct = new_head(), *detour = new_head();
    dp_head_fit(direct, 0.02);
    dp_head_fit(detour, 1);
    dp_head_fit(detour, 0.02);
    for (int i = 0; i < N; i++) {
        float a[DP_DIGITS], b[DP_DIGITS];
        dp_head_logits(a, direct, i);
        dp_head_logits(b, detour, i);
        for (int k = 0; k < DP_DIGITS; k++)
            ck_assert_double_eq_tol((double)a[k], (double)b[k], 0.1);
    }
    dp_head_free(direct);
    dp_head_free(detour);
}
END_TEST

START_TEST(an_example_without_weight_has_no_effect)
{
    float with[DP_DIGITS], without[DP_DIGITS];
    dp_head *head = new_head();
    weight[N - 1] = 0;
    dp_head_free(head);
    dp_head_examples examples = { N,        LESSONS,   FEATURES, feature[0],
                                  logit[0], target[0], weight };
    ck_assert_int_eq(dp_head_create(&head, &examples, NULL), DP_OK);
    dp_head_fit(head, 0.1);
    dp_head_logits(with, head, 0);
    dp_head_free(head);
    examples.n = N - 1;
    ck_assert_int_eq(dp_head_create(&head, &examples, NULL), DP_OK);
    dp_head_fit(head, 0.1);
    dp_head_logits(without, head, 0);
    dp_head_free(head);
    for (int k = 0; k < DP_DIGITS; k++)
        ck_assert(with[k] == without[k]);
}
END_TEST

UNIT_MAIN("head", lessons_are_learnt_and_others_stay_as_they_were,
          without_a_fit_nothing_changes, the_change_gives_the_logits,
          the_solution_does_not_depend_on_the_start,
          an_example_without_weight_has_no_effect)

#include "config.h"

#include "tui/bench/conditions.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"

#include <stddef.h>

typedef struct example {
    const char *name;
    dp_bench_conditions conditions;
} example;

static void check(const example *examples, size_t n, bool disturbed)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(dp_bench_is_disturbed(&examples[i].conditions) == disturbed, "%s",
                      examples[i].name);
}

START_TEST(an_idle_machine_does_not_disturb)
{
    static const example examples[] = {
        { "one thread", { 0.1, 0.0007, 0.03, 1 } },
        { "system programs that run now and then", { 0.1, 0.0045, 0.16, 0.97 } },
        { "a system that tells nothing", { 1, 0, 0.1, 1 } },
        { "programs that start and end", { 1, 0, 0.44, 1 } },
    };
    check(examples, DP_COUNT(examples), false);
}
END_TEST

START_TEST(neighbours_disturb)
{
    static const example examples[] = {
        { "one thread on a shared processor", { 0.1, 0.06, 0.028, 1 } },
        { "two threads, one of them on a shared processor", { 0.1, 0.15, 0.47, 1 } },
        { "a single long interruption", { 1, 0.15, 0.02, 1 } },
        { "repetitions of two speeds", { 0.1, 0, 0.77, 1 } },
        { "a processor that became slower", { 1, 0.001, 0.02, 0.7 } },
    };
    check(examples, DP_COUNT(examples), true);
}
END_TEST

START_TEST(the_time_that_threads_waited_only_grows)
{
    const double before = dp_bench_waited();
    ck_assert_double_ge(before, 0);
    ck_assert_double_ge(dp_bench_waited(), before);
}
END_TEST

UNIT_MAIN("conditions", an_idle_machine_does_not_disturb, neighbours_disturb,
          the_time_that_threads_waited_only_grows)

#include "config.h"

#include "tests/unit/talk.h"
#include "tests/unit/unit.h"
#include "tui/cli/cli.h"

START_TEST(complaints_are_printable)
{
    catch_talk();
    dp_err err = { DP_MODEL, "a\033[2J: broken" };
    ck_assert_int_eq(dp_cli_fail("info", &err), 3);
    expect_talk("digitpad info: a\\x1b[2J: broken\n");
    ck_assert_int_eq(dp_cli_misuse("info", "only one %s is allowed", "MODEL"), 2);
    expect_talk("digitpad info: only one MODEL is allowed\ntry 'digitpad info --help'\n");
}
END_TEST

START_TEST(options_before_environment)
{
    setenv("OMP_NUM_THREADS", "3,2", 1);
    setenv("DIGITPAD_THREADS", "2", 1);
    ck_assert_int_eq(dp_cli_threads(5), 5);
    ck_assert_int_eq(dp_cli_threads(0), 2);
    setenv("DIGITPAD_THREADS", "many", 1);
    ck_assert_int_eq(dp_cli_threads(0), 3);
    setenv("DIGITPAD_THREADS", "99999999999", 1);
    ck_assert_int_eq(dp_cli_threads(0), DP_MAX_THREADS);
    unsetenv("DIGITPAD_THREADS");
    unsetenv("OMP_NUM_THREADS");
    ck_assert_int_eq(dp_cli_threads(0), 0);

    setenv("DIGITPAD_MODEL", "mlp", 1);
    ck_assert_str_eq(dp_cli_model("x"), "x");
    ck_assert_str_eq(dp_cli_model(NULL), "mlp");
    setenv("DIGITPAD_MODEL", "", 1);
    ck_assert_str_eq(dp_cli_model(NULL), "cnn");
    unsetenv("DIGITPAD_MODEL");
    ck_assert_str_eq(dp_cli_model(NULL), "cnn");
}
END_TEST

UNIT_MAIN("cli", complaints_are_printable, options_before_environment)

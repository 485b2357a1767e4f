#include "config.h"

#include "engine/core/err.h"
#include "tests/unit/unit.h"

#include <string.h>

START_TEST(fail_stores_code_and_message)
{
    dp_err err = { 0 };
    ck_assert_int_eq(dp_fail(&err, DP_INPUT, "pixel %d of %d", 3, 784), DP_INPUT);
    ck_assert_int_eq(err.code, DP_INPUT);
    ck_assert_str_eq(err.msg, "pixel 3 of 784");
}
END_TEST

START_TEST(fail_accepts_a_null_err)
{
    ck_assert_int_eq(dp_fail(NULL, DP_IO, "dropped"), DP_IO);
    ck_assert_int_eq(dp_fail_in(NULL, DP_IO, "dropped"), DP_IO);
}
END_TEST

START_TEST(context_goes_in_front)
{
    dp_err err = { 0 };
    dp_fail(&err, DP_MODEL, "tensor 0.bias: missing");
    ck_assert_int_eq(dp_fail_in(&err, DP_INTERNAL, "%s", "a.safetensors"), DP_MODEL);
    ck_assert_str_eq(err.msg, "a.safetensors: tensor 0.bias: missing");
}
END_TEST

START_TEST(another_code_keeps_the_message)
{
    dp_err err = { 0 };
    dp_fail(&err, DP_INPUT, "a.idx: damaged");
    ck_assert_int_eq(dp_err_recode(&err, DP_IO), DP_IO);
    ck_assert_int_eq(err.code, DP_IO);
    ck_assert_str_eq(err.msg, "a.idx: damaged");
    ck_assert_int_eq(dp_err_recode(NULL, DP_MODEL), DP_MODEL);
}
END_TEST

START_TEST(long_messages_are_cut)
{
    dp_err err = { 0 };
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    dp_fail(&err, DP_IO, "%s", text);
    ck_assert_uint_eq(strlen(err.msg), sizeof err.msg - 1);
    dp_fail_in(&err, DP_IO, "%s", text);
    ck_assert_uint_eq(strlen(err.msg), sizeof err.msg - 1);
}
END_TEST

START_TEST(every_code_has_a_name)
{
    ck_assert_str_eq(dp_code_name(DP_OK), "ok");
    ck_assert_str_eq(dp_code_name(DP_INTERNAL), "internal error");
    ck_assert_str_eq(dp_code_name((dp_code)999), "unknown");
}
END_TEST

START_TEST(every_code_has_an_exit_status)
{
    ck_assert_int_eq(dp_code_status(DP_OK), 0);
    ck_assert_int_eq(dp_code_status(DP_INPUT), 1);
    ck_assert_int_eq(dp_code_status(DP_USAGE), 2);
    ck_assert_int_eq(dp_code_status(DP_MODEL), 3);
    ck_assert_int_eq(dp_code_status(DP_NETWORK), 4);
    ck_assert_int_eq(dp_code_status(DP_IO), 5);
    ck_assert_int_eq(dp_code_status(DP_NOMEM), 70);
    ck_assert_int_eq(dp_code_status(DP_INTERNAL), 70);
    ck_assert_int_eq(dp_code_status(DP_INTERRUPTED), 130);
    ck_assert_int_eq(dp_code_status((dp_code)999), 70);
}
END_TEST

UNIT_MAIN("err", fail_stores_code_and_message, fail_accepts_a_null_err,
          context_goes_in_front, another_code_keeps_the_message, long_messages_are_cut,
          every_code_has_a_name, every_code_has_an_exit_status)

#include "config.h"

#include "tests/unit/unit.h"
#include "tui/cli/repeats.h"

#include <stdio.h>
#include <string.h>

static const char *text_of(const dp_repeats *r, int i)
{
    static char text[DP_REPEATS_TEXT];
    return dp_repeats_text(text, r, i, false);
}

START_TEST(ten_of_a_kind_are_printed)
{
    dp_repeats r = { 0 };
    for (int i = 0; i < 5902; i++) {
        char message[64];
        snprintf(message, sizeof message, "record %d, byte %d: '%x' is not a number", i,
                 700 * i, (unsigned)i);
        ck_assert_int_eq(dp_repeats_add(&r, "a.csv", message), i < 10);
    }
    ck_assert_int_eq(r.n, 1);
    ck_assert_uint_eq(dp_repeats_hidden(&r, 0), 5892);
    ck_assert_str_eq(text_of(&r, 0), "... and 5,892 more like this");
}
END_TEST

START_TEST(kinds_are_counted_apart)
{
    dp_repeats r = { 0 };
    for (int i = 0; i < 12; i++) {
        dp_repeats_add(&r, "a.csv", i % 2 ? "line 3: empty" : "no such file");
        dp_repeats_add(&r, i < 11 ? "a.csv" : "b.csv", "no such file");
    }
    ck_assert_int_eq(r.n, 2);
    ck_assert_uint_eq(dp_repeats_hidden(&r, 0), 8);
    ck_assert_uint_eq(dp_repeats_hidden(&r, 1), 0);
    ck_assert_str_eq(text_of(&r, 0), "... and 8 more like \"no such file\", in 2 files");
}
END_TEST

START_TEST(further_kinds_count_as_one)
{
    dp_repeats r = { 0 };
    int printed = 0;
    for (int i = 0; i < 1000; i++) {
        char message[] = "aa: damaged";
        message[0] = (char)('a' + i % 26);
        message[1] = (char)('a' + i / 26 % 26);
        printed += dp_repeats_add(&r, "a", message);
    }
    ck_assert_int_eq(r.n, DP_REPEATS_KINDS + 1);
    ck_assert_uint_gt(dp_repeats_hidden(&r, DP_REPEATS_KINDS), 0);
    ck_assert_int_le(printed, DP_REPEATS_PRINTED * (DP_REPEATS_KINDS + 1));
    ck_assert_ptr_nonnull(strstr(text_of(&r, DP_REPEATS_KINDS), "of other kinds"));
}
END_TEST

START_TEST(long_messages_are_cut)
{
    static char message[1000];
    dp_repeats r = { 0 };
    memset(message, '\'', sizeof message - 1);
    dp_repeats_add(&r, message, message);
    memset(message, 'a', sizeof message - 1);
    for (int i = 0; i < 11; i++)
        dp_repeats_add(&r, message, message);
    ck_assert_uint_lt(strlen(text_of(&r, 1)), DP_REPEATS_TEXT);
}
END_TEST

UNIT_MAIN("repeats", ten_of_a_kind_are_printed, kinds_are_counted_apart,
          further_kinds_count_as_one, long_messages_are_cut)

#include "config.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "weights/data/division.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 64 };

static dp_tally names;

/* Count a name `times` times. */
static int count(const char *name, int times)
{
    int index = -1;
    for (int i = 0; i < times; i++)
        ck_assert_int_eq(dp_tally_count(&index, &names, name, strlen(name), NULL), DP_OK);
    return index;
}

/* Expect the subsets of all names, by the letters t, v and e. */
static void expect(const dp_subset *subset, const char *wanted)
{
    char got[MOST + 1] = "";
    for (int i = 0; i < names.n; i++)
        got[i] = "tve"[subset[i]];
    ck_assert_str_eq(got, wanted);
    dp_tally_clear(&names);
}

START_TEST(names_keep_their_order_and_are_counted)
{
    ck_assert_int_eq(count("b", 2), 0);
    ck_assert_int_eq(count("a", 1), 1);
    ck_assert_int_eq(count("b", 1), 0);
    int index = -1;
    ck_assert_int_eq(dp_tally_count(&index, &names, "abc", 1, NULL), DP_OK);
    ck_assert_int_eq(index, 1);
    ck_assert_int_eq(names.n, 2);
    ck_assert_int_eq(names.entry[0].count, 3);
    ck_assert_int_eq(names.entry[1].count, 2);
    dp_tally_clear(&names);
}
END_TEST

START_TEST(too_many_names_are_refused)
{
    dp_err err = { 0 };
    for (int i = 0; i < DP_TALLY_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        ck_assert_int_eq(count(name, 1), i);
    }
    int index = -1;
    ck_assert_int_eq(dp_tally_count(&index, &names, "x", 1, &err), DP_INPUT);
    ck_assert_str_eq(err.msg, "more than 4096 names");
    ck_assert_int_eq(index, -1);
    dp_tally_clear(&names);
}
END_TEST

START_TEST(of_six_writers_two_are_held_out)
{
    dp_subset subset[MOST];
    for (int i = 0; i < 14; i++)
        count((char[]){ (char)('a' + i), '\0' }, 1);
    dp_division how = { 0 };
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, NULL), DP_OK);
    expect(subset, "ttttvettttvett");
}
END_TEST

START_TEST(five_writers_are_too_few)
{
    dp_subset subset[MOST];
    dp_err err = { 0 };
    for (int i = 0; i < 5; i++)
        count((char[]){ (char)('a' + i), '\0' }, 1);
    dp_division how = { 0 };
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, &err), DP_INPUT);
    ck_assert_str_eq(err.msg,
                     "5 writers; at least 6 are needed, four of them to train on");
    dp_tally_clear(&names);
}
END_TEST

/* Of apb 6 drawings, of ibm 3 and of tos 4: tos has the median number. */
START_TEST(one_institution_of_three_is_held_out)
{
    dp_subset subset[MOST];
    static const struct {
        const char *name;
        int drawings;
    } writer[] = { { "apb01", 1 }, { "tos1", 1 }, { "apb02", 1 }, { "ibm01", 2 },
                   { "apb03", 4 }, { "tos2", 3 }, { "ibm02", 1 }, { "someone", 9 } };
    for (size_t i = 0; i < DP_COUNT(writer); i++)
        count(writer[i].name, writer[i].drawings);
    dp_division how = { 0 };
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, NULL), DP_OK);
    expect(subset, "tvtttvve");
}
END_TEST

START_TEST(of_two_medians_the_lower_is_held_out)
{
    dp_subset subset[MOST];
    count("a1", 4);
    count("b1", 2);
    count("c1", 2);
    count("d1", 1);
    for (int i = 0; i < 3; i++)
        count((char[]){ "xyz"[i], '\0' }, 1);
    dp_division how = { 0 };
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, NULL), DP_OK);
    expect(subset, "tvtttve");
}
END_TEST

START_TEST(two_institutions_are_divided_by_writer)
{
    dp_subset subset[MOST];
    count("a1", 1);
    for (int i = 1; i < 6; i++)
        count((char[]){ 'b', (char)('0' + i), '\0' }, 1);
    dp_division how = { 0 };
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, NULL), DP_OK);
    expect(subset, "ttttve");
}
END_TEST

START_TEST(the_third_alphabet_is_held_out)
{
    dp_subset subset[MOST] = { 0 };
    for (int i = 0; i < 7; i++)
        count((char[]){ (char)('a' + i), '\0' }, 1);
    dp_divide_alphabets(subset, &names, &(dp_division){ 0 });
    expect(subset, "ttvttvt");
}
END_TEST

START_TEST(patterns_replace_the_rules_where_they_match)
{
    static const char *const pattern[] = { "ibm*", "Korean", "x" };
    dp_subset subset[MOST] = { 0 };
    dp_division how = { .pattern = pattern, .n = 3 };
    count("ibm01", 1);
    count("tos01", 1);
    count("ibm02", 1);
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, NULL), DP_OK);
    expect(subset, "vtv");
    ck_assert(how.used[0] && !how.used[1]);
    count("Korean", 1);
    count("Latin", 1);
    count("Greek", 1);
    dp_divide_alphabets(subset, &names, &how);
    expect(subset, "vtt");
    for (int i = 0; i < 3; i++)
        count((char[]){ (char)('a' + i), '\0' }, 1);
    dp_divide_alphabets(subset, &names, &how);
    expect(subset, "ttv");
    ck_assert(how.used[0] && how.used[1] && !how.used[2]);
}
END_TEST

START_TEST(nobody_need_be_held_out)
{
    dp_subset subset[MOST];
    dp_division how = { .nobody = true };
    count("a", 1);
    count("b", 1);
    count("c", 1);
    dp_divide_alphabets(subset, &names, &how);
    ck_assert_int_eq(dp_divide_writers(subset, &names, &how, NULL), DP_OK);
    expect(subset, "ttt");
}
END_TEST

UNIT_MAIN("division", names_keep_their_order_and_are_counted, too_many_names_are_refused,
          of_six_writers_two_are_held_out, five_writers_are_too_few,
          one_institution_of_three_is_held_out, of_two_medians_the_lower_is_held_out,
          two_institutions_are_divided_by_writer, the_third_alphabet_is_held_out,
          patterns_replace_the_rules_where_they_match, nobody_need_be_held_out)

#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "tests/unit/unit.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

static void expect_parsed(const char *text, double wanted)
{
    double value = -77;
    ck_assert_msg(dp_decimal_parse(&value, text, strlen(text)), "%s", text);
    ck_assert(fabs(value - wanted) <= fabs(wanted) * 1e-14);
}

START_TEST(decimals_are_parsed)
{
    expect_parsed("0", 0);
    expect_parsed("255", 255);
    expect_parsed("-12", -12);
    expect_parsed("+3", 3);
    expect_parsed("0.5", 0.5);
    expect_parsed(".5", 0.5);
    expect_parsed("5.", 5);
    expect_parsed("1e3", 1000);
    expect_parsed("1.25E-2", 0.0125);
    expect_parsed("007", 7);
    expect_parsed("0.000000000000000000000000000001", 1e-30);
    expect_parsed("123456789012345678901234567890", 1.2345678901234568e29);
    expect_parsed("0.1234567890123456789012345678", 0.12345678901234568);
    expect_parsed("1e-500", 0);
    expect_parsed("0e999999999999999999999", 0);
    expect_parsed("1e308", 1e308);
}
END_TEST

START_TEST(other_texts_are_refused)
{
    const char *const texts[] = { "",    " ",   "-",     ".",   "e5",    "1e",   "1e+",
                                  "1,5", "0x1", "nan",   "inf", "1e999", "1 2",  " 1",
                                  "1 ",  "--1", "1.2.3", "٣",   "1f",    "1e5.0" };
    for (size_t i = 0; i < DP_COUNT(texts); i++) {
        double value = -77;
        ck_assert_msg(!dp_decimal_parse(&value, texts[i], strlen(texts[i])), "%s",
                      texts[i]);
        ck_assert_double_eq(value, -77);
    }
    double value;
    ck_assert(!dp_decimal_parse(&value, "1\0", 2));
    ck_assert(dp_decimal_parse(&value, "12345", 2)); /* no NUL is needed */
    ck_assert_double_eq(value, 12);
}
END_TEST

START_TEST(digits_are_taken_from_a_longer_text)
{
    const char *text = "0012x34", *const start = text;
    uint64_t value = 7;
    ck_assert(!dp_decimal_digits(&value, &text, 11));
    ck_assert(value == 7 && text == start);
    ck_assert(dp_decimal_digits(&value, &text, 12));
    ck_assert(value == 12 && text == start + 4);
    ck_assert(!dp_decimal_digits(&value, &text, 99)); /* at the x */
    text = "18446744073709551615";
    ck_assert(dp_decimal_digits(&value, &text, UINT64_MAX));
    ck_assert(value == UINT64_MAX && *text == '\0');
    text = "18446744073709551616";
    ck_assert(!dp_decimal_digits(&value, &text, UINT64_MAX));
    text = "184467440737095516150";
    ck_assert(!dp_decimal_digits(&value, &text, UINT64_MAX));
}
END_TEST

START_TEST(ints_have_at_most_a_sign_in_front)
{
    static const struct {
        const char *text;
        int value;
    } good[] = { { "0", 0 },
                 { "-0", 0 },
                 { "+12", 12 },
                 { "-007", -7 },
                 { "2147483647", INT_MAX },
                 { "-2147483648", INT_MIN } };
    static const char *const bad[] = {
        "",    "-",   "+",          "--1",         "+-1", " 1", "1 ",
        "1.0", "0x1", "2147483648", "-2147483649", "1e3", "１", "99999999999999999999999"
    };
    int value = 5;
    for (size_t i = 0; i < DP_COUNT(bad); i++)
        ck_assert_msg(!dp_decimal_int(&value, bad[i]) && value == 5, "%s", bad[i]);
    for (size_t i = 0; i < DP_COUNT(good); i++) {
        ck_assert_msg(dp_decimal_int(&value, good[i].text), "%s", good[i].text);
        ck_assert_int_eq(value, good[i].value);
    }
}
END_TEST

START_TEST(floats_are_those_of_c)
{
    static const char *const bad[] = { "", " ", "x", "1x", "1 ", "1e", "0x1p-2 ", "1,5" };
    float value = 5;
    for (size_t i = 0; i < DP_COUNT(bad); i++)
        ck_assert_msg(!dp_decimal_float(&value, bad[i]) && value == 5.0F, "%s", bad[i]);
    ck_assert(dp_decimal_float(&value, " -1.5e-1") && value == -0.15F);
    ck_assert(dp_decimal_float(&value, "0x1p-2") && value == 0.25F);
    ck_assert(dp_decimal_float(&value, "inf") && isinf(value));
    ck_assert(dp_decimal_float(&value, "nan") && isnan(value));
}
END_TEST

static void expect_shortest(float x, const char *wanted)
{
    char text[DP_DECIMAL_SIZE];
    dp_decimal_shortest(text, x, dp_decimal_float);
    ck_assert_str_eq(text, wanted);
}

START_TEST(floats_are_printed_as_short_as_they_can_be)
{
    expect_shortest(0, "0");
    expect_shortest(-0.5F, "-0.5");
    expect_shortest(0.1F, "0.1");
    expect_shortest(1e-5F, "1e-05");
    expect_shortest(3e-3F, "0.003");
    expect_shortest(100, "1e+02");
    expect_shortest(128, "128");
    expect_shortest(1.0F / 3, "0.33333334");
    expect_shortest(nextafterf(1, 0), "0.99999994");
    expect_shortest(nextafterf(1, 2), "1.0000001");
    expect_shortest(16777215, "16777215");
    expect_shortest(FLT_MAX, "3.4028235e+38");
    expect_shortest(FLT_MIN, "1.1754944e-38");
    expect_shortest(nextafterf(0, 1), "1e-45");
}
END_TEST

/* A reader that takes no more than three characters. */
static bool parse_short(float *out, const char *text)
{
    return strlen(text) <= 3 && dp_decimal_float(out, text);
}

START_TEST(the_given_reader_decides_what_reads_back)
{
    char text[DP_DECIMAL_SIZE];
    dp_decimal_shortest(text, 0.5F, parse_short);
    ck_assert_str_eq(text, "0.5");
    dp_decimal_shortest(text, 0.125F, parse_short); /* never: all digits are left */
    ck_assert_str_eq(text, "0.125");
    dp_decimal_shortest(text, 1.0F / 3, parse_short);
    ck_assert_str_eq(text, "0.333333343");
}
END_TEST

UNIT_MAIN("decimal", decimals_are_parsed, other_texts_are_refused,
          digits_are_taken_from_a_longer_text, ints_have_at_most_a_sign_in_front,
          floats_are_those_of_c, floats_are_printed_as_short_as_they_can_be,
          the_given_reader_decides_what_reads_back)

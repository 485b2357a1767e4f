#include "config.h"

#include "tests/unit/unit.h"
#include "weights/io/number.h"

#include <math.h>
#include <string.h>

static void check(const char *text, double wanted)
{
    double value = -77;
    ck_assert_msg(dp_number_parse(&value, text, strlen(text)), "%s", text);
    ck_assert(fabs(value - wanted) <= fabs(wanted) * 1e-14);
}

START_TEST(numbers)
{
    check("0", 0);
    check("255", 255);
    check("-12", -12);
    check("+3", 3);
    check("0.5", 0.5);
    check(".5", 0.5);
    check("5.", 5);
    check("1e3", 1000);
    check("1.25E-2", 0.0125);
    check("007", 7);
    check("0.000000000000000000000000000001", 1e-30);
    check("123456789012345678901234567890", 1.2345678901234568e29);
    check("0.1234567890123456789012345678", 0.12345678901234568);
    check("1e-500", 0);
    check("0e999999999999999999999", 0);
    check("1e308", 1e308);
}
END_TEST

START_TEST(what_is_no_number)
{
    const char *const texts[] = { "",    " ",   "-",     ".",   "e5",    "1e",   "1e+",
                                  "1,5", "0x1", "nan",   "inf", "1e999", "1 2",  " 1",
                                  "1 ",  "--1", "1.2.3", "٣",   "1f",    "1e5.0" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = -77;
        ck_assert_msg(!dp_number_parse(&value, texts[i], strlen(texts[i])), "%s",
                      texts[i]);
        ck_assert_double_eq(value, -77);
    }
    double value;
    ck_assert(!dp_number_parse(&value, "1\0", 2));
    ck_assert(dp_number_parse(&value, "12345", 2)); /* no NUL is needed */
    ck_assert_double_eq(value, 12);
}
END_TEST

UNIT_MAIN("number", numbers, what_is_no_number)

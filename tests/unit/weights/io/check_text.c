#include "config.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "weights/io/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void expect_same(dp_text *t, float value)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%.9g", (double)value);
    t->size = 0;
    dp_text_add_exact(t, value);
    ck_assert_str_eq(t->bytes, wanted);
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

START_TEST(exact_floats_are_printed_as_by_printf)
{
    const uint32_t one = 0x3f800000;
    dp_text t = { 0 };
    for (uint32_t bits = 0; bits < 100; bits++) /* the smallest floats */
        expect_same(&t, float_of(bits));
    for (uint32_t bits = 0; bits < one + 5000; bits += 4001)
        expect_same(&t, float_of(bits));
    for (int i = 1; i < 46; i++) { /* around a power of ten */
        float value = powf(10, (float)-i);
        expect_same(&t, value);
        expect_same(&t, nextafterf(value, 0));
        expect_same(&t, nextafterf(value, 1));
    }
    for (int i = 1; i < 149; i++)
        expect_same(&t, ldexpf(1, -i));
    expect_same(&t, nextafterf(1, 0));
    dp_text_clear(&t);
}
END_TEST

START_TEST(other_floats_are_printed_as_well)
{
    const float values[] = { 0, -0.0f, -0.5f, 1, 1.5f, 1e9f, 3e38f, NAN, INFINITY };
    dp_text t = { 0 };
    for (size_t i = 0; i < DP_COUNT(values); i++)
        expect_same(&t, values[i]);
    dp_text_clear(&t);
}
END_TEST

START_TEST(blank_lines_have_only_white_space)
{
    ck_assert(dp_text_is_blank("", 0));
    ck_assert(dp_text_is_blank(" \t \r", 4));
    ck_assert(!dp_text_is_blank(" x", 2));
    ck_assert(!dp_text_is_blank(" \0", 2));
}
END_TEST

UNIT_MAIN("text", exact_floats_are_printed_as_by_printf, other_floats_are_printed_as_well,
          blank_lines_have_only_white_space)

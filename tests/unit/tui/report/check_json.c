/* Values of JSON: commas, keys, numbers and hostile texts. */
#include "config.h"

#include "tests/unit/unit.h"
#include "tui/report/json.h"

#include <math.h>

START_TEST(commas_are_between_pieces)
{
    dp_json j = { 0 };
    dp_json_object(&j, NULL);
    dp_json_array(&j, "a");
    dp_json_integer(&j, NULL, 1);
    dp_json_integer(&j, NULL, -2);
    dp_json_object(&j, NULL);
    dp_json_end_object(&j);
    dp_json_end_array(&j);
    dp_json_object(&j, "b");
    dp_json_flag(&j, "c", true);
    dp_json_flag(&j, "d", false);
    dp_json_end_object(&j);
    dp_json_null(&j, "e");
    dp_json_end_object(&j);
    ck_assert_str_eq(j.text.bytes,
                     "{\"a\":[1,-2,{}],\"b\":{\"c\":true,\"d\":false},\"e\":null}");
    dp_text_clear(&j.text);
}
END_TEST

START_TEST(numbers_are_numbers_or_null)
{
    dp_json j = { 0 };
    dp_json_array(&j, NULL);
    dp_json_integer(&j, NULL, 68157440);
    dp_json_number(&j, NULL, 0.9967);
    dp_json_number(&j, NULL, (double)NAN);
    dp_json_number(&j, NULL, (double)INFINITY);
    dp_json_end_array(&j);
    ck_assert_str_eq(j.text.bytes, "[68157440,0.9967,null,null]");
    dp_text_clear(&j.text);
}
END_TEST

START_TEST(texts_and_keys_are_escaped)
{
    dp_json j = { 0 };
    dp_json_object(&j, NULL);
    dp_json_string(&j, "a\"b\n", "\x1b[2J\\ \xc3\xa9 \xff");
    dp_json_string(&j, "none", NULL);
    dp_json_end_object(&j);
    ck_assert_str_eq(j.text.bytes,
                     "{\"a\\\"b\\n\":\"\\u001B[2J\\\\ \\u00E9 \\uFFFD\",\"none\":null}");
    dp_text_clear(&j.text);
}
END_TEST

UNIT_MAIN("json", commas_are_between_pieces, numbers_are_numbers_or_null,
          texts_and_keys_are_escaped)

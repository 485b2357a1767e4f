#include "config.h"

#include "engine/core/arith.h"
#include "tests/unit/unit.h"
#include "weights/data/strokes_json.h"

#include <stdio.h>
#include <string.h>

static dp_strokes read_good(const char *text)
{
    dp_strokes s = { 0 };
    dp_err err = { 0 };
    ck_assert_msg(dp_strokes_json_read(&s, text, strlen(text), &err) == DP_OK, "%s: %s",
                  text, err.msg);
    return s;
}

START_TEST(strokes_are_read)
{
    dp_strokes s = read_good("{\"strokes\":[[[1,2],[3.5,-4]],[[5,6]]],\"other\":7}");
    ck_assert_int_eq(s.n_strokes, 2);
    ck_assert_int_eq(s.stroke[0].count, 2);
    ck_assert_int_eq(s.stroke[0].tool, DP_PEN);
    ck_assert(s.point[1].x == 3.5f && s.point[1].y == -4);
    ck_assert(s.point[2].x == 5 && s.stroke[1].width == 0);
    dp_strokes_clear(&s);
    s = read_good("{\"strokes\":[]}");
    ck_assert_int_eq(s.n_strokes, 0);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(optional_arrays_are_read)
{
    dp_strokes s = read_good("{\"tools\":[\"pen\",\"eraser\"],\"t\":[[0,16],[250]],"
                             "\"strokes\":[[[1,2],[3,4]],[[5,6]]],\"widths\":[2.5,8]}");
    ck_assert_int_eq(s.stroke[0].tool, DP_PEN);
    ck_assert_int_eq(s.stroke[1].tool, DP_ERASER);
    ck_assert(s.stroke[0].width == 2.5f && s.stroke[1].width == 8);
    ck_assert_int_eq(s.time_ms[1], 16);
    ck_assert_int_eq(s.time_ms[2], 250);
    dp_strokes_clear(&s);
    s = read_good("{\"strokes\":[[[1,2]]],\"tools\":null}");
    dp_strokes_clear(&s);
}
END_TEST

/* The drawing of `text` is that of `wanted`. */
static void same(const char *text, const char *wanted)
{
    dp_strokes s = read_good(text);
    char *written = dp_strokes_json_write(&s);
    ck_assert_str_eq(written, wanted);
    free(written);
    dp_strokes_clear(&s);
}

START_TEST(forms_of_other_programs_are_read)
{
    static const char two[] = "{\"strokes\":[[[1,2],[3,4]],[[5,6]]]}";
    static const char timed[] = "{\"strokes\":[[[1,2],[3,4]],[[5,6]]],"
                                "\"t\":[[0,16],[90]]}";
    static const char long_one[] = "{\"strokes\":[[[1,2],[3,4],[5,6],[7,8],[9,0]]]}";
    same("{\"strokes\":[[[1,2],[3,4]],[],[[5,6]]]}", two);
    same("{\"strokes\":[[[1,2,0],[3,4,16]],[[5,6,90,0.5]]]}", timed);
    same("{\"strokes\":[[{\"x\":1,\"y\":2,\"pressure\":1},{\"x\":3,\"y\":4}],"
         "[{\"x\":5,\"y\":6}]]}",
         two);
    same("{\"strokes\":[{\"points\":[{\"x\":1,\"y\":2,\"time\":1700000000000},"
         "{\"x\":3,\"y\":4,\"time\":1700000000016}]},"
         "{\"points\":[{\"x\":5,\"y\":6,\"time\":1700000000090}]}]}",
         timed);
    same("{\"drawing\":[[[1,3],[2,4]],[[5],[6]]]}", two);
    same("{\"drawing\":[[[1,3],[2,4],[0,16]],[[5],[6],[90]]]}", timed);
    same("{\"drawing\":[[[1,3],[2,4]],[],[[],[]],[[5],[6]]]}", two);
    same("{\"drawing\":[[1,3,5,7,9],[2,4,6,8,0]]}", long_one);
    same("{\"drawing\":[[[1,2],[3,4],[5,6],[7,8],[9,0]]]}", long_one);
    same("{\"strokes\":[[[1,3,5,7,9],[2,4,6,8,0]]]}", long_one);
    same("{\"strokes\":[[1,2],[3,4],[5,6],[7,8],[9,0]]}", long_one);
    same("{\"strokes\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]}",
         "{\"strokes\":[[[1,2],[3,4]]]}");
    same("{\"strokes\":[[[1,2],[3,4]]]}", "{\"strokes\":[[[1,2],[3,4]]]}");
    same("{\"strokes\":[[],[]]}", "{\"strokes\":[]}");
}
END_TEST

START_TEST(written_drawings_are_read_back)
{
    const char *const texts[] = {
        "{\"strokes\":[]}",
        "{\"strokes\":[[[1,2],[3.25,-4]],[[5,6]]]}",
        "{\"strokes\":[[[0.1,1e+20],[1.00000012,3]]],\"widths\":[2.5]}",
        "{\"strokes\":[[[1,2]]],\"tools\":[\"eraser\"],\"widths\":[8],\"t\":[[40]]}",
    };
    for (size_t i = 0; i < DP_COUNT(texts); i++) {
        dp_strokes s = read_good(texts[i]);
        char *written = dp_strokes_json_write(&s);
        ck_assert_str_eq(written, texts[i]);
        free(written);
        dp_strokes_clear(&s);
    }
}
END_TEST

START_TEST(undone_strokes_are_not_written)
{
    dp_strokes s = read_good("{\"strokes\":[[[1,2]],[[3,4]]]}");
    ck_assert(dp_strokes_undo(&s));
    char *written = dp_strokes_json_write(&s);
    ck_assert_str_eq(written, "{\"strokes\":[[[1,2]]]}");
    free(written);
    dp_strokes_clear(&s);
}
END_TEST

START_TEST(bad_drawings_are_explained)
{
    const struct {
        const char *text, *message;
    } cases[] = {
        { "", "column 0: not valid JSON: " },
        { "{\"strokes\":[[[1,2]]}", "column 20: not valid JSON: " },
        { "[]", "strokes: not an array" },
        { "{}", "strokes: not an array" },
        { "{\"strokes\":5}", "strokes: not an array" },
        { "{\"strokes\":[],\"strokes\":[]}", "duplicate" },
        { "{\"strokes\":[5]}", "strokes[0]: not an array of points" },
        { "{\"strokes\":[[[1,2]],null]}", "strokes[1]: not an array of points" },
        { "{\"strokes\":[[[1,2]],{\"x\":1}]}", "strokes[1]: not an array of points" },
        { "{\"strokes\":[{\"x\":1},{\"x\":1}]}", "strokes[0][0]: not a point" },
        { "{\"strokes\":[[1,2],[1]]}", "strokes[0][1]: not a point" },
        { "{\"drawing\":[[[1,2],[3]]]}", "drawing[0][1]: not a point" },
        { "{\"drawing\":[[[1,2],[3,null]]]}", "drawing[0][1]: not a point" },
        { "{\"drawing\":{}}", "drawing: not an array" },
        { "{\"strokes\":[[[1,2],[1]]]}", "strokes[0][1]: not a point" },
        { "{\"strokes\":[[[1,2],[1,2,3,4,5]]]}", "strokes[0][1]: not a point" },
        { "{\"strokes\":[[[1,\"2\"]]]}", "strokes[0][0]: not a point" },
        { "{\"strokes\":[[[1,1e39]]]}", "strokes[0][0]: a coordinate" },
        { "{\"strokes\":[[[1,2]]],\"tools\":[]}", "tools: not an array of 1 entries" },
        { "{\"strokes\":[[[1,2]]],\"tools\":\"pen\"}", "tools: not an array" },
        { "{\"strokes\":[[[1,2]]],\"tools\":[\"brush\"]}", "tools[0]: neither" },
        { "{\"strokes\":[[[1,2]]],\"tools\":[1]}", "tools[0]: neither" },
        { "{\"strokes\":[[[1,2]]],\"widths\":[\"a\"]}", "widths[0]: not a number" },
        { "{\"strokes\":[[[1,2]]],\"widths\":[-1]}", "strokes[0][0]: a width" },
        { "{\"strokes\":[[[1,2]]],\"t\":[[1,2]]}", "t[0]: not an array of 1 times" },
        { "{\"strokes\":[[[1,2]]],\"t\":[[\"a\"]]}", "strokes[0][0]: its time" },
        { "{\"strokes\":[[[1,2]]],\"t\":[[1e10]]}", "strokes[0][0]: its time" },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        dp_strokes s = { 0 };
        dp_err err = { 0 };
        ck_assert_int_eq(
            dp_strokes_json_read(&s, cases[i].text, strlen(cases[i].text), &err),
            DP_INPUT);
        ck_assert_msg(strstr(err.msg, cases[i].message) != NULL, "%s: %s", cases[i].text,
                      err.msg);
        ck_assert_ptr_null(s.point);
    }
}
END_TEST

START_TEST(too_many_strokes_are_refused)
{
    size_t room = 32 + (DP_MAX_STROKES + 1) * 8;
    char *text = malloc(room);
    ck_assert_ptr_nonnull(text);
    size_t n = (size_t)sprintf(text, "{\"strokes\":[");
    for (int i = 0; i <= DP_MAX_STROKES; i++)
        n += (size_t)sprintf(text + n, "%s[[1,2]]", i ? "," : "");
    strcpy(text + n, "]}");
    dp_strokes s = { 0 };
    dp_err err;
    ck_assert_int_eq(dp_strokes_json_read(&s, text, strlen(text), &err), DP_INPUT);
    ck_assert_ptr_nonnull(strstr(err.msg, "strokes[4096][0]: a drawing holds at most"));
    free(text);
}
END_TEST

UNIT_MAIN("strokes_json", strokes_are_read, optional_arrays_are_read,
          forms_of_other_programs_are_read, written_drawings_are_read_back,
          undone_strokes_are_not_written, bad_drawings_are_explained,
          too_many_strokes_are_refused)

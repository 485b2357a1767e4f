#include "config.h"

#include "tests/unit/readers.h"

#include <stdarg.h>

static void is(const char *records, const char *wanted)
{
    ck_assert_str_eq(records, wanted);
}

static void holds(const char *records, const char *wanted)
{
    ck_assert_msg(strstr(records, wanted) != NULL, "got '%s'", records);
}

/* ---- how texts follow each other ----------------------------------------------------- */

START_TEST(texts_need_no_line_each)
{
    is(RECORDS("{\"strokes\":[]},\n{\"strokes\":[]},\n", "auto"),
       "strokes 0; strokes 0; end");
    is(RECORDS("{\"strokes\":[]}{\"strokes\":[[[1,2]]]} {\"strokes\":[]}", "auto"),
       "strokes 0; strokes 1; strokes 0; end");
    is(RECORDS(
           "{\n  \"strokes\": [\n    [\n      [\n        1,\n        2\n      ]\n    ]"
           "\n  ]\n}\n{\n  \"strokes\": []\n}\n",
           "auto"),
       "strokes 1; strokes 0; end");
    is(RECORDS("{\n\"strokes\": [\n[\n{\n\"x\": 1,\n\"y\": 2\n}\n]\n]\n}\n", "auto"),
       "strokes 1; end");
    is(RECORDS("{\"strokes\":\r\n[[[1,2]]]\r\n}\r\r{\"strokes\":[]}\r", "auto"),
       "strokes 1; strokes 0; end");
    is(RECORDS("{\"a\":\"}]\\\\\\\"[{\",\"strokes\":[]}", "auto"), "strokes 0; end");
    is(RECORDS("\xef\xbb\xbf{\"strokes\":[]}\n\xef\xbb\xbf{\"strokes\":[]}", "auto"),
       "strokes 0; strokes 0; end");
}
END_TEST

/* As escapes, so that a terminal acts on none. */
START_TEST(names_are_echoed_without_control_characters)
{
    is(RECORDS("{\"id\":\"a\x7f\xc2\x9b\\u001b\x7f\",\"strokes\":[]}", "auto"),
       "strokes 0 id \"a\\u007f\\u009B\\u001B\\u007f\"; end");
}
END_TEST

START_TEST(arrays_are_read_element_by_element)
{
    is(RECORDS("[{\"strokes\":[],\"id\":1},{\"strokes\":[[[1,2]]],\"id\":2}]", "auto"),
       "strokes 0 id 1; strokes 1 id 2; end");
    is(RECORDS("[\n  {\n    \"strokes\": []\n  },\n  {\n    \"strokes\": []\n  }\n]\n[\n{"
               "\"strokes\":[[[3,4]]]}\n]\n",
               "auto"),
       "strokes 0; strokes 0; strokes 1; end");
    is(RECORDS("[{\"strokes\":[]},{\"pixels\":[1]},{\"strokes\":[]}]", "auto"),
       "strokes 0; bad: record 2, byte 16: 1 pixels, not 784 or 28 rows of 28; "
       "strokes 0; end");
    is(RECORDS("[]", "auto"), "end");
    is(RECORDS("[]\n[{\"strokes\":[]}]", "auto"), "strokes 0; end");
    is(RECORDS("[[],{\"strokes\":[]}]", "auto"),
       "bad: record 1, byte 0: 2 pixels, not 784 or 28 rows of 28; end");
}
END_TEST

/* How many records there are, read or passed over. */
static int count(const char *text, bool skip)
{
    dp_source *s = source_of(text, strlen(text));
    dp_reader *r;
    dp_record record = { .kind = DP_RECORD_IMAGE };
    bool at_end = false;
    int n = -1;
    ck_assert_int_eq(dp_reader_create(&r, s, "auto", NULL), DP_OK);
    for (; !at_end; n++) {
        dp_code code =
            skip ? dp_reader_skip(&at_end, r, NULL) : dp_reader_next(&record, r, NULL);
        if (!skip && code == DP_OK)
            at_end = record.kind == DP_RECORD_END;
    }
    dp_reader_free(r);
    dp_source_close(s);
    return n;
}

START_TEST(as_many_records_are_passed_over_as_are_read)
{
    static const char *const texts[] = {
        "{\"strokes\":[]}\n[]\n[ \n]{\"strokes\":[]}",
        "{\"strokes\":[]}\n{\"strokes\":\n{\"strokes\":[]}\n",
        "[{\"strokes\":[]},{\"pixels\":[1]},[],{\"strokes\":[]}]",
        "{\"a\":1,\"a\":1}\nnonsense\n[1,2]\n{\n\"strokes\":[]\n}\n{} {\"strokes\":[]}",
        "[{\"strokes\":[]},",
        "{\"strokes\":[1e999,nul]}\n{}\n",
        "",
    };
    ck_assert_int_eq(count(texts[0], true), 2);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_int_eq(count(texts[i], true), count(texts[i], false));
}
END_TEST

/* ---- images ---------------------------------------------------------------------------- */

typedef struct images {
    char text[1 << 16];
    size_t size;
} images;

static void add(images *t, const char *text)
{
    t->size += (size_t)snprintf(t->text + t->size, sizeof t->text - t->size, "%s", text);
    ck_assert_uint_lt(t->size, sizeof t->text);
}

/* An image with one pixel of 7, as 784 entries or as rows of 28; each is `pixel`. */
static void add_image(images *t, bool rows, const char *before, const char *after)
{
    for (int i = 0; i < DP_PIXELS; i++) {
        const bool new_row = rows && i % DP_SIDE == 0;
        add(t, i == 0 ? (rows ? "[[" : "[") : new_row ? "],[" : ",");
        add(t, before);
        add(t, i == 99 ? "7" : "0");
        add(t, after);
    }
    add(t, rows ? "]]" : "]");
}

START_TEST(arrays_of_images_are_read)
{
    static const struct {
        bool rows;
        const char *before, *after, *pixel_before, *pixel_after;
    } shapes[] = {
        { false, "[", "]", "", "" },  /* [n,784] */
        { true, "[", "]", "", "" },   /* [n,28,28] */
        { true, "[", "]", "[", "]" }, /* [n,28,28,1] */
        { true, "[[", "]]", "", "" }, /* [1,n,28,28] with n = 1 */
        { false, "[[", "]]", "", "" },
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        images t = { .size = 0 };
        add(&t, shapes[i].before);
        add_image(&t, shapes[i].rows, shapes[i].pixel_before, shapes[i].pixel_after);
        add(&t, shapes[i].after);
        is(records_of(t.text, t.size, "auto"), "28x28 sum 7; end");
        if (i > 2)
            continue;
        t.size -= 1;
        add(&t, ",\n");
        add_image(&t, shapes[i].rows, shapes[i].pixel_before, shapes[i].pixel_after);
        add(&t, shapes[i].after);
        is(records_of(t.text, t.size, "auto"), "28x28 sum 7; 28x28 sum 7; end");
    }
}
END_TEST

START_TEST(many_rows_are_not_many_images)
{
    images t = { .size = 0 };
    add(&t, "[");
    for (int i = 0; i < 29; i++) /* they have 783 commas */
        add(&t, i ? ",[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"
                  : "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]");
    add(&t, "]");
    is(records_of(t.text, t.size, "auto"),
       "bad: record 1, byte 0: 29 pixels, not 784 or 28 rows of 28; end");
}
END_TEST

START_TEST(drawings_of_quick_draw_are_read)
{
    is(RECORDS("{\"word\":\"snake\",\"countrycode\":\"US\",\"timestamp\":\"2017-03-01\","
               "\"recognized\":true,\"key_id\":\"4503626191994880\",\"drawing\":"
               "[[[1,2,3],[4,5,6]],[[7,8],[9,9]]]}\n",
               "auto"),
       "strokes 2 id \"4503626191994880\"; end");
    is(RECORDS("{\"key_id\":1,\"id\":2,\"drawing\":[[[1,2,3],[4,5,6],[0,7,9]]]}", "auto"),
       "strokes 1 id 2; end");
}
END_TEST

/* ---- errors ------------------------------------------------------------------------------ */

START_TEST(a_damaged_line_costs_one_record)
{
    static const char *const damaged[] = {
        "hello",
        "7",
        "{\"strokes\":[[[1,2],[3,4",
        "{\"strokes\":[[[1,2],",
        "{\"strokes\":[",
        "{\"strokes\":",
        "{\"strokes\"",
        "{",
        "{\"strokes\":[[[1,2]}",
        "{\"strokes\":[[[1,2]]]]}",
        "{\"strokes\":[[[1 2]]]}",
        "{\"strokes\":\"[",
        "{'strokes':[]}",
        "{\"strokes\":[,]}",
        "[1,2",
        "}",
        "\x01",
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        char text[200];
        int n = snprintf(text, sizeof text,
                         "{\"strokes\":[]}\n%s\n{\"strokes\":[]}\n{\"strokes\":[]}\n",
                         damaged[i]);
        const char *records = records_of(text, (size_t)n, "ndjson");
        const char *at = strstr(records, "bad: record 2, byte ");
        ck_assert_msg(at && !strstr(at + 1, "bad: "), "%s: %s", damaged[i], records);
        holds(at, "not valid JSON: ");
        holds(at, "; strokes 0; strokes 0; end");
    }
}
END_TEST

START_TEST(a_damaged_text_of_many_lines_costs_one_record)
{
    is(RECORDS("{\n  \"strokes\": [\n    [1, 2\n  ]}\n  ]\n}\n{\n  \"strokes\": []\n}\n",
               "auto"),
       "bad: record 1, byte 31: not valid JSON: ']' expected near '}'; strokes 0; "
       "end");
}
END_TEST

START_TEST(a_text_without_an_end_is_one_error)
{
    is(RECORDS("{\n  \"strokes\": [\n    [\n", "auto"),
       "bad: record 1, byte 22: not valid JSON: ']' expected near end of file; end");
    is(RECORDS("[{\"strokes\":[]},\n{\"strokes\":[]}\n", "auto"),
       "strokes 0; strokes 0; bad: record 3, byte 32: not valid JSON: the array has no "
       "end; end");
    is(RECORDS("[{\"strokes\":[]},\n{\"strokes\":[", "auto"),
       "strokes 0; bad: record 2, byte 29: not valid JSON: ']' expected near end of "
       "file; end");
    is(RECORDS("[{\"strokes\":[]},{\"strokes\":[}]", "auto"),
       "strokes 0; bad: record 2, byte 29: not valid JSON: unexpected token near '}'; end");
}
END_TEST

START_TEST(drawings_without_their_object_are_explained)
{
    holds(RECORDS("[[[1,2],[3,4]],[[5,6]]]", "auto"),
          "record 1, byte 1: a list of points; a drawing is "
          "{\"strokes\":[[[x,y],...],...]}; bad: record 2");
    holds(RECORDS("[[1,2],[3,4]]", "auto"), "record 1, byte 0: a list of points;");
    holds(RECORDS("[{\"points\":[{\"x\":1,\"y\":2}]}]", "auto"),
          "a single stroke; a drawing is {\"strokes\":[{\"points\":[...]},...]}");
}
END_TEST

START_TEST(depth_and_length_are_limited)
{
    enum { LONG = (10 << 20) + 100 };
    char *text = malloc(LONG + 100);
    memset(text, '[', 5000);
    memcpy(text + 5000, "\n{\"strokes\":[]}\n", 16);
    holds(records_of(text, 5016, "auto"), "bad: record 1, byte 2050: not valid JSON: ");
    holds(records_of(text, 5016, "auto"), "; strokes 0; end");
    memset(text, ' ', LONG);
    memcpy(text, "{\"strokes\":", 11);
    memcpy(text + LONG, "[]}\n{\"strokes\":[]}\n", 19);
    is(records_of(text, LONG + 19, "auto"),
       "bad: record 1, byte 0: a JSON text is longer than 10485760 bytes; strokes 0; end");
    free(text);
}
END_TEST

UNIT_MAIN("image_ndjson", texts_need_no_line_each,
          names_are_echoed_without_control_characters, arrays_are_read_element_by_element,
          as_many_records_are_passed_over_as_are_read, arrays_of_images_are_read,
          many_rows_are_not_many_images, drawings_of_quick_draw_are_read,
          a_damaged_line_costs_one_record, a_damaged_text_of_many_lines_costs_one_record,
          a_text_without_an_end_is_one_error, drawings_without_their_object_are_explained,
          depth_and_length_are_limited)

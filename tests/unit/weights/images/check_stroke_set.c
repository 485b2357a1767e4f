#include "config.h"

#include "engine/core/arith.h"
#include "engine/ink/normalize.h"
#include "tests/tempdir.h"
#include "tests/unit/drawing.h"
#include "weights/images/stroke_set.h"

#include <stdio.h>
#include <string.h>

static char path[300];

static FILE *begin_file(void)
{
    snprintf(path, sizeof path, "%s/drawings.ndjson", tempdir());
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    return f;
}

static void write_text(const char *text)
{
    FILE *f = begin_file();
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

/* Write a file in which n writers a, b, … take turns. Each draws `each` drawings of one
 * label. */
static void write_writers(int n, int each)
{
    FILE *f = begin_file();
    for (int i = 0; i < n * each; i++)
        fprintf(f,
                "{\"label\":%d,\"writer\":\"%c\",\"strokes\":[[[0,0],[%d,90]],"
                "[[0,50],[40,%d]]]}\n",
                i % n % 10, 'a' + i % n, 10 + i, i);
    ck_assert_int_eq(fclose(f), 0);
}

/* Expect the labels of `each` drawings of each of n writers. */
static void expect_labels(const uint8_t *label, int total, const int *writer, int n,
                          int each)
{
    ck_assert_int_eq(total, n * each);
    for (int i = 0; i < total; i++)
        ck_assert_int_eq(label[i], writer[i % n]);
}

START_TEST(writers_are_split_by_their_order)
{
    write_writers(8, 150); /* so many that arrays grow */
    dp_stroke_set set = { 0 };
    dp_err err = { 0 };
    dp_division how = { 0 };
    ck_assert_msg(!dp_stroke_set_add(&set, path, &how, &err), "%s", err.msg);
    expect_labels(set.train.label, set.train.n, (int[]){ 0, 1, 2, 3, 6, 7 }, 6, 150);
    expect_labels(set.validation.label, set.validation.n, (int[]){ 4 }, 1, 150);
    expect_labels(set.test.label, set.test.n, (int[]){ 5 }, 1, 150);
    dp_stroke_set_clear(&set);
    ck_assert_ptr_null(set.train.strokes);
}
END_TEST

/* The i-th drawing of write_writers(6, …). */
static void draw(dp_strokes *s, int i)
{
    const float x = 10 + (float)i, y = (float)i;
    drawing_add(s, DP_PEN, 0, (dp_point[]){ { 0, 0 }, { x, 90 } }, 2);
    drawing_add(s, DP_PEN, 0, (dp_point[]){ { 0, 50 }, { 40, y } }, 2);
}

START_TEST(training_keeps_drawings_and_the_rest_is_rendered)
{
    write_writers(6, 2);
    dp_stroke_set set = { 0 };
    dp_division how = { 0 };
    ck_assert_int_eq(dp_stroke_set_add(&set, path, &how, NULL), DP_OK);
    for (int i = 0; i < 12; i++) {
        dp_strokes s = { 0 };
        uint8_t image[DP_PIXELS];
        draw(&s, i);
        ck_assert_int_eq(dp_normalize_strokes(image, &s), DP_INK_ENOUGH);
        if (i % 6 < 4) {
            const dp_strokes *got = &set.train.strokes[i / 6 * 4 + i % 6];
            ck_assert_int_eq(got->n_strokes, 2);
            ck_assert_mem_eq(got->point, s.point, 4 * sizeof *s.point);
        } else {
            const dp_labelled *held_out = i % 6 == 4 ? &set.validation : &set.test;
            ck_assert_mem_eq(held_out->pixels + i / 6 * DP_PIXELS, image, DP_PIXELS);
        }
        dp_strokes_clear(&s);
    }
    dp_stroke_set_clear(&set);
}
END_TEST

#define DRAWING "\"strokes\":[[[0,0],[10,90]]]"
#define GOOD    "{\"label\":1,\"writer\":\"a\"," DRAWING "}\n"
#define OTHER   "{\"class\":\"A/1\"," DRAWING "}\n"

/* A function that adds a file. */
typedef dp_code adding(dp_stroke_set *set, const char *path, dp_division *how,
                       dp_err *err);

/* Expect a message with the path and with `part` about a file with this text. */
static void expect_refusal(adding *add, const char *text, const char *part)
{
    write_text(text);
    dp_stroke_set set = { 0 };
    dp_division how = { 0 };
    dp_err err = { 0 };
    ck_assert_int_eq(add(&set, path, &how, &err), DP_INPUT);
    ck_assert_msg(strstr(err.msg, path) == err.msg, "no path before: %s", err.msg);
    ck_assert_msg(strstr(err.msg, part) != NULL, "no '%s' in: %s", part, err.msg);
    dp_stroke_set_clear(&set);
}

START_TEST(bad_records_are_named)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        { GOOD "{\"writer\":\"a\"," DRAWING "}\n", "record 2: \"label\" is not a digit" },
        { "{\"label\":10,\"writer\":\"a\"," DRAWING "}\n", "record 1: \"label\"" },
        { "{\"label\":\"1\",\"writer\":\"a\"," DRAWING "}\n", "record 1: \"label\"" },
        { GOOD "{\"label\":1," DRAWING "}\n", "record 2: \"writer\" is missing" },
        { GOOD "{\"label\":1,\"writer\":\"a\",\"strokes\":[]}\n",
          "record 2: too little" },
        { GOOD "\n{\"label\":1,\"wri", "record 2, byte " },
        { GOOD GOOD "{\"label\":1,\"writer\":\"a\",\"strokes\":[[[1]]]}\n",
          "strokes[0][0]" },
        { GOOD, "1 writers; at least 6" },
        { "", "no drawings" },
    };
    for (size_t i = 0; i < DP_COUNT(bad); i++)
        expect_refusal(dp_stroke_set_add, bad[i].text, bad[i].part);
    dp_stroke_set set = { 0 };
    dp_division how = { 0 };
    ck_assert_int_eq(dp_stroke_set_add(&set, "no-such.ndjson", &how, NULL), DP_IO);
}
END_TEST

START_TEST(outliers_are_split_by_alphabet_without_look_alikes)
{
    write_text(OTHER OTHER "{\"class\":\"B/1\"," DRAWING "}\n"
                           "{\"class\":\"B/2\",\"lookalike\":true," DRAWING "}\n"
                           "{\"class\":\"C/1\",\"lookalike\":false," DRAWING "}\n"
                           "{\"class\":\"D\"," DRAWING "}\n");
    dp_stroke_set set = { 0 };
    dp_division how = { 0 };
    ck_assert_int_eq(dp_stroke_set_add_outliers(&set, path, &how, NULL), DP_OK);
    ck_assert_int_eq(set.train.n, 4);
    ck_assert_int_eq(set.validation.n, 1);
    ck_assert_int_eq(set.test.n, 0);
    ck_assert_int_eq(set.train.label[0], DP_NO_DIGIT);
    ck_assert_int_eq(set.validation.label[0], DP_NO_DIGIT);
    dp_stroke_set_clear(&set);
}
END_TEST

START_TEST(bad_outliers_are_named)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        { OTHER "{" DRAWING "}\n", "record 2: a \"class\" such as \"Korean/01\"" },
        { "{\"class\":3," DRAWING "}\n", "record 1: a \"class\" such as" },
        { "{\"class\":\"/1\"," DRAWING "}\n", "record 1: a \"class\" such as" },
        { "{\"class\":\"\"," DRAWING "}\n", "record 1: a \"class\" such as" },
        { "{\"class\":\"3\"," DRAWING "}\n", "record 1: \"class\" is a digit" },
        { "{\"class\":\"A/1\",\"pixels\":[1]}\n", "record 1, byte 0: 1 pixels" },
        { "{\"class\":\"A/1\",\"lookalike\":true," DRAWING "}\n", "no drawings" },
    };
    for (size_t i = 0; i < DP_COUNT(bad); i++)
        expect_refusal(dp_stroke_set_add_outliers, bad[i].text, bad[i].part);
}
END_TEST

UNIT_MAIN("stroke_set", writers_are_split_by_their_order,
          training_keeps_drawings_and_the_rest_is_rendered, bad_records_are_named,
          outliers_are_split_by_alphabet_without_look_alikes, bad_outliers_are_named)

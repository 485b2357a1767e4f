#include "config.h"

#include "tests/unit/readers.h"
#include "weights/images/csv_columns.h"
#include "weights/images/csv_dialect.h"

#include <stdarg.h>

/* Tables of images in the dialects of other programs. A pixel column is 0 unless a test
 * says otherwise. */

typedef struct table {
    char text[1 << 17];
    size_t size;
} table;

static void add(table *t, const char *fmt, ...) DP_PRINTF(2, 3);

static void add(table *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(t->text + t->size, sizeof t->text - t->size, fmt, ap);
    va_end(ap);
    ck_assert(n >= 0 && (size_t)n < sizeof t->text - t->size);
    t->size += (size_t)n;
}

/* 784 fields: `first`, `last`, and `pixel` between them. */
static void add_pixels(table *t, const char *separator, const char *first,
                       const char *pixel, const char *last)
{
    for (int i = 0; i < DP_PIXELS; i++)
        add(t, "%s%s", i ? separator : "",
            i == 0              ? first
            : i < DP_PIXELS - 1 ? pixel
                                : last);
}

static void add_zeros(table *t, const char *separator, const char *first)
{
    add_pixels(t, separator, first, "0", "0");
}

/* Names `format` of 784 columns, counted from `from`. */
static void add_names(table *t, const char *separator, const char *before, int from)
{
    for (int i = 0; i < DP_PIXELS; i++)
        add(t, "%s%s%d", i ? separator : "", before, from + i);
}

/* Compare the records of a table, and empty it. */
static void reads(table *t, const char *wanted)
{
    ck_assert_str_eq(records_of(t->text, t->size, "auto"), wanted);
    t->size = 0;
}

static void fails_with(table *t, const char *wanted)
{
    const char *records = records_of(t->text, t->size, "auto");
    ck_assert_msg(strstr(records, wanted) != NULL, "got '%s'", records);
    t->size = 0;
}

START_TEST(separators_are_detected)
{
    static const char *const separators[] = { ",", ";", "\t", " ", "   ", ", ", " \t " };
    for (int i = 0; i < 7; i++) {
        table t = { .size = 0 };
        for (int k = 0; k < 2; k++) {
            add(&t, "%d%s", k + 3, separators[i]);
            add_zeros(&t, separators[i], "7");
            add(&t, "\n");
        }
        reads(&t, "28x28 sum 7 label 3; 28x28 sum 7 label 4; end");
    }
}
END_TEST

START_TEST(of_equal_separators_the_first_is_chosen)
{
    static const struct {
        const char *line;
        char separator;
    } cases[] = {
        { "a,b;c", ',' },   { "a;b,c", ',' },       { "a;b\tc", ';' }, { "a\tb c", '\t' },
        { "a;b;c,d", ';' }, { "\"a;b;c\",d", ',' }, { "a b", ' ' },    { "a", ',' },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++)
        ck_assert_int_eq(dp_csv_separator(cases[i].line, strlen(cases[i].line)),
                         cases[i].separator);
}
END_TEST

START_TEST(a_title_does_not_settle_the_separator)
{
    table t = { .size = 0 };
    add(&t, "some, title\n");
    add_zeros(&t, ";", "7");
    fails_with(&t, "bad: record 1, byte 0: line 1 has 2 values, not 784 or a label and "
                   "784; 28x28 sum 7; end");
}
END_TEST

START_TEST(decimal_commas_are_read)
{
    table t = { .size = 0 };
    add_pixels(&t, ";", "0,5", "0,0", "1,0");
    add(&t, "\n");
    add_pixels(&t, ";", "0.5", "0", "1");
    reads(&t, "28x28 sum 383; 28x28 sum 383; end");
    add_pixels(&t, "\t", "0,5", "0,0", "1,0");
    reads(&t, "28x28 sum 383; end");
}
END_TEST

START_TEST(numpy_tables_are_read)
{
    const char zero[] = "0.000000000000000000e+00";
    table t = { .size = 0 };
    add_pixels(&t, " ", "2.550000000000000000e+02", zero, zero);
    add(&t, "\n7.000000000000000000e+00 ");
    add_pixels(&t, " ", "2.550000000000000000e+02", zero, zero);
    reads(&t, "28x28 sum 255; 28x28 sum 255 label 7; end");
    add(&t, "# label ");
    add_names(&t, " ", "p", 0);
    add(&t, "\n# another comment\n7.0e+00 ");
    add_pixels(&t, " ", "2.55e+02", zero, zero);
    reads(&t, "28x28 sum 255 label 7; end");
}
END_TEST

START_TEST(line_ends_of_all_systems_are_read)
{
    static const char *const ends[] = { "\n", "\r\n", "\r" };
    for (int i = 0; i < 3; i++) {
        table t = { .size = 0 };
        for (int k = 0; k < 40; k++) { /* more than a buffer of the source */
            add(&t, "%d,", k % 10);
            add_zeros(&t, ",", "7");
            add(&t, "%s", ends[i]);
        }
        const char *records = records_of(t.text, t.size, "auto");
        int n = 0;
        for (const char *p = records; (p = strstr(p, "sum 7 label ")) != NULL; p++)
            n++;
        ck_assert_int_eq(n, 40);
    }
}
END_TEST

START_TEST(a_header_has_more_texts_than_numbers)
{
    static const dp_csv_field field[] = {
        { "a", 1 }, { "1", 1 }, { "b", 1 }, { "5", 1 }, { "c", 1 }
    };
    ck_assert(!dp_csv_is_header(field, 4, ','));
    ck_assert(dp_csv_is_header(field, 5, ','));
    ck_assert(dp_csv_is_header(field, 1, ','));
    ck_assert(!dp_csv_is_header(field + 1, 1, ','));
}
END_TEST

START_TEST(names_give_columns_their_roles)
{
    static const struct {
        const char *before, *names, *after; /* the header around 784 names */
        int from;
        const char *line_before, *line_after; /* around 784 values */
        const char *wanted;
    } cases[] = {
        { "label,", "", "", 0, "5,", "", "28x28 sum 7 label 5; end" },
        { "Label,", "1x", "", 1, "5,", "", "28x28 sum 7 label 5; end" },
        { ",", "", "", 0, "17,", "", "28x28 sum 7; end" }, /* pandas, with an index */
        { "Unnamed: 0,label,", "", "", 0, "17,5,", "", "28x28 sum 7 label 5; end" },
        { "index,", "pixel", ",class", 0, "17,", ",5", "28x28 sum 7 label 5; end" },
        { "", "pixel", ",class", 1, "", ",5", "28x28 sum 7 label 5; end" },
        { "", "", ",y", 0, "", ",5", "28x28 sum 7 label 5; end" },
        { "id,TARGET,", "x", "", 0, "\"a 1\",5,", "",
          "28x28 sum 7 id \"a 1\" label 5; end" },
        { "id,digit,writer,", "x", "", 0, "12,5,ann,", "",
          "28x28 sum 7 id 12 label 5; end" },
        { "y,label,", "x", "", 0, "4,5,", "", "28x28 sum 7 label 5; end" },
        { "\"label\",", "V", "", 1, "\"5\",", "", "28x28 sum 7 label 5; end" },
        { "label,", "", "", 0, ",", "", "28x28 sum 7; end" },    /* a missing label */
        { "", "V", "", 1, "\"row1\",", "", "28x28 sum 7; end" }, /* R: no name for rows */
        { "label,", "V", "", 1, "\"row1\",5,", "", "28x28 sum 7 label 5; end" },
        { "x0,", "x", "", 1, "5,", "", "28x28 sum 7 label 5; end" }, /* 785 pixels */
        { "", "", ",784", 0, "", ",5", "28x28 sum 7 label 5; end" },
        { "idx,", "pixel", ",class", 0, "17,", ",5", "28x28 sum 7 label 5; end" },
        /* Only a natural number becomes a number. */
        { "label,", "", "", 0, "5.0e0,", "", "28x28 sum 7 label 5; end" },
        { "label,", "", "", 0, "-5,", "", "28x28 sum 7 label \"-5\"; end" },
        { "label,", "", "", 0, "5.5,", "", "28x28 sum 7 label \"5.5\"; end" },
        { "label,", "", "", 0, "1e15,", "", "28x28 sum 7 label \"1e15\"; end" },
        { "label,", "", "", 0, "05,", "", "28x28 sum 7 label \"05\"; end" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        table t = { .size = 0 };
        add(&t, "%s", cases[i].before);
        add_names(&t, ",", cases[i].names, cases[i].from);
        add(&t, "%s\n%s", cases[i].after, cases[i].line_before);
        add_pixels(&t, ",", "0", "0", "0");
        t.text[t.size - 801] = '7'; /* a pixel inside */
        add(&t, "%s\n", cases[i].line_after);
        reads(&t, cases[i].wanted);
    }
}
END_TEST

/* Append a line of 785 values: `first`, 783 times `paper`, `last`. */
static void add_line(table *t, const char *first, const char *paper, const char *last)
{
    add(t, "%s,", first);
    add_pixels(t, ",", paper, paper, last);
    add(t, "\n");
}

START_TEST(a_label_without_a_name_is_found)
{
    table t = { .size = 0 };
    add_line(&t, "5", "0", "0");
    reads(&t, "28x28 sum 0 label 5; end");
    add_line(&t, "0", "0", "5");
    reads(&t, "28x28 sum 0 label 5; end");
    add_line(&t, "0", "0", "0"); /* either; the next line tells which */
    add_line(&t, "0", "0", "5");
    add_line(&t, "0", "0", "0");
    add_line(&t, "0", "0", "3");
    reads(&t, "28x28 sum 0 label 0; 28x28 sum 0 label 5; 28x28 sum 0 label 0; "
              "28x28 sum 0 label 3; end");
    add_line(&t, "0", "255", "255"); /* light paper */
    reads(&t, "28x28 sum 199920 label 0; end");
    add_line(&t, "255", "255", "1");
    reads(&t, "28x28 sum 199920 label 1; end");
    add_line(&t, "0", "1.0", "1.0");
    reads(&t, "28x28 sum 199920 label 0; end");
    add_line(&t, "33", "0", "0"); /* EMNIST has labels up to 46 */
    reads(&t, "28x28 sum 0 label 33; end");
    add_line(&t, "five", "0", "5");
    reads(&t, "28x28 sum 5 label \"five\"; end");
    add(&t, "41907,"); /* pandas, with an index and without a header */
    add_line(&t, "5", "0", "0");
    add(&t, "17,");
    add_line(&t, "6", "0", "0");
    reads(&t, "28x28 sum 0 label 5; 28x28 sum 0 label 6; end");
    add(&t, "0,");
    add_line(&t, "0", "0", "5");
    reads(&t, "28x28 sum 0 label 5; end");
    add_line(&t, "134", "130", "7"); /* a photograph */
    reads(&t, "28x28 sum 101924 label 7; end");
    add_line(&t, "7", "130", "134");
    reads(&t, "28x28 sum 101924 label 7; end");
}
END_TEST

/* The records of a table with one of its columns named as the label. */
static void labelled(table *t, const char *column, const char *wanted)
{
    dp_source *s = source_of(t->text, t->size);
    dp_reader *r;
    dp_record record;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_reader_create(&r, s, "auto", NULL), DP_OK);
    dp_reader_label_column(r, column);
    const char *got;
    if (dp_reader_next(&record, r, &err) == DP_OK)
        got = record.label ? record.label : "none";
    else
        got = err.msg;
    ck_assert_msg(strstr(got, wanted) != NULL, "column %s: got '%s'", column, got);
    dp_reader_free(r);
    dp_source_close(s);
}

START_TEST(a_column_can_be_named_as_the_label)
{
    table t = { .size = 0 };
    add(&t, "label,");
    add_names(&t, ",", "pixel", 0);
    add(&t, ",truth\n4,");
    add_zeros(&t, ",", "7");
    add(&t, ",8\n");
    labelled(&t, NULL, "4");
    labelled(&t, "truth", "8");
    labelled(&t, "Truth", "8");
    labelled(&t, "786", "8");
    labelled(&t, "1", "4");
    labelled(&t, "none", "none");
    labelled(&t, "nonsense", "line 1: no column 'nonsense' among the 786 of the header");
    labelled(&t, "787", "line 1: no column '787' among the 786");
    labelled(&t, "0", "no column '0'");
    labelled(&t, "pixel3", "line 1: the header names 783 pixels, not 784");
    t.size = 0;
    add_line(&t, "5", "0", "4");
    labelled(&t, "785", "4");
    labelled(&t, "1", "5");
    labelled(&t, "none", "none");
    labelled(&t, "digit", "no column 'digit' among 785 without names");
}
END_TEST

START_TEST(bad_tables_are_explained)
{
    table t = { .size = 0 };
    add(&t, "label,");
    add_names(&t, ",", "pixel", 0);
    add(&t, ",pixel784\n5,0\n");
    fails_with(&t, "bad: record 1, byte 0: line 1: the header names 785 pixels, not 784; "
                   "end");
    add(&t, "label,");
    add_names(&t, ",", "pixel", 0);
    add(&t, "\n");
    add_zeros(&t, ",", "7");
    add(&t, "\n5,");
    add_zeros(&t, ",", "x");
    add(&t, "\n");
    fails_with(&t, "line 2 has 784 values; the header has 785; bad: record 2, byte ");
    add(&t, "5 153:0.01 154:0.7 155:1\n3 120:0.5\n");
    fails_with(&t,
               "bad: record 1, byte 0: line 1: LIBSVM format; write all 784 values of "
               "an image, with sklearn.datasets.load_svmlight_file(FILE, "
               "n_features=784); end");
    add_line(&t, "5", "0", "0");
    add_zeros(&t, ",", "1,2,3,4");
    fails_with(&t,
               "28x28 sum 0 label 5; bad: record 2, byte 1570: line 2 has 787 values");
    static const char *const index[] = { "-1", "1.5" };
    for (size_t i = 0; i < DP_COUNT(index); i++) {
        add(&t, "%s,", index[i]); /* before a label and the pixels */
        add_line(&t, "5", "0", "0");
        fails_with(&t, "line 1 has 786 values");
    }
    for (int i = 0; i < 2000; i++)
        add(&t, "%d,", i % 7);
    fails_with(&t, "line 1 has 2000 values");
    for (int i = 0; i < 2000; i++)
        add(&t, "x%d,", i);
    fails_with(&t, "line 1 has 2000 values");
}
END_TEST

/* A number of `size` bytes with a decimal comma; whether it is read, and its value. */
static bool is_long_number(size_t size, double *value)
{
    char text[128] = "1,5";
    memset(text + 3, '0', sizeof text - 3);
    return dp_csv_number(value, &(dp_csv_field){ text, size }, ';');
}

START_TEST(decimal_commas_of_long_numbers_have_a_limit)
{
    double value = 0;
    ck_assert(is_long_number(64, &value));
    ck_assert_double_eq(value, 1.5);
    ck_assert(!is_long_number(65, &value));
    ck_assert(!is_long_number(100, &value));
}
END_TEST

START_TEST(a_line_that_is_too_long_is_one_error)
{
    enum { LONG = (10 << 20) + 100 };
    static const char row[] = "\n7,";
    char *text = malloc(LONG + 2 * DP_PIXELS + 10);
    ck_assert_ptr_nonnull(text);
    memset(text, ',', LONG);
    memcpy(text + LONG, row, sizeof row);
    const size_t size = LONG + strlen(row);
    for (int i = 0; i < DP_PIXELS; i++)
        memcpy(text + size + 2 * i, "0,", 3);
    ck_assert_str_eq(records_of(text, size + 2 * DP_PIXELS - 1, "csv"),
                     "bad: record 1, byte 0: a line is longer than 10485760 bytes; "
                     "28x28 sum 0 label 7; end");
    free(text);
}
END_TEST

UNIT_MAIN("image_csv", separators_are_detected, of_equal_separators_the_first_is_chosen,
          a_title_does_not_settle_the_separator, decimal_commas_are_read,
          numpy_tables_are_read, line_ends_of_all_systems_are_read,
          a_header_has_more_texts_than_numbers, names_give_columns_their_roles,
          a_label_without_a_name_is_found, a_column_can_be_named_as_the_label,
          bad_tables_are_explained, decimal_commas_of_long_numbers_have_a_limit,
          a_line_that_is_too_long_is_one_error)

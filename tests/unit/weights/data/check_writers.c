#include "config.h"

#include "engine/core/arith.h"
#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/data/writers.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 200 };

static char path[300];

static FILE *begin_table(const char *header)
{
    snprintf(path, sizeof path, "%s/writers.tsv", tempdir());
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(header, f);
    return f;
}

static void write_table(const char *text)
{
    ck_assert_int_eq(fclose(begin_table(text)), 0);
}

/* Expect these two images to be held out, and no others. */
static void expect_held_out(const bool *held_out, int n, int first, int second)
{
    for (int i = 0; i < n; i++)
        ck_assert_msg(held_out[i] == (i == first || i == second), "image %d", i);
}

/* The writers of two series, who have the same numbers, take turns. */
START_TEST(every_twelfth_writer_of_a_series_is_held_out)
{
    bool held_out[MOST];
    FILE *f = begin_table("writer\tseries\n");
    for (int i = 0; i < 30; i++)
        fprintf(f, "%d\t%d\n", 100 - i / 2, i % 2 ? 4 : 0);
    ck_assert_int_eq(fclose(f), 0);
    dp_err err = { 0 };
    ck_assert_msg(!dp_writers_hold_out(held_out, 30, path, &err), "%s", err.msg);
    expect_held_out(held_out, 30, 22, 23);
}
END_TEST

START_TEST(all_images_of_a_writer_are_held_out)
{
    bool held_out[MOST];
    FILE *f = begin_table("writer,series\r\n");
    for (int i = 0; i < 24; i++)
        fprintf(f, "w%d,a\r\n", i % 12);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(dp_writers_hold_out(held_out, 24, path, NULL), DP_OK);
    expect_held_out(held_out, 24, 11, 23);
}
END_TEST

START_TEST(bad_tables_are_refused)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "",
          "writers.tsv:1: the header line of the columns writer and series is missing" },
        { "writer series\n", "writers.tsv:1: the header line" },
        { "writer\tseries", "writers.tsv:2: the table ends after 0 of 2 images" },
        { "writer\tseries\n1\t0\n", "writers.tsv:3: the table ends after 1 of 2 images" },
        { "writer\tseries\n1\t0\n2\t0\n3\t0\n",
          "writers.tsv:4: more lines than the 2 images" },
        { "writer\tseries\n1\t0\n2\n",
          "writers.tsv:3: a writer and a series are expected" },
        { "writer\tseries\n\t1\n", "writers.tsv:2: a writer and a series" },
        { "writer\tseries\n1\t\n", "writers.tsv:2: a writer and a series" },
        { "writer\tseries\n1\t0\n2\t0\n",
          "writers.tsv:4: no series has 12 writers, one of them to hold out" },
        { "\x1f\x8b\x08 damaged", "writers.tsv" },
    };
    for (size_t i = 0; i < DP_COUNT(bad); i++) {
        bool held_out[2];
        dp_err err = { 0 };
        write_table(bad[i].text);
        ck_assert_int_eq(dp_writers_hold_out(held_out, 2, path, &err), DP_IO);
        ck_assert_msg(strstr(err.msg, bad[i].message) != NULL, "%zu: %s", i, err.msg);
    }
    dp_err err = { 0 };
    ck_assert_int_eq(dp_writers_hold_out(NULL, 0, "no-such.tsv", &err), DP_IO);
    ck_assert_str_eq(err.msg, "no-such.tsv: No such file or directory");
}
END_TEST

UNIT_MAIN("writers", every_twelfth_writer_of_a_series_is_held_out,
          all_images_of_a_writer_are_held_out, bad_tables_are_refused)

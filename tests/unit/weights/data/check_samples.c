#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/drawing.h"
#include "weights/data/samples.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[300], path[400];

/* Choose a path in a new folder; the file does not exist yet. */
static void new_path(void)
{
    snprintf(folder, sizeof folder, "%s/XXXXXX", tempdir());
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/data/digitpad/samples.ndjson", folder);
}

static void append(int label, float x, char **line)
{
    dp_strokes s = { 0 };
    dp_err err;
    char *text;
    drawing_add(&s, DP_PEN, 2, &(dp_point){ x, 0 }, 1);
    ck_assert_int_eq(dp_strokes_extend(&s, (dp_point){ x, 9 }, 40, NULL), DP_OK);
    ck_assert_msg(dp_samples_append(&text, path, &s, label, 86400, &err) == DP_OK, "%s",
                  err.msg);
    dp_strokes_clear(&s);
    if (line)
        *line = text;
    else
        free(text);
}

static void read_all(dp_samples *s)
{
    dp_err err;
    ck_assert_msg(dp_samples_read(s, path, &err) == DP_OK, "%s", err.msg);
}

static void add_raw(const char *text)
{
    FILE *f = fopen(path, "a");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

START_TEST(samples_are_read_as_they_were_drawn)
{
    dp_samples s;
    new_path();
    read_all(&s);
    ck_assert_int_eq(s.n, 0);
    append(7, 1, NULL);
    append(0, 2, NULL);
    read_all(&s);
    ck_assert_int_eq(s.n, 2);
    ck_assert_int_eq(s.n_good, 2);
    ck_assert_int_eq(s.sample[0].label, 7);
    ck_assert_str_eq(s.sample[0].time, "1970-01-02T00:00:00Z");
    ck_assert_int_eq(s.sample[1].label, 0);
    ck_assert(s.sample[1].strokes.point[0].x == 2);
    ck_assert_int_eq(s.sample[1].strokes.time_ms[1], 40);
    dp_samples_clear(&s);
}
END_TEST

START_TEST(only_the_user_can_read_them)
{
    struct stat st;
    char data[400];
    new_path();
    append(1, 1, NULL);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    snprintf(data, sizeof data, "%s/data/digitpad", folder);
    ck_assert_int_eq(stat(data, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0700);
    append(2, 1, NULL);
    ck_assert_int_eq(dp_samples_remove(path, 1, NULL), DP_OK);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(the_last_one_can_be_withdrawn)
{
    char *first, *second;
    dp_samples s;
    new_path();
    append(3, 1, &first);
    append(4, 1, &second);
    ck_assert_int_eq(dp_samples_withdraw(path, first, NULL), DP_INPUT);
    ck_assert_int_eq(dp_samples_withdraw(path, second, NULL), DP_OK);
    ck_assert_int_eq(dp_samples_withdraw(path, second, NULL), DP_INPUT);
    read_all(&s);
    ck_assert_int_eq(s.n, 1);
    ck_assert_int_eq(s.sample[0].label, 3);
    dp_samples_clear(&s);
    free(first);
    free(second);
}
END_TEST

/* The file is compared with the line piece by piece. */
START_TEST(a_long_one_can_be_withdrawn)
{
    dp_strokes s = { 0 };
    dp_samples all;
    dp_err err;
    char *line;
    new_path();
    append(3, 1, NULL);
    drawing_add(&s, DP_PEN, 2, &(dp_point){ 0, 0 }, 1);
    for (int i = 1; i < 2000; i++)
        ck_assert_int_eq(
            dp_strokes_extend(&s, (dp_point){ (float)i, (float)(i % 7) }, i, NULL),
            DP_OK);
    ck_assert_int_eq(dp_samples_append(&line, path, &s, 7, 86400, &err), DP_OK);
    const size_t size = strlen(line);
    ck_assert_uint_gt(size, 3 * 4096);
    line[size - 3] ^= 1;
    ck_assert_int_eq(dp_samples_withdraw(path, line, &err), DP_INPUT);
    line[size - 3] ^= 1;
    ck_assert_msg(!dp_samples_withdraw(path, line, &err), "%s", err.msg);
    read_all(&all);
    ck_assert_int_eq(all.n, 1);
    dp_samples_clear(&all);
    dp_strokes_clear(&s);
    free(line);
}
END_TEST

START_TEST(any_line_can_be_removed)
{
    dp_samples s;
    dp_err err;
    new_path();
    ck_assert_int_eq(dp_samples_remove(path, 1, &err), DP_IO);
    for (int i = 0; i < 4; i++)
        append(i, 1, NULL);
    ck_assert_int_eq(dp_samples_remove(path, 5, &err), DP_INPUT);
    ck_assert_ptr_nonnull(strstr(err.msg, "the last is 4"));
    ck_assert_int_eq(dp_samples_remove(path, 2, NULL), DP_OK);
    ck_assert_int_eq(dp_samples_remove(path, 3, NULL), DP_OK);
    read_all(&s);
    ck_assert_int_eq(s.n, 2);
    ck_assert_int_eq(s.sample[0].label, 0);
    ck_assert_int_eq(s.sample[1].label, 2);
    dp_samples_clear(&s);
}
END_TEST

/* Malformed lines are kept but are not samples, and an incomplete line does not damage
 * the next one. */
START_TEST(damaged_lines_do_no_harm)
{
    dp_samples s;
    new_path();
    append(5, 1, NULL);
    add_raw("{\"label\":12,\"strokes\":[[[1,2],[3,4]]]}\nnonsense\n{\"label\":3,\"stro");
    append(6, 1, NULL);
    read_all(&s);
    ck_assert_int_eq(s.n, 5);
    ck_assert_int_eq(s.n_good, 2);
    ck_assert_int_eq(s.sample[1].label, -1);
    ck_assert_int_eq(s.sample[2].label, -1);
    ck_assert_int_eq(s.sample[3].label, -1);
    ck_assert_int_eq(s.sample[4].label, 6);
    dp_samples_clear(&s);
}
END_TEST

/* A limit on the file size simulates a full disk. The written part is removed again. */
START_TEST(a_full_disk_leaves_the_file_as_it_was)
{
    struct rlimit old, small;
    struct stat before, after;
    dp_strokes s = { 0 };
    dp_err err;
    char *line;
    new_path();
    append(8, 1, NULL);
    ck_assert_int_eq(stat(path, &before), 0);
    drawing_add(&s, DP_PEN, 2, &(dp_point){ 1, 1 }, 1);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = (rlim_t)before.st_size + 10;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    dp_code code = dp_samples_append(&line, path, &s, 9, 0, &err);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    ck_assert_int_eq(code, DP_IO);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_int_eq(before.st_size, after.st_size);
    dp_strokes_clear(&s);
}
END_TEST

UNIT_MAIN("samples", samples_are_read_as_they_were_drawn, only_the_user_can_read_them,
          the_last_one_can_be_withdrawn, a_long_one_can_be_withdrawn,
          any_line_can_be_removed, damaged_lines_do_no_harm,
          a_full_disk_leaves_the_file_as_it_was)

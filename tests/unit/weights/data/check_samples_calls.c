/* Make system calls fail while samples are kept, taken back and removed: the result must be an error that
 * names the file, and the file as before or as it should be. */
#include "config.h"

#include "tests/failing_calls.h"
#include "tests/tempdir.h"
#include "tests/unit/drawing.h"
#include "weights/data/samples.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if DP_FAILING_CALLS
static const char line_1[] = "{\"label\":1,\"strokes\":[[[1,2],[3,4]]]}\n";
static const char line_2[] = "{\"label\":2,\"strokes\":[[[1,2],[3,4]]]}\n";
static const char incomplete[] = "{\"label\":3,";

static char path[400], folder[380];

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static const char *read_file(void)
{
    static char text[4096];
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static dp_code keep(dp_err *err)
{
    dp_strokes s = { 0 };
    char *line = NULL;
    drawing_add(&s, DP_PEN, 2, &(dp_point){ 1, 0 }, 1);
    dp_code code = dp_samples_append(&line, path, &s, 7, 86400, err);
    dp_strokes_clear(&s);
    free(line);
    return code;
}

static dp_code take_back(dp_err *err)
{
    return dp_samples_withdraw(path, line_2, err);
}

static dp_code remove_first(dp_err *err)
{
    return dp_samples_remove(path, 1, err);
}

/* A file, what is done to it, and what it may be afterwards: 1 if the action succeeded, 0 if it failed. */
typedef struct scenario {
    dp_code (*act)(dp_err *err);
    const char *before, *after;
} scenario;

static const char kept[] =
    "{\"label\":7,\"time\":\"1970-01-02T00:00:00Z\",\"strokes\":[[[1,0]]],\"widths\":[2]}\n";

/* Run a scenario in which the chosen calls fail. Returns the number of its calls. */
static int run(const scenario *s, failing_calls which)
{
    char after[4096];
    dp_err err = { 0 };
    write_file(s->before);
    failing_calls_begin(which);
    const dp_code code = s->act(&err);
    const int n = failing_calls_end();
    const char *now = read_file();
    snprintf(after, sizeof after, "%s%s", s->after, s->act == keep ? kept : "");
    if (code) {
        ck_assert_msg(strstr(err.msg, path), "call %d: %s", which.first, err.msg);
        ck_assert_msg(strcmp(now, s->before) == 0 || strcmp(now, after) == 0,
                      "call %d fails: %s", which.first, now);
    } else
        ck_assert_str_eq(now, after);
    return n;
}

static void fail_each(dp_code (*act)(dp_err *err), const char *before, const char *after)
{
    const scenario s = { act, before, after };
    const int n = run(&s, (failing_calls){ INT_MAX, INT_MAX, EIO, NULL });
    ck_assert_int_gt(n, 2);
    for (int call = 0; call < n; call++) {
        run(&s, (failing_calls){ call, call, EIO, NULL });
        run(&s, (failing_calls){ call, call, EINTR, NULL });
        run(&s, (failing_calls){ call, call, 0, NULL });
    }
}

START_TEST(keeping)
{
    fail_each(keep, line_1, line_1);
    fail_each(keep, "", "");
}
END_TEST

/* The line after one without a newline begins with one. */
START_TEST(keeping_after_an_incomplete_line)
{
    char after[100];
    snprintf(after, sizeof after, "%s\n", incomplete);
    fail_each(keep, incomplete, after);
}
END_TEST

START_TEST(taking_back)
{
    char before[200];
    snprintf(before, sizeof before, "%s%s", line_1, line_2);
    fail_each(take_back, before, line_1);
}
END_TEST

START_TEST(removing)
{
    char before[200];
    snprintf(before, sizeof before, "%s%s", line_1, line_2);
    fail_each(remove_first, before, line_2);
}
END_TEST

/* What was written of a line stays if it cannot be taken back; the next line is kept whole. */
START_TEST(half_a_line_that_stays)
{
    dp_err err;
    dp_samples s;
    write_file(line_1);
    const int n = run(&(scenario){ keep, line_1, line_1 },
                      (failing_calls){ INT_MAX, INT_MAX, EIO, NULL });
    bool half = false;
    for (int call = 0; call < n && !half; call++) {
        write_file(line_1);
        failing_calls_begin((failing_calls){ call, INT_MAX, 0, NULL });
        const dp_code code = keep(&err);
        failing_calls_end();
        half =
            code == DP_IO && strcmp(err.msg + strlen(err.msg) - strlen(strerror(ENOSPC)),
                                    strerror(ENOSPC)) == 0;
    }
    ck_assert_msg(half, "%s", err.msg);
    ck_assert_int_eq(keep(&err), DP_OK);
    ck_assert_int_eq(dp_samples_read(&s, path, &err), DP_OK);
    ck_assert_int_eq(s.n_good, 2);
    dp_samples_clear(&s);
}
END_TEST

static int flocks;

/* Another process replaces the file while this one waits for the lock. */
static void replace_once(void)
{
    char other[500];
    if (flocks++)
        return;
    snprintf(other, sizeof other, "%s.other", path);
    ck_assert_int_eq(rename(path, other), 0);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(line_2, f);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(a_file_that_is_replaced_meanwhile)
{
    char wanted[200];
    dp_err err;
    write_file(line_1);
    flocks = 0;
    failing_calls_begin((failing_calls){ INT_MAX, INT_MAX, 0, replace_once });
    ck_assert_int_eq(keep(&err), DP_OK);
    failing_calls_end();
    ck_assert_int_eq(flocks, 2);
    snprintf(wanted, sizeof wanted, "%s%s", line_2, kept);
    ck_assert_str_eq(read_file(), wanted);
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_private)
{
    char old[sizeof path];
    dp_err err;
    memcpy(old, path, sizeof old);
    snprintf(path, sizeof path, "%s/new/samples", folder);
    failing_calls_begin((failing_calls){ 0, 0, EPERM, NULL });
    ck_assert_int_eq(keep(&err), DP_IO);
    failing_calls_end();
    ck_assert_ptr_nonnull(strstr(err.msg, "/new: Operation not permitted"));
    memcpy(path, old, sizeof old);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        keeping,
        keeping_after_an_incomplete_line,
        taking_back,
        removing,
        half_a_line_that_stays,
        a_file_that_is_replaced_meanwhile,
        a_folder_that_cannot_be_made_private,
    };
    snprintf(folder, sizeof folder, "%s/calls", tempdir());
    snprintf(path, sizeof path, "%s/samples", folder);
    if (mkdir(folder, 0700) != 0)
        return EXIT_FAILURE;
    return unit_run("samples_calls", tests, DP_COUNT(tests));
}
#else
int main(void)
{
    puts("1..0 # SKIP system calls cannot be replaced here");
    return 0;
}
#endif

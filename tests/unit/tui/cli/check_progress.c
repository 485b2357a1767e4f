#include "config.h"

#include "tests/unit/unit.h"
#include "tui/cli/progress.h"

#include <string.h>

static const char *line(int columns, double done, double elapsed, const char *text)
{
    static char out[256];
    dp_progress_line(out, sizeof out, columns, done, elapsed, text, false);
    return out;
}

START_TEST(lines_by_hand)
{
    ck_assert_str_eq(line(50, 0.25, 10, "epoch 1/4"),
                     "epoch 1/4 #####------------------  25 %  ETA 0:30");
    ck_assert_str_eq(line(50, 1, 10, "epoch 4/4"),
                     "epoch 4/4 ####################### 100 %  ETA 0:00");
    ck_assert_str_eq(line(50, 0, 10, "epoch 1/4"),
                     "epoch 1/4 -----------------------   0 %  ETA -:--");
    ck_assert_str_eq(line(50, 0.5, 4000, "epoch 1/4"),
                     "epoch 1/4 ##########----------  50 %  ETA 1:06:40");
}
END_TEST

START_TEST(no_line_reaches_the_last_column)
{
    for (int columns = 0; columns < 200; columns++)
        for (int done = -1; done <= 11; done++) {
            size_t n = strlen(line(columns, done / 10.0, 5, "a text of some length"));
            ck_assert_int_le((int)n, columns > 0 ? columns - 1 : 0);
        }
}
END_TEST

START_TEST(small_buffers_are_not_overrun)
{
    char out[40];
    memset(out, '~', sizeof out);
    dp_progress_line(out, 20, 100, 0.5, 5, "a text", true);
    ck_assert_uint_lt(strlen(out), 20);
    ck_assert_int_eq(out[20], '~');
}
END_TEST

START_TEST(nothing_is_written_to_a_file)
{
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    dp_progress p;
    dp_progress_begin(&p, f);
    dp_progress_show(&p, 0.5, "half");
    dp_progress_clear(&p);
    ck_assert_int_eq((int)ftell(f), 0);
    fclose(f);
}
END_TEST

START_TEST(clock_goes_forward)
{
    double a = dp_progress_clock(), b = dp_progress_clock();
    ck_assert_double_ge(b, a);
}
END_TEST

UNIT_MAIN("progress", lines_by_hand, no_line_reaches_the_last_column,
          small_buffers_are_not_overrun, nothing_is_written_to_a_file, clock_goes_forward)

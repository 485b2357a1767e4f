#include "config.h"

#include "tests/unit/unit.h"
#include "tui/cli/progress.h"

#include <math.h>
#include <string.h>

static const char *line(int columns, double done, double elapsed, const char *text)
{
    static char out[DP_PROGRESS_BYTES];
    dp_progress_line(out, columns, done, elapsed, text, false);
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

START_TEST(without_a_fraction_there_is_no_bar)
{
    ck_assert_str_eq(line(50, (double)NAN, 10, "1200 read"), "1200 read");
    ck_assert_str_eq(line(5, (double)NAN, 10, "1200 read"), "1200");
}
END_TEST

START_TEST(no_character_is_cut_in_two)
{
    ck_assert_str_eq(line(5, (double)NAN, 0, "abü.png"), "abü");
    ck_assert_str_eq(line(4, (double)NAN, 0, "abü.png"), "ab");
    ck_assert_str_eq(line(3, 0.5, 0, "ü.png"), "ü");
    ck_assert_str_eq(line(2, 0.5, 0, "ü.png"), "");
}
END_TEST

START_TEST(long_lines_do_not_overrun_the_buffer)
{
    static char text[990], out[DP_PROGRESS_BYTES + 1];
    memset(text, 'a', sizeof text - 1);
    for (int columns = 0; columns < 3000; columns += 100) {
        out[DP_PROGRESS_BYTES] = '~';
        dp_progress_line(out, columns, 0.5, 5, text, true);
        ck_assert_uint_lt(strlen(out), DP_PROGRESS_BYTES);
        ck_assert_int_eq(out[DP_PROGRESS_BYTES], '~');
    }
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
          without_a_fraction_there_is_no_bar, no_character_is_cut_in_two,
          long_lines_do_not_overrun_the_buffer, nothing_is_written_to_a_file,
          clock_goes_forward)

#include "config.h"

#include "tests/unit/unit.h"
#include "tui/train/plot.h"

#include <stdio.h>
#include <string.h>

enum { MAX = 1 << 14 };

/* Plot a run of n epochs: the loss falls from 1 to 0, validation rises from 0.5 to 0.9,
 * training stays at 0.5. */
static void plot(char text[MAX], int n, bool utf8)
{
    dp_train_log log = { 0 };
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < n; i++) {
        double part = (double)i / (n - 1);
        const dp_epoch epoch = { 1 - part, 0.5, 0.5 + 0.4 * part };
        ck_assert_int_eq(dp_train_log_add(&log, &epoch, NULL), DP_OK);
    }
    dp_plot_print(f, &log, utf8);
    rewind(f);
    text[fread(text, 1, MAX - 1, f)] = '\0';
    fclose(f);
    dp_train_log_clear(&log);
}

/* Line k of a text, without its newline. */
static void line_of(char out[256], const char *text, int k)
{
    while (k-- > 0)
        text = strchr(text, '\n') + 1;
    size_t n = strcspn(text, "\n");
    ck_assert_uint_lt(n, 256);
    memcpy(out, text, n);
    out[n] = '\0';
}

START_TEST(curves_in_ascii)
{
    char text[MAX], line[256];
    plot(text, 20, false);
    for (const char *p = text; *p; p++)
        ck_assert(*p == '\n' || (*p >= ' ' && *p <= '~'));
    line_of(line, text, 2); /* the loss begins at the top left */
    ck_assert_int_eq(line[10], '*');
    ck_assert_int_eq(line[73], ' ');
    line_of(line, text, 9);
    ck_assert_int_eq(line[73], '*');
    line_of(line, text, 12); /* validation ends at the top right, training stays below */
    ck_assert_ptr_nonnull(strstr(line, "90 "));
    ck_assert_int_eq(line[10], ' ');
    ck_assert_int_eq(line[73], '*');
    line_of(line, text, 19);
    ck_assert_int_eq(line[72], '.');
    line_of(line, text, 20);
    ck_assert_ptr_nonnull(strstr(line, "20  epoch"));
}
END_TEST

START_TEST(curves_in_braille)
{
    char text[MAX], line[256];
    plot(text, 2, true);
    line_of(line, text, 2);
    ck_assert_uint_eq(strlen(line), 10 + 3 * 64);
    ck_assert_int_eq(memcmp(line + 10, "\xe2\xa0", 2), 0);
    ck_assert_int_ne((unsigned char)line[12], 0x80); /* the loss begins here */
    ck_assert_int_eq(memcmp(line + 10 + 3 * 63, "\xe2\xa0\x80", 3), 0);
}
END_TEST

START_TEST(one_epoch_has_no_curve)
{
    char text[MAX];
    dp_train_log log = { 0 };
    const dp_epoch epoch = { 1, 1, 1 };
    ck_assert_int_eq(dp_train_log_add(&log, &epoch, NULL), DP_OK);
    FILE *f = tmpfile();
    dp_plot_print(f, &log, true);
    rewind(f);
    ck_assert_uint_eq(fread(text, 1, MAX, f), 0);
    fclose(f);
    dp_train_log_clear(&log);
}
END_TEST

UNIT_MAIN("plot", curves_in_ascii, curves_in_braille, one_epoch_has_no_curve)

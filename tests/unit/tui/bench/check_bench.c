#include "config.h"

#include "tui/bench/bench_report.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const dp_bench_machine machine = {
    .cpu = "A \"fast\"\033[1m CPU",
    .kernel = "portable",
    .threads = 2,
    .load = 0.25,
    .peak_one = { 100e9, 400e9 },
    .peak_all = { 199.96e9, 799.96e9 },
};

static dp_bench_row row_of(const char *metric, double value, double p99, double share)
{
    return (dp_bench_row){ .model = "mlp-a",
                           .metric = metric,
                           .threads = 1,
                           .batch = 1,
                           .value = value,
                           .p99 = p99,
                           .share = share };
}

typedef void print(FILE *f, const dp_bench_machine *m, const dp_bench_row *row, int n);

static void print_json(FILE *f, const dp_bench_machine *m, const dp_bench_row *row, int n)
{
    dp_err err;
    ck_assert_int_eq(dp_bench_print_json(f, m, row, n, &err), DP_OK);
}

/* The printed report; the caller frees it. */
static char *printed(print *how, const dp_bench_machine *m, const dp_bench_row *row,
                     int n)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(f);
    how(f, m, row, n);
    fclose(f);
    return text;
}

START_TEST(json_is_as_documented)
{
    dp_bench_row rows[] = { row_of("latency_us", 4.25, 5.5, 0.5),
                            row_of("images_per_s", 1234567, (double)NAN, 1) };
    rows[0].disturbed = rows[1].is_rate = true;
    char *text = printed(print_json, &machine, rows, 2);
    ck_assert_str_eq(
        text,
        "{\"machine\":{\"cpu\":\"A \\\"fast\\\"\\u001B[1m CPU\",\"kernel\":\"portable\","
        "\"threads\":2,\"load\":0.25,\"peak_f32_gflops\":{\"1\":100.0,\"2\":200.0},"
        "\"peak_int8_gops\":{\"1\":400.0,\"2\":800.0}},"
        "\"results\":[{\"model\":\"mlp-a\",\"precision\":\"f32\",\"metric\":"
        "\"latency_us\",\"threads\":1,\"batch\":1,\"median\":4.25,\"p99\":5.5,\"disturbed\":true},"
        "{\"model\":\"mlp-a\",\"precision\":\"f32\",\"metric\":\"images_per_s\","
        "\"threads\":1,\"batch\":1,\"mean\":1.23457e+06,\"disturbed\":false}]}\n");
    free(text);
}
END_TEST

START_TEST(one_thread_has_one_peak)
{
    dp_bench_machine m = machine;
    m.threads = 1;
    char *text = printed(print_json, &m, NULL, 0);
    ck_assert_ptr_nonnull(strstr(text, "{\"1\":400.0}},\"results\":[]}\n"));
    free(text);
}
END_TEST

START_TEST(text_shows_shares_and_dashes)
{
    const dp_bench_row rows[] = { row_of("latency_us", 4.256, 5.5, 0.5),
                                  row_of("cold_start_ms", 2, (double)NAN, (double)NAN) };
    char *text = printed(dp_bench_print_text, &machine, rows, 2);
    ck_assert_ptr_null(strchr(text, '\033'));
    ck_assert_ptr_nonnull(strstr(text, "load 0.25\n"));
    ck_assert_ptr_nonnull(strstr(text, "f32 100.0 GFLOP/s on 1 thread, 200.0 on 2\n"));
    ck_assert_ptr_nonnull(strstr(text, "int8 400.0 GOP/s on 1 thread, 800.0 on 2\n"));
    ck_assert_ptr_nonnull(strstr(text, "  4.26      5.50     50.00\n"));
    ck_assert_ptr_nonnull(strstr(text, "  2.00         -         -\n"));
    free(text);
}
END_TEST

START_TEST(text_marks_disturbed_rows)
{
    dp_bench_row rows[] = { row_of("latency_us", 4.25, 5.5, (double)NAN),
                            row_of("latency_mnist_us", 2, 3, 0.5) };
    rows[0].disturbed = true;
    char *text = printed(dp_bench_print_text, &machine, rows, 2);
    ck_assert_ptr_nonnull(strstr(text, "  4.25      5.50         -  disturbed\n"));
    ck_assert_ptr_nonnull(strstr(text, "  2.00      3.00     50.00\n"));
    free(text);
}
END_TEST

START_TEST(json_names_precisions)
{
    dp_bench_row row = row_of("latency_us", 4.25, 5.5, 0.5);
    row.precision = DP_BENCH_INT8;
    char *text = printed(print_json, &machine, &row, 1);
    ck_assert_ptr_nonnull(strstr(text, "\"model\":\"mlp-a\",\"precision\":\"int8\","));
    free(text);
    dp_bench_machine m = machine;
    m.peak_one[DP_BENCH_INT8] = 0;
    text = printed(print_json, &m, NULL, 0);
    ck_assert_ptr_null(strstr(text, "peak_int8"));
    free(text);
}
END_TEST

UNIT_MAIN("bench", json_is_as_documented, one_thread_has_one_peak,
          text_shows_shares_and_dashes, text_marks_disturbed_rows, json_names_precisions)

#include "config.h"

#include "tui/bench/bench_report.h"

#include "tui/term/out.h"
#include "weights/io/json_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *unit, *key;
} precisions[DP_BENCH_PRECISIONS] = {
    [DP_BENCH_F32] = { "f32", "GFLOP/s", "peak_f32_gflops" },
    [DP_BENCH_INT8] = { "int8", "GOP/s", "peak_int8_gops" },
};

const char *dp_bench_precision_name(dp_bench_precision precision)
{
    return precisions[precision].name;
}

/* ---- text -------------------------------------------------------------------------- */

static void print_machine(FILE *f, const dp_bench_machine *m)
{
    dp_out_print_safe(f, m->cpu);
    fprintf(f, "\nkernel %s, threads %d, load %.2f\n", m->kernel, m->threads, m->load);
    for (int p = 0; p < DP_BENCH_PRECISIONS; p++) {
        if (m->peak_one[p] == 0)
            continue;
        fprintf(f, "peak %s %.1f %s on 1 thread", precisions[p].name,
                1e-9 * m->peak_one[p], precisions[p].unit);
        if (m->threads > 1)
            fprintf(f, ", %.1f on %d", 1e-9 * m->peak_all[p], m->threads);
        fputc('\n', f);
    }
    fputc('\n', f);
}

/* Print a column: a figure, or a dash for NAN. */
static void print_figure(FILE *f, double value)
{
    if (isnan(value))
        fprintf(f, " %9s", "-");
    else
        fprintf(f, " %9.*f", value < 1000 ? 2 : 0, value);
}

void dp_bench_print_text(FILE *f, const dp_bench_machine *m, const dp_bench_row *row,
                         int n)
{
    print_machine(f, m);
    fprintf(f, "%-8s %-5s %-18s %7s %5s %9s %9s %9s\n", "model", "", "metric", "threads",
            "batch", "value", "p99", "% of peak");
    for (int i = 0; i < n; i++) {
        char model[64];
        fprintf(f, "%-8s %-5s %-18s %7d %5d",
                dp_out_safe(model, sizeof model, row[i].model),
                dp_bench_precision_name(row[i].precision), row[i].metric, row[i].threads,
                row[i].batch);
        print_figure(f, row[i].value);
        print_figure(f, row[i].p99);
        print_figure(f, 100 * row[i].share);
        fputs(row[i].disturbed ? "  disturbed\n" : "\n", f);
    }
}

/* ---- json -------------------------------------------------------------------------- */

static dp_code print_string(FILE *f, const char *text, dp_err *err)
{
    char *quoted = dp_json_text_string(text, strlen(text));
    if (!quoted)
        return dp_fail(err, DP_NOMEM, "no memory for the report");
    fputs(quoted, f);
    free(quoted);
    return DP_OK;
}

static dp_code print_row(FILE *f, const dp_bench_row *row, dp_err *err)
{
    fputs("{\"model\":", f);
    dp_code code = print_string(f, row->model, err);
    fprintf(f, ",\"precision\":\"%s\",\"metric\":\"%s\",\"threads\":%d,\"batch\":%d,",
            dp_bench_precision_name(row->precision), row->metric, row->threads,
            row->batch);
    fprintf(f, "\"%s\":%.6g", row->is_rate ? "mean" : "median", row->value);
    if (!isnan(row->p99))
        fprintf(f, ",\"p99\":%.6g", row->p99);
    fprintf(f, ",\"disturbed\":%s}", row->disturbed ? "true" : "false");
    return code;
}

static void print_peak(FILE *f, const dp_bench_machine *m, dp_bench_precision p)
{
    if (m->peak_one[p] == 0)
        return;
    fprintf(f, ",\"%s\":{\"1\":%.1f", precisions[p].key, 1e-9 * m->peak_one[p]);
    if (m->threads > 1)
        fprintf(f, ",\"%d\":%.1f", m->threads, 1e-9 * m->peak_all[p]);
    fputc('}', f);
}

dp_code dp_bench_print_json(FILE *f, const dp_bench_machine *m, const dp_bench_row *row,
                            int n, dp_err *err)
{
    fputs("{\"machine\":{\"cpu\":", f);
    dp_code code = print_string(f, m->cpu, err);
    fprintf(f, ",\"kernel\":\"%s\",\"threads\":%d,\"load\":%.2f", m->kernel, m->threads,
            m->load);
    for (int p = 0; p < DP_BENCH_PRECISIONS; p++)
        print_peak(f, m, (dp_bench_precision)p);
    fputs("},\"results\":[", f);
    for (int i = 0; i < n && !code; i++) {
        if (i > 0)
            fputc(',', f);
        code = print_row(f, &row[i], err);
    }
    fputs("]}\n", f);
    return code;
}

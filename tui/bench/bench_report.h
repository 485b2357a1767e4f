/* The report of `digitpad bench`, as text and as JSON. */
#ifndef DP_TUI_BENCH_BENCH_REPORT_H
#define DP_TUI_BENCH_BENCH_REPORT_H

#include "engine/core/err.h"

#include <stdio.h>

typedef enum dp_bench_precision {
    DP_BENCH_F32,
    DP_BENCH_INT8,
    DP_BENCH_PRECISIONS
} dp_bench_precision;

/* "f32", "int8". */
const char *dp_bench_precision_name(dp_bench_precision precision);

typedef struct dp_bench_machine {
    char cpu[128];      /* its name in /proc/cpuinfo; may hold any bytes */
    const char *kernel; /* name of the kernels */
    int threads;        /* the most that are used */
    double load;        /* load average of the minute before */
    /* Operations per second on one thread and on `threads`; 0: unknown. */
    double peak_one[DP_BENCH_PRECISIONS];
    double peak_all[DP_BENCH_PRECISIONS];
} dp_bench_machine;

typedef struct dp_bench_row {
    char model[64]; /* may hold any bytes */
    dp_bench_precision precision;
    const char *metric; /* its name ends in its unit */
    int threads, batch;
    double median;
    double p99; /* NAN if not measured */
    double
        share; /* fraction of the peak on as many threads, 0 … 1; NAN if not applicable */
} dp_bench_row;

/* Print the report to f; JSON is one line. DP_NOMEM. */
void dp_bench_print_text(FILE *f, const dp_bench_machine *m, const dp_bench_row *row,
                         int n);
DP_MUST_CHECK dp_code dp_bench_print_json(FILE *f, const dp_bench_machine *m,
                                          const dp_bench_row *row, int n, dp_err *err);

#endif

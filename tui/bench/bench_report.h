/* The report of `digitpad bench`, as text and as JSON. */
#ifndef DP_TUI_BENCH_BENCH_REPORT_H
#define DP_TUI_BENCH_BENCH_REPORT_H

#include "engine/core/err.h"
#include "tui/bench/conditions.h"

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
    /* Highest operations per second on one thread and on `threads`; 0: unknown. */
    double peak_one[DP_BENCH_PRECISIONS];
    double peak_all[DP_BENCH_PRECISIONS];
} dp_bench_machine;

typedef struct dp_bench_row {
    char model[64]; /* may hold any bytes */
    dp_bench_precision precision;
    const char *metric; /* its name ends in its unit */
    int threads, batch;
    bool is_rate;      /* the value is a mean rate; otherwise it is a median time */
    double value, p99; /* p99: NAN if not measured */
    double operations; /* per second; NAN: not to be compared with the peak */
    double peak;       /* operations per second, measured just before */
    dp_bench_conditions conditions;
    bool disturbed; /* by other programs */
    double share;   /* of the highest peak; NAN if unknown or disturbed */
} dp_bench_row;

/* Print the report to f; JSON is one line. DP_NOMEM. */
void dp_bench_print_text(FILE *f, const dp_bench_machine *m, const dp_bench_row *row,
                         int n);
DP_MUST_CHECK dp_code dp_bench_print_json(FILE *f, const dp_bench_machine *m,
                                          const dp_bench_row *row, int n, dp_err *err);

#endif

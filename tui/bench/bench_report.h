/* What was measured, for people and for programs. */
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
    char cpu[128];      /* as the system calls it; may hold anything */
    const char *kernel; /* of the table that was used */
    int threads;        /* the most that were used */
    double load;        /* mean of the last minute, before measuring */
    /* Operations a second on one thread and on `threads`, of each precision; 0: unknown. */
    double peak_one[DP_BENCH_PRECISIONS];
    double peak_all[DP_BENCH_PRECISIONS];
} dp_bench_machine;

typedef struct dp_bench_row {
    char model[64]; /* may hold anything */
    dp_bench_precision precision;
    const char *metric; /* its unit is the end of its name */
    int threads, batch;
    double median;
    double p99;   /* NAN: too few repetitions, or no use */
    double share; /* of the peak of as many threads, 0 … 1; NAN: it does not calculate */
} dp_bench_row;

/* Both print to f. The JSON is one line. DP_NOMEM. */
void dp_bench_print_text(FILE *f, const dp_bench_machine *m, const dp_bench_row *row,
                         int n);
DP_MUST_CHECK dp_code dp_bench_print_json(FILE *f, const dp_bench_machine *m,
                                          const dp_bench_row *row, int n, dp_err *err);

#endif

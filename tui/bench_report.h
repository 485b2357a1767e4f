/* What was measured, for people and for programs. */
#ifndef DP_TUI_BENCH_REPORT_H
#define DP_TUI_BENCH_REPORT_H

#include "engine/err.h"

#include <stdio.h>

typedef struct dp_bench_machine {
    char cpu[128];      /* as the system calls it; may hold anything */
    const char *kernel; /* of the table that was used */
    int threads;        /* the most that were used */
    double load;        /* mean of the last minute, before measuring */
    double peak_one;    /* float32 operations a second on one thread */
    double peak_all;    /* and on `threads` */
} dp_bench_machine;

typedef struct dp_bench_row {
    char model[64];     /* may hold anything */
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

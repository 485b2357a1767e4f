/* One run of `digitpad bench`: which networks and metrics are measured, and the results. */
#ifndef DP_TUI_BENCH_BENCH_RUN_H
#define DP_TUI_BENCH_BENCH_RUN_H

#include "tui/bench/bench_report.h"
#include "tui/bench/cold_start.h"
#include "tui/cli/talk.h"

enum { DP_BENCH_MAX_ROWS = 128 };

typedef struct dp_bench_run {
    const char *model; /* of -m, or NULL */
    const char *only;  /* "" for all */
    dp_bench_effort effort;
    const dp_kernels *kernels;
    dp_bench_machine machine;
    const dp_aide *cold_start; /* measures cold starts */
    dp_talk *talk;
    int done, planned; /* pairs of network and metric, for the progress bar */
    int n, disturbed;  /* rows */
    dp_bench_row row[DP_BENCH_MAX_ROWS];
} dp_bench_run;

/* The number of pairs of network and metric that b->model and b->only select. */
int dp_bench_count(const dp_bench_run *b);

void dp_bench_machine_measure(dp_bench_run *b);

/* Fill b->row, and raise the peaks of the machine. Codes as those of dp_open_model; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_bench_measure_all(dp_bench_run *b, dp_err *err);

#endif

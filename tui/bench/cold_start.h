/* Cold starts measured by a process outside the sandbox, because the bench itself may start no program
 * once it has read a model (weights/sandbox/aide.h). */
#ifndef DP_TUI_BENCH_COLD_START_H
#define DP_TUI_BENCH_COLD_START_H

#include "tui/bench/bench.h"
#include "weights/sandbox/aide.h"

/* Start the process that measures, with `kernels` and `effort`, which must outlive it; dp_aide_end
 * ends it. DP_IO. */
typedef struct dp_cold_start {
    const dp_kernels *kernels;
    const dp_bench_effort *effort;
} dp_cold_start;
DP_MUST_CHECK dp_code dp_cold_start_begin(dp_aide *out, dp_cold_start *how, dp_err *err);

/* dp_bench_cold_start in that process. DP_USAGE if the name is too long; DP_IO. */
DP_MUST_CHECK dp_code dp_cold_start_measure(dp_bench_times *out, const dp_aide *aide,
                                            const char *name, dp_err *err);

#endif

/* Benchmarks of networks. Each piece of work is repeated. */
#ifndef DP_TUI_BENCH_BENCH_H
#define DP_TUI_BENCH_BENCH_H

#include "engine/infer/model.h"
#include "tui/bench/conditions.h"

#include <stdint.h>

/* How long a piece of work is repeated. The repetitions of the warm-up do not count:
 * caches, threads and the processor's clock settle during it. */
typedef struct dp_bench_effort {
    double warm_up, measured; /* seconds */
    int least;                /* repetitions to measure at least */
} dp_bench_effort;

/* Seconds of one repetition. */
typedef struct dp_bench_times {
    double median, mean;
    double p99; /* 99th percentile; NAN if there are too few repetitions */
    dp_bench_conditions conditions; /* without the peak */
} dp_bench_times;

enum {
    DP_BENCH_BATCH = 256,       /* images, to measure throughput */
    DP_BENCH_TRAIN_BATCH = 128, /* images, to measure training */
};

/* The pixels of the images. */
typedef enum dp_bench_pixels {
    DP_BENCH_NOISE, /* all random */
    DP_BENCH_INK,   /* four of five are 0, the others form a block, much as in MNIST */
} dp_bench_pixels;

/* What a model runs on. */
typedef struct dp_bench_load {
    int batch; /* images at a time */
    dp_bench_pixels pixels;
    int threads; /* at most */
} dp_bench_load;

/* Measure inference, from input to logits. The input is floats, or pixels if the model has
 * 8-bit weights. The model must pass dp_model_check_digits. DP_NOMEM, like all functions
 * below. */
DP_MUST_CHECK dp_code dp_bench_forward(dp_bench_times *out, const dp_model *m,
                                       const dp_bench_load *load,
                                       const dp_bench_effort *effort, dp_err *err);

/* Measure a training step on DP_BENCH_TRAIN_BATCH images, without augmentation. DP_USAGE
 * if the network cannot be trained. */
DP_MUST_CHECK dp_code dp_bench_training(dp_bench_times *out, const dp_model *m,
                                        int threads, const dp_bench_effort *effort,
                                        dp_err *err);

/* Measure `digitpad predict -m NAME` on one image, from the start of the process to its
 * end. DP_INTERNAL if the program cannot be run. */
DP_MUST_CHECK dp_code dp_bench_cold_start(dp_bench_times *out, const char *name,
                                          const dp_kernels *kernels,
                                          const dp_bench_effort *effort, dp_err *err);

/* Quantise a network with arbitrary activation ranges, which is enough to measure its
 * speed. DP_MODEL if it cannot be quantised. */
DP_MUST_CHECK dp_code dp_bench_quantise(dp_model **out, const dp_model *m, dp_err *err);

#endif

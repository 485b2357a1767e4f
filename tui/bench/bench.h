/* Stopwatches for networks: work is repeated, and the median tells. */
#ifndef DP_TUI_BENCH_BENCH_H
#define DP_TUI_BENCH_BENCH_H

#include "engine/infer/model.h"

#include <stdint.h>

/* How long each piece of work is repeated, in seconds: first unmeasured, until caches,
 * threads and the processor's clock have settled, then measured, but at least so often. */
typedef struct dp_bench_effort {
    double warm_up, measured;
    int least;
} dp_bench_effort;

/* Seconds of one repetition. p99 is NAN where there were too few to tell. */
typedef struct dp_bench_times {
    double median, p99;
} dp_bench_times;

enum {
    DP_BENCH_BATCH = 256,       /* of the throughput */
    DP_BENCH_TRAIN_BATCH = 128, /* of the training rate */
};

/* What the images are made of. */
typedef enum dp_bench_pixels {
    DP_BENCH_NOISE, /* every pixel at random */
    DP_BENCH_INK,   /* four of five are 0 and the others together, as in MNIST */
} dp_bench_pixels;

/* `batch` images, from floats (in 8 bits, pixels) to logits, on at most `threads` threads. The model reads
 * digits. DP_NOMEM, as everywhere below. */
DP_MUST_CHECK dp_code dp_bench_forward(dp_bench_times *out, const dp_model *m, int batch,
                                       int threads, dp_bench_pixels pixels,
                                       const dp_bench_effort *effort, dp_err *err);

/* A training step of DP_BENCH_TRAIN_BATCH images that are not augmented. DP_USAGE where
 * the chain cannot be trained. */
DP_MUST_CHECK dp_code dp_bench_training(dp_bench_times *out, const dp_model *m,
                                        int threads, const dp_bench_effort *effort,
                                        dp_err *err);

/* The program itself, from its start to its end, with one image to predict. `name` is what
 * `predict -m` would open. DP_INTERNAL where the program could not be run. */
DP_MUST_CHECK dp_code dp_bench_cold_start(dp_bench_times *out, const char *name,
                                          const dp_kernels *kernels,
                                          const dp_bench_effort *effort, dp_err *err);

/* Operations a second, on floats or bytes, that `threads` threads do in registers: the best
 * repetition. 0 where the kernels do no bytes. */
DP_MUST_CHECK dp_code dp_bench_peak(double *out, const dp_kernels *kernels, bool int8,
                                    int threads, const dp_bench_effort *effort,
                                    dp_err *err);

/* The same network in 8 bits, with ranges of no meaning: only for its speed. DP_MODEL where
 * it cannot be. */
DP_MUST_CHECK dp_code dp_bench_quantise(dp_model **out, const dp_model *m, dp_err *err);

#endif

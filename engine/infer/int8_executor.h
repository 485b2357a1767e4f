/* The executor of an 8-bit plan: one workspace per thread, all allocated at creation, so
 * that running cannot fail. */
#ifndef DP_ENGINE_INFER_INT8_EXECUTOR_H
#define DP_ENGINE_INFER_INT8_EXECUTOR_H

#include "engine/infer/int8_plan.h"
#include "engine/core/thread_pool.h"

typedef struct dp_int8_run dp_int8_run;

/* For at most `tile` images per call on each of `threads` threads. The plan must outlive
 * the executor. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_run_create(dp_int8_run **out, const dp_int8_plan *plan,
                                         int tile, int threads, dp_err *err);
void dp_int8_run_free(dp_int8_run *run); /* NULL is allowed */

/* How many images, 1 … most, run together so that their activations fit in the L2
 * cache. */
int dp_int8_run_tile(const dp_int8_plan *plan, int most);

/* Whether a step is worth sharing between threads for a single image. */
bool dp_int8_run_shares(const dp_int8_plan *plan);

/* Run n ≤ tile images in the workspace of `thread`. The input is pixels: [n, c, h, w] or,
 * if pixels is NULL, the normalised x: [n, c, h, w]; the output is y: [n, output shape].
 * If this is the only image to run, `pool` can have as many threads as the executor,
 * which then share its large steps; if pool is NULL, the caller runs alone. The result
 * has the same bits. */
void dp_int8_run_images(dp_int8_run *run, int thread, dp_thread_pool *pool,
                        const uint8_t *pixels, const float *x, int n, float *y);

#endif

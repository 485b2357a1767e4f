/* Running a plan: workspaces for threads, all allocated at creation. */
#ifndef DP_ENGINE_INFER_INT8_EXECUTOR_H
#define DP_ENGINE_INFER_INT8_EXECUTOR_H

#include "engine/infer/int8_plan.h"
#include "engine/core/thread_pool.h"

typedef struct dp_int8_run dp_int8_run;

/* For calls of at most `tile` images on each of `threads` threads. The plan must outlive
 * it. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_run_create(dp_int8_run **out, const dp_int8_plan *plan,
                                         int tile, int threads, dp_err *err);
void dp_int8_run_free(dp_int8_run *run); /* NULL is allowed */

/* Bytes of images that are worth running together, so that activations stay in the
 * second-level cache, as a number of images ≤ most. */
int dp_int8_run_tile(const dp_int8_plan *plan, int most);

/* Whether an image has a step that is worth sharing among threads. */
bool dp_int8_run_shares(const dp_int8_plan *plan);

/* n ≤ tile images in the workspace of one thread: pixels [n, c, h, w], or x [n, c, h, w],
 * normalised, where pixels is NULL → y: [n, output shape]. Where there is one image and nothing
 * else to do, pool may be one of as many threads as the run has, to share what is worth it;
 * NULL: the caller does it alone. The bits are the same. */
void dp_int8_run_images(dp_int8_run *run, int thread, dp_thread_pool *pool,
                        const uint8_t *pixels, const float *x, int n, float *y);

#endif

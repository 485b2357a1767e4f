/* The execution plan of an 8-bit network. Pooling and look-up tables are fused with the
 * product before them, weights are packed for the kernels, and every activation is NHWC
 * with the padding of the next convolution. */
#ifndef DP_ENGINE_INFER_INT8_PLAN_H
#define DP_ENGINE_INFER_INT8_PLAN_H

#include "engine/core/arena.h"
#include "engine/infer/int8_steps.h"

typedef struct dp_int8_plan {
    const dp_quant *quant;
    const dp_int8_kernels *kernels;
    bool reads_pixels; /* the first step can read the caller's pixels */
    int n_steps;       /* at least 1; the last one is a product and writes floats */
    dp_int8_step step[DP_MAX_LAYERS];
    dp_arena arena;
} dp_int8_plan;

/* Plan q, which must outlive the plan. DP_MODEL if a layer is too large; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_plan_create(dp_int8_plan **out, const dp_quant *q,
                                          const dp_int8_kernels *kernels, dp_err *err);
void dp_int8_plan_free(dp_int8_plan *plan); /* NULL is allowed */

#endif

/* An 8-bit network arranged for the kernels: steps in which activations, pooling and
 * look-ups follow the product at once, weights packed, and every activation laid out as
 * pixels of channels (height, width, channel) with the next convolution's border around. */
#ifndef DP_ENGINE_INFER_INT8_PLAN_H
#define DP_ENGINE_INFER_INT8_PLAN_H

#include "engine/core/arena.h"
#include "engine/kernels/int8.h"
#include "engine/quant/quant.h"

typedef enum dp_int8_kind {
    DP_INT8_DENSE,
    DP_INT8_CONV,
    DP_INT8_MAXPOOL,
    DP_INT8_AVGPOOL, /* and global_avgpool */
    DP_INT8_LOOKUP,  /* a table by itself */
    DP_INT8_FLATTEN, /* reorder to channel, height, width */
} dp_int8_kind;

/* Where an activation lies: byte (y, x, c) at origin + y · row + x · pixel + c. */
typedef struct dp_int8_layout {
    dp_shape shape;
    int pixel, row;
    int origin;  /* past the border at the top left */
    size_t size; /* of an image, with borders and a few bytes to read past its end */
    uint8_t border;
} dp_int8_layout;

typedef struct dp_int8_step {
    dp_int8_kind kind;
    int layer; /* of the chain; the first of those that the step does */
    dp_shape in, out;
    dp_int8_layout from; /* what enters */

    /* Dense and conv: */
    dp_int8_product product;
    int rows;          /* of one image */
    const int *row_at; /* [rows] where each starts in an image that enters */
    const int *out_at; /* [rows], or [rows / 4] where pooled: in an image that leaves */

    uint8_t table[256]; /* of the product or of a look-up */
} dp_int8_step;

typedef struct dp_int8_plan {
    const dp_quant *quant;
    const dp_int8_kernels *kernels;
    int n_steps;
    dp_int8_step step[DP_MAX_LAYERS];
    dp_arena arena;
} dp_int8_plan;

/* Arrange q, which must outlive the plan. Where kernels is NULL there are no steps: the
 * oracle (infer/int8_reference.h) works on q itself. DP_MODEL where a layer is too large; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_plan_create(dp_int8_plan **out, const dp_quant *q,
                                          const dp_int8_kernels *kernels, dp_err *err);
void dp_int8_plan_free(dp_int8_plan *plan); /* NULL is allowed */

#endif

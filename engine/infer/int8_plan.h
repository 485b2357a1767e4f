/* The execution plan of an 8-bit network. Pooling and look-up tables are fused with the
 * product before them, weights are packed for the kernels, and every activation is NHWC
 * with the padding of the next convolution. */
#ifndef DP_ENGINE_INFER_INT8_PLAN_H
#define DP_ENGINE_INFER_INT8_PLAN_H

#include "engine/core/arena.h"
#include "engine/kernels/int8.h"
#include "engine/quant/quant.h"

typedef enum dp_int8_kind {
    DP_INT8_DENSE,
    DP_INT8_CONV,
    DP_INT8_MAXPOOL,
    DP_INT8_AVGPOOL, /* also global_avgpool */
    DP_INT8_LOOKUP,  /* a look-up table that is not fused */
    DP_INT8_FLATTEN, /* reorder NHWC to NCHW */
} dp_int8_kind;

/* The layout of an activation: byte (y, x, c) is at origin + y · row + x · pixel + c. */
typedef struct dp_int8_layout {
    dp_shape shape;
    int pixel, row; /* bytes from a pixel to the next one, and to the one below */
    int origin;     /* offset of the first pixel, past the padding */
    size_t size;    /* bytes of an image, with padding and slack for reads past its end */
    uint8_t border; /* the value of the padding */
} dp_int8_layout;

typedef struct dp_int8_step {
    dp_int8_kind kind;
    int layer;           /* the first layer of the chain that this step computes */
    dp_shape in, out;    /* `in` of that layer; `out` after pooling */
    dp_int8_layout from; /* of the input; the output has that of the next step */

    /* For DENSE and CONV: */
    dp_int8_product product;
    int rows;          /* of the product, for one image */
    const int *row_at; /* [rows]: byte offset of each row in an input image */
    const int *out_at; /* [rows], or [rows / 4] if pooled: offset in an output image */

    uint8_t table[256]; /* look-up table, fused or of a LOOKUP step */
} dp_int8_step;

typedef struct dp_int8_plan {
    const dp_quant *quant;
    const dp_int8_kernels *kernels;
    int n_steps;
    dp_int8_step step[DP_MAX_LAYERS];
    dp_arena arena;
} dp_int8_plan;

/* Plan q, which must outlive the plan. If kernels is NULL, the plan has no steps: the
 * reference (engine/infer/int8_reference.h) runs q itself. DP_MODEL if a layer is too
 * large; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_int8_plan_create(dp_int8_plan **out, const dp_quant *q,
                                          const dp_int8_kernels *kernels, dp_err *err);
void dp_int8_plan_free(dp_int8_plan *plan); /* NULL is allowed */

#endif

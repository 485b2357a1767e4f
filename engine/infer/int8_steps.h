/* The steps of an 8-bit network: which layers are fused into one product. */
#ifndef DP_ENGINE_INFER_INT8_STEPS_H
#define DP_ENGINE_INFER_INT8_STEPS_H

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

enum { DP_INT8_TABLED = 64 };

typedef struct dp_int8_step {
    dp_int8_kind kind;
    int layer;           /* the first layer of the chain that this step computes */
    dp_shape in, out;    /* `in` of that layer; `out` after pooling */
    dp_int8_layout from; /* of the input; the output has that of the next step */

    /* For DENSE and CONV: */
    dp_int8_product product;
    int pixels;  /* output pixels, before pooling, that a row computes side by side */
    int spacing; /* lanes from a pixel of a row to the next one */
    int rows;    /* of the product, for one image */
    const int *row_at; /* [rows]: byte offset of each row in an input image */
    const int
        *out_at; /* [rows / epilogue.pool]: offset of each result in an output image */

    /* For AVGPOOL: the pixels of a window that is not cut off at the border, and the average by
     * their sum: [window · 255 + 1]. 0 and NULL if they are more than DP_INT8_TABLED. */
    int window;
    uint8_t *average;

    uint8_t table[256]; /* look-up table, fused or of a LOOKUP step */
} dp_int8_step;

/* Write the steps of q: kind, layer, shapes, fused epilogue and look-up table. Layouts, weights
 * and rows are zero; int8_plan.h fills them in. Returns the number of steps. */
int dp_int8_make_steps(dp_int8_step step[DP_MAX_LAYERS], const dp_quant *q);

#endif

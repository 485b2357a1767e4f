/* Products of 8-bit activations and weights, once for each instruction set. Sums are exact
 * in 32 bits, whatever their order, and the steps from a sum to a byte are rounded one by
 * one: every table gives the same bits.
 *
 * A product has rows (output pixels, or images of a dense layer) and output channels. Rows
 * lie in memory as they are: `segments` runs of bytes, each read in groups of four. Weights
 * are packed in blocks of 16 channels, and for each group of four inputs a block has 16 × 4
 * bytes, which is one step of a dot-product instruction. Where a run is no multiple of four
 * long, the last group reads bytes that follow it and meets weights of zero. */
#ifndef DP_ENGINE_KERNELS_INT8_H
#define DP_ENGINE_KERNELS_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DP_INT8_ROWS = 8,                                 /* at most, in one call */
    DP_INT8_CHANNELS = 16,                            /* of a block */
    DP_INT8_DEPTH = 4,                                /* of a group */
    DP_INT8_GROUP = DP_INT8_CHANNELS * DP_INT8_DEPTH, /* bytes of weights */
};

/* From a sum to a byte: f = sum · factor, clamped to [low, high] and rounded to the nearest
 * (half to even), + zero; then through `table`, unless it is NULL. Where `pool`, four rows
 * in a row are a window of which the largest byte is kept; table_first says that the
 * table comes before that, and it may fall and then rise. */
typedef struct dp_int8_epilogue {
    const float *factor; /* [blocks * 16], > 0 */
    float low, high;
    int zero;
    bool pool, table_first;
    const uint8_t *table; /* [256] */
    bool to_float;        /* leave at f, unclamped; nothing else applies */
} dp_int8_epilogue;

typedef struct dp_int8_product {
    int segments, groups; /* runs of a row; groups of four of a run */
    const int *segment;   /* [segments] where the runs start in a row */
    int channels, blocks; /* outputs; the last block may be partly empty */
    const int8_t *weight; /* [blocks][segments * groups][16][4] */
    const int *window;    /* [blocks] where in a row the inputs of a block start, for a
                             grouped convolution; NULL: all at its start */
    const int32_t *bias;  /* [blocks * 16] */
    dp_int8_epilogue epilogue;
} dp_int8_product;

typedef struct dp_int8_kernels {
    int blocks; /* that `tile` is best called with */

    /* Rows row[0 … rows − 1] times blocks [block, block + blocks); rows ≤ 8, and a multiple
     * of four where pooled. row[] has 8 readable entries. Byte c of a result is out[i][c],
     * floats are ((float *)out[i])[c] up to the end of the block. One block at a time
     * where the product has windows. */
    void (*tile)(const dp_int8_product *p, int block, int blocks,
                 const uint8_t *const row[], int rows, void *const out[]);

    /* One row of a product of one segment, without windows and pooling: groups that are
     * zero are skipped. sums: [blocks * 16] of scratch. */
    void (*row)(const dp_int8_product *p, const uint8_t *row, int32_t *sums, void *out);

    /* Nothing but arithmetic on registers, as multiply_add of dp_kernels. */
    double (*multiply_add)(float *result, long steps);
} dp_int8_kernels;

#endif

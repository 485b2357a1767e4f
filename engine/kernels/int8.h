/* Products of 8-bit activations and 8-bit weights, one table of functions for each
 * instruction set. Sums are exact in 32 bits in any order, and each step from a sum to a
 * byte is rounded on its own, so all tables give the same bits.
 *
 * A product multiplies rows (output pixels, or the images of a dense layer) by output
 * channels. A row is not copied: it is read in groups of four bytes, wherever these are.
 * Weights are packed in blocks of 16 channels: for each group a block has 16 × 4 bytes,
 * one operand of a dot-product instruction. A group may read bytes that do not belong to
 * the row; their weights are zero.
 *
 * If a layer has few channels, a row can compute several output pixels side by side: the
 * lanes of a block are then channels of adjacent pixels, and the row has the bytes that
 * these read together. */
#ifndef DP_ENGINE_KERNELS_INT8_H
#define DP_ENGINE_KERNELS_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DP_INT8_ROWS = 8,                                 /* most rows of one call */
    DP_INT8_CHANNELS = 16,                            /* channels of a block */
    DP_INT8_DEPTH = 4,                                /* inputs of a group */
    DP_INT8_GROUP = DP_INT8_CHANNELS * DP_INT8_DEPTH, /* weights of a group in a block */
    DP_INT8_LIST_SLACK = 16, /* entries past the end of a list that `row` may write */
};

/* The rows whose largest byte is kept, by 2×2 max pooling. */
typedef enum dp_int8_pool {
    DP_INT8_NO_POOL = 1, /* each row is a result of its own */
    /* Each two consecutive rows are the lines of a window; the two pixels of a line are the
     * halves of a block, so they have at most 8 channels. */
    DP_INT8_POOL_HALVES = 2,
    DP_INT8_POOL_ROWS = 4, /* each four consecutive rows are a window */
} dp_int8_pool;

/* Requantisation, from a sum to a byte: sum · factor is clamped to [low, high], rounded
 * to the nearest integer (half to even), `zero` is added, and the byte is looked up in
 * `table`, if there is one. */
typedef struct dp_int8_epilogue {
    const float *factor; /* [blocks * 16], > 0 */
    float low, high;
    int zero;
    dp_int8_pool pool;    /* the value is the number of rows that make a result */
    bool table_first;     /* look up before pooling; the table must fall and then rise */
    const uint8_t *table; /* [256] or NULL */
    bool to_float;        /* write the float sum · factor and skip everything else */
} dp_int8_epilogue;

typedef struct dp_int8_product {
    int groups;                /* of a row */
    const int *group_at;       /* [groups]: byte of the row at which each group starts */
    int channels, blocks;      /* of a result, which has all blocks, the last one perhaps
                                  partly; with POOL_HALVES, of each block a result */
    const int8_t *weight;      /* [blocks][groups][16][4] */
    const int *channel_offset; /* [blocks], if grouped: the first input channel of a
                                  block, added to group_at. NULL: always 0 */
    const int32_t *bias;       /* [blocks * 16] */
    dp_int8_epilogue epilogue;
} dp_int8_product;

typedef struct dp_int8_kernels {
    int blocks; /* number of blocks with which `tile` is fastest */

    /* Compute rows row[0 … rows − 1] of blocks [block, block + blocks); rows ≤ 8, and a
     * multiple of epilogue.pool. row[] has 8 entries, all readable. Channel c of result i
     * goes to byte c of out[i], and with POOL_HALVES to byte block · channels + c; a float result goes to ((float *)out[i])[c],
     * and is written up to the end of the block. `blocks` is 1 if the product has
     * channel offsets. */
    void (*tile)(const dp_int8_product *p, int block, int blocks,
                 const uint8_t *const row[], int rows, void *const out[]);

    /* Compute one row of a product whose groups are adjacent, without channel offsets and
     * pooling. Skips groups of inputs that are all zero. list: scratch for
     * [groups + DP_INT8_LIST_SLACK]. */
    void (*row)(const dp_int8_product *p, const uint8_t *row, int *list, void *out);

    /* Measure the peak, like multiply_add of dp_kernels, with the loop of `tile` on
     * operands in the L1 cache. */
    double (*multiply_add)(float *result, long steps);
} dp_int8_kernels;

#endif

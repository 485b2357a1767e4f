/* The int8 kernels. Included by int8/avx2.c, avx512.c, avx512vnni.c and portable.c;
 * compiled once for each instruction set. The including file first defines
 *
 *   acc_reg                a register of 32-bit sums
 *   ACC_REGS               registers for the 16 sums of a block in one row
 *   TILE_ROWS              rows of a tile whose sums stay in registers: 1, 2, 4 or 8
 *   TILE_BLOCKS            blocks of a tile, likewise: 1 or 2
 *   ROW_BLOCKS             blocks that `row` computes together: 2, 4 or 8
 *   activations            one group of a row: four bytes, repeated in all lanes
 *   broadcast(x)           load a group from any address
 *   weights                one group of a block: 16 channels × 4 weights
 *   load_weights(w)        load a group, DP_INT8_GROUP bytes
 *   dot(acc, x, w)         add the products to acc_reg acc[ACC_REGS]
 *   sums                   16 sums of 32 bits
 *   reduce(acc, bias)      the sums in acc[ACC_REGS] plus bias [16]
 *   most(a, b)             the larger sums
 *   least(a, b)            the smaller sums
 *   lower(a, b), upper(a, b)               the lower, or upper, halves of a and b
 *   store_floats(out, sums, factor)        store sums · factor [16]
 *   bytes                  16 bytes
 *   to_bytes(sums, epilogue, factor)       requantise 16 sums, without the table
 *   most_bytes(a, b)       the larger bytes
 *   lookup(bytes, table)   the entries of a table [256]
 *   list_nonzero(list, x, n)               list those of n groups at x that are not zero;
 *                                          return their number
 *
 * and then fills a dp_int8_kernels with `tile`, `row` and `multiply_add`. scalar_tmpl.h
 * has plain versions of all from `sums` on, except for reduce. */

/* ---- the epilogue: from sums to results -------------------------------------------- */

/* The loops over the results of a block have constant bounds, so the results stay in
 * registers. All are computed before the first is stored: a store of bytes may change
 * any memory, as far as compilers know, so what was loaded before it is loaded again. */

INLINE void requantise(bytes result[], const sums sum[], const int n,
                       const dp_int8_epilogue *epilogue,
                       const float factor[DP_INT8_CHANNELS])
{
    UNROLL_FOR (int i = 0; i < n; i++)
        result[i] = to_bytes(sum[i], epilogue, factor);
    if (epilogue->table)
        UNROLL_FOR (int i = 0; i < n; i++)
            result[i] = lookup(result[i], epilogue->table);
}

/* The largest, or smallest, sums of four rows: of one window or, with `halves`, of two. */
INLINE sums most_of_four(const sums sum[4], const bool halves)
{
    const sums a = most(sum[0], sum[1]), b = most(sum[2], sum[3]);
    return halves ? most(lower(a, b), upper(a, b)) : most(a, b);
}

INLINE sums least_of_four(const sums sum[4], const bool halves)
{
    const sums a = least(sum[0], sum[1]), b = least(sum[2], sum[3]);
    return halves ? least(lower(a, b), upper(a, b)) : least(a, b);
}

/* Pool 4n rows before rounding: a larger sum has a larger byte, so the largest sum has the
 * largest byte. A table that falls and then rises is largest at the largest or at the
 * smallest sum. With `halves`, a result has two windows. */
INLINE void pool(bytes result[], const sums sum[], const int n,
                 const dp_int8_epilogue *epilogue, const float factor[DP_INT8_CHANNELS],
                 const bool halves)
{
    sums extreme[DP_INT8_ROWS / 4];
    UNROLL_FOR (int i = 0; i < n; i++)
        extreme[i] = most_of_four(sum + 4 * i, halves);
    requantise(result, extreme, n, epilogue, factor);
    if (!epilogue->table_first)
        return;
    bytes other[DP_INT8_ROWS / 4];
    UNROLL_FOR (int i = 0; i < n; i++)
        extreme[i] = least_of_four(sum + 4 * i, halves);
    requantise(other, extreme, n, epilogue, factor);
    UNROLL_FOR (int i = 0; i < n; i++)
        result[i] = most_bytes(result[i], other[i]);
}

/* Write the first `wanted` of n results; `channels` are left from this block on. The last
 * block of a layer may be narrower than 16. */
INLINE void store_bytes(void *const out[], int first, const bytes result[], const int n,
                        int wanted, int channels)
{
    if (channels >= DP_INT8_CHANNELS)
        UNROLL_FOR (int i = 0; i < n; i++) {
            if (i < wanted)
                memcpy((uint8_t *)out[i] + first, &result[i], DP_INT8_CHANNELS);
        }
    else
        for (int i = 0; i < wanted; i++)
            memcpy((uint8_t *)out[i] + first, &result[i], (size_t)channels);
}

/* Write the first `wanted` of 2n windows of up to 8 channels each. */
INLINE void store_halves(void *const out[], int first, const bytes result[], const int n,
                         int wanted, int channels)
{
    enum { HALF = DP_INT8_CHANNELS / 2 };
    UNROLL_FOR (int i = 0; i < 2 * n; i++) {
        const uint8_t *from = (const uint8_t *)&result[i / 2] + i % 2 * HALF;
        if (i < wanted && channels == HALF)
            memcpy((uint8_t *)out[i] + first, from, HALF);
        else if (i < wanted)
            memcpy((uint8_t *)out[i] + first, from, (size_t)channels);
    }
}

/* Write the results of the first `wanted` of `rows` rows of a block. `rows` is a constant
 * in every caller. */
INLINE void epilogue_block(const dp_int8_product *p, int block, const sums sum[],
                           int wanted, void *const out[], const int rows)
{
    const dp_int8_epilogue *epilogue = &p->epilogue;
    const int first = block * DP_INT8_CHANNELS, channels = p->channels - first;
    const float *factor = epilogue->factor + first;
    bytes result[DP_INT8_ROWS];
    if (epilogue->to_float) {
        UNROLL_FOR (int i = 0; i < rows; i++)
            if (i < wanted)
                store_floats((float *)out[i] + first, sum[i], factor);
    } else if (epilogue->pool == DP_INT8_POOL_HALVES) {
        pool(result, sum, rows / 4, epilogue, factor, true);
        store_halves(out, block * p->channels, result, rows / 4, wanted / 2, p->channels);
    } else if (epilogue->pool == DP_INT8_POOL_ROWS) {
        pool(result, sum, rows / 4, epilogue, factor, false);
        store_bytes(out, first, result, rows / 4, wanted / 4, channels);
    } else {
        requantise(result, sum, rows, epilogue, factor);
        store_bytes(out, first, result, rows, wanted, channels);
    }
}

/* ---- tiles ------------------------------------------------------------------------- */

/* The rows and blocks of a tile: constants in every caller. */
typedef struct tile_size {
    int rows, blocks;
} tile_size;

/* Compute the sums of the rows from `first` on. They stay in registers until all inputs are
 * added. */
INLINE void accumulate(sums sum[TILE_BLOCKS][DP_INT8_ROWS], int first,
                       const dp_int8_product *p, int block, const uint8_t *const row[],
                       const tile_size size)
{
    const int rows = size.rows, blocks = size.blocks;
    acc_reg acc[TILE_ROWS][TILE_BLOCKS][ACC_REGS];
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int b = 0; b < blocks; b++)
            UNROLL_FOR (int k = 0; k < ACC_REGS; k++)
                acc[i][b][k] = (acc_reg){ 0 };
    const int groups = p->groups;
    const ptrdiff_t next = (ptrdiff_t)groups * DP_INT8_GROUP;
    const int8_t *w = p->weight + block * next;
    const ptrdiff_t offset = p->channel_offset ? p->channel_offset[block] : 0;
    const uint8_t *x[TILE_ROWS];
    UNROLL_FOR (int i = 0; i < rows; i++)
        x[i] = row[first + i] + offset;
    ptrdiff_t g = 0;
    do {
        const ptrdiff_t at = p->group_at[g];
        weights wv[TILE_BLOCKS];
        UNROLL_FOR (int b = 0; b < blocks; b++)
            wv[b] = load_weights(w + b * next);
        UNROLL_FOR (int i = 0; i < rows; i++) {
            const activations xv = broadcast(x[i] + at);
            UNROLL_FOR (int b = 0; b < blocks; b++)
                dot(acc[i][b], xv, &wv[b]);
        }
        w += DP_INT8_GROUP;
    } while (++g < groups);
    UNROLL_FOR (int b = 0; b < blocks; b++)
        UNROLL_FOR (int i = 0; i < rows; i++)
            sum[b][first + i] =
                reduce(acc[i][b], p->bias + (block + b) * DP_INT8_CHANNELS);
}

/* Compute a tile, of which the first `wanted` rows are written. */
INLINE void run_tile(const dp_int8_product *p, int block, const uint8_t *const row[],
                     int wanted, void *const out[], const tile_size size)
{
    enum { MOST = TILE_ROWS };
    sums sum[TILE_BLOCKS][DP_INT8_ROWS];
    const tile_size at_once = { size.rows < MOST ? size.rows : MOST, size.blocks };
    UNROLL_FOR (int i = 0; i < size.rows; i += at_once.rows)
        accumulate(sum, i, p, block, row, at_once);
    UNROLL_FOR (int b = 0; b < size.blocks; b++)
        epilogue_block(p, block + b, sum[b], wanted, out, size.rows);
}

static void tile(const dp_int8_product *p, int block, int blocks,
                 const uint8_t *const row[], int rows, void *const out[])
{
    if ((TILE_BLOCKS == 1 || blocks == TILE_BLOCKS) && rows > DP_INT8_ROWS / 2)
        run_tile(p, block, row, rows, out, (tile_size){ DP_INT8_ROWS, TILE_BLOCKS });
    else if (TILE_BLOCKS == 1 || blocks == TILE_BLOCKS)
        run_tile(p, block, row, rows, out, (tile_size){ DP_INT8_ROWS / 2, TILE_BLOCKS });
    else if (rows > DP_INT8_ROWS / 2)
        run_tile(p, block, row, rows, out, (tile_size){ DP_INT8_ROWS, 1 });
    else
        run_tile(p, block, row, rows, out, (tile_size){ DP_INT8_ROWS / 2, 1 });
}

/* ---- one row ----------------------------------------------------------------------- */

/* A row and the n groups of it that are not all zero. */
typedef struct sparse_row {
    const uint8_t *x;
    const int *group;
    int n;
} sparse_row;

/* Compute `blocks` blocks of the row, a constant in every caller. */
INLINE void row_blocks(const dp_int8_product *p, int block, const sparse_row *row,
                       void *out, const int blocks)
{
    acc_reg acc[ROW_BLOCKS][ACC_REGS];
    UNROLL_FOR (int b = 0; b < blocks; b++)
        UNROLL_FOR (int k = 0; k < ACC_REGS; k++)
            acc[b][k] = (acc_reg){ 0 };
    const ptrdiff_t next = (ptrdiff_t)p->groups * DP_INT8_GROUP;
    const int8_t *w[ROW_BLOCKS];
    UNROLL_FOR (int b = 0; b < blocks; b++)
        w[b] = p->weight + (block + b) * next;
    for (int i = 0; i < row->n; i++) {
        const ptrdiff_t g = row->group[i];
        const activations xv = broadcast(row->x + g * DP_INT8_DEPTH);
        UNROLL_FOR (int b = 0; b < blocks; b++) {
            const weights wv = load_weights(w[b] + g * DP_INT8_GROUP);
            dot(acc[b], xv, &wv);
        }
    }
    UNROLL_FOR (int b = 0; b < blocks; b++) {
        const sums sum = reduce(acc[b], p->bias + (block + b) * DP_INT8_CHANNELS);
        epilogue_block(p, block + b, &sum, 1, &out, 1);
    }
}

/* The weights of the blocks of a pass are read side by side. If blocks are a multiple of
 * 4 KiB apart, they compete for the same sets of the L1 cache, and half as many at once
 * are faster. */
static void row(const dp_int8_product *p, const uint8_t *x, int *list, void *out)
{
    const bool apart = p->groups * DP_INT8_GROUP % 4096 != 0;
    const sparse_row sparse = { x, list, list_nonzero(list, x, p->groups) };
    int block = 0;
    for (; apart && block + ROW_BLOCKS <= p->blocks; block += ROW_BLOCKS)
        row_blocks(p, block, &sparse, out, ROW_BLOCKS);
    for (; block + ROW_BLOCKS / 2 <= p->blocks; block += ROW_BLOCKS / 2)
        row_blocks(p, block, &sparse, out, ROW_BLOCKS / 2);
    for (; block < p->blocks; block++)
        row_blocks(p, block, &sparse, out, 1);
}

/* ---- peak -------------------------------------------------------------------------- */

/* Whole tiles of GROUPS steps, with operands that stay in the L1 cache. Compilers do not
 * know them, and every sum has a share in the result, so none is optimised away. */
static double multiply_add(float *result, long steps)
{
    enum { GROUPS = 128 };
    static const int32_t bias[TILE_BLOCKS * DP_INT8_CHANNELS];
    static const float factor[DP_INT8_CHANNELS] = { 1 };
    _Alignas(64) int8_t weight[TILE_BLOCKS * GROUPS * DP_INT8_GROUP];
    uint8_t x[TILE_ROWS][GROUPS * DP_INT8_DEPTH];
    memset(weight, (int)steps, sizeof weight);
    memset(x, (int)steps, sizeof x);
    const uint8_t *row[TILE_ROWS];
    int group_at[GROUPS];
    for (int i = 0; i < TILE_ROWS; i++)
        row[i] = x[i];
    for (int g = 0; g < GROUPS; g++)
        group_at[g] = g * DP_INT8_DEPTH;
    const dp_int8_product p = {
        .groups = GROUPS, .group_at = group_at, .weight = weight, .bias = bias
    };
    /* If compilers knew the sizes, some would copy registers in the inner loop. */
    const dp_int8_product *volatile opaque = &p;
    sums sum[TILE_BLOCKS][DP_INT8_ROWS], all = { 0 };
    double operations = 0;
    for (long step = 0; step < steps; step += GROUPS) {
        accumulate(sum, 0, opaque, 0, row, (tile_size){ TILE_ROWS, TILE_BLOCKS });
        UNROLL_FOR (int b = 0; b < TILE_BLOCKS; b++)
            UNROLL_FOR (int i = 0; i < TILE_ROWS; i++)
                all = most(all, sum[b][i]);
        operations += 2.0 * TILE_ROWS * TILE_BLOCKS * GROUPS * DP_INT8_GROUP;
    }
    float out[DP_INT8_CHANNELS];
    store_floats(out, all, factor);
    *result = out[0];
    return operations;
}

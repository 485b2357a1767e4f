/* The int8 kernels. Included by int8/avx2.c, avx512.c, avx512vnni.c and portable.c;
 * compiled once for each instruction set. The including file first defines
 *
 *   acc_reg                a register of 32-bit sums
 *   ACC_REGS               registers for the 16 sums of a block in one row
 *   TILE_ROWS              rows of a tile whose sums stay in registers: 1, 2, 4 or 8
 *   TILE_BLOCKS            blocks of a tile, likewise: 1 or 2
 *   ROW_BLOCKS             blocks that `row` computes together
 *   activations            one group of a row: four bytes, repeated in all lanes
 *   broadcast(x)           load a group from any address
 *   weights                one group of a block: 16 channels × 4 weights
 *   load_weights(w)        load a group, DP_INT8_GROUP bytes
 *   dot(acc, x, w)         add the products to acc_reg acc[ACC_REGS]
 *   reduce(sums, acc, bias)                store the 16 sums plus bias [16]
 *   to_bytes(out, sum, epilogue, factor)   requantise 16 sums to bytes, without the table
 *   lookup(bytes, table)                   replace 16 bytes by their entries in a table
 *   list_nonzero(list, x, n)               list those of n groups at x that are not zero;
 *                                          return their number
 *
 * and then fills a dp_int8_kernels with `tile`, `row` and `multiply_add`. scalar_tmpl.h
 * has plain versions of to_bytes, lookup and list_nonzero. */

/* ---- the epilogue: from sums to results -------------------------------------------- */

INLINE void to_floats(float out[DP_INT8_CHANNELS], const int32_t sum[DP_INT8_CHANNELS],
                      const float factor[DP_INT8_CHANNELS])
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++)
        out[c] = (float)sum[c] * factor[c];
}

/* `channels` are left from this block on; the last block of a layer may be narrower than
 * 16. */
INLINE void store_bytes(uint8_t *out, const uint8_t bytes[DP_INT8_CHANNELS], int channels)
{
    if (channels >= DP_INT8_CHANNELS)
        memcpy(out, bytes, DP_INT8_CHANNELS);
    else
        memcpy(out, bytes, (size_t)channels);
}

INLINE void epilogue_row(const dp_int8_epilogue *epilogue,
                         const int32_t sum[DP_INT8_CHANNELS],
                         const float factor[DP_INT8_CHANNELS], uint8_t *out, int channels)
{
    _Alignas(16) uint8_t bytes[DP_INT8_CHANNELS];
    to_bytes(bytes, sum, epilogue, factor);
    if (epilogue->table)
        lookup(bytes, epilogue->table);
    store_bytes(out, bytes, channels);
}

/* The largest and the smallest of the sums in four rows, which are `step` apart. */
INLINE void window_extremes(int32_t most[DP_INT8_CHANNELS],
                            int32_t least[DP_INT8_CHANNELS], const int32_t *sum, int step)
{
    for (int c = 0; c < DP_INT8_CHANNELS; c++) {
        const int32_t s0 = sum[c], s1 = sum[step + c];
        const int32_t s2 = sum[2 * step + c], s3 = sum[3 * step + c];
        const int32_t most01 = s0 > s1 ? s0 : s1, most23 = s2 > s3 ? s2 : s3;
        const int32_t least01 = s0 < s1 ? s0 : s1, least23 = s2 < s3 ? s2 : s3;
        most[c] = most01 > most23 ? most01 : most23;
        least[c] = least01 < least23 ? least01 : least23;
    }
}

/* Pool before rounding: a larger sum has a larger byte, so the largest sum has the
 * largest byte. A table that falls and then rises is largest at the largest or at the
 * smallest sum. */
INLINE void epilogue_window(const dp_int8_epilogue *epilogue, const int32_t *sum,
                            int step, const float factor[DP_INT8_CHANNELS], uint8_t *out,
                            int channels)
{
    _Alignas(64) int32_t most[DP_INT8_CHANNELS], least[DP_INT8_CHANNELS];
    _Alignas(16) uint8_t bytes[DP_INT8_CHANNELS], others[DP_INT8_CHANNELS];
    window_extremes(most, least, sum, step);
    to_bytes(bytes, most, epilogue, factor);
    if (epilogue->table)
        lookup(bytes, epilogue->table);
    if (epilogue->table_first) {
        to_bytes(others, least, epilogue, factor);
        lookup(others, epilogue->table);
        for (int c = 0; c < DP_INT8_CHANNELS; c++)
            bytes[c] = bytes[c] > others[c] ? bytes[c] : others[c];
    }
    store_bytes(out, bytes, channels);
}

/* The epilogue of one block in all rows, whose sums are `step` apart. Not inlined: one
 * copy serves all tile sizes. */
static __attribute__((noinline)) void epilogue_block(const dp_int8_product *p, int block,
                                                     const int32_t *sum, int step,
                                                     int rows, void *const out[])
{
    const dp_int8_epilogue *epilogue = &p->epilogue;
    const int first = block * DP_INT8_CHANNELS, channels = p->channels - first;
    const float *factor = epilogue->factor + first;
    if (epilogue->to_float)
        for (int i = 0; i < rows; i++)
            to_floats((float *)out[i] + first, sum + i * step, factor);
    else if (epilogue->pool)
        for (int i = 0; i < rows / 4; i++)
            epilogue_window(epilogue, sum + 4 * i * step, step, factor,
                            (uint8_t *)out[i] + first, channels);
    else
        for (int i = 0; i < rows; i++)
            epilogue_row(epilogue, sum + i * step, factor, (uint8_t *)out[i] + first,
                         channels);
}

/* ---- tiles ------------------------------------------------------------------------- */

/* Compute the sums of rows × blocks, sum: [rows][step]. They stay in registers until all
 * inputs are added. `rows` and `blocks` are constants in every caller. */
INLINE void accumulate(const dp_int8_product *p, int block, const uint8_t *const row[],
                       int32_t *sum, int step, const int rows, const int blocks)
{
    acc_reg acc[TILE_ROWS][TILE_BLOCKS][ACC_REGS];
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int b = 0; b < blocks; b++)
            UNROLL_FOR (int k = 0; k < ACC_REGS; k++)
                acc[i][b][k] = (acc_reg){ 0 };
    const int groups = p->groups;
    const ptrdiff_t next = (ptrdiff_t)p->segments * groups * DP_INT8_GROUP;
    const int8_t *w = p->weight + block * next;
    const ptrdiff_t window = p->window ? p->window[block] : 0;
    for (int s = 0; s < p->segments; s++) {
        const uint8_t *x[TILE_ROWS];
        UNROLL_FOR (int i = 0; i < rows; i++)
            x[i] = row[i] + p->segment[s] + window;
        for (ptrdiff_t g = 0; g < groups; g++, w += DP_INT8_GROUP) {
            weights wv[TILE_BLOCKS];
            UNROLL_FOR (int b = 0; b < blocks; b++)
                wv[b] = load_weights(w + b * next);
            UNROLL_FOR (int i = 0; i < rows; i++) {
                const activations xv = broadcast(x[i] + g * DP_INT8_DEPTH);
                UNROLL_FOR (int b = 0; b < blocks; b++)
                    dot(acc[i][b], xv, &wv[b]);
            }
        }
    }
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int b = 0; b < blocks; b++)
            reduce(sum + i * step + b * DP_INT8_CHANNELS, acc[i][b],
                   p->bias + (block + b) * DP_INT8_CHANNELS);
}

/* Compute `rows` rows, of which the first `wanted` are written. `rows` and `blocks` are
 * constants in every caller. */
INLINE void run_tile(const dp_int8_product *p, int block, const uint8_t *const row[],
                     int wanted, void *const out[], const int rows, const int blocks)
{
    enum { STEP = TILE_BLOCKS * DP_INT8_CHANNELS };
    _Alignas(64) int32_t sum[DP_INT8_ROWS * STEP];
    const int at_once = rows < TILE_ROWS ? rows : TILE_ROWS;
    for (int i = 0; i < rows; i += at_once)
        accumulate(p, block, row + i, sum + i * STEP, STEP, at_once, blocks);
    for (int b = 0; b < blocks; b++)
        epilogue_block(p, block + b, sum + b * DP_INT8_CHANNELS, STEP, wanted, out);
}

static void tile(const dp_int8_product *p, int block, int blocks,
                 const uint8_t *const row[], int rows, void *const out[])
{
    if ((TILE_BLOCKS == 1 || blocks == TILE_BLOCKS) && rows > DP_INT8_ROWS / 2)
        run_tile(p, block, row, rows, out, DP_INT8_ROWS, TILE_BLOCKS);
    else if (TILE_BLOCKS == 1 || blocks == TILE_BLOCKS)
        run_tile(p, block, row, rows, out, DP_INT8_ROWS / 2, TILE_BLOCKS);
    else if (rows > DP_INT8_ROWS / 2)
        run_tile(p, block, row, rows, out, DP_INT8_ROWS, 1);
    else
        run_tile(p, block, row, rows, out, DP_INT8_ROWS / 2, 1);
}

/* ---- one row ----------------------------------------------------------------------- */

enum { LIST_MAX = 512 }; /* groups that are listed at a time */

/* Add the products of the n listed groups to the sums of `blocks` blocks, a constant in
 * every caller. */
INLINE void add_groups(const dp_int8_product *p, int block, const uint8_t *row,
                       const int *list, int n, int32_t *sum, const int blocks)
{
    acc_reg acc[ROW_BLOCKS][ACC_REGS];
    UNROLL_FOR (int b = 0; b < blocks; b++)
        UNROLL_FOR (int k = 0; k < ACC_REGS; k++)
            acc[b][k] = (acc_reg){ 0 };
    const ptrdiff_t next = (ptrdiff_t)p->groups * DP_INT8_GROUP;
    const int8_t *w[ROW_BLOCKS];
    UNROLL_FOR (int b = 0; b < blocks; b++)
        w[b] = p->weight + (block + b) * next;
    for (int i = 0; i < n; i++) {
        const ptrdiff_t g = list[i];
        const activations xv = broadcast(row + g * DP_INT8_DEPTH);
        UNROLL_FOR (int b = 0; b < blocks; b++) {
            const weights wv = load_weights(w[b] + g * DP_INT8_GROUP);
            dot(acc[b], xv, &wv);
        }
    }
    UNROLL_FOR (int b = 0; b < blocks; b++)
        reduce(sum + (block + b) * DP_INT8_CHANNELS, acc[b],
               sum + (block + b) * DP_INT8_CHANNELS);
}

static void row(const dp_int8_product *p, const uint8_t *x, int32_t *sums, void *out)
{
    int list[LIST_MAX];
    memcpy(sums, p->bias, (size_t)p->blocks * DP_INT8_CHANNELS * sizeof *sums);
    for (int first = 0; first < p->groups; first += LIST_MAX) {
        const int left = p->groups - first;
        const int n = list_nonzero(list, x + (ptrdiff_t)first * DP_INT8_DEPTH,
                                   left < LIST_MAX ? left : LIST_MAX);
        for (int i = 0; i < n; i++)
            list[i] += first;
        int block = 0;
        for (; block + ROW_BLOCKS <= p->blocks; block += ROW_BLOCKS)
            add_groups(p, block, x, list, n, sums, ROW_BLOCKS);
        for (; block < p->blocks; block++)
            add_groups(p, block, x, list, n, sums, 1);
    }
    for (int block = 0; block < p->blocks; block++)
        epilogue_block(p, block, sums + block * DP_INT8_CHANNELS, 0, 1, &out);
}

/* ---- peak -------------------------------------------------------------------------- */

static double multiply_add(float *result, long steps)
{
    enum { CHAINS = 12 }; /* independent sums, enough to hide the latency of `dot` */
    acc_reg acc[CHAINS][ACC_REGS];
    static const uint8_t ones[DP_INT8_DEPTH] = { 1, 1, 1, 1 };
    static const int8_t weight[DP_INT8_GROUP] = { 1 };
    const activations x = broadcast(ones);
    const weights w = load_weights(weight);
    UNROLL_FOR (int i = 0; i < CHAINS; i++)
        UNROLL_FOR (int k = 0; k < ACC_REGS; k++)
            acc[i][k] = (acc_reg){ 0 };
    for (long step = 0; step < steps; step++)
        UNROLL_FOR (int i = 0; i < CHAINS; i++)
            dot(acc[i], x, &w);
    int32_t sum[DP_INT8_CHANNELS], total = 0;
    static const int32_t no_bias[DP_INT8_CHANNELS];
    for (int i = 0; i < CHAINS; i++) {
        reduce(sum, acc[i], no_bias);
        total ^= sum[0];
    }
    *result = (float)total;
    return 2.0 * CHAINS * DP_INT8_GROUP * (double)steps;
}

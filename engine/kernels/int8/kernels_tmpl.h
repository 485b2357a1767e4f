/* The 8-bit kernels, written once: a kernels_int8_*.c file defines what follows, includes
 * this file and fills a table with tile, row and multiply_add.
 *
 *   part                a register of sums
 *   PARTS               registers that hold the sums of a block for one row
 *   MAX_BLOCKS          that a tile holds at once, 1 or 2
 *   MAX_ROWS            likewise, 4 or 8, or 1 or 2 where registers are few
 *   ROW_BLOCKS          blocks that `row` works on at once
 *   quad                four activations in every lane
 *   spread(x)           four bytes from any address as a quad
 *   weights             one group of a block
 *   fetch(w)            likewise from 64 bytes
 *   dot(acc, x, w)      add products to part acc[PARTS]
 *   reduce(sums, acc)   the 16 sums, stored as int32_t [16] with the bias [16] added
 *   to_bytes(out, sum, f, factor)  16 bytes of 16 sums, before f->table
 *   lookup(bytes, table)  16 bytes through a table, in place
 *   find(list, x, n)    indices of the groups of four among the n from x on that are not
 *                       zero; returns how many */

/* ---- from sums to results ------------------------------------------------------------- */

INLINE void to_floats(float out[CHANNELS], const int32_t sum[CHANNELS],
                      const float factor[CHANNELS])
{
    for (int c = 0; c < CHANNELS; c++)
        out[c] = (float)sum[c] * factor[c];
}

/* Bytes that the block has room for; the last of a layer may be narrower than 16. */
INLINE void put(uint8_t *out, const uint8_t bytes[CHANNELS], int channels)
{
    if (channels >= CHANNELS)
        memcpy(out, bytes, CHANNELS);
    else
        memcpy(out, bytes, (size_t)channels);
}

INLINE void epilogue_row(const dp_int8_epilogue *f, const int32_t sum[CHANNELS],
                         const float factor[CHANNELS], uint8_t *out, int channels)
{
    _Alignas(16) uint8_t bytes[CHANNELS];
    to_bytes(bytes, sum, f, factor);
    if (f->table)
        lookup(bytes, f->table);
    put(out, bytes, channels);
}

/* The largest and the least of four rows of sums, which lie `step` apart. */
INLINE void ends_of(int32_t most[CHANNELS], int32_t least[CHANNELS], const int32_t *sum,
                    int step)
{
    for (int c = 0; c < CHANNELS; c++) {
        const int32_t a = sum[c], b = sum[step + c];
        const int32_t d = sum[2 * step + c], e = sum[3 * step + c];
        const int32_t ab = a > b ? a : b, de = d > e ? d : e;
        const int32_t low_ab = a < b ? a : b, low_de = d < e ? d : e;
        most[c] = ab > de ? ab : de;
        least[c] = low_ab < low_de ? low_ab : low_de;
    }
}

/* A sum's byte rises with the sum, so the largest sum has the largest byte; through a table
 * that falls and then rises, the largest or the least has. */
INLINE void epilogue_window(const dp_int8_epilogue *f, const int32_t *sum, int step,
                            const float factor[CHANNELS], uint8_t *out, int channels)
{
    _Alignas(64) int32_t most[CHANNELS], least[CHANNELS];
    _Alignas(16) uint8_t bytes[CHANNELS], others[CHANNELS];
    ends_of(most, least, sum, step);
    to_bytes(bytes, most, f, factor);
    if (f->table)
        lookup(bytes, f->table);
    if (f->table_first) {
        to_bytes(others, least, f, factor);
        lookup(others, f->table);
        for (int c = 0; c < CHANNELS; c++)
            bytes[c] = bytes[c] > others[c] ? bytes[c] : others[c];
    }
    put(out, bytes, channels);
}

/* All rows of a block, whose sums lie `step` apart. Not inlined: one copy serves all tiles. */
static __attribute__((noinline)) void epilogue(const dp_int8_product *p, int block,
                                               const int32_t *sum, int step, int rows,
                                               void *const out[])
{
    const dp_int8_epilogue *f = &p->epilogue;
    const int first = block * CHANNELS, channels = p->channels - first;
    const float *factor = f->factor + first;
    if (f->to_float)
        for (int i = 0; i < rows; i++)
            to_floats((float *)out[i] + first, sum + i * step, factor);
    else if (f->pool)
        for (int i = 0; i < rows / 4; i++)
            epilogue_window(f, sum + 4 * i * step, step, factor,
                            (uint8_t *)out[i] + first, channels);
    else
        for (int i = 0; i < rows; i++)
            epilogue_row(f, sum + i * step, factor, (uint8_t *)out[i] + first, channels);
}

/* ---- tiles ---------------------------------------------------------------------------- */

/* Sums of rows × blocks, kept in registers while the depth runs; both are constants where
 * this is inlined. sum: [rows][step]. */
INLINE void add_up(const dp_int8_product *p, int block, const uint8_t *const row[],
                   int32_t *sum, int step, const int rows, const int blocks)
{
    part acc[MAX_ROWS][MAX_BLOCKS][PARTS];
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int b = 0; b < blocks; b++)
            UNROLL_FOR (int k = 0; k < PARTS; k++)
                acc[i][b][k] = (part){ 0 };
    const int groups = p->groups;
    const ptrdiff_t next = (ptrdiff_t)p->segments * groups * GROUP;
    const int8_t *w = p->weight + block * next;
    const ptrdiff_t window = p->window ? p->window[block] : 0;
    for (int s = 0; s < p->segments; s++) {
        const uint8_t *x[MAX_ROWS];
        UNROLL_FOR (int i = 0; i < rows; i++)
            x[i] = row[i] + p->segment[s] + window;
        for (ptrdiff_t l = 0; l < groups; l++, w += GROUP) {
            weights wv[MAX_BLOCKS];
            UNROLL_FOR (int b = 0; b < blocks; b++)
                wv[b] = fetch(w + b * next);
            UNROLL_FOR (int i = 0; i < rows; i++) {
                const quad xv = spread(x[i] + l * DEPTH);
                UNROLL_FOR (int b = 0; b < blocks; b++)
                    dot(acc[i][b], xv, &wv[b]);
            }
        }
    }
    UNROLL_FOR (int i = 0; i < rows; i++)
        UNROLL_FOR (int b = 0; b < blocks; b++)
            reduce(sum + i * step + b * CHANNELS, acc[i][b],
                   p->bias + (block + b) * CHANNELS);
}

/* `rows` is a constant, `blocks` another. */
INLINE void tile_of(const dp_int8_product *p, int block, const uint8_t *const row[],
                    int wanted, void *const out[], const int rows, const int blocks)
{
    enum { STEP = MAX_BLOCKS * CHANNELS };
    _Alignas(64) int32_t sum[DP_INT8_ROWS * STEP];
    const int some = rows < MAX_ROWS ? rows : MAX_ROWS;
    for (int i = 0; i < rows; i += some)
        add_up(p, block, row + i, sum + i * STEP, STEP, some, blocks);
    for (int b = 0; b < blocks; b++)
        epilogue(p, block + b, sum + b * CHANNELS, STEP, wanted, out);
}

static void tile(const dp_int8_product *p, int block, int blocks,
                 const uint8_t *const row[], int rows, void *const out[])
{
    if ((MAX_BLOCKS == 1 || blocks == MAX_BLOCKS) && rows > DP_INT8_ROWS / 2)
        tile_of(p, block, row, rows, out, DP_INT8_ROWS, MAX_BLOCKS);
    else if (MAX_BLOCKS == 1 || blocks == MAX_BLOCKS)
        tile_of(p, block, row, rows, out, DP_INT8_ROWS / 2, MAX_BLOCKS);
    else if (rows > DP_INT8_ROWS / 2)
        tile_of(p, block, row, rows, out, DP_INT8_ROWS, 1);
    else
        tile_of(p, block, row, rows, out, DP_INT8_ROWS / 2, 1);
}

/* ---- one row --------------------------------------------------------------------------- */

enum { LIST = 512 };

/* Add the groups in the list to the sums of `blocks` blocks, a constant. */
INLINE void add_groups(const dp_int8_product *p, int block, const uint8_t *row,
                       const int *list, int n, int32_t *sum, const int blocks)
{
    part acc[ROW_BLOCKS][PARTS];
    UNROLL_FOR (int b = 0; b < blocks; b++)
        UNROLL_FOR (int k = 0; k < PARTS; k++)
            acc[b][k] = (part){ 0 };
    const ptrdiff_t next = (ptrdiff_t)p->groups * GROUP;
    const int8_t *w[ROW_BLOCKS];
    UNROLL_FOR (int b = 0; b < blocks; b++)
        w[b] = p->weight + (block + b) * next;
    for (int i = 0; i < n; i++) {
        const ptrdiff_t l = list[i];
        const quad xv = spread(row + l * DEPTH);
        UNROLL_FOR (int b = 0; b < blocks; b++) {
            const weights wv = fetch(w[b] + l * GROUP);
            dot(acc[b], xv, &wv);
        }
    }
    UNROLL_FOR (int b = 0; b < blocks; b++)
        reduce(sum + (block + b) * CHANNELS, acc[b], sum + (block + b) * CHANNELS);
}

static void row(const dp_int8_product *p, const uint8_t *x, int32_t *sums, void *out)
{
    int list[LIST];
    memcpy(sums, p->bias, (size_t)p->blocks * CHANNELS * sizeof *sums);
    for (int first = 0; first < p->groups; first += LIST) {
        const int some = p->groups - first < LIST ? p->groups - first : LIST;
        const int n = find(list, x + (ptrdiff_t)first * DEPTH, some);
        for (int i = 0; i < n; i++)
            list[i] += first;
        int block = 0;
        for (; block + ROW_BLOCKS <= p->blocks; block += ROW_BLOCKS)
            add_groups(p, block, x, list, n, sums, ROW_BLOCKS);
        for (; block < p->blocks; block++)
            add_groups(p, block, x, list, n, sums, 1);
    }
    for (int block = 0; block < p->blocks; block++)
        epilogue(p, block, sums + block * CHANNELS, 0, 1, &out);
}

/* ---- peak ------------------------------------------------------------------------------ */

static double multiply_add(float *result, long steps)
{
    enum { CHAINS = 12 };
    part acc[CHAINS][PARTS];
    static const uint8_t ones[DEPTH] = { 1, 1, 1, 1 };
    static const int8_t weight[GROUP] = { 1 };
    const quad x = spread(ones);
    const weights w = fetch(weight);
    UNROLL_FOR (int i = 0; i < CHAINS; i++)
        UNROLL_FOR (int k = 0; k < PARTS; k++)
            acc[i][k] = (part){ 0 };
    for (long step = 0; step < steps; step++)
        UNROLL_FOR (int i = 0; i < CHAINS; i++)
            dot(acc[i], x, &w);
    int32_t sum[CHANNELS], total = 0;
    static const int32_t none[CHANNELS];
    for (int i = 0; i < CHAINS; i++) {
        reduce(sum, acc[i], none);
        total ^= sum[0];
    }
    *result = (float)total;
    return 2.0 * CHAINS * GROUP * (double)steps;
}

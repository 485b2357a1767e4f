/* The 8-bit kernels of every table on random products, compared bit for bit with plain loops. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/kernels/int8.h"
#include "engine/kernels/kernels.h"
#include "tests/unit/guarded.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

enum { LANES = DP_INT8_CHANNELS, DEPTH = DP_INT8_DEPTH, ROWS = DP_INT8_ROWS };

/* A product of random size with one call's rows. */
typedef struct problem {
    dp_int8_product product;
    int rows, bytes; /* rows, and bytes of each */
    const uint8_t *row[ROWS];
} problem;

static void *random_bytes(size_t n, dp_rng *rng)
{
    uint8_t *v = guarded(n, 1);
    for (size_t i = 0; i < n; i += sizeof(uint64_t)) {
        const uint64_t bits = dp_rng_u64(rng);
        memcpy(v + i, &bits, n - i < sizeof bits ? n - i : sizeof bits);
    }
    return v;
}

/* Inputs: random bytes, or few of them among zeros. */
static const uint8_t *random_row(size_t n, dp_rng *rng)
{
    const bool sparse = dp_rng_below(rng, 2);
    uint8_t *v = random_bytes(n, rng);
    for (size_t i = 0; i < n && sparse; i++)
        v[i] = v[i] % 8 ? 0 : v[i];
    return v;
}

/* A table that falls and then rises, as pooling requires. */
static const uint8_t *random_table(dp_rng *rng)
{
    uint8_t *table = guarded(256, 1);
    const int lowest = dp_rng_int(rng, 0, 255);
    for (int i = 0; i < 256; i++)
        table[i] = (uint8_t)abs(i - lowest);
    return table;
}

static void make_epilogue(dp_int8_epilogue *e, int lanes, dp_rng *rng)
{
    float *factor = guarded((size_t)lanes, sizeof *factor);
    for (int i = 0; i < lanes; i++)
        factor[i] = dp_rng_range(rng, 1e-4f, 2e-2f);
    for (int i = 0; i < lanes && e->pool == DP_INT8_POOL_HALVES; i++)
        factor[i] = factor[i / LANES * LANES + i % (LANES / 2)]; /* of the same channel */
    e->factor = factor;
    e->zero = dp_rng_int(rng, 0, 255);
    e->low = (float)-e->zero;
    e->high = (float)(255 - e->zero);
    e->table = dp_rng_below(rng, 2) ? random_table(rng) : NULL;
    e->table_first = e->table && e->pool != DP_INT8_NO_POOL && dp_rng_below(rng, 2);
    e->to_float = e->pool == DP_INT8_NO_POOL && dp_rng_below(rng, 3) == 0;
}

/* The weights, from -127 to 127, and the biases. */
static void make_weights(dp_int8_product *p, dp_rng *rng)
{
    const size_t n = (size_t)(p->blocks * p->groups) * DP_INT8_GROUP;
    int8_t *weight = random_bytes(n, rng);
    int32_t *bias = guarded((size_t)(p->blocks * LANES), sizeof *bias);
    for (size_t i = 0; i < n; i++)
        weight[i] = (int8_t)(weight[i] == INT8_MIN ? 0 : weight[i]);
    for (int i = 0; i < p->blocks * LANES; i++)
        bias[i] = dp_rng_int(rng, -100000, 100000);
    p->weight = weight;
    p->bias = bias;
}

/* A product for `tile`, whose groups lie anywhere in a row, or for `row`. */
static problem problem_make(uint64_t seed, bool tile)
{
    static const dp_int8_pool pools[] = { DP_INT8_NO_POOL, DP_INT8_POOL_HALVES,
                                          DP_INT8_POOL_ROWS };
    dp_rng rng = dp_rng_stream(seed, 1, tile);
    problem p = { .rows = 1 };
    dp_int8_product *product = &p.product;
    dp_int8_epilogue *e = &product->epilogue;
    guard_begin(seed);
    e->pool = tile ? pools[dp_rng_below(&rng, 3)] : DP_INT8_NO_POOL;
    product->groups = dp_rng_int(&rng, 1, tile ? 40 : 200);
    product->blocks = dp_rng_int(&rng, 1, tile ? 5 : 20);
    product->channels = e->pool == DP_INT8_POOL_HALVES
                            ? dp_rng_int(&rng, 1, LANES / 2)
                            : product->blocks * LANES - dp_rng_int(&rng, 0, LANES - 1);
    make_epilogue(e, product->blocks * LANES, &rng);
    make_weights(product, &rng);
    if (tile)
        p.rows = dp_rng_int(&rng, 1, ROWS / (int)e->pool) * (int)e->pool;
    const int extra = tile ? dp_rng_int(&rng, 0, 60) : 0;
    int *group_at = guarded((size_t)product->groups, sizeof *group_at);
    for (int g = 0; g < product->groups; g++)
        group_at[g] = tile ? dp_rng_int(&rng, 0, extra) : g * DEPTH;
    product->group_at = group_at;
    p.bytes = tile ? extra + DEPTH : product->groups * DEPTH;
    int *offset = guarded((size_t)product->blocks, sizeof *offset);
    if (tile && dp_rng_below(&rng, 3) == 0) {
        for (int b = 0; b < product->blocks; b++)
            offset[b] = dp_rng_int(&rng, 0, 9);
        product->channel_offset = offset;
        p.bytes += 9;
    }
    for (int i = 0; i < ROWS; i++)
        p.row[i] = i < p.rows ? random_row((size_t)p.bytes, &rng) : p.row[0];
    return p;
}

/* ---- plain loops ------------------------------------------------------------------- */

/* The sum of a lane of a block in a row. */
static int32_t sum_at(const dp_int8_product *p, const uint8_t *row, int block, int lane)
{
    const int offset = p->channel_offset ? p->channel_offset[block] : 0;
    int32_t sum = p->bias[block * LANES + lane];
    for (int g = 0; g < p->groups; g++)
        for (int d = 0; d < DEPTH; d++)
            sum += row[offset + p->group_at[g] + d] *
                   p->weight[((block * p->groups + g) * LANES + lane) * DEPTH + d];
    return sum;
}

static float scaled(const problem *p, int row, int block, int lane)
{
    return (float)sum_at(&p->product, p->row[row], block, lane) *
           p->product.epilogue.factor[block * LANES + lane];
}

/* The byte of a lane in a row; through the table if `looked_up`. */
static uint8_t byte_at(const problem *p, int row, int block, int lane, bool looked_up)
{
    const dp_int8_epilogue *e = &p->product.epilogue;
    const float v = fminf(fmaxf(scaled(p, row, block, lane), e->low), e->high);
    const int byte = (int)rintf(v) + e->zero;
    return looked_up ? e->table[byte] : (uint8_t)byte;
}

/* The result of a lane: the largest byte of its window. */
static uint8_t result_at(const problem *p, int result, int block, int lane)
{
    const dp_int8_epilogue *e = &p->product.epilogue;
    const bool first = e->pool == DP_INT8_NO_POOL ? e->table != NULL : e->table_first;
    const int halves = e->pool == DP_INT8_POOL_HALVES ? 2 : 1;
    uint8_t most = 0;
    for (int row = 0; row < (int)e->pool; row++)
        for (int half = 0; half < halves; half++) {
            const uint8_t v = byte_at(p, result * (int)e->pool + row, block,
                                      lane + half * LANES / 2, first);
            most = v > most ? v : most;
        }
    return e->table && !first ? e->table[most] : most;
}

/* ---- comparison -------------------------------------------------------------------- */

/* Bytes of a result, and where channel `lane` of a block is in it. */
static size_t result_size(const dp_int8_product *p)
{
    if (p->epilogue.to_float)
        return (size_t)(p->blocks * LANES) * sizeof(float);
    return (size_t)(p->epilogue.pool == DP_INT8_POOL_HALVES ? p->blocks * p->channels
                                                            : p->channels);
}

static void compare(const problem *p, const char *name, void *const out[])
{
    const dp_int8_product *product = &p->product;
    const bool halves = product->epilogue.pool == DP_INT8_POOL_HALVES;
    for (int i = 0; i < p->rows / (int)product->epilogue.pool; i++)
        for (int block = 0; block < product->blocks; block++)
            for (int lane = 0; lane < LANES; lane++) {
                const int channel = block * (halves ? product->channels : LANES) + lane;
                if (halves ? lane >= product->channels : channel >= product->channels)
                    continue;
                if (product->epilogue.to_float) {
                    const float got = ((const float *)out[i])[channel];
                    if (!(got == scaled(p, i, block, lane)))
                        ck_abort_msg("%s: channel %d of result %d is %g", name, channel,
                                     i, (double)got);
                    continue;
                }
                const int got = ((const uint8_t *)out[i])[channel];
                const int wanted = result_at(p, i, block, lane);
                if (got != wanted)
                    ck_abort_msg("%s: channel %d of result %d is %d, not %d", name,
                                 channel, i, got, wanted);
            }
}

static void make_results(void *out[ROWS], const problem *p)
{
    for (int i = 0; i < p->rows / (int)p->product.epilogue.pool; i++)
        out[i] = guarded(result_size(&p->product), 1);
}

static void run_tiles(const dp_int8_kernels *k, const problem *p, void *const out[])
{
    const dp_int8_product *product = &p->product;
    for (int block = 0, blocks; block < product->blocks; block += blocks) {
        const bool one = product->channel_offset || block + k->blocks > product->blocks;
        blocks = one ? 1 : k->blocks;
        k->tile(product, block, blocks, p->row, p->rows, out);
    }
}

static void run_row(const dp_int8_kernels *k, const problem *p, void *const out[])
{
    int *list = guarded((size_t)p->product.groups + DP_INT8_LIST_SLACK, sizeof *list);
    k->row(&p->product, p->row[0], list, out[0]);
}

static void check_shapes(bool tile)
{
    const uint64_t shapes = guarded_shapes(300);
    for (uint64_t seed = 0; seed < shapes; seed++) {
        const problem p = problem_make(seed, tile);
        for (int i = 1; dp_kernels_at(i); i++) {
            const dp_kernels *k = dp_kernels_at(i);
            if (!k->supported())
                continue;
            const int mark = guard_mark();
            void *out[ROWS];
            make_results(out, &p);
            (tile ? run_tiles : run_row)(k->int8, &p, out);
            compare(&p, k->name, out);
            guard_free_to(mark);
        }
    }
}

START_TEST(tiles_agree_with_plain_loops)
{
    check_shapes(true);
}
END_TEST

START_TEST(rows_agree_with_plain_loops)
{
    check_shapes(false);
}
END_TEST

UNIT_MAIN("int8", tiles_agree_with_plain_loops, rows_agree_with_plain_loops)

/* Matrix products. Included by table_tmpl.h; compiled once for each instruction set.
 * Needs the names of table_tmpl.h, transpose of elementwise_tmpl.h and epilogue_rows of
 * epilogue_tmpl.h.
 *
 * The micro-kernel, run_tile, holds a tile of c in registers while it runs over k: each
 * step loads one row of b, TILE_COLS floats, and multiplies it by one scalar of each row
 * of a. The rows of a tile are independent and its columns are lanes, so the size of a
 * tile does not change the order in which an element is summed.
 *
 * b is read in panels of TILE_COLS columns: in place as far as its rows are contiguous and
 * whole vectors go, otherwise from a packed copy with zeros past the last column. A last
 * panel of at most one vector takes half a tile. a is read in place, but weights that
 * serve many products are packed so that a tile reads them in order. */

INLINE const float *row_of(const dp_mat *m, ptrdiff_t i)
{
    return m->p + (m->row ? m->row[i] : i * m->rs);
}

/* The operands of one tile. Element (i, l) of a is at
 *
 *     a[i] + l * a_step                          ROWS
 *     a[i] + a_at[l]                             ROWS_AT
 *     a[i - i % 4] + quad[i % 4] + l * a_step    QUADS
 *     a[i - i % 4] + quad[i % 4] + a_at[l]       QUADS_AT
 *     a[0] + i + l * a_step                      PACKED, GATHERED
 *
 * In QUADS each four rows have the same distances, so that all addresses fit into
 * registers. Row l of b starts at b + l * b_step, with GATHERED at b + b_row[l]. Element
 * (i, j) of c is initialised with start[i * start_step + j].
 *
 * QUADS_AT pools: instead of all rows it stores the largest of each four rows in c, and
 * the smallest in `least`, if that is not NULL. */
enum operand_layout { ROWS, ROWS_AT, QUADS, QUADS_AT, PACKED, GATHERED };

struct tile {
    int k;
    bool half; /* compute the first vector of each row only */
    const float *a[TILE_ROWS];
    ptrdiff_t quad[4];
    ptrdiff_t a_step;
    const int *a_at;
    const float *b;
    ptrdiff_t b_step;
    const int *b_row;
    const float *start;
    ptrdiff_t start_step;
    float *c, *least;
    ptrdiff_t ldc;
};

/* Row i of a. */
INLINE const float *a_row(const struct tile *tile, int i,
                          const enum operand_layout layout)
{
    switch (layout) {
    case ROWS:
    case ROWS_AT:
        return tile->a[i];
    case QUADS:
    case QUADS_AT:
        return tile->a[i - i % 4] + tile->quad[i % 4];
    default:
        return tile->a[0] + i;
    }
}

/* The micro-kernel. `rows`, `layout` and `vecs`, the vectors of a row, are constants in
 * every caller. */
INLINE void run_tile(const struct tile *tile, const int rows,
                     const enum operand_layout layout, const int vecs)
{
    const bool quads = layout == QUADS || layout == QUADS_AT;
    const bool taps = layout == ROWS_AT || layout == QUADS_AT;
    const bool gather = layout == GATHERED;
    vec acc[TILE_ROWS][TILE_VECS];
    const float *a[TILE_ROWS];
    UNROLL_FOR (int i = 0; i < rows; i++) {
        a[i] = quads ? tile->a[i - i % 4] : a_row(tile, i, layout);
        UNROLL_FOR (int v = 0; v < vecs; v++)
            acc[i][v] = load(tile->start + i * tile->start_step + v * VEC_LANES);
    }
    const int k = tile->k;
    const ptrdiff_t a_step = tile->a_step, b_step = tile->b_step;
    const ptrdiff_t offset[4] = { 0, tile->quad[1], tile->quad[2], tile->quad[3] };
    const int *b_row = tile->b_row, *a_at = tile->a_at;
    const float *b_base = tile->b;
    ptrdiff_t at = 0;
    for (int l = 0; l < k; l++, at += a_step) {
        if (taps)
            at = a_at[l];
        const float *b = gather ? b_base + b_row[l] : b_base;
        vec bv[TILE_VECS];
        UNROLL_FOR (int v = 0; v < vecs; v++)
            bv[v] = load(b + v * VEC_LANES);
        UNROLL_FOR (int i = 0; i < rows; i++) {
            const vec av = VEC_SPLAT((a[i] + at)[quads ? offset[i % 4] : 0]);
            UNROLL_FOR (int v = 0; v < vecs; v++)
                acc[i][v] = VEC_FMA(av, bv[v], acc[i][v]);
        }
        if (!gather)
            b_base += b_step;
    }
    float *c = tile->c, *least = tile->least;
    const ptrdiff_t ldc = tile->ldc;
    if (layout == QUADS_AT) {
        UNROLL_FOR (int i = 0; i + 4 <= rows; i += 4) {
            UNROLL_FOR (int v = 0; v < vecs; v++) {
                const ptrdiff_t to = i / 4 * ldc + v * VEC_LANES;
                store(c + to, VEC_MAX(VEC_MAX(acc[i][v], acc[i + 1][v]),
                                      VEC_MAX(acc[i + 2][v], acc[i + 3][v])));
                if (least)
                    store(least + to, VEC_MIN(VEC_MIN(acc[i][v], acc[i + 1][v]),
                                              VEC_MIN(acc[i + 2][v], acc[i + 3][v])));
            }
        }
        return;
    }
    UNROLL_FOR (int i = 0; i < rows; i++) {
        UNROLL_FOR (int v = 0; v < vecs; v++)
            store(c + i * ldc + v * VEC_LANES, acc[i][v]);
    }
}

/* Call run_tile with the number of rows as a constant. */
INLINE void run_rows(const struct tile *tile, int rows, const enum operand_layout layout,
                     const int vecs)
{
    switch (rows) {
#define ROWS_CASE(r)                                                                     \
    case r:                                                                              \
        run_tile(tile, r <= TILE_ROWS ? r : TILE_ROWS, layout, vecs);                    \
        break;
        ROWS_CASE(1)
        ROWS_CASE(2)
        ROWS_CASE(3)
        ROWS_CASE(4)
        ROWS_CASE(5)
        ROWS_CASE(6)
#if TILE_ROWS > 6
        ROWS_CASE(7)
        ROWS_CASE(8)
        ROWS_CASE(9)
        ROWS_CASE(10)
        ROWS_CASE(11)
        ROWS_CASE(12)
#endif
#undef ROWS_CASE
    }
}

/* The same for QUADS_AT, whose number of rows is a multiple of four. */
INLINE void run_quads(const struct tile *tile, int rows, const int vecs)
{
    if (rows == 4)
        run_tile(tile, 4, QUADS_AT, vecs);
#if TILE_ROWS > 6
    else if (rows == 8)
        run_tile(tile, 8, QUADS_AT, vecs);
    else
        run_tile(tile, 12, QUADS_AT, vecs);
#endif
}

/* Call run_tile with the layout and the number of rows as constants. */
INLINE void run_vecs(const struct tile *tile, int rows, enum operand_layout layout,
                     const int vecs)
{
    switch (layout) {
    case ROWS:
        run_rows(tile, rows, ROWS, vecs);
        break;
    case ROWS_AT:
        run_rows(tile, rows, ROWS_AT, vecs);
        break;
    case QUADS:
        run_rows(tile, rows, QUADS, vecs);
        break;
    case QUADS_AT:
        run_quads(tile, rows, vecs);
        break;
    case PACKED:
        run_rows(tile, rows, PACKED, vecs);
        break;
    case GATHERED:
        run_rows(tile, rows, GATHERED, vecs);
        break;
    }
}

/* Call run_tile with its constants. */
static void run_layout(const struct tile *tile, int rows, enum operand_layout layout)
{
    if (tile->half)
        run_vecs(tile, rows, layout, 1);
    else
        run_vecs(tile, rows, layout, TILE_VECS);
}

/* Take rows of a from i0 on. Two loops, because a compiler that turns one with both cases
 * into vectors reads a missing a->row under a mask, which takes as long as a tile. */
static void set_rows(struct tile *tile, const dp_mat *a, int i0, int rows)
{
    for (int i = 0; i < 4; i++)
        tile->quad[i] = i * a->rs;
    if (a->row)
        for (int i = 0; i < rows; i++)
            tile->a[i] = a->p + a->row[i0 + i];
    else
        for (int i = 0; i < rows; i++)
            tile->a[i] = a->p + (i0 + i) * a->rs;
}

/* How many of `left` rows the next tile takes, at most `most`. The rows are divided
 * evenly, so that no tile has too few to hide the latency of its arithmetic. */
static int even_share(int left, int most)
{
    return dp_ceil_div_int(left, dp_ceil_div_int(left, most));
}

static int tile_height(int left)
{
    return even_share(left, TILE_ROWS);
}

static int panel_count(int n)
{
    return dp_ceil_div_int(n, TILE_COLS);
}

static int panel_width(int n, int panel)
{
    int left = n - panel * TILE_COLS;
    return left < TILE_COLS ? left : TILE_COLS;
}

/* ---- packing ----------------------------------------------------------------------- */

static size_t packed_b_size(int k, int n)
{
    return (size_t)panel_count(n) * TILE_COLS * (size_t)k;
}

/* Pack columns [first, first + width) of b as rows of TILE_COLS floats, with zeros past
 * the last column. */
static void pack_panel(float *packed, int k, int first, int width, const dp_mat *b)
{
    if (width < TILE_COLS)
        memset(packed, 0, (size_t)k * TILE_COLS * sizeof *packed);
    if (b->rs == 1 && !b->row) { /* weights are stored transposed */
        transpose(packed, TILE_COLS, b->p + first * b->cs, b->cs, width, k);
        return;
    }
    for (int l = 0; l < k; l++, packed += TILE_COLS) {
        const float *from = row_of(b, l) + first * b->cs;
        for (int j = 0; j < width; j++)
            packed[j] = from[j * b->cs];
    }
}

static void pack_b(float *packed, int k, int n, dp_mat b)
{
    for (int p = 0; p < panel_count(n); p++)
        pack_panel(packed + (size_t)p * TILE_COLS * (size_t)k, k, p * TILE_COLS,
                   panel_width(n, p), &b);
}

/* One tile after the other, each as [k, rows]. */
static void pack_a(float *packed, int m, int k, dp_mat at)
{
    for (int i0 = 0, rows; i0 < m; i0 += rows) {
        rows = tile_height(m - i0);
        float *to = packed + (ptrdiff_t)i0 * k;
        if (at.rs == 1 && !at.row) {
            transpose(to, rows, at.p + i0 * at.cs, at.cs, rows, k);
            continue;
        }
        for (int l = 0; l < k; l++) {
            const float *from = row_of(&at, l) + i0 * at.cs;
            for (int i = 0; i < rows; i++)
                *to++ = from[i * at.cs];
        }
    }
}

/* ---- products ---------------------------------------------------------------------- */

static const float zeros[TILE_COLS];

/* A tile at the right edge whose last vector is not full: compute it in full outside c,
 * then copy its columns. */
static void run_edge(const struct tile *tile, int rows, int width,
                     enum operand_layout layout)
{
    float start[TILE_ROWS * TILE_COLS] = { 0 }, c[TILE_ROWS * TILE_COLS];
    struct tile whole = *tile;
    for (int i = 0; i < rows; i++)
        memcpy(start + i * TILE_COLS, tile->start + i * tile->start_step,
               (size_t)width * sizeof(float));
    whole.start = start;
    whole.c = c;
    whole.start_step = whole.ldc = TILE_COLS;
    run_layout(&whole, rows, layout);
    for (int i = 0; i < rows; i++)
        memcpy(tile->c + i * tile->ldc, c + i * TILE_COLS, (size_t)width * sizeof(float));
}

/* A product c: [m, n] with the panels of b at equal distances: panel p starts at
 * b + p * b_panel, its rows are b_step apart, and its start values are at
 * start + p * start_panel. */
struct product {
    int m, n, k;
    dp_mat a;
    const float *b;
    ptrdiff_t b_step, b_panel;
    const float *start;
    ptrdiff_t start_step, start_panel;
    float *c;
    ptrdiff_t ldc;
    const dp_epilogue *epilogue; /* whose bias is already in `start`; or NULL */
};

/* Compute `rows` rows of c from row i0 on, in panels [first, last). */
static void run_row_tiles(const struct product *product, int i0, int rows, int first,
                          int last)
{
    struct tile tile = {
        .k = product->k,
        .a_step = product->a.cs,
        .b_step = product->b_step,
        .start_step = product->start_step,
        .ldc = product->ldc,
    };
    const bool packed = product->a.rs == 1 && !product->a.row;
    const enum operand_layout layout = product->a.row ? ROWS : packed ? PACKED : QUADS;
    set_rows(&tile, &product->a, i0, rows);
    for (int p = first; p < last; p++) {
        const int width = panel_width(product->n, p);
        tile.half = width <= VEC_LANES;
        tile.b = product->b + p * product->b_panel;
        tile.start = product->start + i0 * product->start_step + p * product->start_panel;
        tile.c = product->c + i0 * product->ldc + p * TILE_COLS;
        if (width % VEC_LANES)
            run_edge(&tile, rows, width, layout);
        else
            run_layout(&tile, rows, layout);
        if (product->epilogue)
            epilogue_rows(product->epilogue, tile.c, tile.ldc, rows, width);
    }
}

/* A panel of b serves as many rows as stay in L2, 256 KiB of them, or at least enough to
 * be worth its reading, before the next panel is read. */
enum { CACHED_A = 1 << 16, LEAST_TILES = 8 };

static void run_product(const struct product *product)
{
    const int panels = panel_count(product->n), fit = CACHED_A / product->k / TILE_ROWS;
    const int most = TILE_ROWS * dp_max_int(fit, LEAST_TILES);
    const int together = product->m <= TILE_ROWS ? panels : 1;
    for (int first = 0, end; first < product->m; first = end) {
        end = product->m - first < most ? product->m : first + most;
        for (int p = 0; p < panels; p += together)
            for (int i = first, rows; i < end; i += rows) {
                rows = tile_height(end - i);
                run_row_tiles(product, i, rows, p, p + together);
            }
    }
}

static size_t gemm_scratch(int k, int n)
{
    return packed_b_size(k, n);
}

static void gemm(const dp_gemm *gemm, bool accumulate, float *scratch)
{
    dp_mat b = gemm->b;
    const int n = gemm->n, whole = b.cs == 1 && !b.row ? n - n % VEC_LANES : 0;
    struct product product = {
        .m = gemm->m,
        .n = whole,
        .k = gemm->k,
        .a = gemm->a,
        .b = b.p,
        .b_step = b.rs,
        .b_panel = TILE_COLS,
        .start = accumulate ? gemm->c : zeros,
        .start_step = accumulate ? gemm->ldc : 0,
        .start_panel = accumulate ? TILE_COLS : 0,
        .c = gemm->c,
        .ldc = gemm->ldc,
    };
    run_product(&product);
    if (whole == n)
        return;
    /* The columns that cannot be read in place. */
    b.p += whole * b.cs;
    pack_b(scratch, gemm->k, n - whole, b);
    product.n = n - whole;
    product.b = scratch;
    product.b_step = TILE_COLS;
    product.b_panel = (ptrdiff_t)gemm->k * TILE_COLS;
    product.start += accumulate ? whole : 0;
    product.c += whole;
    run_product(&product);
}

/* ---- one row ----------------------------------------------------------------------- */

enum {
    ROW_PANELS = 4,   /* that a single row is multiplied by at once */
    ROW_CHUNK = 1024, /* values of the row whose zeros are looked for at a time */
    DENSE_PANELS = VEC_LANES == 16 ? 2 : 4, /* enough sums to read b as fast as L2 can */
};

#ifndef HAVE_LIST_NONZERO
/* List the positions of the non-zero values among n. Returns their number. */
static int list_nonzero(int *list, const float *x, int n)
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        list[found] = i;
        found += x[i] != 0;
    }
    return found;
}
#endif

/* A part of a single row of a, and the rows of b that it is multiplied by. */
struct row_chunk {
    const float *a;
    const int *list; /* the positions of the values to use; not read if `dense` */
    int count;       /* positions; if `dense`, values */
    bool dense;
    const float *b;
    ptrdiff_t b_panel; /* floats from a panel of b to the next */
};

/* Add the products with `panels` panels to sums. `panels` and `dense` are constants in
 * every caller. */
INLINE void add_products(const struct row_chunk *chunk, float *sums, const int panels,
                         const bool dense)
{
    vec acc[ROW_PANELS][TILE_VECS];
    UNROLL_FOR (int p = 0; p < panels; p++) {
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            acc[p][v] = load(sums + p * TILE_COLS + v * VEC_LANES);
    }
    const float *a = chunk->a, *b = chunk->b;
    const int *list = chunk->list;
    const ptrdiff_t count = chunk->count, panel = chunk->b_panel;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t l = dense ? i : list[i];
        const vec av = VEC_SPLAT(a[l]);
        UNROLL_FOR (int p = 0; p < panels; p++) {
            UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
                acc[p][v] = VEC_FMA(
                    av, load(b + l * TILE_COLS + p * panel + v * VEC_LANES), acc[p][v]);
        }
    }
    UNROLL_FOR (int p = 0; p < panels; p++) {
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            store(sums + p * TILE_COLS + v * VEC_LANES, acc[p][v]);
    }
}

/* Call add_products with its constants. */
static void add_panels(const struct row_chunk *chunk, float *sums, int panels)
{
    switch (panels) {
#define PANELS_CASE(n)                                                                   \
    case n:                                                                              \
        if (chunk->dense)                                                                \
            add_products(chunk, sums, n, true);                                          \
        else                                                                             \
            add_products(chunk, sums, n, false);                                         \
        break;
        PANELS_CASE(1)
        PANELS_CASE(2)
        PANELS_CASE(3)
        PANELS_CASE(4)
#undef PANELS_CASE
    }
}

/* Add the products with all panels to c: [n]. One panel has too few sums to hide the
 * latency of an addition, so several are computed together. */
static void add_chunk(struct row_chunk *chunk, float *c, int n)
{
    const int most = chunk->dense ? DENSE_PANELS : ROW_PANELS;
    for (int panels; n > 0; n -= panels * TILE_COLS) {
        panels = even_share(panel_count(n), most);
        if (n >= panels * TILE_COLS) {
            add_panels(chunk, c, panels);
        } else {
            float sums[ROW_PANELS * TILE_COLS] = { 0 };
            memcpy(sums, c, (size_t)n * sizeof *c);
            add_panels(chunk, sums, panels);
            memcpy(c, sums, (size_t)n * sizeof *c);
        }
        chunk->b += panels * chunk->b_panel;
        c += panels * TILE_COLS;
    }
}

/* About 80 % of a digit's pixels and half of the outputs of a relu are 0. The weights of
 * a 0 are skipped, which changes no sum (except the sign of a sum that is 0). Rows with
 * few zeros are not worth a list. */
static void run_row(const dp_gemm *gemm, const float *packed_b,
                    const dp_epilogue *epilogue)
{
    const float *a = row_of(&gemm->a, 0);
    float *c = gemm->c;
    for (int j = 0; j < gemm->n; j++)
        c[j] = epilogue->bias ? epilogue->bias[j] : 0;
    for (int l = 0; l < gemm->k; l += ROW_CHUNK) {
        int list[ROW_CHUNK + VEC_LANES];
        const int values = gemm->k - l < ROW_CHUNK ? gemm->k - l : ROW_CHUNK;
        const int count = list_nonzero(list, a + l, values);
        const bool dense = count > values / 8 * 7;
        struct row_chunk chunk = {
            .a = a + l,
            .list = list,
            .count = dense ? values : count,
            .dense = dense,
            .b = packed_b + (ptrdiff_t)l * TILE_COLS,
            .b_panel = (ptrdiff_t)gemm->k * TILE_COLS,
        };
        add_chunk(&chunk, c, gemm->n);
    }
    epilogue_rows(epilogue, c, 0, 1, gemm->n);
}

static void gemm_packed(const dp_gemm *gemm, const float *packed_b,
                        const dp_epilogue *epilogue)
{
    if (gemm->m == 1 && gemm->a.cs == 1) {
        run_row(gemm, packed_b, epilogue);
        return;
    }
    const struct product product = {
        .m = gemm->m,
        .n = gemm->n,
        .k = gemm->k,
        .a = gemm->a,
        .b = packed_b,
        .b_step = TILE_COLS,
        .b_panel = (ptrdiff_t)gemm->k * TILE_COLS,
        .start = epilogue->bias ? epilogue->bias : zeros,
        .start_panel = epilogue->bias ? TILE_COLS : 0,
        .c = gemm->c,
        .ldc = gemm->ldc,
        .epilogue = epilogue,
    };
    run_product(&product);
}

static void gemm_packed_a(const dp_gemm *gemm, const float *packed_a, const float *bias)
{
    const dp_mat *b = &gemm->b;
    for (int i0 = 0, rows; i0 < gemm->m; i0 += rows) {
        rows = tile_height(gemm->m - i0);
        float start[TILE_ROWS * TILE_COLS];
        for (int i = 0; i < rows; i++)
            for (int v = 0; v < TILE_VECS; v++)
                store(start + i * TILE_COLS + v * VEC_LANES,
                      VEC_SPLAT(bias ? bias[i0 + i] : 0));
        struct tile tile = {
            .k = gemm->k,
            .a = { packed_a + (ptrdiff_t)i0 * gemm->k },
            .a_step = rows,
            .b_step = b->rs,
            .b_row = b->row,
            .start = start,
            .start_step = TILE_COLS,
            .ldc = gemm->ldc,
        };
        for (int j = 0; j < gemm->n; j += TILE_COLS) {
            tile.b = b->p + j;
            tile.c = gemm->c + i0 * gemm->ldc + j;
            run_layout(&tile, rows, b->row ? GATHERED : PACKED);
        }
    }
}

/* ---- peak -------------------------------------------------------------------------- */

/* Uses as many accumulators as the largest tile, which is enough to hide the latency.
 * They start with different values, so that the compiler cannot merge them, and converge
 * to 2. */
static double multiply_add(float *result, long steps)
{
    enum { ACCUMULATORS = TILE_ROWS * TILE_VECS };
    vec acc[ACCUMULATORS];
    UNROLL_FOR (int i = 0; i < ACCUMULATORS; i++)
        acc[i] = VEC_SPLAT((float)i);
    const vec half = VEC_SPLAT(0.5f), one = VEC_SPLAT(1);
    for (long step = 0; step < steps; step++) {
        UNROLL_FOR (int i = 0; i < ACCUMULATORS; i++)
            acc[i] = VEC_FMA(acc[i], half, one);
    }
    vec total = acc[0];
    UNROLL_FOR (int i = 1; i < ACCUMULATORS; i++)
        total += acc[i];
    float part[VEC_LANES];
    store(part, total);
    *result = part[0];
    return 2.0 * ACCUMULATORS * VEC_LANES * (double)steps;
}

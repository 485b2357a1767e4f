/* Matrix products, blocked; a part of kernels/f32/table_tmpl.h.
 *
 * A tile of c is held in registers while k runs: each step loads one row of b (TILE_COLS
 * floats), and multiplies it by one scalar of each row of a. Rows are independent,
 * columns are lanes, so neither changes the order in which one element is summed.
 *
 * b is read in panels of TILE_COLS columns: in place where its rows are contiguous and
 * the panel is whole, else from a copy with zeros past the edge. a is never copied, but
 * weights that serve many products are packed so that a tile reads them in order. */

INLINE const float *row_of(const dp_mat *m, ptrdiff_t i)
{
    return m->p + (m->row ? m->row[i] : i * m->rs);
}

/* One product of a tile, and how its operands lie. Element (i, l) of a is at
 *
 *     a[i] + l * a_step                     ROWS
 *     a[i] + a_at[l]                        ROWS_AT
 *     a[i - i % 4] + quad[i % 4] + l * a_step   QUADS: rows in even groups of four, so
 *     a[i - i % 4] + quad[i % 4] + a_at[l]      QUADS_AT   that their addresses fit registers
 *     a[0] + i + l * a_step                 PACKED, GATHERED
 *
 * Row l of the panel of b starts at b + b_step * l; with GATHERED at b + b_row[l]. Element
 * (i, j) of c starts as start[i * start_step + j]. With QUADS_AT, c and, where there is one,
 * `least` get the largest and the smallest of each four rows in place of all of them. */
enum operand_layout { ROWS, ROWS_AT, QUADS, QUADS_AT, PACKED, GATHERED };

struct tile {
    int k;
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
INLINE const float *a_row(const struct tile *t, int i, const enum operand_layout layout)
{
    switch (layout) {
    case ROWS:
    case ROWS_AT:
        return t->a[i];
    case QUADS:
    case QUADS_AT:
        return t->a[i - i % 4] + t->quad[i % 4];
    default:
        return t->a[0] + i;
    }
}

/* The micro-kernel. `rows` and `lie` are constants wherever it is inlined. */
INLINE void run_tile(const struct tile *t, const int rows,
                     const enum operand_layout layout)
{
    const bool quads = layout == QUADS || layout == QUADS_AT;
    const bool taps = layout == ROWS_AT || layout == QUADS_AT;
    const bool gather = layout == GATHERED;
    vec acc[TILE_ROWS][TILE_VECS];
    const float *a[TILE_ROWS];
    UNROLL_FOR (int i = 0; i < rows; i++) {
        a[i] = quads ? t->a[i - i % 4] : a_row(t, i, layout);
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            acc[i][v] = load(t->start + i * t->start_step + v * VEC_LANES);
    }
    const int k = t->k;
    const ptrdiff_t a_step = t->a_step, b_step = t->b_step;
    const ptrdiff_t apart[4] = { 0, t->quad[1], t->quad[2], t->quad[3] };
    const int *b_row = t->b_row, *a_at = t->a_at;
    const float *b_base = t->b;
    ptrdiff_t at = 0;
    for (int l = 0; l < k; l++, at += a_step) {
        if (taps)
            at = a_at[l];
        const float *b = gather ? b_base + b_row[l] : b_base;
        vec bv[TILE_VECS];
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            bv[v] = load(b + v * VEC_LANES);
        UNROLL_FOR (int i = 0; i < rows; i++) {
            const vec av = VEC_SPLAT((a[i] + at)[quads ? apart[i % 4] : 0]);
            UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
                acc[i][v] = VEC_FMA(av, bv[v], acc[i][v]);
        }
        if (!gather)
            b_base += b_step;
    }
    float *c = t->c, *least = t->least;
    const ptrdiff_t ldc = t->ldc;
    if (layout == QUADS_AT) {
        UNROLL_FOR (int i = 0; i + 4 <= rows; i += 4) {
            UNROLL_FOR (int v = 0; v < TILE_VECS; v++) {
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
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            store(c + i * ldc + v * VEC_LANES, acc[i][v]);
    }
}

/* run_tile for a height that is known only now. */
INLINE void run_rows(const struct tile *t, int rows, const enum operand_layout layout)
{
    switch (rows) {
#define ROWS_CASE(r)                                                                     \
    case r:                                                                              \
        run_tile(t, r <= TILE_ROWS ? r : TILE_ROWS, layout);                             \
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

/* The same where the height is a multiple of four. */
static void run_quads(const struct tile *t, int rows)
{
    if (rows == 4)
        run_tile(t, 4, QUADS_AT);
#if TILE_ROWS > 6
    else if (rows == 8)
        run_tile(t, 8, QUADS_AT);
    else
        run_tile(t, 12, QUADS_AT);
#endif
}

/* For each lie one function, whose machine code is that of all heights. */
static void run_layout(const struct tile *t, int rows, enum operand_layout layout)
{
    switch (layout) {
    case ROWS:
        run_rows(t, rows, ROWS);
        break;
    case ROWS_AT:
        run_rows(t, rows, ROWS_AT);
        break;
    case QUADS:
        run_rows(t, rows, QUADS);
        break;
    case QUADS_AT:
        run_quads(t, rows);
        break;
    case PACKED:
        run_rows(t, rows, PACKED);
        break;
    case GATHERED:
        run_rows(t, rows, GATHERED);
        break;
    }
}

/* Have four rows be `step` apart. */
INLINE void set_quad(struct tile *t, ptrdiff_t step)
{
    for (int i = 0; i < 4; i++)
        t->quad[i] = i * step;
}

/* How many of the `left` that remain to take next where `most` fit: as even as can be, so
 * that no tile is too low to hide the latency of its arithmetic. */
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

/* Columns [first, first + width) of b as rows of TILE_COLS floats, zero past width. */
static void pack_panel(float *packed, int k, int first, int width, const dp_mat *b)
{
    if (width < TILE_COLS)
        memset(packed, 0, (size_t)k * TILE_COLS * sizeof *packed);
    if (b->rs == 1 && !b->row) { /* weights, which are stored the other way round */
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

/* Tile by tile, each as [k, rows]. */
static void pack_a(float *packed, int m, int k, dp_mat at)
{
    for (int i0 = 0, rows; i0 < m; i0 += rows) {
        rows = tile_height(m - i0);
        float *tile = packed + (ptrdiff_t)i0 * k;
        if (at.rs == 1 && !at.row) {
            transpose(tile, rows, at.p + i0 * at.cs, at.cs, rows, k);
            continue;
        }
        for (int l = 0; l < k; l++) {
            const float *from = row_of(&at, l) + i0 * at.cs;
            for (int i = 0; i < rows; i++)
                *tile++ = from[i * at.cs];
        }
    }
}

/* ---- products ---------------------------------------------------------------------- */

static const float zeros[TILE_COLS];

/* A tile that is `width` < TILE_COLS columns wide: computed in full beside c. */
static void run_edge(const struct tile *t, int rows, int width,
                     enum operand_layout layout)
{
    float start[TILE_ROWS * TILE_COLS] = { 0 }, c[TILE_ROWS * TILE_COLS];
    struct tile whole = *t;
    for (int i = 0; i < rows; i++)
        memcpy(start + i * TILE_COLS, t->start + i * t->start_step,
               (size_t)width * sizeof(float));
    whole.start = start;
    whole.c = c;
    whole.start_step = whole.ldc = TILE_COLS;
    run_layout(&whole, rows, layout);
    for (int i = 0; i < rows; i++)
        memcpy(t->c + i * t->ldc, c + i * TILE_COLS, (size_t)width * sizeof(float));
}

/* c: [m, n] against panels that lie evenly in memory. Panel p of b starts at b + p * b_panel
 * with its rows b_step apart, that of the start values at start + p * start_panel. */
struct product {
    int m, n, k;
    const dp_mat *a;
    const float *b;
    ptrdiff_t b_step, b_panel;
    const float *start;
    ptrdiff_t start_step, start_panel;
    float *c;
    ptrdiff_t ldc;
    const dp_epilogue *epilogue; /* of whose bias `start` has taken care; or NULL */
};

/* Floats of b that stay in the second-level cache: 256 KiB. */
enum { CACHED_B = 1 << 16 };

/* `rows` rows of c from i0 on, in panels [first, last). */
static void run_row_tiles(const struct product *q, int i0, int rows, int first, int last)
{
    struct tile t = {
        .k = q->k,
        .a_step = q->a->cs,
        .b_step = q->b_step,
        .start_step = q->start_step,
        .ldc = q->ldc,
    };
    const bool packed = q->a->rs == 1 && !q->a->row;
    const enum operand_layout layout = q->a->row ? ROWS : packed ? PACKED : QUADS;
    set_quad(&t, q->a->rs);
    for (int i = 0; i < rows; i++)
        t.a[i] = row_of(q->a, i0 + i);
    for (int p = first; p < last; p++) {
        const int width = panel_width(q->n, p);
        t.b = q->b + p * q->b_panel;
        t.start = q->start + i0 * q->start_step + p * q->start_panel;
        t.c = q->c + i0 * q->ldc + p * TILE_COLS;
        if (width < TILE_COLS)
            run_edge(&t, rows, width, layout);
        else
            run_layout(&t, rows, layout);
        if (q->epilogue)
            epilogue_rows(q->epilogue, t.c, t.ldc, rows, width);
    }
}

/* As many panels as stay in cache at a time; all rows go through them before the next. */
static void run_product(const struct product *q)
{
    const int panels = panel_count(q->n), fit = CACHED_B / TILE_COLS / q->k;
    const int together = fit > 1 ? fit : 1;
    for (int p = 0; p < panels; p += together) {
        const int last = p + together < panels ? p + together : panels;
        for (int i0 = 0, rows; i0 < q->m; i0 += rows) {
            rows = tile_height(q->m - i0);
            run_row_tiles(q, i0, rows, p, last);
        }
    }
}

static size_t gemm_scratch(int k, int n)
{
    return packed_b_size(k, n);
}

static void gemm(int m, int n, int k, dp_mat a, dp_mat b, float *c, ptrdiff_t ldc,
                 bool accumulate, float *scratch)
{
    const int whole = b.cs == 1 && !b.row ? n - n % TILE_COLS : 0;
    struct product q = {
        .m = m,
        .n = whole,
        .k = k,
        .a = &a,
        .b = b.p,
        .b_step = b.rs,
        .b_panel = TILE_COLS,
        .start = accumulate ? c : zeros,
        .start_step = accumulate ? ldc : 0,
        .start_panel = accumulate ? TILE_COLS : 0,
        .c = c,
        .ldc = ldc,
    };
    run_product(&q);
    if (whole == n)
        return;
    /* What cannot be read in place. */
    b.p += whole * b.cs;
    pack_b(scratch, k, n - whole, b);
    q.n = n - whole;
    q.b = scratch;
    q.b_step = TILE_COLS;
    q.b_panel = (ptrdiff_t)k * TILE_COLS;
    q.start += accumulate ? whole : 0;
    q.c += whole;
    run_product(&q);
}

/* Panels that a single row runs through together. */
enum { ROW_PANELS = 4, ROW_CHUNK = 256 };

/* The positions of those of n values that are not 0; returns how many. */
INLINE int list_nonzero(int *position, const float *a, ptrdiff_t a_step, int n)
{
    int count = 0;
    for (int l = 0; l < n; l++) {
        position[count] = l;
        count += a[l * a_step] != 0;
    }
    return count;
}

/* A single row against `panels` panels at once, a constant: one has too few accumulators to
 * hide the latency of an addition. Four of five pixels of a digit are 0 and about half of
 * what a relu leaves; weights that meet a 0 are not read, which changes no sum (but the
 * sign of one that is 0). */
INLINE void run_row_panels(const int panels, int k, const float *a, ptrdiff_t a_step,
                           const float *packed_b, const dp_epilogue *epilogue,
                           const float *bias, float *c)
{
    vec acc[ROW_PANELS][TILE_VECS];
    UNROLL_FOR (int p = 0; p < panels; p++) {
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            acc[p][v] = bias ? load(bias + p * TILE_COLS + v * VEC_LANES) : load(zeros);
    }
    const ptrdiff_t panel = (ptrdiff_t)k * TILE_COLS;
    for (int l0 = 0; l0 < k; l0 += ROW_CHUNK) {
        int position[ROW_CHUNK];
        const float *at = a + l0 * a_step;
        const int count =
            list_nonzero(position, at, a_step, k - l0 < ROW_CHUNK ? k - l0 : ROW_CHUNK);
        for (int i = 0; i < count; i++) {
            const float *b = packed_b + (ptrdiff_t)(l0 + position[i]) * TILE_COLS;
            const vec av = VEC_SPLAT(at[position[i] * a_step]);
            UNROLL_FOR (int p = 0; p < panels; p++) {
                UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
                    acc[p][v] =
                        VEC_FMA(av, load(b + p * panel + v * VEC_LANES), acc[p][v]);
            }
        }
    }
    UNROLL_FOR (int p = 0; p < panels; p++) {
        UNROLL_FOR (int v = 0; v < TILE_VECS; v++)
            store(c + p * TILE_COLS + v * VEC_LANES, acc[p][v]);
    }
    epilogue_rows(epilogue, c, 0, 1, panels * TILE_COLS);
}

/* As many whole panels of n columns as go together; returns their columns. */
static int run_row(int n, int k, const float *a, ptrdiff_t a_step, const float *packed_b,
                   const dp_epilogue *epilogue, const float *bias, float *c)
{
    if (n >= 4 * TILE_COLS) {
        run_row_panels(4, k, a, a_step, packed_b, epilogue, bias, c);
        return 4 * TILE_COLS;
    }
    if (n >= 2 * TILE_COLS) {
        run_row_panels(2, k, a, a_step, packed_b, epilogue, bias, c);
        return 2 * TILE_COLS;
    }
    run_row_panels(1, k, a, a_step, packed_b, epilogue, bias, c);
    return TILE_COLS;
}

static void gemm_packed(int m, int n, int k, dp_mat a, const float *packed_b,
                        const dp_epilogue *epilogue, float *c, ptrdiff_t ldc)
{
    const float *bias = epilogue->bias;
    int done = 0;
    while (m == 1 && n - done >= TILE_COLS)
        done += run_row(n - done, k, row_of(&a, 0), a.cs, packed_b + (ptrdiff_t)done * k,
                        epilogue, bias ? bias + done : NULL, c + done);
    const struct product q = {
        .m = m,
        .n = n - done,
        .k = k,
        .a = &a,
        .b = packed_b + (ptrdiff_t)done * k,
        .b_step = TILE_COLS,
        .b_panel = (ptrdiff_t)k * TILE_COLS,
        .start = bias ? bias + done : zeros,
        .start_panel = bias ? TILE_COLS : 0,
        .c = c + done,
        .ldc = ldc,
        .epilogue = epilogue,
    };
    run_product(&q);
}

static void gemm_packed_a(int m, int n, int k, const float *packed_a, dp_mat b,
                          const float *bias, float *c, ptrdiff_t ldc)
{
    for (int i0 = 0, rows; i0 < m; i0 += rows) {
        rows = tile_height(m - i0);
        float start[TILE_ROWS * TILE_COLS];
        for (int i = 0; i < rows; i++)
            for (int v = 0; v < TILE_VECS; v++)
                store(start + i * TILE_COLS + v * VEC_LANES,
                      VEC_SPLAT(bias ? bias[i0 + i] : 0));
        struct tile t = {
            .k = k,
            .a = { packed_a + (ptrdiff_t)i0 * k },
            .a_step = rows,
            .b_step = b.rs,
            .b_row = b.row,
            .start = start,
            .start_step = TILE_COLS,
            .ldc = ldc,
        };
        for (int j = 0; j < n; j += TILE_COLS) {
            t.b = b.p + j;
            t.c = c + i0 * ldc + j;
            run_layout(&t, rows, b.row ? GATHERED : PACKED);
        }
    }
}

/* ---- how fast it could be ---------------------------------------------------------- */

/* As many accumulators as the largest tile has, which is enough to hide the latency. Each
 * starts elsewhere, so that no two are the same to the compiler, and goes to 2. */
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

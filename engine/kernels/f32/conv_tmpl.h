/* Convolutions of images whose channels lie together; a part of kernels/f32/table_tmpl.h.
 *
 * A tile is a few pixels of output by TILE_COLS channels: rows of a are windows of the
 * image, which overlap, and are read where they are. The sums of a tile are pooled in their
 * registers and finished in a buffer that never leaves the first-level cache. */

/* Values to write and how the sums of one lie together: a 2 × 2 window where pooled. */
INLINE int window_sums(const dp_conv *c)
{
    return c->pool ? 4 : 1;
}

INLINE int outputs_across(const dp_conv *c)
{
    return c->pool ? c->w / 2 : c->w;
}

INLINE int output_count(const dp_conv *c)
{
    return outputs_across(c) * (c->pool ? c->h / 2 : c->h);
}

/* The first of n units that a part has to do; that of part + 1 is the end. */
INLINE int part_start(int n, int part, int parts)
{
    return (int)((long)n * part / parts);
}

/* Where the window of the sum at (i, j) starts. */
INLINE const float *window_of(const dp_conv *c, const float *x, int i, int j)
{
    return x + i * c->x_row + j * c->x_pixel;
}

/* Sums of a tile, or, where they are pooled, the largest and the smallest of each window. */
struct tile_sums {
    float most[TILE_ROWS * TILE_COLS], least[TILE_ROWS / 4 * TILE_COLS];
};

/* The tile of n outputs from `first` on, in every panel of channels. */
static void conv_tile(const dp_conv *c, const float *packed, const float *x, float *y,
                      int first, int n)
{
    const int sums = window_sums(c), across = outputs_across(c);
    struct tile_sums buffer;
    float *to[TILE_ROWS];
    struct tile t = {
        .k = c->k,
        .quad = { 0, c->x_pixel, c->x_row, c->x_row + c->x_pixel },
        .a_at = c->tap,
        .b = packed,
        .b_step = TILE_COLS,
        .start = c->epilogue.bias,
        .c = buffer.most,
        .least = needs_least(c) ? buffer.least : NULL,
        .ldc = TILE_COLS,
    };
    int i = first / across, j = first % across;
    for (int o = 0; o < n; o++) {
        to[o] = y + i * c->y_row + j * c->y_pixel;
        t.a[o * sums] = c->pool ? window_of(c, x, 2 * i, 2 * j) : window_of(c, x, i, j);
        if (++j == across) {
            j = 0;
            i++;
        }
    }
    for (int p = 0; p < panel_count(c->out); p++) {
        run_layout(&t, n * sums, c->pool ? QUADS_AT : ROWS_AT);
        for (int o = 0; o < n; o++) {
            for (int v = 0; v < TILE_COLS; v += VEC_LANES) {
                const float *most = buffer.most + o * TILE_COLS + v;
                const vec least =
                    t.least ? load(t.least + o * TILE_COLS + v) : load(most);
                store(to[o] + p * TILE_COLS + v, epilogue_sums(c, load(most), least));
            }
        }
        t.b += (ptrdiff_t)TILE_COLS * c->k;
        t.start += TILE_COLS;
    }
}

static void conv(const dp_conv *c, const float *packed, const float *x, float *y,
                 int part, int parts)
{
    const int outputs = output_count(c), tile = TILE_ROWS / window_sums(c);
    const int end = part_start(outputs, part + 1, parts);
    for (int o = part_start(outputs, part, parts), n; o < end; o += n) {
        n = even_share(end - o, tile);
        conv_tile(c, packed, x, y, o, n);
    }
}

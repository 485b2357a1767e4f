/* Convolutions of images whose channels lie together; a part of kernels_simd.h.
 *
 * A tile is a few pixels of output by TILE_COLS channels: rows of a are windows of the
 * image, which overlap, and are read where they are. The sums of a tile are finished and
 * pooled in a buffer that never leaves the first-level cache. */

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

/* Finish the sums: [4, or 1 where not pooled][TILE_COLS] of one output pixel, to y. */
INLINE void finish_pixel(const dp_conv *c, const float *sums, float *y)
{
    FULL_UNROLL
    for (int v = 0; v < TILE_VECS; v++, sums += VEC_LANES, y += VEC_LANES) {
        const vec first = load(sums);
        if (!c->pool) {
            store(y, activate(first, &c->finish));
            continue;
        }
        const vec right = load(sums + TILE_COLS), below = load(sums + 2 * TILE_COLS);
        const vec last = load(sums + 3 * TILE_COLS);
        const vec most = larger_of(larger_of(first, right), larger_of(below, last));
        if (c->pool_first) {
            store(y, activate(most, &c->finish));
            continue;
        }
        const vec least = smaller_of(smaller_of(first, right), smaller_of(below, last));
        store(y, activate_largest(most, least, &c->finish));
    }
}

/* Outputs [first, first + n) of one panel of channels. */
static void conv_tile(const dp_conv *c, const float *panel, const float *bias,
                      const float *x, float *y, int first, int n)
{
    const int sums = window_sums(c), across = outputs_across(c);
    float buffer[TILE_ROWS * TILE_COLS];
    float *to[TILE_ROWS];
    struct tile t = {
        .k = c->k,
        .a_at = c->tap,
        .b = panel,
        .b_step = TILE_COLS,
        .start = bias,
        .c = buffer,
        .ldc = TILE_COLS,
    };
    for (int o = 0; o < n; o++) {
        const int i = (first + o) / across, j = (first + o) % across;
        to[o] = y + i * c->y_row + j * c->y_pixel;
        for (int s = 0; s < sums; s++)
            t.a[o * sums + s] = c->pool ? window_of(c, x, 2 * i + s / 2, 2 * j + s % 2)
                                        : window_of(c, x, i, j);
    }
    run_taps(&t, n * sums);
    for (int o = 0; o < n; o++)
        finish_pixel(c, buffer + o * sums * TILE_COLS, to[o]);
}

static void conv(const dp_conv *c, const float *packed, const float *x, float *y,
                 int part, int parts)
{
    const int outputs = output_count(c), tile = TILE_ROWS / window_sums(c);
    const int first = part_start(outputs, part, parts);
    const int end = part_start(outputs, part + 1, parts);
    for (int p = 0; p < panel_count(c->out); p++) {
        const float *panel = packed + (ptrdiff_t)p * TILE_COLS * c->k;
        for (int o = first, n; o < end; o += n) {
            n = even_share(end - o, tile);
            conv_tile(c, panel, c->finish.bias + p * TILE_COLS, x, y + p * TILE_COLS, o,
                      n);
        }
    }
}

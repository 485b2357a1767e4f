/* Direct convolution of NHWC images. Included by table_tmpl.h; compiled once for each
 * instruction set. Needs the names of gemm_tmpl.h and epilogue_tmpl.h.
 *
 * A tile is a few output pixels by TILE_COLS channels. The rows of its matrix a are
 * windows of the image; they overlap and are read in place. The sums of a tile are pooled
 * in registers, and the epilogue runs on a buffer that stays in L1. */

/* Sums per output: a 2×2 window if pooled. */
INLINE int window_sums(const dp_conv *conv)
{
    return conv->pool ? 4 : 1;
}

INLINE int outputs_across(const dp_conv *conv)
{
    return conv->pool ? conv->w / 2 : conv->w;
}

INLINE int output_count(const dp_conv *conv)
{
    return outputs_across(conv) * (conv->pool ? conv->h / 2 : conv->h);
}

/* The first of n units that belongs to a part. */
INLINE int part_start(int n, dp_part part)
{
    return (int)((long)n * part.index / part.count);
}

/* The first unit past it. */
INLINE int part_end(int n, dp_part part)
{
    return part_start(n, (dp_part){ part.index + 1, part.count });
}

/* The start of the window of sum (i, j). */
INLINE const float *window_of(const dp_conv *conv, const float *x, int i, int j)
{
    return x + i * conv->x_row + j * conv->x_pixel;
}

/* The sums of a tile, or, if pooled, the largest and the smallest sums of its windows. */
struct tile_sums {
    float most[TILE_ROWS * TILE_COLS], least[TILE_ROWS / 4 * TILE_COLS];
};

/* Compute n outputs from `first` on, in every panel of channels. */
static void conv_tile(const dp_conv *conv, const float *packed, const float *x, float *y,
                      int first, int n)
{
    const int sums = window_sums(conv), across = outputs_across(conv);
    struct tile_sums buffer;
    float *to[TILE_ROWS];
    struct tile tile = {
        .k = conv->k,
        .quad = { 0, conv->x_pixel, conv->x_row, conv->x_row + conv->x_pixel },
        .a_at = conv->tap,
        .b = packed,
        .b_step = TILE_COLS,
        .start = conv->epilogue.bias,
        .c = buffer.most,
        .least = needs_least(conv) ? buffer.least : NULL,
        .ldc = TILE_COLS,
    };
    int i = first / across, j = first % across;
    for (int o = 0; o < n; o++) {
        to[o] = y + i * conv->y_row + j * conv->y_pixel;
        tile.a[o * sums] =
            conv->pool ? window_of(conv, x, 2 * i, 2 * j) : window_of(conv, x, i, j);
        if (++j == across) {
            j = 0;
            i++;
        }
    }
    for (int p = 0; p < panel_count(conv->out); p++) {
        tile.half = panel_width(conv->out, p) <= VEC_LANES;
        const int cols = tile.half ? VEC_LANES : TILE_COLS;
        run_layout(&tile, n * sums, conv->pool ? QUADS_AT : ROWS_AT);
        for (int o = 0; o < n; o++) {
            for (int v = 0; v < cols; v += VEC_LANES) {
                const float *most = buffer.most + o * TILE_COLS + v;
                const vec least =
                    tile.least ? load(tile.least + o * TILE_COLS + v) : load(most);
                store(to[o] + p * TILE_COLS + v, epilogue_sums(conv, load(most), least));
            }
        }
        tile.b += (ptrdiff_t)TILE_COLS * conv->k;
        tile.start += TILE_COLS;
    }
}

static void conv(const dp_conv *conv, const float *packed, const float *x, float *y,
                 dp_part part)
{
    const int outputs = output_count(conv), tile = TILE_ROWS / window_sums(conv);
    const int end = part_end(outputs, part);
    for (int o = part_start(outputs, part), n; o < end; o += n) {
        n = even_share(end - o, tile);
        conv_tile(conv, packed, x, y, o, n);
    }
}

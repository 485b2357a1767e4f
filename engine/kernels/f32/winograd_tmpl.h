/* Winograd's minimal filtering F(2×2, 3×3) on NHWC images. Included by table_tmpl.h;
 * compiled once for each instruction set. Needs the names of gemm_tmpl.h, conv_tmpl.h and
 * epilogue_tmpl.h.
 *
 * After Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (2015):
 *
 *     Y = Aᵀ [Σ over input channels (G g Gᵀ) ⊙ (Bᵀ d B)] A
 *
 * where g is a 3×3 kernel, d a patch of 4×4 pixels, Y a patch of 2×2 sums, and
 *
 *     Bᵀ = 1  0 −1  0    G = 1    0   0    Aᵀ = 1  1  1  0
 *          0  1  1  0        1/2  1/2 1/2       0  1 −1 −1
 *          0 −1  1  0        1/2 −1/2 1/2
 *          0  1  0 −1        0    0   1
 *
 * Each of the 16 places of a patch is therefore one matrix product,
 * [patches × in]·[in × out]. A few patches at a time run through all stages, so that they
 * stay in L1 and L2. The four sums of a patch are a 2×2 window, so pooling is free. */

enum { PLACES = 16, KERNEL = 9 }; /* of a 4×4 patch; weights of a 3×3 kernel */

/* ---- weights ----------------------------------------------------------------------- */

static size_t winograd_size(int in, int out)
{
    return PLACES * packed_b_size(in, out);
}

/* G g Gᵀ for VEC_LANES kernels; element (i, j) of each is g[(3 * i + j) * step]. */
INLINE void transform_kernels(vec u[PLACES], const float *g, ptrdiff_t step)
{
    const vec half = VEC_SPLAT(0.5f);
    vec rows[4][3];
    UNROLL_FOR (int j = 0; j < 3; j++) {
        const vec top = load(g + j * step), middle = load(g + (3 + j) * step);
        const vec bottom = load(g + (6 + j) * step);
        rows[0][j] = top;
        rows[1][j] = half * (top + middle + bottom);
        rows[2][j] = half * (top - middle + bottom);
        rows[3][j] = bottom;
    }
    UNROLL_FOR (int i = 0; i < 4; i++) {
        const vec *r = rows[i];
        u[4 * i] = r[0];
        u[4 * i + 1] = half * (r[0] + r[1] + r[2]);
        u[4 * i + 2] = half * (r[0] - r[1] + r[2]);
        u[4 * i + 3] = r[2];
    }
}

/* packed: [PLACES][panels][in][TILE_COLS]. */
static void pack_winograd(float *packed, int in, int out, const float *weights)
{
    const ptrdiff_t place = (ptrdiff_t)packed_b_size(in, out);
    for (int p = 0; p < panel_count(out); p++) {
        const int width = panel_width(out, p);
        const float *from = weights + (ptrdiff_t)p * TILE_COLS * in * KERNEL;
        float *to = packed + (ptrdiff_t)p * TILE_COLS * in;
        for (int c = 0; c < in; c++, from += KERNEL, to += TILE_COLS) {
            float by_channel[KERNEL * TILE_COLS] = { 0 };
            transpose(by_channel, TILE_COLS, from, in * KERNEL, width, KERNEL);
            for (int v = 0; v < TILE_VECS; v++) {
                vec u[PLACES];
                transform_kernels(u, by_channel + v * VEC_LANES, TILE_COLS);
                for (int i = 0; i < PLACES; i++)
                    store(to + i * place + v * VEC_LANES, u[i]);
            }
        }
    }
}

/* ---- patches ----------------------------------------------------------------------- */

/* Channels rounded up to whole vectors. */
INLINE int padded_channels(int in)
{
    return dp_round_up_int(in, VEC_LANES);
}

/* Floats from one place to the next: a cache line more than needed, so that the sixteen
 * places do not compete for one set of the cache. */
INLINE ptrdiff_t place_step(int in)
{
    return (ptrdiff_t)TILE_ROWS * padded_channels(in) + 16;
}

static size_t winograd_scratch(int in)
{
    return PLACES * (size_t)place_step(in);
}

/* Bᵀ d B for VEC_LANES channels of the patch at x. Places are written `step` apart. */
INLINE void transform_patch(const dp_conv *conv, const float *x, float *to,
                            ptrdiff_t step)
{
    vec rows[4][4];
    UNROLL_FOR (int j = 0; j < 4; j++) {
        const float *d = x + j * conv->x_pixel;
        const vec d0 = load(d), d1 = load(d + conv->x_row);
        const vec d2 = load(d + 2 * conv->x_row), d3 = load(d + 3 * conv->x_row);
        rows[0][j] = d0 - d2;
        rows[1][j] = d1 + d2;
        rows[2][j] = d2 - d1;
        rows[3][j] = d1 - d3;
    }
    UNROLL_FOR (int i = 0; i < 4; i++, to += 4 * step) {
        const vec *r = rows[i];
        store(to, r[0] - r[2]);
        store(to + step, r[1] + r[2]);
        store(to + 2 * step, r[2] - r[1]);
        store(to + 3 * step, r[1] - r[3]);
    }
}

/* Patches per row of patches, and in all. If pooled, a patch is one output. */
INLINE int patches_across(const dp_conv *conv)
{
    return (conv->w + 1) / 2;
}

INLINE int patch_count(const dp_conv *conv)
{
    return patches_across(conv) * ((conv->h + 1) / 2);
}

/* Patches [first, first + n) of an image, in their transformed form. `patch` and `place`
 * are the floats from a patch, or a place, to the next at `values`. */
struct patch_group {
    int first, n;
    float *values;
    ptrdiff_t patch, place;
};

static void transform_patches(const dp_conv *conv, const float *x,
                              const struct patch_group *group)
{
    const int across = patches_across(conv), channels = padded_channels(conv->in);
    float *to = group->values;
    for (int p = group->first; p < group->first + group->n; p++, to += group->patch) {
        const float *d = window_of(conv, x, 2 * (p / across), 2 * (p % across));
        for (int v = 0; v < channels; v += VEC_LANES)
            transform_patch(conv, d + v, to + v, group->place);
    }
}

/* ---- sums -------------------------------------------------------------------------- */

/* Aᵀ m A plus bias for VEC_LANES channels. */
INLINE void transform_back(vec sums[4], const float *m, ptrdiff_t step, const float *bias)
{
    vec top[4], bottom[4];
    UNROLL_FOR (int j = 0; j < 4; j++) {
        const float *at = m + j * step;
        const vec m0 = load(at), m1 = load(at + 4 * step);
        const vec m2 = load(at + 8 * step), m3 = load(at + 12 * step);
        top[j] = m0 + m1 + m2;
        bottom[j] = m1 - m2 - m3;
    }
    const vec b = load(bias);
    sums[0] = top[0] + top[1] + top[2] + b;
    sums[1] = top[1] - top[2] - top[3] + b;
    sums[2] = bottom[0] + bottom[1] + bottom[2] + b;
    sums[3] = bottom[1] - bottom[2] - bottom[3] + b;
}

/* Apply the epilogue to patch (i, j) and write it, without the sums past the edge. */
INLINE void write_patch(const dp_conv *conv, const vec s[4], int i, int j, float *y)
{
    if (conv->pool) {
        const vec most = VEC_MAX(VEC_MAX(s[0], s[1]), VEC_MAX(s[2], s[3]));
        const vec least = VEC_MIN(VEC_MIN(s[0], s[1]), VEC_MIN(s[2], s[3]));
        store(y + i * conv->y_row + j * conv->y_pixel, epilogue_sums(conv, most, least));
        return;
    }
    for (int k = 0; k < 4; k++) {
        const int row = 2 * i + k / 2, column = 2 * j + k % 2;
        if (row < conv->h && column < conv->w)
            store(y + row * conv->y_row + column * conv->y_pixel,
                  epilogue_sums(conv, s[k], s[k]));
    }
}

/* Multiply a group of at most TILE_ROWS patches by panel p of the output channels,
 * transform back and write. */
static void run_patches(const dp_conv *conv, const float *packed,
                        const struct patch_group *group, int p, float *y)
{
    const ptrdiff_t place = (ptrdiff_t)packed_b_size(conv->in, conv->out);
    const ptrdiff_t m_step = (ptrdiff_t)group->n * TILE_COLS;
    float m[PLACES * TILE_ROWS * TILE_COLS];
    struct tile tile = {
        .k = conv->in,
        .half = panel_width(conv->out, p) <= VEC_LANES,
        .a_step = 1,
        .b = packed + (ptrdiff_t)p * TILE_COLS * conv->in,
        .b_step = TILE_COLS,
        .start = zeros,
        .c = m,
        .ldc = TILE_COLS,
    };
    dp_mat a = { .p = group->values, .rs = group->patch };
    for (int i = 0; i < PLACES; i++) {
        set_rows(&tile, &a, 0, group->n);
        run_layout(&tile, group->n, QUADS);
        a.p += group->place;
        tile.b += place;
        tile.c += m_step;
    }
    const int cols = tile.half ? VEC_LANES : TILE_COLS, across = patches_across(conv);
    int i = group->first / across, j = group->first % across;
    for (int row = 0; row < group->n; row++) {
        for (int v = 0; v < cols; v += VEC_LANES) {
            vec sums[4];
            transform_back(sums, m + row * TILE_COLS + v, m_step,
                           conv->epilogue.bias + p * TILE_COLS + v);
            write_patch(conv, sums, i, j, y + p * TILE_COLS + v);
        }
        if (++j == across) {
            j = 0;
            i++;
        }
    }
}

/* A part is a range of patches, so that no patch is transformed twice. */
static void winograd(const dp_conv *conv, const float *packed, const float *x, float *y,
                     dp_part part, float *scratch)
{
    const int patches = patch_count(conv), end = part_end(patches, part);
    struct patch_group group = {
        .values = scratch,
        .patch = padded_channels(conv->in),
        .place = place_step(conv->in),
    };
    for (int first = part_start(patches, part); first < end; first += group.n) {
        group.first = first;
        group.n = even_share(end - first, TILE_ROWS);
        transform_patches(conv, x, &group);
        for (int p = 0; p < panel_count(conv->out); p++)
            run_patches(conv, packed, &group, p, y);
    }
}

/* ---- gradient of the weights ------------------------------------------------------- */

static void winograd_x(const dp_conv *conv, const float *x, float *to, ptrdiff_t place)
{
    const struct patch_group all = { 0, patch_count(conv), to, conv->x_pixel, place };
    transform_patches(conv, x, &all);
}

/* A dy Aᵀ for VEC_LANES channels of the 2×2 patch at dy. Places are written `place`
 * apart. */
INLINE void transform_sums(const dp_conv *conv, const float *dy, float *to,
                           ptrdiff_t place)
{
    vec rows[4][2];
    UNROLL_FOR (int j = 0; j < 2; j++) {
        const vec top = load(dy + j * conv->y_pixel);
        const vec bottom = load(dy + conv->y_row + j * conv->y_pixel);
        rows[0][j] = top;
        rows[1][j] = top + bottom;
        rows[2][j] = top - bottom;
        rows[3][j] = -bottom;
    }
    UNROLL_FOR (int i = 0; i < 4; i++, to += 4 * place) {
        const vec left = rows[i][0], right = rows[i][1];
        store(to, left);
        store(to + place, left + right);
        store(to + 2 * place, left - right);
        store(to + 3 * place, -right);
    }
}

static void winograd_dy(const dp_conv *conv, const float *dy, float *to, ptrdiff_t place)
{
    const int across = patches_across(conv), channels = padded_channels(conv->out);
    for (int p = 0; p < patch_count(conv); p++, to += conv->y_pixel) {
        const float *d =
            dy + p / across * 2 * conv->y_row + p % across * 2 * conv->y_pixel;
        for (int v = 0; v < channels; v += VEC_LANES)
            transform_sums(conv, d + v, to + v, place);
    }
}

/* Gᵀ u G for VEC_LANES kernels; element (i, j) of each goes to g[(3 * i + j) * step]. */
INLINE void transform_kernels_back(float *g, ptrdiff_t step, const float *u,
                                   ptrdiff_t place)
{
    const vec half = VEC_SPLAT(0.5f);
    vec rows[3][4];
    UNROLL_FOR (int j = 0; j < 4; j++) {
        const float *at = u + j * place;
        const vec u0 = load(at), u1 = load(at + 4 * place);
        const vec u2 = load(at + 8 * place), u3 = load(at + 12 * place);
        rows[0][j] = u0 + half * (u1 + u2);
        rows[1][j] = half * (u1 - u2);
        rows[2][j] = half * (u1 + u2) + u3;
    }
    UNROLL_FOR (int i = 0; i < 3; i++, g += 3 * step) {
        const vec *r = rows[i];
        store(g, r[0] + half * (r[1] + r[2]));
        store(g + step, half * (r[1] - r[2]));
        store(g + 2 * step, half * (r[1] + r[2]) + r[3]);
    }
}

static void winograd_weights(float *grad, int in, int out, const float *u,
                             ptrdiff_t u_row)
{
    const ptrdiff_t place = in * u_row;
    for (int first = 0; first < out; first += VEC_LANES) {
        const int width = out - first < VEC_LANES ? out - first : VEC_LANES;
        for (int c = 0; c < in; c++) {
            float by_channel[KERNEL * VEC_LANES];
            transform_kernels_back(by_channel, VEC_LANES, u + c * u_row + first, place);
            for (int o = 0; o < width; o++) {
                float *kernel = grad + ((ptrdiff_t)(first + o) * in + c) * KERNEL;
                for (int i = 0; i < KERNEL; i++)
                    kernel[i] += by_channel[i * VEC_LANES + o];
            }
        }
    }
}

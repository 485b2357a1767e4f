/* Work on runs of values; a part of kernels_simd.h. */

/* ---- value by value ---------------------------------------------------------------- */

typedef int ivec __attribute__((vector_size(sizeof(vec))));

/* v where the mask is all ones, 0 where it is 0. */
INLINE vec keep(ivec mask, vec v)
{
    return (vec)((ivec)v & mask);
}

static void relu(float *y, const float *x, size_t n)
{
    const vec zero = VEC_SPLAT(0);
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES) {
        const vec v = load(x + i);
        store(y + i, keep(v > zero, v));
    }
    for (; i < n; i++)
        y[i] = x[i] > 0 ? x[i] : 0;
}

static void relu_grad(float *dx, const float *y, const float *dy, size_t n)
{
    const vec zero = VEC_SPLAT(0);
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        store(dx + i, keep(load(y + i) > zero, load(dy + i)));
    for (; i < n; i++)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

static void affine(float *y, const float *x, float scale, float shift, size_t n)
{
    const vec vscale = VEC_SPLAT(scale), vshift = VEC_SPLAT(shift);
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        store(y + i, load(x + i) * vscale + vshift);
    for (; i < n; i++)
        y[i] = x[i] * scale + shift;
}

static void affine2(float *z, const float *x, float a, const float *y, float b, float c,
                    size_t n)
{
    const vec va = VEC_SPLAT(a), vb = VEC_SPLAT(b), vc = VEC_SPLAT(c);
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        store(z + i, load(x + i) * va + load(y + i) * vb + vc);
    for (; i < n; i++)
        z[i] = x[i] * a + y[i] * b + c;
}

/* ---- sums -------------------------------------------------------------------------- */

/* Sixteen partial sums whatever the register width, so that every table adds alike. */
enum { PARTS = 16, PART_VECS = PARTS / VEC_LANES };

static double add_parts(const float part[PARTS])
{
    double total = 0;
    for (int i = 0; i < PARTS; i++)
        total += (double)part[i];
    return total;
}

/* Σ (x − cx) · (y − cy), or Σ x where `plain`, a constant. */
INLINE double add_products(const float *x, float cx, const float *y, float cy, size_t n,
                           const bool plain)
{
    vec acc[PART_VECS];
    FULL_UNROLL
    for (int v = 0; v < PART_VECS; v++)
        acc[v] = VEC_SPLAT(0);
    const vec vcx = VEC_SPLAT(cx), vcy = VEC_SPLAT(cy);
    size_t i = 0;
    for (; i + PARTS <= n; i += PARTS) {
        FULL_UNROLL
        for (int v = 0; v < PART_VECS; v++) {
            const vec xv = load(x + i + v * VEC_LANES);
            if (plain)
                acc[v] += xv;
            else
                acc[v] += (xv - vcx) * (load(y + i + v * VEC_LANES) - vcy);
        }
    }
    float part[PARTS];
    FULL_UNROLL
    for (int v = 0; v < PART_VECS; v++)
        store(part + v * VEC_LANES, acc[v]);
    for (int p = 0; i < n; i++, p++)
        part[p] += plain ? x[i] : (x[i] - cx) * (y[i] - cy);
    return add_parts(part);
}

static double sum(const float *x, size_t n)
{
    return add_products(x, 0, x, 0, n, true);
}

static double dot(const float *x, float cx, const float *y, float cy, size_t n)
{
    return add_products(x, cx, y, cy, n, false);
}

/* ---- pooling ----------------------------------------------------------------------- */

static void maxpool2(float *restrict y, const float *restrict x, int h, int w)
{
    for (int i = 0; i < h; i++, x += 2 * w, y += w / 2) {
        const float *below = x + w;
        for (int j = 0; j < w / 2; j++) {
            const float left = x[2 * j] > below[2 * j] ? x[2 * j] : below[2 * j];
            const float right =
                x[2 * j + 1] > below[2 * j + 1] ? x[2 * j + 1] : below[2 * j + 1];
            y[j] = left > right ? left : right;
        }
    }
}

/* Four lanes are two windows side by side, or a corner of a matrix: enough for rows as short
 * as those of the last layers. */
typedef float quad __attribute__((vector_size(16)));
typedef quad loose_quad __attribute__((aligned(4), may_alias));
typedef int iquad __attribute__((vector_size(16)));

INLINE quad load_quad(const float *p)
{
    return *(const loose_quad *)p;
}

INLINE void store_quad(float *p, quad v)
{
    *(loose_quad *)p = v;
}

/* The mask without the second lane of each pair whose first is set. */
INLINE iquad first_of_pair(iquad mask)
{
    const iquad none = { 0 };
    return mask & ~__builtin_shufflevector(mask, none, 4, 0, 4, 2);
}

/* Windows j and j + 1 of a row; x and dx point at their upper left pixel. */
INLINE void two_windows_grad(float *dx, const float *x, const float *y, const float *dy,
                             int w)
{
    const quad top = { y[0], y[0], y[1], y[1] }, grad = { dy[0], dy[0], dy[1], dy[1] };
    const iquad above = first_of_pair(load_quad(x) == top);
    const iquad taken = above | __builtin_shufflevector(above, above, 1, 0, 3, 2);
    const iquad below = first_of_pair((load_quad(x + w) == top) & ~taken);
    store_quad(dx, (quad)((iquad)grad & above));
    store_quad(dx + w, (quad)((iquad)grad & below));
}

static void window_grad(float *dx, const float *x, float y, float dy, int w)
{
    const int pixel[4] = { 0, 1, w, w + 1 };
    int from = 0;
    while (from < 3 && x[pixel[from]] != y)
        from++;
    for (int i = 0; i < 4; i++)
        dx[pixel[i]] = i == from ? dy : 0;
}

static void maxpool2_grad(float *dx, const float *x, const float *y, const float *dy,
                          int h, int w)
{
    const int windows = w / 2;
    for (int i = 0; i < h; i++, x += 2 * w, dx += 2 * w, y += windows, dy += windows) {
        int j = 0;
        for (; j + 2 <= windows; j += 2)
            two_windows_grad(dx + 2 * j, x + 2 * j, y + j, dy + j, w);
        if (j < windows)
            window_grad(dx + 2 * j, x + 2 * j, y[j], dy[j], w);
        if (w % 2)
            dx[w - 1] = dx[2 * w - 1] = 0;
    }
}

/* ---- moving ------------------------------------------------------------------------ */

static void copy_rows(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols)
{
    if (cols < VEC_LANES) {
        for (; rows > 0; rows--, to += to_step, from += from_step)
            for (int j = 0; j < cols; j++)
                to[j] = from[j];
        return;
    }
    for (; rows > 0; rows--, to += to_step, from += from_step) {
        /* The last vector ends with the row and may overlap the one before. */
        for (int j = 0; j < cols - VEC_LANES; j += VEC_LANES)
            store(to + j, load(from + j));
        store(to + cols - VEC_LANES, load(from + cols - VEC_LANES));
    }
}

/* A corner of 4 × 4. */
INLINE void transpose_quad(float *to, ptrdiff_t to_step, const float *from,
                           ptrdiff_t from_step)
{
    const quad a = load_quad(from), b = load_quad(from + from_step);
    const quad c = load_quad(from + 2 * from_step), d = load_quad(from + 3 * from_step);
    const quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    const quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    store_quad(to, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
    store_quad(to + to_step, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
    store_quad(to + 2 * to_step, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
    store_quad(to + 3 * to_step, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

/* cols ≤ a few dozen, so that the lines of `to` stay in the first-level cache while the rows
 * fill them. */
static void transpose_strip(float *to, ptrdiff_t to_step, const float *from,
                            ptrdiff_t from_step, int rows, int cols)
{
    const int whole_rows = rows - rows % 4, whole_cols = cols - cols % 4;
    for (int i = 0; i < whole_rows; i += 4)
        for (int j = 0; j < whole_cols; j += 4)
            transpose_quad(to + j * to_step + i, to_step, from + i * from_step + j,
                           from_step);
    for (int i = 0; i < rows; i++)
        for (int j = i < whole_rows ? whole_cols : 0; j < cols; j++)
            to[j * to_step + i] = from[i * from_step + j];
}

enum { STRIP = 32 };

static void transpose(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols)
{
    for (int j = 0; j < cols; j += STRIP)
        transpose_strip(to + j * to_step, to_step, from + j, from_step, rows,
                        cols - j < STRIP ? cols - j : STRIP);
}

/* Elementwise kernels, sums, 2×2 max pooling, copies, transposes. Included by
 * table_tmpl.h; compiled once for each instruction set. Needs the names of
 * table_tmpl.h. */

/* ---- value by value ---------------------------------------------------------------- */

typedef int ivec __attribute__((vector_size(sizeof(vec))));

/* v in the lanes whose mask is all ones, 0 in those whose mask is 0. */
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

static void affine2(float *z, const float *x, const float *y, const float f[3], size_t n)
{
    const float a = f[0], b = f[1], c = f[2];
    const vec va = VEC_SPLAT(a), vb = VEC_SPLAT(b), vc = VEC_SPLAT(c);
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        store(z + i, load(x + i) * va + load(y + i) * vb + vc);
    for (; i < n; i++)
        z[i] = x[i] * a + y[i] * b + c;
}

/* ---- sums -------------------------------------------------------------------------- */

/* Vectors of four and eight floats, for any register width: rows of the last layers are
 * shorter than a register of AVX-512. */
typedef float quad __attribute__((vector_size(16)));
typedef quad loose_quad __attribute__((aligned(4), may_alias));
typedef float oct __attribute__((vector_size(32)));
typedef oct loose_oct __attribute__((aligned(4), may_alias));
typedef int iquad __attribute__((vector_size(16)));
typedef int ioct __attribute__((vector_size(32)));

INLINE quad load_quad(const float *p)
{
    return *(const loose_quad *)p;
}

INLINE void store_quad(float *p, quad v)
{
    *(loose_quad *)p = v;
}

/* Sixteen partial sums for every register width: all tables add in the same order. */
enum { PARTS = 16, PART_VECS = PARTS / VEC_LANES };

/* Partial sums i, i + 4, i + 8 and i + 12 in float, then the four results in double. */
INLINE double add_parts(const float part[PARTS])
{
    const quad four = (load_quad(part) + load_quad(part + 4)) +
                      (load_quad(part + 8) + load_quad(part + 12));
    return ((double)four[0] + (double)four[1]) + ((double)four[2] + (double)four[3]);
}

static double sum(const float *x, size_t n)
{
    float part[PARTS];
    vec acc[PART_VECS];
    UNROLL_FOR (int v = 0; v < PART_VECS; v++)
        acc[v] = VEC_SPLAT(0);
    size_t i = 0;
    for (; i + PARTS <= n; i += PARTS) {
        UNROLL_FOR (int v = 0; v < PART_VECS; v++)
            acc[v] += load(x + i + v * VEC_LANES);
    }
    UNROLL_FOR (int v = 0; v < PART_VECS; v++)
        store(part + v * VEC_LANES, acc[v]);
    for (int p = 0; i < n; i++, p++)
        part[p] += x[i];
    return add_parts(part);
}

static void moments(double out[2], const float *x, float cx, const float *y, float cy,
                    size_t n)
{
    float part[PARTS], product[PARTS];
    vec first[PART_VECS], second[PART_VECS];
    UNROLL_FOR (int v = 0; v < PART_VECS; v++)
        first[v] = second[v] = VEC_SPLAT(0);
    const vec vcx = VEC_SPLAT(cx), vcy = VEC_SPLAT(cy);
    size_t i = 0;
    for (; i + PARTS <= n; i += PARTS) {
        UNROLL_FOR (int v = 0; v < PART_VECS; v++) {
            const vec d = load(x + i + v * VEC_LANES) - vcx;
            first[v] += d;
            second[v] += d * (load(y + i + v * VEC_LANES) - vcy);
        }
    }
    UNROLL_FOR (int v = 0; v < PART_VECS; v++) {
        store(part + v * VEC_LANES, first[v]);
        store(product + v * VEC_LANES, second[v]);
    }
    for (int p = 0; i < n; i++, p++) {
        part[p] += x[i] - cx;
        product[p] += (x[i] - cx) * (y[i] - cy);
    }
    out[0] = add_parts(part);
    out[1] = add_parts(product);
}

/* ---- pooling ----------------------------------------------------------------------- */

INLINE float larger_pixel(float a, float b)
{
    return a > b ? a : b;
}

/* The maxima of four windows in a row. x is the upper left pixel of the first. */
INLINE void four_windows(float *y, const float *x, int w)
{
    const oct above = *(const loose_oct *)x, below = *(const loose_oct *)(x + w);
    const ioct higher = above > below;
    const oct most = (oct)(((ioct)above & higher) | ((ioct)below & ~higher));
    const quad left = __builtin_shufflevector(most, most, 0, 2, 4, 6);
    const quad right = __builtin_shufflevector(most, most, 1, 3, 5, 7);
    const iquad first = left > right;
    store_quad(y, (quad)(((iquad)left & first) | ((iquad)right & ~first)));
}

static void maxpool2(float *restrict y, const float *restrict x, int h, int w)
{
    const int windows = w / 2;
    for (int i = 0; i < h; i++, x += 2 * w, y += windows) {
        int j = 0;
        for (; j + 4 <= windows; j += 4)
            four_windows(y + j, x + 2 * j, w);
        if (j < windows && windows >= 4) { /* the last four; some were done already */
            four_windows(y + windows - 4, x + 2 * (windows - 4), w);
            continue;
        }
        for (; j < windows; j++)
            y[j] = larger_pixel(larger_pixel(x[2 * j], x[w + 2 * j]),
                                larger_pixel(x[2 * j + 1], x[w + 2 * j + 1]));
    }
}

/* Clear the second lane of each pair whose first lane is set. */
INLINE ioct first_of_pair(ioct mask)
{
    const ioct none = { 0 };
    return mask & ~__builtin_shufflevector(mask, none, 8, 0, 8, 2, 8, 4, 8, 6);
}

/* The gradients of four windows in a row. x and dx are at the first upper left pixel. */
INLINE void four_windows_grad(float *dx, const float *x, const float *y, const float *dy,
                              int w)
{
    const quad y4 = load_quad(y), dy4 = load_quad(dy);
    const oct top = __builtin_shufflevector(y4, y4, 0, 0, 1, 1, 2, 2, 3, 3);
    const ioct grad = (ioct)__builtin_shufflevector(dy4, dy4, 0, 0, 1, 1, 2, 2, 3, 3);
    const ioct above = first_of_pair(*(const loose_oct *)x == top);
    const ioct taken =
        above | __builtin_shufflevector(above, above, 1, 0, 3, 2, 5, 4, 7, 6);
    const ioct below = first_of_pair((*(const loose_oct *)(x + w) == top) & ~taken);
    *(loose_oct *)dx = (oct)(grad & above);
    *(loose_oct *)(dx + w) = (oct)(grad & below);
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
        for (; j + 4 <= windows; j += 4)
            four_windows_grad(dx + 2 * j, x + 2 * j, y + j, dy + j, w);
        if (j < windows && windows >= 4) { /* the last four; some were done already */
            j = windows - 4;
            four_windows_grad(dx + 2 * j, x + 2 * j, y + j, dy + j, w);
            j = windows;
        }
        for (; j < windows; j++)
            window_grad(dx + 2 * j, x + 2 * j, y[j], dy[j], w);
        if (w % 2)
            dx[w - 1] = dx[2 * w - 1] = 0;
    }
}

/* ---- copies ------------------------------------------------------------------------ */

/* Copy a row of cols ≥ lanes floats in pieces of `lanes`. The last piece ends at the end
 * of the row and may overlap the one before. */
#define COPY_ROW(piece, lanes)                                                           \
    do {                                                                                 \
        for (int j = 0; j < cols - (lanes); j += (lanes))                                \
            *(piece *)(to + j) = *(const piece *)(from + j);                             \
        *(piece *)(to + cols - (lanes)) = *(const piece *)(from + cols - (lanes));       \
    } while (0)

static void copy_rows(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols)
{
    for (; rows > 0; rows--, to += to_step, from += from_step) {
        if (cols >= VEC_LANES)
            COPY_ROW(loose_vec, VEC_LANES);
        else if (cols >= 8)
            COPY_ROW(loose_oct, 8);
        else if (cols >= 4)
            COPY_ROW(loose_quad, 4);
        else
            for (int j = 0; j < cols; j++)
                to[j] = from[j];
    }
}

/* Transpose a 4×4 block. */
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

/* Where the next four of n ≥ 4 values start after those at `at`. The last four end at n
 * and may overlap those before. */
INLINE int next_four(int at, int n)
{
    if (at + 8 <= n)
        return at + 4;
    return at + 4 < n ? n - 4 : n;
}

/* A strip is narrow enough that the cache lines of `to` stay in L1 until all rows have
 * filled them. */
static void transpose_strip(float *to, ptrdiff_t to_step, const float *from,
                            ptrdiff_t from_step, int rows, int cols)
{
    if (rows < 4 || cols < 4) {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < cols; j++)
                to[j * to_step + i] = from[i * from_step + j];
        return;
    }
    for (int i = 0; i < rows; i = next_four(i, rows))
        for (int j = 0; j < cols; j = next_four(j, cols))
            transpose_quad(to + j * to_step + i, to_step, from + i * from_step + j,
                           from_step);
}

enum { STRIP = 32 }; /* columns */

static void transpose(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols)
{
    for (int j = 0; j < cols; j += STRIP)
        transpose_strip(to + j * to_step, to_step, from + j, from_step, rows,
                        cols - j < STRIP ? cols - j : STRIP);
}

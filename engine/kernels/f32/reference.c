/* The oracle: the same functions as plain loops that sum in double. It is never
 * optimised. Its tiles have one column, so its packed matrices are plain copies in the
 * order of kernels.h. */
#include "config.h"

#include "engine/core/gelu.h"
#include "engine/core/selu.h"
#include "engine/kernels/adam.h"
#include "engine/kernels/tables.h"

#include <math.h>

static bool supported(void)
{
    return true;
}

static const float *row_of(const dp_mat *m, int i)
{
    return m->p + (m->row ? m->row[i] : i * m->rs);
}

static float element(const dp_mat *m, int i, int j)
{
    return row_of(m, i)[j * m->cs];
}

/* ---- activations ------------------------------------------------------------------- */

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* log(1 + e^x) */
static double softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

static double elu(double alpha, double x)
{
    return x > 0 ? x : alpha * expm1(x);
}

/* (x + 3) / 6, limited to [0, 1]; a NaN stays one. */
static double hard_sigmoid(double x)
{
    return x < -3 ? 0 : x > 3 ? 1 : (x + 3) / 6;
}

double dp_act_value(dp_act act, float parameter, double x)
{
    switch (act) {
    case DP_ACT_RELU:
        return x > 0 ? x : 0;
    case DP_ACT_LEAKY_RELU:
        return x > 0 ? x : (double)parameter * x;
    case DP_ACT_GELU:
        return dp_gelu(x);
    case DP_ACT_GELU_TANH:
        return dp_gelu_tanh(x);
    case DP_ACT_SIGMOID:
        return logistic(x);
    case DP_ACT_TANH:
        return tanh(x);
    case DP_ACT_ELU:
        return elu((double)parameter, x);
    case DP_ACT_SELU:
        return DP_SELU_SCALE * elu(DP_SELU_ALPHA, x);
    case DP_ACT_SILU:
        return x * logistic(x);
    case DP_ACT_HARD_SWISH:
        return x * hard_sigmoid(x);
    case DP_ACT_HARD_SIGMOID:
        return hard_sigmoid(x);
    case DP_ACT_SOFTPLUS:
        return softplus(x);
    case DP_ACT_MISH:
        return x * tanh(softplus(x));
    default:
        return x;
    }
}

/* f′ of f(x) = x·g(x), from g and g′. */
static double product_slope(double x, double g, double g_slope)
{
    return g + x * g_slope;
}

static double tanh_slope(double x)
{
    const double t = tanh(x);
    return 1 - t * t;
}

static double hard_sigmoid_slope(double x)
{
    return fabs(x) < 3 ? 1 / 6. : 0;
}

double dp_act_slope(dp_act act, float parameter, double x)
{
    const double s = logistic(x);
    switch (act) {
    case DP_ACT_RELU:
        return x > 0 ? 1 : 0;
    case DP_ACT_LEAKY_RELU:
        return x > 0 ? 1 : (double)parameter;
    case DP_ACT_GELU:
        return dp_gelu_slope(x);
    case DP_ACT_GELU_TANH:
        return dp_gelu_tanh_slope(x);
    case DP_ACT_SIGMOID:
        return s * (1 - s);
    case DP_ACT_TANH:
        return tanh_slope(x);
    case DP_ACT_ELU:
        return x > 0 ? 1 : (double)parameter * exp(x);
    case DP_ACT_SELU:
        return DP_SELU_SCALE * (x > 0 ? 1 : DP_SELU_ALPHA * exp(x));
    case DP_ACT_SILU:
        return product_slope(x, s, s * (1 - s));
    case DP_ACT_HARD_SWISH:
        return product_slope(x, hard_sigmoid(x), hard_sigmoid_slope(x));
    case DP_ACT_HARD_SIGMOID:
        return hard_sigmoid_slope(x);
    case DP_ACT_SOFTPLUS:
        return s;
    case DP_ACT_MISH:
        return product_slope(x, tanh(softplus(x)), s * tanh_slope(softplus(x)));
    default:
        return 1;
    }
}

static double activate(double v, const dp_epilogue *epilogue)
{
    return dp_act_value(epilogue->act, epilogue->parameter, v);
}

/* ---- products ---------------------------------------------------------------------- */

static double inner(int k, const dp_mat *a, int i, const dp_mat *b, int j)
{
    double sum = 0;
    for (int l = 0; l < k; l++)
        sum += (double)element(a, i, l) * (double)element(b, l, j);
    return sum;
}

static void pack_b(float *packed, int k, int n, dp_mat b)
{
    for (int j = 0; j < n; j++)
        for (int l = 0; l < k; l++)
            *packed++ = element(&b, l, j);
}

static void pack_a(float *packed, int m, int k, dp_mat transposed)
{
    for (int l = 0; l < k; l++)
        for (int i = 0; i < m; i++)
            *packed++ = element(&transposed, l, i);
}

static size_t packed_b_size(int k, int n)
{
    return (size_t)k * (size_t)n;
}

static size_t gemm_scratch(int k, int n)
{
    (void)k;
    (void)n;
    return 0;
}

static void gemm(const dp_gemm *gemm, bool accumulate, float *scratch)
{
    (void)scratch;
    for (int i = 0; i < gemm->m; i++) {
        float *c = gemm->c + i * gemm->ldc;
        for (int j = 0; j < gemm->n; j++)
            c[j] = (float)((accumulate ? (double)c[j] : 0) +
                           inner(gemm->k, &gemm->a, i, &gemm->b, j));
    }
}

static void gemm_packed(const dp_gemm *gemm, const float *packed_b,
                        const dp_epilogue *epilogue)
{
    const dp_mat b = { .p = packed_b, .rs = 1, .cs = gemm->k };
    for (int i = 0; i < gemm->m; i++)
        for (int j = 0; j < gemm->n; j++) {
            const double bias = epilogue->bias ? (double)epilogue->bias[j] : 0;
            const double sum = bias + inner(gemm->k, &gemm->a, i, &b, j);
            gemm->c[i * gemm->ldc + j] = (float)activate(sum, epilogue);
        }
}

static void gemm_packed_a(const dp_gemm *gemm, const float *packed_a, const float *bias)
{
    const dp_mat a = { .p = packed_a, .rs = 1, .cs = gemm->m };
    for (int i = 0; i < gemm->m; i++)
        for (int j = 0; j < gemm->n; j++)
            gemm->c[i * gemm->ldc + j] = (float)((bias ? (double)bias[i] : 0) +
                                                 inner(gemm->k, &a, i, &gemm->b, j));
}

/* ---- convolutions ------------------------------------------------------------------ */

/* The sum of one window, at x, for output channel o. */
typedef double window_sum(const dp_conv *conv, const float *packed, const float *x,
                          int o);

/* The output of channel o, whose first or only window is at x. */
static double output_at(const dp_conv *conv, window_sum *sum, const float *packed,
                        const float *x, int o)
{
    const double bias = (double)conv->epilogue.bias[o];
    if (!conv->pool)
        return activate(bias + sum(conv, packed, x, o), &conv->epilogue);
    double largest = -(double)INFINITY;
    for (int s = 0; s < 4; s++) {
        const float *window = x + s / 2 * conv->x_row + s % 2 * conv->x_pixel;
        const double v = bias + sum(conv, packed, window, o);
        largest = fmax(largest, conv->pool_first ? v : activate(v, &conv->epilogue));
    }
    return conv->pool_first ? activate(largest, &conv->epilogue) : largest;
}

static void convolve(const dp_conv *conv, window_sum *sum, const float *packed,
                     const float *x, float *y, dp_part part)
{
    const int side = conv->pool ? 2 : 1;
    const int h = conv->h / side, w = conv->w / side;
    for (int i = h * part.index / part.count; i < h * (part.index + 1) / part.count; i++)
        for (int j = 0; j < w; j++) {
            const float *window = x + side * (i * conv->x_row + j * conv->x_pixel);
            for (int o = 0; o < conv->out; o++)
                y[i * conv->y_row + j * conv->y_pixel + o] =
                    (float)output_at(conv, sum, packed, window, o);
        }
}

static double sum_taps(const dp_conv *conv, const float *packed, const float *x, int o)
{
    double sum = 0;
    for (int l = 0; l < conv->k; l++)
        sum += (double)x[conv->tap[l]] * (double)packed[o * conv->k + l];
    return sum;
}

static void conv(const dp_conv *conv, const float *packed, const float *x, float *y,
                 dp_part part)
{
    convolve(conv, sum_taps, packed, x, y, part);
}

static size_t winograd_size(int in, int out)
{
    return 9 * (size_t)in * (size_t)out;
}

static void pack_winograd(float *packed, int in, int out, const float *weights)
{
    for (size_t i = 0; i < winograd_size(in, out); i++)
        packed[i] = weights[i];
}

static size_t winograd_scratch(int in)
{
    (void)in;
    return 0;
}

static double sum_kernel(const dp_conv *conv, const float *packed, const float *x, int o)
{
    double sum = 0;
    for (int l = 0; l < 9 * conv->in; l++)
        sum += (double)packed[o * 9 * conv->in + l] *
               (double)x[l % 9 / 3 * conv->x_row + l % 3 * conv->x_pixel + l / 9];
    return sum;
}

static void winograd(const dp_conv *conv, const float *packed, const float *x, float *y,
                     dp_part part, float *scratch)
{
    (void)scratch;
    convolve(conv, sum_kernel, packed, x, y, part);
}

/* ---- the weight gradient by Winograd ----------------------------------------------- */

/* Bᵀ, A and Gᵀ of winograd_tmpl.h. */
static const double of_x[4][4] = {
    { 1, 0, -1, 0 }, { 0, 1, 1, 0 }, { 0, -1, 1, 0 }, { 0, 1, 0, -1 }
};
static const double of_dy[4][2] = { { 1, 0 }, { 1, 1 }, { 1, -1 }, { 0, -1 } };
static const double of_kernel[3][4] = { { 1, 0.5, 0.5, 0 },
                                        { 0, 0.5, -0.5, 0 },
                                        { 0, 0.5, 0.5, 1 } };

/* Element (i, j) of T d Tᵀ with t: [., n] and d: [n, n]. */
static double transformed(const double *t, int n, int i, int j, const dp_mat *d)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        for (int l = 0; l < n; l++)
            sum += t[i * n + k] * t[j * n + l] * (double)element(d, k, l);
    return sum;
}

/* An NHWC image, the matrix that transforms its patches, and their side. */
struct patches {
    const float *image;
    ptrdiff_t row, pixel;
    int channels;
    const double *t;
    int side;
};

static void transform_image(const dp_conv *conv, const struct patches *p, float *to,
                            ptrdiff_t place)
{
    for (int i = 0; i < (conv->h + 1) / 2; i++)
        for (int j = 0; j < (conv->w + 1) / 2; j++, to += p->pixel)
            for (int k = 0; k < p->channels; k++) {
                const dp_mat d = { .p = p->image + 2 * (i * p->row + j * p->pixel) + k,
                                   .rs = p->row,
                                   .cs = p->pixel };
                for (int q = 0; q < 16; q++)
                    to[q * place + k] =
                        (float)transformed(p->t, p->side, q / 4, q % 4, &d);
            }
}

static void winograd_x(const dp_conv *conv, const float *x, float *to, ptrdiff_t place)
{
    const struct patches p = { x, conv->x_row, conv->x_pixel, conv->in, of_x[0], 4 };
    transform_image(conv, &p, to, place);
}

static void winograd_dy(const dp_conv *conv, const float *dy, float *to, ptrdiff_t place)
{
    const struct patches p = { dy, conv->y_row, conv->y_pixel, conv->out, of_dy[0], 2 };
    transform_image(conv, &p, to, place);
}

static void winograd_weights(float *grad, int in, int out, const float *u,
                             ptrdiff_t u_row)
{
    const ptrdiff_t place = in * u_row;
    for (int o = 0; o < out; o++)
        for (int c = 0; c < in; c++) {
            const dp_mat d = { .p = u + c * u_row + o, .rs = 4 * place, .cs = place };
            for (int i = 0; i < 9; i++)
                *grad++ += (float)transformed(of_kernel[0], 4, i / 3, i % 3, &d);
        }
}

/* ---- arrays ------------------------------------------------------------------------ */

static void relu(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] > 0 ? x[i] : 0;
}

static void relu_grad(float *dx, const float *y, const float *dy, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

static void activate_array(float *y, const float *x, size_t n, dp_act act,
                           float parameter)
{
    for (size_t i = 0; i < n; i++)
        y[i] = (float)dp_act_value(act, parameter, (double)x[i]);
}

static void gelu_grad(float *dx, const float *x, const float *dy, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dx[i] = (float)((double)dy[i] * dp_gelu_slope((double)x[i]));
}

static void affine(float *y, const float *x, float scale, float shift, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = (float)((double)scale * (double)x[i] + (double)shift);
}

static void affine2(float *z, const float *x, const float *y, const float f[3], size_t n)
{
    const double a = (double)f[0], b = (double)f[1], c = (double)f[2];
    for (size_t i = 0; i < n; i++)
        z[i] = (float)(a * (double)x[i] + b * (double)y[i] + c);
}

static double sum(const float *x, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += (double)x[i];
    return total;
}

static void moments(double out[2], const float *x, float cx, const float *y, float cy,
                    size_t n)
{
    out[0] = out[1] = 0;
    for (size_t i = 0; i < n; i++) {
        const double d = (double)x[i] - (double)cx;
        out[0] += d;
        out[1] += d * ((double)y[i] - (double)cy);
    }
}

/* Index of the largest pixel in the 2×2 window at `at`, the first of equal ones. */
static int largest(const float *x, int at, int w)
{
    const int pixel[4] = { at, at + 1, at + w, at + w + 1 };
    int best = at;
    for (int i = 1; i < 4; i++)
        if (x[pixel[i]] > x[best])
            best = pixel[i];
    return best;
}

static void maxpool2(float *y, const float *x, int h, int w)
{
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w / 2; j++)
            *y++ = x[largest(x, 2 * i * w + 2 * j, w)];
}

static void maxpool2_grad(float *dx, const float *x, const float *y, const float *dy,
                          int h, int w)
{
    (void)y;
    for (int i = 0; i < 2 * h * w; i++)
        dx[i] = 0;
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w / 2; j++)
            dx[largest(x, 2 * i * w + 2 * j, w)] = *dy++;
}

static void copy_rows(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            to[i * to_step + j] = from[i * from_step + j];
}

static void transpose(float *to, ptrdiff_t to_step, const float *from,
                      ptrdiff_t from_step, int rows, int cols)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            to[j * to_step + i] = from[i * from_step + j];
}

static double multiply_add(float *result, long steps)
{
    double value = 0;
    for (long step = 0; step < steps; step++)
        value = value * 0.5 + 1;
    *result = (float)value;
    return 2 * (double)steps;
}

const dp_kernels dp_kernels_reference = {
    .name = "reference",
    .supported = supported,
    .tile_cols = 1,
    .packed_b_size = packed_b_size,
    .pack_b = pack_b,
    .pack_a = pack_a,
    .gemm_scratch = gemm_scratch,
    .gemm = gemm,
    .gemm_packed = gemm_packed,
    .gemm_packed_a = gemm_packed_a,
    .conv = conv,
    .winograd_size = winograd_size,
    .pack_winograd = pack_winograd,
    .winograd_scratch = winograd_scratch,
    .winograd = winograd,
    .winograd_x = winograd_x,
    .winograd_dy = winograd_dy,
    .winograd_weights = winograd_weights,
    .relu = relu,
    .relu_grad = relu_grad,
    .activate = activate_array,
    .gelu_grad = gelu_grad,
    .affine = affine,
    .affine2 = affine2,
    .sum = sum,
    .moments = moments,
    .adam = adam,
    .maxpool2 = maxpool2,
    .maxpool2_grad = maxpool2_grad,
    .copy_rows = copy_rows,
    .transpose = transpose,
    .multiply_add = multiply_add,
};

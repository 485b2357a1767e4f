#include "config.h"

#include "engine/quant/quantize.h"
#include "engine/infer/session.h"
#include "engine/core/openmp.h"

#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static const dp_shape digit = { 1, DP_SIDE, DP_SIDE };

enum { MAX_IMAGES = 24 };

/* Every kind of layer, odd sizes, channels that do not fill a block or a group of four,
 * padding, strides, groups, and layers that can and cannot be fused. */
static const char *const chains[] = {
    "flatten | dense 10",
    "flatten | dense 33 | relu | dense 7 | gelu | dense 10",
    "flatten | dense 128 | relu | dense 64 | relu | dense 10",
    "flatten | dense 256 | relu | dense 210 | relu | dense 10",
    "conv 8 3 | relu | flatten | dense 10",
    "conv 5 3 pad=1 | maxpool 2 | relu | conv 7 3 pad=1 | relu | maxpool 2 | flatten | "
    "dense 10",
    "conv 32 5 pad=2 | bn | maxpool 2 | relu | conv 24 3 pad=1 | bn | gelu | maxpool 2 | "
    "conv 17 2 | gelu | flatten | dense 19 | tanh | dense 10",
    "conv 16 3 | gelu | maxpool 2 | conv 16 3 | gelu_tanh | maxpool 3 stride=2 pad=1 | "
    "flatten | dense 10",
    "conv 6 4 stride=2 pad=1x2x0x1 | leaky_relu slope=0.2 | conv 9 3 dilation=2 | relu | "
    "avgpool 3 stride=2 pad=1 | flatten | relu | dense 10",
    "avgpool 2 | flatten | dense 20 | relu | dense 10",
    "conv 8 3x1 | sigmoid | conv 12 1x3 stride=1x2 groups=4 | relu | "
    "avgpool 2 pad=1 count_pad=0 | conv 12 3 groups=12 pad=1 | relu | "
    "conv 40 3 groups=2 pad=2x1 | global_avgpool | flatten | dense 10",
    "maxpool 2 | relu | bn | conv 20 3 pad=1 | relu | bn | flatten | bn | dense 10 | "
    "relu",
    "conv 3 9 stride=5 | relu | flatten | bn | relu | dense 10",
    "conv 12 7 stride=3 | relu | conv 10 2 stride=2 | relu | conv 10 3 pad=1 | "
    "global_avgpool | flatten",
    "conv 4 3 | relu | maxpool 2 | maxpool 2 | gelu | relu | maxpool 2 | flatten | dense "
    "10 "
    "| softmax",
    "avgpool 2 | conv 20 5 | tanh | gelu | maxpool 2 | gelu | flatten | dropout 0.5 | "
    "dense 10 | sigmoid",
    "maxpool 2 | conv 48 3 pad=1 | relu | conv 48 3 groups=3 pad=1 | gelu | conv 10 3 | "
    "global_avgpool | flatten",
    /* Pixels side by side: two and four, with and without pooling, strides, and channels
     * that leave lanes unused or fill several blocks. */
    "conv 8 5 pad=2 | relu | maxpool 2 | conv 8 3 pad=1 | relu | maxpool 2 | flatten | "
    "dense 10",
    "conv 6 5 pad=2 | gelu | maxpool 2 | conv 4 3 pad=1 | relu | conv 3 3 pad=1 | tanh | "
    "flatten | dense 10",
    "conv 7 3 pad=1 | maxpool 2 | gelu | conv 5 3 pad=2 | maxpool 2 | relu | flatten | "
    "dense 10",
    "conv 8 5 pad=2 stride=2 | relu | conv 8 3 pad=1 stride=1x2 | relu | conv 24 1 "
    "| gelu | flatten | dense 10",
    "conv 24 5 pad=2 | leaky_relu slope=0.1 | maxpool 4 | conv 12 3 dilation=2x1 pad=2x1 | "
    "relu | flatten | dense 10",
    "conv 2 3 | relu | maxpool 2 | conv 8 4 | relu | maxpool 2 | flatten | dense 10",
    "conv 4 5 stride=2 | silu | maxpool 2 | conv 5 3 | hard_swish | flatten | dense 9 | elu | "
    "dense 9 | selu | dense 9 | softplus | dense 9 | mish | dense 10 | hard_sigmoid",
};

enum { N_CHAINS = sizeof chains / sizeof chains[0] };

/* Noise, three quarters of it background, as in a digit. */
static void fill_pixels(uint8_t *pixels, int n, uint64_t seed)
{
    dp_rng r = dp_rng_stream(seed, 0, 0);
    for (int i = 0; i < n * DP_PIXELS; i++)
        pixels[i] = dp_rng_below(&r, 4) ? 0 : (uint8_t)dp_rng_below(&r, 256);
}

static dp_quant *quantised(const char *text, dp_norm norm)
{
    static uint8_t pixels[40 * DP_PIXELS];
    chain c = chain_make(text, digit);
    dp_quant *q;
    dp_err err;
    fill_pixels(pixels, 40, 5);
    if (dp_quantize(&q, &c.spec, c.params, norm,
                    &(dp_calibration){ .pixels = pixels, .n = 40 }, &err) != DP_OK)
        ck_abort_msg("%s: %s", text, err.msg);
    chain_clear(&c);
    return q;
}

static dp_session *session_of(const dp_quant *q, const dp_kernels *kernels, int batch,
                              int threads)
{
    const dp_model_info info = { .name = "test", .trust = DP_TRUST_CONFIDENCE };
    dp_model *m;
    dp_session *s;
    dp_err err;
    if (dp_model_create_int8(&m, q, &info, kernels, &err) != DP_OK ||
        dp_session_create(&s, m, batch, threads, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    dp_model_unref(m);
    return s;
}

static size_t outputs(const dp_quant *q)
{
    return dp_shape_count(q->spec.shape[q->spec.n_layers]);
}

/* ---- the same bits from every kernel, for every batch and number of threads ------ */

static void check_kernel(const char *text, const dp_quant *q, const dp_kernels *kernels,
                         const uint8_t *pixels, const float *expected)
{
    static const struct {
        int images, threads;
    } batches[] = { { 1, 1 }, { 1, 2 }, { 1, 3 },  { 2, 1 },
                    { 3, 2 }, { 5, 3 }, { 17, 2 }, { MAX_IMAGES, 1 } };
    float got[MAX_IMAGES * DP_DIGITS];
    const size_t each = outputs(q);
    for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
        const int n = batches[b].images;
        dp_session *s = session_of(q, kernels, n, batches[b].threads);
        for (int first = 0; first + n <= MAX_IMAGES; first += n)
            dp_session_logits(s, pixels + first * DP_PIXELS, n,
                              got + (size_t)first * each);
        dp_session_free(s);
        const size_t done = (size_t)(MAX_IMAGES / n * n) * each;
        ck_assert_msg(memcmp(got, expected, done * sizeof *got) == 0,
                      "%s, %d images, %d threads: differs from the reference in '%s'",
                      kernels->name, n, batches[b].threads, text);
    }
}

static void check_chain(const char *text, dp_norm norm)
{
    static uint8_t pixels[MAX_IMAGES * DP_PIXELS];
    float expected[MAX_IMAGES * DP_DIGITS];
    dp_quant *q = quantised(text, norm);
    fill_pixels(pixels, MAX_IMAGES, 9);
    ck_assert_uint_eq(outputs(q), DP_DIGITS);
    dp_session *s = session_of(q, dp_kernels_named("reference"), MAX_IMAGES, 1);
    dp_session_logits(s, pixels, MAX_IMAGES, expected);
    dp_session_free(s);
    for (int i = 1; dp_kernels_at(i); i++)
        if (dp_kernels_at(i)->supported())
            check_kernel(text, q, dp_kernels_at(i), pixels, expected);
    dp_quant_unref(q);
}

START_TEST(kernels_agree_with_the_reference)
{
    for (int i = 0; i < N_CHAINS; i++)
        check_chain(chains[i], i % 3 ? DP_NORM_UNIT : DP_NORM_MNIST);
}
END_TEST

/* Other networks get no thread that would only wait. */
START_TEST(a_small_image_is_not_shared)
{
    dp_quant *q = quantised("conv 32 5 | maxpool 2 | flatten | dense 10", DP_NORM_UNIT);
    dp_session *s = session_of(q, NULL, 1, 3);
    ck_assert_int_eq(dp_session_threads(s), 1);
    dp_session_free(s);
    dp_quant_unref(q);
}
END_TEST

/* More than a millisecond of work, with and without pooling. */
static const char large[] = "conv 64 3 pad=1 | relu | conv 256 3 pad=1 | relu | "
                            "conv 160 3 pad=1 | maxpool 2 | gelu | conv 80 3 | relu | "
                            "flatten | dense 10";

START_TEST(threads_share_a_large_image_without_changing_bits)
{
    uint8_t pixels[2 * DP_PIXELS];
    float alone[DP_DIGITS], shared[DP_DIGITS];
    dp_quant *q;
    chain c = chain_make(large, digit);
    fill_pixels(pixels, 2, 5);
    ck_assert_int_eq(dp_quantize(&q, &c.spec, c.params, DP_NORM_UNIT,
                                 &(dp_calibration){ .pixels = pixels, .n = 2 }, NULL),
                     DP_OK);
    for (int k = 1; dp_kernels_at(k); k++) {
        if (!dp_kernels_at(k)->supported())
            continue;
        dp_session *s = session_of(q, dp_kernels_at(k), 1, 1);
        dp_session_logits(s, pixels, 1, alone);
        dp_session_free(s);
        for (int threads = 2; threads <= 3; threads++) {
            s = session_of(q, dp_kernels_at(k), 1, threads);
            ck_assert_int_eq(dp_session_threads(s), dp_threads(threads));
            dp_session_logits(s, pixels, 1, shared);
            ck_assert_mem_eq(shared, alone, sizeof alone);
            dp_session_free(s);
        }
    }
    dp_quant_unref(q);
    chain_clear(&c);
}
END_TEST

/* ---- close to the floats --------------------------------------------------------- */

static double norm_of(const float *x, const float *y, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        const double d = (double)x[i] - (y ? (double)y[i] : 0);
        sum += d * d;
    }
    return sqrt(sum);
}

static void logits_of_floats(const chain *c, dp_norm norm, const uint8_t *pixels, int n,
                             float *y)
{
    const dp_model_info info = { .name = "test",
                                 .norm = norm,
                                 .trust = DP_TRUST_CONFIDENCE };
    dp_model *m;
    dp_session *s;
    ck_assert_int_eq(dp_model_create(&m, &c->spec, c->params, &info, NULL, NULL), DP_OK);
    ck_assert_int_eq(dp_session_create(&s, m, n, 1, NULL), DP_OK);
    dp_session_logits(s, pixels, n, y);
    dp_session_free(s);
    dp_model_unref(m);
}

/* The 8-bit logits of all chains, with every norm, are within a few per cent. */
START_TEST(logits_are_close_to_those_of_floats)
{
    static uint8_t pixels[MAX_IMAGES * DP_PIXELS];
    float expected[MAX_IMAGES * DP_DIGITS], got[MAX_IMAGES * DP_DIGITS];
    fill_pixels(pixels, MAX_IMAGES, 9);
    for (int i = 0; i < N_CHAINS * DP_NORM_COUNT; i++) {
        const char *text = chains[i / DP_NORM_COUNT];
        const dp_norm norm = (dp_norm)(i % DP_NORM_COUNT);
        chain c = chain_make(text, digit);
        dp_quant *q = quantised(text, norm);
        dp_session *s = session_of(q, NULL, MAX_IMAGES, 1);
        dp_session_logits(s, pixels, MAX_IMAGES, got);
        logits_of_floats(&c, norm, pixels, MAX_IMAGES, expected);
        const int n = MAX_IMAGES * DP_DIGITS;
        const double off = norm_of(got, expected, n) / norm_of(expected, NULL, n);
        ck_assert_msg(off < 0.06, "%s of norm %s is off by %.4f", text,
                      dp_norm_name(norm), off);
        dp_session_free(s);
        dp_quant_unref(q);
        chain_clear(&c);
    }
}
END_TEST

UNIT_MAIN("int8", kernels_agree_with_the_reference, a_small_image_is_not_shared,
          threads_share_a_large_image_without_changing_bits,
          logits_are_close_to_those_of_floats)

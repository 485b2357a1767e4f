/* The ONNX reader with damaged files (every byte changed, inserted and removed), the writer
 * with the reader, and the recognition of functions. */
#include "config.h"

#include "engine/core/arith.h"

#include "engine/infer/session.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"
#include "weights/io/fsio.h"
#include "weights/store/network_model.h"
#include "weights/onnx/onnx.h"
#include "engine/core/gelu.h"
#include "weights/onnx/pointwise.h"
#include "weights/onnx/graph/tensor.h"
#include "weights/onnx/graph/view.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- a network and its file ---------------------------------------------------------- */

static void make_network(dp_network *n, const char *text)
{
    chain c = chain_make(text, (dp_shape){ 1, DP_SIDE, DP_SIDE });
    *n = (dp_network){
        .spec = c.spec, .params = c.params, .norm = DP_NORM_SYMMETRIC, .norm_known = true
    };
}

static unsigned char *make_file(size_t *size, const char *text)
{
    dp_network n;
    unsigned char *data;
    dp_err err;
    make_network(&n, text);
    ck_assert_msg(!dp_onnx_write(&data, size, &n, &err), "%s", err.msg);
    dp_network_clear(&n);
    return data;
}

static size_t n_params(const dp_network *n)
{
    dp_params layout;
    ck_assert_int_eq(dp_params_layout(&layout, &n->spec, NULL), DP_OK);
    return layout.count;
}

/* ---- writing and reading ------------------------------------------------------------- */

/* Together these chains have every kind of layer and every option. */
static const char *const chains[] = {
    "flatten | dense 10",
    "flatten | dense 8 bias=0 | bn | gelu | dense 10",
    "flatten | dense 8 | gelu_tanh | dense 6 | sigmoid | dense 10 | tanh",
    "bn eps=0.001 | conv 4 3 | relu | maxpool 2 | flatten | dense 10",
    "conv 4 3x5 stride=2x1 pad=1x0x2x1 bias=0 | leaky_relu slope=0.2 | "
    "conv 4 3 pad=2 dilation=2 groups=2 | bn | relu | avgpool 3 stride=2 pad=1 | "
    "avgpool 2 pad=1 count_pad=0 | flatten | dense 10",
    "conv 3 5 stride=4 | hard_swish | flatten | dense 8 | hard_sigmoid | dense 7 | softplus "
    "| dense 7 | mish | dense 9 | elu | dense 9 | elu alpha=0.5 | dense 8 | selu | dense 7 "
    "| silu | dense 10",
    "conv 10 5 stride=3 | relu | maxpool 3 stride=1 pad=1 | global_avgpool",
    "conv 4 7 | relu | flatten | bn | dense 10 | softmax | dense 10",
    "flatten | bn | unflatten 1 28 | conv 3 5 stride=4 | quantize 0.05 zero=128 | "
    "flatten | "
    "dense 10 | quantize 0.11",
};
enum { N_CHAINS = DP_COUNT(chains), N_IMAGES = 4 };

static void expect_round_trip(int i)
{
    dp_network before, after;
    unsigned char *data;
    size_t size;
    char text[DP_MAX_SPEC_TEXT];
    dp_err err;
    make_network(&before, chains[i]);
    ck_assert_int_eq(dp_network_add_meta(&before, "digitpad.train", "seed=1", &err),
                     DP_OK);
    ck_assert_msg(!dp_onnx_write(&data, &size, &before, &err), "%s", err.msg);
    ck_assert_msg(!dp_onnx_read(&after, data, size, NULL, NULL, &err), "%s: %s",
                  chains[i], err.msg);
    dp_spec_format(text, sizeof text, &after.spec);
    ck_assert_str_eq(text, chains[i]);
    ck_assert_uint_eq(n_params(&after), n_params(&before));
    ck_assert_mem_eq(after.params, before.params, n_params(&before) * sizeof(float));
    ck_assert_int_eq(after.norm, DP_NORM_SYMMETRIC);
    ck_assert(after.norm_known);
    ck_assert_str_eq(dp_network_get_meta(&after, "digitpad.train"), "seed=1");
    ck_assert_str_eq(dp_network_get_meta(&after, "digitpad.arch"), chains[i]);
    free(data);
    dp_network_clear(&before);
    dp_network_clear(&after);
}

START_TEST(every_kind_of_layer_is_read_as_written)
{
    for (int i = 0; i < N_CHAINS; i++)
        expect_round_trip(i);
}
END_TEST

/* ---- the results of onnxruntime ------------------------------------------------------ */

static void make_images(float images[N_IMAGES][DP_PIXELS])
{
    for (int k = 0; k < N_IMAGES; k++)
        for (int i = 0; i < DP_PIXELS; i++)
            images[k][i] = (float)((i * 37 + k * (i / 28) * 11 + k) % 256) / 255;
}

/* An int8 network whose weights are a fixed sequence. */
static void make_int8(dp_network *n)
{
    dp_spec spec;
    dp_quant *q;
    dp_err err;
    ck_assert_int_eq(dp_spec_parse(&spec,
                                   "conv 3 5 stride=4 | maxpool 2 | relu | flatten | "
                                   "dense 12 | gelu | dense 10",
                                   (dp_shape){ 1, DP_SIDE, DP_SIDE }, &err),
                     DP_OK);
    ck_assert_int_eq(dp_quant_create(&q, &spec, DP_NORM_UNIT, &err), DP_OK);
    const dp_quant_pixel pixel = dp_quant_pixels(DP_NORM_UNIT);
    q->layer[0].in_scale = (float)pixel.scale;
    q->layer[0].in_zero = pixel.zero;
    for (int i = 4; i <= 6; i++) { /* dense, gelu, dense */
        q->layer[i].in_scale = 0.0123f * (float)i;
        q->layer[i].in_zero = 31 * (i - 3);
    }
    for (int i = 0; i < q->layout.n; i++) {
        const dp_param *p = &q->layout.param[i];
        dp_quant_layer *layer = &q->layer[p->layer];
        for (int k = 0; k < (int)p->count; k++)
            if (p->role == DP_WEIGHT)
                layer->weight[k] = (int8_t)(k * 37 % 255 - 127);
            else
                layer->bias[k] = k * 531 % 2000 - 1000;
        for (int o = 0; p->role == DP_WEIGHT && o < p->dim[0]; o++)
            layer->scale[o] = 0.00137f * (float)(o + 1);
    }
    ck_assert_msg(!dp_quant_finish(q, &err), "%s", err.msg);
    *n = (dp_network){
        .spec = spec, .quant = q, .norm = DP_NORM_UNIT, .norm_known = true
    };
    ck_assert_int_eq(dp_network_dequantise(n, &err), DP_OK);
}

/* The logits of a network for the images. */
static void answer_images(dp_prediction out[N_IMAGES], const dp_network *n)
{
    float images[N_IMAGES][DP_PIXELS];
    uint8_t pixels[N_IMAGES][DP_PIXELS];
    dp_model *model;
    dp_session *session;
    make_images(images);
    for (int k = 0; k < N_IMAGES; k++)
        for (int i = 0; i < DP_PIXELS; i++)
            pixels[k][i] = (uint8_t)lrintf(images[k][i] * 255);
    ck_assert_int_eq(dp_network_model(&model, n, "sample", NULL, NULL), DP_OK);
    ck_assert_int_eq(dp_session_create(&session, model, N_IMAGES, 1, NULL), DP_OK);
    dp_session_predict(session, pixels[0], N_IMAGES, out);
    dp_session_free(session);
    dp_model_unref(model);
}

static void write_sample(const char *folder, int i, const dp_network *n)
{
    unsigned char *data;
    size_t size;
    char path[4096];
    dp_err err;
    ck_assert_msg(!dp_onnx_write(&data, &size, n, &err), "%s", err.msg);
    snprintf(path, sizeof path, "%s/%d.onnx", folder, i);
    ck_assert_msg(!dp_fsio_write(path, data, size, &err), "%s", err.msg);
    free(data);
}

/* Write N.onnx and the images for tests/onnx/judge.sh, which runs onnxruntime on them. */
static void write_samples(const char *folder)
{
    float images[N_IMAGES][DP_PIXELS];
    char path[4096];
    dp_err err;
    make_images(images);
    snprintf(path, sizeof path, "%s/images.f32", folder);
    ck_assert_msg(!dp_fsio_write(path, images, sizeof images, &err), "%s", err.msg);
    for (int i = 0; i <= N_CHAINS; i++) {
        dp_network n;
        if (i < N_CHAINS)
            make_network(&n, chains[i]);
        else
            make_int8(&n);
        write_sample(folder, i, &n);
        dp_network_clear(&n);
    }
}

static void expect_answers(int i, FILE *answers)
{
    float images[N_IMAGES][DP_PIXELS], logits[N_IMAGES][DP_DIGITS];
    dp_network n;
    dp_model *model;
    dp_session *session;
    make_images(images);
    make_network(&n, chains[i]);
    ck_assert_int_eq(dp_network_model(&model, &n, "sample", NULL, NULL), DP_OK);
    ck_assert_int_eq(dp_session_create(&session, model, N_IMAGES, 1, NULL), DP_OK);
    dp_session_forward(session, images[0], N_IMAGES, logits[0]);
    for (int k = 0; k < N_IMAGES; k++)
        for (int d = 0; d < DP_DIGITS; d++) {
            double want;
            ck_assert_int_eq(fscanf(answers, "%lf", &want), 1);
            ck_assert_msg(fabs((double)logits[k][d] - want) <= 1e-5 * (1 + fabs(want)),
                          "%s, image %d, digit %d: %.9g, not %.9g", chains[i], k, d,
                          (double)logits[k][d], want);
        }
    dp_session_free(session);
    dp_model_unref(model);
    dp_network_clear(&n);
}

static void expect_int8_answers(FILE *answers)
{
    dp_network n;
    dp_prediction have[N_IMAGES];
    make_int8(&n);
    answer_images(have, &n);
    for (int k = 0; k < N_IMAGES; k++)
        for (int d = 0; d < DP_DIGITS; d++) {
            double want;
            ck_assert_int_eq(fscanf(answers, "%lf", &want), 1);
            ck_assert_double_eq_tol((double)have[k].logit[d], want, 1e-4);
        }
    dp_network_clear(&n);
}

START_TEST(onnxruntime_gives_the_same_logits)
{
    const char *folder = getenv("DIGITPAD_ONNX_SAMPLES"), *srcdir = getenv("srcdir");
    char path[4096];
    if (folder)
        write_samples(folder);
    snprintf(path, sizeof path, "%s/tests/onnx/onnxruntime.txt", srcdir ? srcdir : ".");
    FILE *answers = fopen(path, "r");
    ck_assert_ptr_nonnull(answers);
    for (int i = 0; i < N_CHAINS; i++)
        expect_answers(i, answers);
    expect_int8_answers(answers);
    fclose(answers);
}
END_TEST

static void expect_same_quant(const dp_quant *have, const dp_quant *want)
{
    char text[2][DP_MAX_SPEC_TEXT];
    dp_spec_format(text[0], sizeof text[0], &have->spec);
    dp_spec_format(text[1], sizeof text[1], &want->spec);
    ck_assert_str_eq(text[0], text[1]);
    for (int i = 0; i <= want->last; i++) {
        const dp_quant_layer *h = &have->layer[i], *w = &want->layer[i];
        const size_t out = (size_t)want->spec.layer[i].out;
        ck_assert(h->in_scale == w->in_scale && h->in_zero == w->in_zero);
        if (!w->weight)
            continue;
        ck_assert_mem_eq(h->weight, w->weight, out * dp_quant_depth(want, i));
        ck_assert_mem_eq(h->scale, w->scale, out * sizeof *w->scale);
        ck_assert_mem_eq(h->bias, w->bias, out * sizeof *w->bias);
    }
}

/* With another input scale the pixels are not the bytes of the first layer. */
static void expect_rounded_floats(const dp_network *n, const unsigned char *data,
                                  size_t size)
{
    const dp_norm other = DP_NORM_SYMMETRIC;
    dp_network back;
    dp_err err;
    char text[DP_MAX_SPEC_TEXT];
    ck_assert_msg(!dp_onnx_read(&back, data, size, NULL, &other, &err), "%s", err.msg);
    ck_assert_ptr_null(back.quant);
    dp_spec_format(text, sizeof text, &back.spec);
    ck_assert_ptr_nonnull(strstr(text, "quantize"));
    ck_assert_int_eq(back.norm, DP_NORM_SYMMETRIC);
    dp_prediction want[N_IMAGES], have[N_IMAGES];
    back.norm = n->norm;
    answer_images(want, n);
    answer_images(have, &back);
    for (int k = 0; k < N_IMAGES; k++)
        for (int d = 0; d < DP_DIGITS; d++)
            ck_assert_double_eq_tol((double)have[k].logit[d], (double)want[k].logit[d],
                                    1e-4);
    dp_network_clear(&back);
}

START_TEST(an_int8_network_is_read_as_written)
{
    dp_network n, back;
    dp_prediction want[N_IMAGES], have[N_IMAGES];
    unsigned char *data;
    size_t size;
    dp_err err;
    make_int8(&n);
    ck_assert_msg(!dp_onnx_write(&data, &size, &n, &err), "%s", err.msg);
    ck_assert_uint_lt(size, 5200); /* not as floats */
    ck_assert_msg(!dp_onnx_read(&back, data, size, NULL, NULL, &err), "%s", err.msg);
    ck_assert_ptr_nonnull(back.quant);
    expect_same_quant(back.quant, n.quant);
    answer_images(want, &n);
    answer_images(have, &back);
    for (int k = 0; k < N_IMAGES; k++)
        ck_assert_mem_eq(have[k].logit, want[k].logit, sizeof want[k].logit);
    dp_network_clear(&back);
    expect_rounded_floats(&n, data, size);
    free(data);
    dp_network_clear(&n);
}
END_TEST

START_TEST(training_layers_and_softmax_are_not_written)
{
    dp_network n;
    size_t size;
    char text[DP_MAX_SPEC_TEXT];
    dp_err err;
    unsigned char *data =
        make_file(&size, "dropout 0.5 | flatten | dense 10 | dropout 0.1 | softmax");
    ck_assert_msg(!dp_onnx_read(&n, data, size, NULL, NULL, &err), "%s", err.msg);
    dp_spec_format(text, sizeof text, &n.spec);
    ck_assert_str_eq(text, "flatten | dense 10");
    free(data);
    dp_network_clear(&n);
}
END_TEST

/* ---- damaged files ------------------------------------------------------------------- */

/* Read the bytes from a block of exactly their size, so that a sanitizer finds any access
 * beyond it. Any bytes must be read, or refused with DP_MODEL. */
static bool opens(const unsigned char *bytes, size_t size)
{
    unsigned char *exact = malloc(size ? size : 1);
    dp_network n;
    dp_err err = { 0 };
    memcpy(exact, bytes, size);
    dp_code code = dp_onnx_read(&n, exact, size, NULL, NULL, &err);
    if (code == DP_OK) {
        ck_assert_uint_eq(dp_shape_count(n.spec.shape[n.spec.n_layers]), DP_DIGITS);
        dp_network_clear(&n);
    } else {
        ck_assert_msg(code == DP_MODEL, "%s: %s", dp_code_name(code), err.msg);
        ck_assert(err.msg[0] != '\0');
    }
    free(exact);
    return code == DP_OK;
}

/* A small network that uses most features of a file. */
static const char small[] = "conv 1 9 stride=9 | bn | leaky_relu | maxpool 2 | flatten | "
                            "dense 10";

START_TEST(every_truncation_is_refused)
{
    size_t size;
    unsigned char *data = make_file(&size, small);
    /* Only the fields after the graph can be missing. Without the operator set the file is
     * one of the first version. */
    for (size_t n = 0; n < size; n++)
        if (opens(data, n))
            ck_assert_msg(n > size * 3 / 4, "%zu of %zu bytes are read", n, size);
    ck_assert(opens(data, size));
    free(data);
}
END_TEST

START_TEST(every_substituted_byte_is_classified)
{
    size_t size, n_open = 0;
    unsigned char *data = make_file(&size, small);
    for (size_t i = 0; i < size; i++) {
        const unsigned char kept = data[i];
        for (int v = 0; v < 256; v++) {
            data[i] = (unsigned char)v;
            n_open += opens(data, size);
        }
        data[i] = kept;
    }
    /* A changed name or weight can still be read; a changed structure cannot. */
    ck_assert_uint_gt(n_open, size * 256 / 8);
    ck_assert_uint_lt(n_open, size * 256);
    free(data);
}
END_TEST

START_TEST(every_inserted_or_lost_byte_is_classified)
{
    static const unsigned char values[] = { 0, 1, 8, 0x0a, 0x7f, 0x80, 0xff };
    size_t size;
    unsigned char *data = make_file(&size, small);
    unsigned char *changed = malloc(size + 1);
    for (size_t i = 0; i < size; i++) {
        memcpy(changed, data, i);
        memcpy(changed + i, data + i + 1, size - i - 1);
        opens(changed, size - 1);
        memcpy(changed + i + 1, data + i, size - i);
        for (size_t v = 0; v < sizeof values; v++) {
            changed[i] = values[v];
            opens(changed, size + 1);
        }
    }
    free(changed);
    free(data);
}
END_TEST

/* A length-delimited field of 64 bytes. */
static size_t field(unsigned char *to, int number, const unsigned char *bytes,
                    size_t size)
{
    to[0] = (unsigned char)(number << 3 | 2);
    to[1] = (unsigned char)(size | 128);
    to[2] = (unsigned char)(size >> 7);
    memcpy(to + 3, bytes, size);
    return size + 3;
}

START_TEST(many_empty_nodes_do_not_take_much_memory)
{
    /* Each node takes two bytes in the file and about a hundred in memory. */
    enum { N = 8 << 20 };
    unsigned char *data = malloc(2 * N + 16);
    dp_network n;
    dp_err err;
    size_t body = 2 * N, at = 0;
    data[at++] = 0x08;
    data[at++] = 8;
    data[at++] = 7 << 3 | 2;
    for (; body > 127; body >>= 7)
        data[at++] = (unsigned char)(body | 128);
    data[at++] = (unsigned char)body;
    for (size_t i = 0; i < N; i++) {
        data[at++] = 1 << 3 | 2;
        data[at++] = 0;
    }
    ck_assert_int_eq(dp_onnx_read(&n, data, at, NULL, NULL, &err), DP_MODEL);
    ck_assert_str_eq(err.msg, "needs too much memory for a file of its size");
    free(data);
}
END_TEST

START_TEST(nesting_is_bounded_by_the_schema)
{
    /* A subgraph in an attribute of a node in a graph, nested 200 times. The schema omits the
     * graph field of attributes, so the parser does not look into it. */
    unsigned char inner[8192] = { 0 }, outer[8192];
    size_t size = 4;
    for (int depth = 0; depth < 200; depth++) {
        size = field(outer, 6, inner, size);
        size = field(inner, 5, outer, size);
        size = field(outer, 1, inner, size);
        memcpy(inner, outer, size);
    }
    size = field(outer, 7, inner, size);
    memcpy(inner, "\x08\x08", 2);
    memcpy(inner + 2, outer, size);
    ck_assert(!opens(inner, size + 2));
}
END_TEST

START_TEST(long_varints_are_refused)
{
    unsigned char data[32];
    dp_network n;
    dp_err err;
    memset(data, 0xff, sizeof data);
    data[0] = 0x08;
    for (size_t size = 2; size <= sizeof data; size++)
        ck_assert_int_eq(dp_onnx_read(&n, data, size, NULL, NULL, &err), DP_MODEL);
}
END_TEST

/* ---- the scale of the input ---------------------------------------------------------- */

/* A file that says nothing of the input's scale, whose first layer is a batch norm that multiplies by
 * `gain`. */
static void expect_norm(double gain, dp_norm norm, bool known)
{
    dp_network before, after;
    unsigned char *data;
    size_t size;
    dp_err err;
    make_network(&before, "bn eps=0.001 | flatten | dense 10");
    before.norm_known = false;
    before.params[0] = (float)(gain * 2);
    before.params[3] = 4 - 0.001F;
    ck_assert_msg(!dp_onnx_write(&data, &size, &before, &err), "%s", err.msg);
    ck_assert_msg(!dp_onnx_read(&after, data, size, NULL, NULL, &err), "%s", err.msg);
    ck_assert_msg(after.norm == norm && after.norm_known == known, "gain %g: %s, %d",
                  gain, dp_norm_name(after.norm), after.norm_known);
    free(data);
    dp_network_clear(&before);
    dp_network_clear(&after);
}

START_TEST(a_batch_norm_tells_the_scale_of_the_input)
{
    expect_norm(1 / 78.6, DP_NORM_RAW, true);   /* MNIST's deviation, of bytes */
    expect_norm(1 / 0.308, DP_NORM_UNIT, true); /* and of 0 to 1 */
    expect_norm(0.049, DP_NORM_RAW, true);
    expect_norm(0.051, DP_NORM_UNIT, false);
    expect_norm(1.49, DP_NORM_UNIT, false);
    expect_norm(1.51, DP_NORM_UNIT, true);
    expect_norm(5.99, DP_NORM_UNIT, true);
    expect_norm(6.01, DP_NORM_UNIT, false);
    expect_norm(-3, DP_NORM_UNIT, false);
}
END_TEST

/* ---- functions ----------------------------------------------------------------------- */

static dp_function recognize(double (*f)(double))
{
    dp_pointwise p;
    for (int i = 0; i < DP_SAMPLES; i++)
        p.y[i] = f(dp_sample(i));
    return dp_pointwise_recognize(&p);
}

static double f_affine(double x)
{
    return 3 - 0.25 * x;
}

static double f_leaky(double x)
{
    return x < 0 ? 0.125 * x : x;
}

static double f_clip(double x)
{
    return x < -1 ? -1 : x > 6 ? 6 : x;
}

static double f_sigmoid(double x)
{
    return 1 / (1 + exp(2 * x));
}

static double f_nearly_relu(double x)
{
    return x < 0 ? 0 : x > 20 ? x + 0.1 : x;
}

static double f_relu_with_a_floor(double x)
{
    return fmax(x, 5e-6);
}

static double f_swish(double x)
{
    return x / (1 + exp(-x));
}

static double f_nan(double x)
{
    return x - x == 0 ? (double)NAN : x;
}

/* x·sigmoid(1.702·x) */
static double f_quick_gelu(double x)
{
    return x / (1 + exp(-1.702 * x));
}

static double f_elu(double x)
{
    return 3 * (x < 0 ? 0.5 * (exp(x) - 1) : x);
}

static double f_hard_sigmoid(double x)
{
    return fmin(fmax(0.2 * x + 0.4, 0), 1);
}

static double f_steeper_softplus(double x)
{
    return log(1 + exp(2 * x));
}

static void expect_act(double (*f)(double), dp_act act)
{
    const dp_function found = recognize(f);
    ck_assert_int_eq(found.kind, DP_FN_ACTIVATION);
    ck_assert_int_eq(found.act, act);
}

/* Each activation is told from all others. */
START_TEST(activations_are_recognised_by_their_definition)
{
    for (int act = DP_ACT_RELU; act < DP_ACT_COUNT; act++) {
        dp_pointwise p;
        for (int i = 0; i < DP_SAMPLES; i++)
            p.y[i] = dp_act_value((dp_act)act, 0.3f, dp_sample(i));
        const dp_function found = dp_pointwise_recognize(&p);
        ck_assert_int_eq(found.kind, DP_FN_ACTIVATION);
        ck_assert_int_eq(found.act, act);
        ck_assert_double_eq_tol(found.a, 1, 1e-9);
        ck_assert_double_eq_tol(found.b, 0, 1e-9);
        ck_assert_double_eq_tol(found.factor, 1, 1e-9);
    }
}
END_TEST

START_TEST(functions_are_recognised)
{
    ck_assert_int_eq(recognize(f_affine).kind, DP_FN_AFFINE);
    ck_assert_double_eq_tol(recognize(f_affine).a, -0.25, 1e-12);
    ck_assert_double_eq_tol(recognize(f_affine).b, 3, 1e-12);
    expect_act(f_leaky, DP_ACT_LEAKY_RELU);
    ck_assert_double_eq_tol(recognize(f_leaky).parameter, 0.125, 1e-12);
    ck_assert_int_eq(recognize(f_clip).kind, DP_FN_CLIP);
    ck_assert_double_eq_tol(recognize(f_clip).b, 6, 1e-12);
    expect_act(f_sigmoid, DP_ACT_SIGMOID);
    ck_assert_double_eq_tol(recognize(f_sigmoid).a, -2, 1e-9);
    expect_act(tanh, DP_ACT_TANH);
    expect_act(dp_gelu, DP_ACT_GELU);
    expect_act(dp_gelu_tanh, DP_ACT_GELU_TANH);
    expect_act(f_swish, DP_ACT_SILU);
    expect_act(f_quick_gelu, DP_ACT_SILU);
    ck_assert_double_eq_tol(recognize(f_quick_gelu).a, 1.702, 1e-9);
    ck_assert_double_eq_tol(recognize(f_quick_gelu).factor, 1 / 1.702, 1e-9);
    expect_act(f_elu, DP_ACT_ELU);
    ck_assert_double_eq_tol(recognize(f_elu).parameter, 0.5, 1e-9);
    ck_assert_double_eq_tol(recognize(f_elu).factor, 3, 1e-9);
    expect_act(f_hard_sigmoid, DP_ACT_HARD_SIGMOID);
    ck_assert_double_eq_tol(recognize(f_hard_sigmoid).a, 1.2, 1e-9);
    ck_assert_double_eq_tol(recognize(f_hard_sigmoid).b, -0.6, 1e-9);
    ck_assert_int_eq(recognize(f_nearly_relu).kind, DP_FN_UNKNOWN);
    ck_assert_int_eq(recognize(f_relu_with_a_floor).kind, DP_FN_CLIP);
    ck_assert_int_eq(recognize(f_steeper_softplus).kind, DP_FN_UNKNOWN);
    ck_assert_int_eq(recognize(f_nan).kind, DP_FN_UNKNOWN);
    ck_assert_int_eq(recognize(exp).kind, DP_FN_UNKNOWN);
}
END_TEST

/* ---- views --------------------------------------------------------------------------- */

START_TEST(views_follow_the_axes)
{
    static const int64_t size[DP_AXES] = { 1, 3, 4, 5 };
    static const int to_nhwc[DP_ONNX_MAX_RANK] = { 0, 2, 3, 1 };
    const int64_t at[DP_AXES] = { 0, 2, 1, 3 };
    dp_onnx_view view = dp_onnx_view_plain("NCHW", size);
    ck_assert(dp_onnx_view_is(&view, "NCHW"));
    ck_assert(!dp_onnx_view_is(&view, "NHWC"));
    dp_onnx_view_transpose(&view, to_nhwc);
    ck_assert(dp_onnx_view_is(&view, "NHWC"));
    ck_assert(dp_onnx_view_reshape(&view, &(dp_onnx_dims){ 2, { 1, 60 } }));
    ck_assert_int_eq(dp_onnx_view_index(&view, 1, at), (1 * 5 + 3) * 3 + 2);
    ck_assert(
        !dp_onnx_view_reshape(&view, &(dp_onnx_dims){ 2, { 6, 10 } })); /* splits W */
    ck_assert(!dp_onnx_view_reshape(&view, &(dp_onnx_dims){ 2, { 1, 61 } }));
    ck_assert(!dp_onnx_view_reshape(&view, &(dp_onnx_dims){ 1, { 20 } }));
    ck_assert(dp_onnx_view_reshape(&view, &(dp_onnx_dims){ 4, { 1, 20, 1, 3 } }));
    ck_assert(dp_onnx_view_dim_is(&view, 3, DP_AXIS_C));
}
END_TEST

UNIT_MAIN("onnx", every_kind_of_layer_is_read_as_written,
          onnxruntime_gives_the_same_logits, an_int8_network_is_read_as_written,
          training_layers_and_softmax_are_not_written, every_truncation_is_refused,
          every_substituted_byte_is_classified, every_inserted_or_lost_byte_is_classified,
          many_empty_nodes_do_not_take_much_memory, nesting_is_bounded_by_the_schema,
          long_varints_are_refused, a_batch_norm_tells_the_scale_of_the_input,
          activations_are_recognised_by_their_definition, functions_are_recognised,
          views_follow_the_axes)

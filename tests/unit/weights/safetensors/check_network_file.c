#include "config.h"

#include "engine/core/arith.h"

#include "engine/core/rng.h"
#include "engine/infer/session.h"
#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/io/fsio.h"
#include "weights/safetensors/network_file.h"
#include "weights/store/network_model.h"
#include "weights/store/network_trust.h"
#include "weights/safetensors/safetensors.h"
#include "weights/safetensors/tensor_name.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const dp_shape input_shape = { 1, 28, 28 };

/* ---- digitpad's own files ---------------------------------------------------------- */

typedef struct network {
    dp_spec spec;
    dp_params layout;
    float *params;
} network;

static void make_network(network *n, const char *arch)
{
    dp_err err;
    dp_rng rng = dp_rng_stream(1, 0, 0);
    ck_assert_msg(!dp_spec_parse(&n->spec, arch, input_shape, &err), "%s", err.msg);
    ck_assert_int_eq(dp_params_layout(&n->layout, &n->spec, &err), DP_OK);
    n->params = malloc(n->layout.count * sizeof *n->params);
    ck_assert_ptr_nonnull(n->params);
    for (size_t i = 0; i < n->layout.count; i++)
        n->params[i] = dp_rng_range(&rng, 0.01f, 0.1f);
}

/* Write to a file and read its bytes back. */
static unsigned char *write_network(size_t *size, const network *n,
                                    const dp_network_file_meta *meta)
{
    char path[300];
    unsigned char *data;
    dp_err err;
    snprintf(path, sizeof path, "%s/written", tempdir());
    ck_assert_msg(
        !dp_network_file_write(path, &n->spec, n->params, DP_NORM_MNIST, meta, &err),
        "%s", err.msg);
    ck_assert_int_eq(dp_fsio_read(&data, size, path, 1 << 24, &err), DP_OK);
    unlink(path);
    return data;
}

static dp_code parse(dp_model **out, const unsigned char *data, size_t size,
                     const char *name, const dp_network_file_options *options,
                     dp_err *err)
{
    static const dp_network_file_options none;
    dp_network parsed;
    dp_code code =
        dp_network_file_read(&parsed, data, size, options ? options : &none, err);
    if (code)
        return code;
    dp_model *moved = NULL;
    dp_err other = { 0 };
    code = dp_network_model(out, &parsed, name, NULL, err);
    ck_assert_int_eq(dp_network_to_model(&moved, &parsed, name, NULL, &other), code);
    if (code)
        ck_assert_str_eq(other.msg, err->msg);
    else
        dp_model_unref(moved);
    dp_network_clear(&parsed);
    return code;
}

/* The model of a file with this metadata entry; NULL, and *err, if it is refused. */
static dp_model *with_meta(const char *key, const char *value, dp_err *err)
{
    dp_network_meta other = { (char *)key, (char *)value };
    const dp_network_file_meta meta = { .other = &other, .n_other = 1 };
    network n;
    size_t size;
    dp_model *model = NULL;
    make_network(&n, "flatten | dense 10");
    unsigned char *data = write_network(&size, &n, key ? &meta : NULL);
    if (parse(&model, data, size, "x", NULL, err))
        model = NULL;
    free(data);
    free(n.params);
    return model;
}

static void check_rule(const char *key, const char *value, dp_trust_rule expected)
{
    dp_err err;
    dp_model *model = with_meta(key, value, &err);
    ck_assert_msg(model != NULL, "%s", err.msg);
    const dp_trust_rule rule = dp_model_get_info(model)->trust;
    ck_assert_mem_eq(&rule, &expected, sizeof rule);
    dp_model_unref(model);
}

START_TEST(a_file_has_a_rule_of_trust)
{
    const dp_trust_rule rule = { -8.0039549F, 1.25F, 1e-9F, 0.1F };
    char text[DP_NETWORK_TRUST_TEXT];
    dp_network_trust_format(text, &rule);
    ck_assert_str_eq(text, "bias=-8.003955 evidence=1.25 odds=1e-09 least=0.1");
    check_rule("digitpad.trust", text, rule);
    check_rule(NULL, NULL, (dp_trust_rule)DP_TRUST_CONFIDENCE);
}
END_TEST

START_TEST(a_file_of_version_0_1_has_a_least_evidence)
{
    dp_err err;
    check_rule("digitpad.reject", "-1.5e+00", (dp_trust_rule){ 1.5F, 1, 0, 0 });
    ck_assert_ptr_null(with_meta("digitpad.reject", "a lot", &err));
    ck_assert_str_eq(err.msg, "digitpad.reject: 'a lot' is not a number");
}
END_TEST

START_TEST(a_damaged_rule_is_refused)
{
    static const char *const bad[][2] = {
        { "", "'': 'bias=' and a number are expected" },
        { "bias=1 odds=1 evidence=1 least=0",
          "'odds=1 evidence=1 least=0': 'evidence=' and a number are expected" },
        { "bias=1 evidence=nan odds=1 least=0",
          "'evidence=nan odds=1 least=0': 'evidence=' and a number are expected" },
        { "bias=1 evidence=1e39 odds=1 least=0",
          "'evidence=1e39 odds=1 least=0': 'evidence=' and a number are expected" },
        { "bias=1 evidence=1 odds=1", "'': 'least=' and a number are expected" },
        { "bias=1 evidence=1 odds=1 least=0 more=2", "'more=2' is one part too many" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_err err;
        char expected[200];
        snprintf(expected, sizeof expected, "digitpad.trust: %s", bad[i][1]);
        ck_assert_ptr_null(with_meta("digitpad.trust", bad[i][0], &err));
        ck_assert_str_eq(err.msg, expected);
    }
}
END_TEST

static const char arch[] =
    "conv 4 3 bias=0 | bn | relu | maxpool 2 | flatten | dropout 0.5 | dense 10";

START_TEST(a_network_is_read_as_written)
{
    network n;
    size_t size;
    dp_model *model;
    dp_err err;
    make_network(&n, arch);
    unsigned char *data = write_network(&size, &n, NULL);
    ck_assert_msg(!parse(&model, data, size, "x", NULL, &err), "%s", err.msg);
    ck_assert_mem_eq(dp_model_params(model), n.params, n.layout.count * sizeof(float));
    ck_assert_str_eq(dp_model_get_info(model)->name, "x");
    ck_assert_int_eq(dp_model_get_info(model)->norm, DP_NORM_MNIST);
    char text[DP_MAX_SPEC_TEXT];
    dp_spec_format(text, sizeof text, dp_model_spec(model));
    ck_assert_str_eq(text, arch);
    dp_model_unref(model);
    free(data);
    free(n.params);
}
END_TEST

START_TEST(equal_networks_give_equal_bytes)
{
    static const dp_network_file_meta meta = { .train = "seed=1 \"quoted\" \xc3\xa4",
                                               .accuracy = "test=0.99" };
    network n;
    size_t size[2];
    make_network(&n, arch);
    unsigned char *first = write_network(&size[0], &n, &meta);
    unsigned char *second = write_network(&size[1], &n, &meta);
    ck_assert_uint_eq(size[0], size[1]);
    ck_assert_mem_eq(first, second, size[0]);
    ck_assert_int_eq(first[0] % 8, 0); /* the values start aligned */
    dp_safetensors st;
    ck_assert_int_eq(dp_safetensors_parse(&st, first, size[0], NULL), DP_OK);
    ck_assert_str_eq(dp_safetensors_meta(&st, "digitpad.train"), meta.train);
    ck_assert_str_eq(dp_safetensors_meta(&st, "digitpad.accuracy"), meta.accuracy);
    ck_assert_str_eq(dp_safetensors_meta(&st, "digitpad.version"), PACKAGE_VERSION);
    dp_safetensors_clear(&st);
    free(first);
    free(second);
    free(n.params);
}
END_TEST

START_TEST(non_finite_parameters_are_not_written)
{
    network n;
    dp_err err;
    char path[300];
    snprintf(path, sizeof path, "%s/never", tempdir());
    make_network(&n, arch);
    n.params[3] = HUGE_VALF;
    ck_assert_int_eq(
        dp_network_file_write(path, &n.spec, n.params, DP_NORM_UNIT, NULL, &err),
        DP_MODEL);
    ck_assert_int_ne(access(path, F_OK), 0);
    n.params[3] = 0;
    ck_assert_int_eq(
        dp_network_file_write("/nowhere/x", &n.spec, n.params, DP_NORM_UNIT, NULL, &err),
        DP_IO);
    free(n.params);
}
END_TEST

/* ---- files made by hand ------------------------------------------------------------ */

typedef struct file {
    char header[1 << 14];
    unsigned char bytes[1 << 16];
    float values[1 << 13];
    size_t used, n_values;
} file;

static void file_start(file *f, const char *metadata)
{
    f->n_values = 0;
    f->used =
        (size_t)snprintf(f->header, sizeof f->header, "{\"__metadata__\":{%s}", metadata);
}

/* Add a tensor whose values count up from `first`. */
static void file_add(file *f, const char *name, int first, const char *shape,
                     size_t count)
{
    f->used += (size_t)snprintf(
        f->header + f->used, sizeof f->header - f->used,
        ",\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%zu,%zu]}", name,
        shape, 4 * f->n_values, 4 * (f->n_values + count));
    for (size_t i = 0; i < count; i++)
        f->values[f->n_values++] = (float)first + (float)i;
}

/* Add a tensor of four bytes of another type. */
static void file_add_typed(file *f, const char *dtype, const char *name,
                           const char *shape)
{
    f->used += (size_t)snprintf(
        f->header + f->used, sizeof f->header - f->used,
        ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%zu,%zu]}", name, dtype,
        shape, 4 * f->n_values, 4 * f->n_values + 4);
    f->values[f->n_values++] = 0;
}

static dp_code file_open(dp_model **out, file *f, const char *chain, dp_err *err)
{
    const dp_network_file_options options = { .arch = chain,
                                              .norm_given = chain != NULL };
    size_t length = f->used + 1;
    memset(f->bytes, 0, 8);
    f->bytes[0] = (unsigned char)length;
    f->bytes[1] = (unsigned char)(length >> 8);
    memcpy(f->bytes + 8, f->header, f->used);
    f->bytes[8 + f->used] = '}';
    memcpy(f->bytes + 8 + length, f->values, f->n_values * sizeof(float));
    return parse(out, f->bytes, 8 + length + f->n_values * sizeof(float), "f",
                 chain ? &options : NULL, err);
}

static void expect_refused(file *f, const char *chain, const char *says)
{
    dp_model *model = NULL;
    dp_err err = { 0 };
    ck_assert_int_eq(file_open(&model, f, chain, &err), DP_MODEL);
    ck_assert_int_eq(err.code, DP_MODEL);
    ck_assert_ptr_null(model);
    ck_assert_msg(strstr(err.msg, says) != NULL, "says: %s\nnot: %s", err.msg, says);
}

/* Open f as the chain and compare the first value of each parameter array with `want`. */
static void expect_params(file *f, const char *chain, int n, const float *want)
{
    dp_model *model = NULL;
    dp_err err = { 0 };
    ck_assert_msg(!file_open(&model, f, chain, &err), "%s", err.msg);
    const dp_params *layout = dp_model_layout(model);
    ck_assert_int_eq(layout->n, n);
    for (int i = 0; i < n; i++) {
        float got = dp_model_params(model)[layout->param[i].offset];
        ck_assert_msg(got == want[i], "array %d starts with %g, not %g", i, (double)got,
                      (double)want[i]);
    }
    dp_model_unref(model);
}

#define TINY       "avgpool 14 | flatten | dense 2" /* 1×28×28 → 4 → 2 */
#define META(arch) "\"digitpad.arch\":\"" arch "\",\"digitpad.norm\":\"unit\""

START_TEST(own_files_must_match_their_chain)
{
    static file f;
    file_start(&f, META(TINY));
    file_add(&f, "2.bias", 50, "[2]", 2);
    file_add(&f, "2.weight", 10, "[2,4]", 8);
    expect_params(&f, NULL, 2, (const float[]){ 10, 50 });

    file_add(&f, "3.weight", 10, "[1]", 1);
    expect_refused(&f, NULL, "tensor '3.weight' belongs to no layer of the chain");

    file_start(&f, META(TINY));
    file_add(&f, "2.weight", 10, "[2,4]", 8);
    expect_refused(&f, NULL, "tensor '2.bias' is missing");

    file_start(&f, META(TINY));
    file_add(&f, "2.bias", 50, "[2]", 2);
    file_add(&f, "2.weight", 10, "[4,2]", 8);
    expect_refused(&f, NULL,
                   "tensor '2.weight': shape is [4,2], not [2,4] as in the chain");
}
END_TEST

START_TEST(invalid_metadata_is_refused)
{
    static file f;
    file_start(&f, "");
    expect_refused(&f, NULL, "the file has no tensors");
    file_start(&f, "\"digitpad.arch\":\"" TINY "\"");
    expect_refused(&f, NULL, "no input scale in the metadata; give --norm");
    file_start(&f, "\"digitpad.arch\":\"" TINY "\",\"digitpad.norm\":\"std\"");
    expect_refused(&f, NULL, "digitpad.norm: unknown input scale 'std'");
    file_start(&f, META("flatten | dance 10"));
    expect_refused(&f, NULL, "digitpad.arch: ");
    file_start(&f, META("flatten | dense 100000000"));
    expect_refused(&f, NULL, "");
    file_start(&f, META("flatten | dense 2") ",\"digitpad.quant\":\"int8\"");
    expect_refused(&f, NULL, "tensor '1.weight' is missing");
    file_start(&f, META("flatten | dense 2") ",\"digitpad.quant\":\"int4\"");
    expect_refused(&f, NULL, "digitpad.quant: unknown format 'int4'");
}
END_TEST

START_TEST(a_wrong_arch_option_is_a_usage_error)
{
    static file f;
    dp_model *model;
    dp_err err;
    file_start(&f, "");
    ck_assert_int_eq(file_open(&model, &f, "dance 10", &err), DP_USAGE);
}
END_TEST

START_TEST(foreign_names_are_matched_by_kind_and_shape)
{
    static file f;
    file_start(&f, "\"format\":\"pt\"");
    file_add(&f, "fc.bias", 1, "[2]", 2);
    file_add(&f, "fc.weight", 10, "[2,3]", 6);
    file_add(&f, "norm.bias", 20, "[3]", 3);
    file_add(&f, "norm.num_batches_tracked", 0, "[]", 1);
    file_add(&f, "norm.running_mean", 30, "[3]", 3);
    file_add(&f, "norm.running_var", 40, "[3]", 3);
    file_add(&f, "norm.weight", 50, "[3]", 3);
    file_add(&f, "stem.conv.weight", 60, "[3,1,2,2]", 12);
    expect_params(&f, "conv 3 2 bias=0 | bn | global_avgpool | flatten | dense 2", 7,
                  (const float[]){ 60, 50, 20, 30, 40, 10, 1 });
    expect_refused(&f, "conv 3 3 bias=0 | bn | global_avgpool | flatten | dense 2",
                   "layer 0: no tensors fit its weight [3,1,3,3]; 'stem.conv' has "
                   "weight [3,1,2,2]");
    expect_refused(&f, "conv 3 2 bias=0 | global_avgpool | flatten | dense 2",
                   "tensors 'norm.*' belong to no layer of the chain");
}
END_TEST

START_TEST(dense_weights_may_be_transposed)
{
    static file f;
    file_start(&f, "");
    file_add(&f, "a.kernel", 0, "[4,3]", 12);
    file_add(&f, "b.kernel", 20, "[3,3]", 9);
    dp_model *model;
    dp_err err;
    const char *chain = "avgpool 14 | flatten | dense 3 bias=0 | dense 3 bias=0";
    ck_assert_msg(!file_open(&model, &f, chain, &err), "%s", err.msg);
    /* the file counts up along `out`, so that along `in` values differ by the width */
    static const float want[] = { 0,  3,  6,  9,  1,  4,  7,  10, 2,  5, 8,
                                  11, 20, 23, 26, 21, 24, 27, 22, 25, 28 };
    for (size_t i = 0; i < DP_COUNT(want); i++)
        ck_assert(dp_model_params(model)[i] == want[i]);
    dp_model_unref(model);
}
END_TEST

START_TEST(ambiguous_square_weights_are_not_transposed)
{
    static file f;
    file_start(&f, "");
    file_add(&f, "a.weight", 0, "[4,4]", 16);
    dp_model *model;
    dp_err err;
    ck_assert_int_eq(file_open(&model, &f, "avgpool 14 | flatten | dense 4 bias=0", &err),
                     DP_OK);
    ck_assert(dp_model_params(model)[1] == 1);
    dp_model_unref(model);
}
END_TEST

START_TEST(layers_are_ordered_by_their_numbers)
{
    static file f;
    file_start(&f, "");
    file_add(&f, "l.0.weight", 10, "[4,4]", 16);
    file_add(&f, "l.10.weight", 20, "[4,4]", 16);
    file_add(&f, "l.2.weight", 30, "[4,4]", 16);
    file_add(&f, "head.weight", 40, "[4,4]", 16);
    expect_params(
        &f,
        "avgpool 14 | flatten | dense 4 bias=0 | dense 4 bias=0 | dense 4 bias=0 "
        "| dense 4 bias=0",
        4, (const float[]){ 10, 30, 20, 40 });
}
END_TEST

/* Frameworks with channels last flatten in the order height, width, channel; so the weights of
 * the dense layer and of a batch norm before it are in that order. The values count up in the
 * order of the file. */
static void expect_channels_last(const char *conv, const char *dense,
                                 const float want_conv[8], const float want_dense[16])
{
    static file f;
    dp_model *model;
    dp_err err;
    file_start(&f, "");
    file_add(&f, "a.kernel", 0, conv, 8);
    file_add(&f, "b.kernel", 0, dense, 16);
    ck_assert_msg(!file_open(&model, &f,
                             "avgpool 9 | conv 2 2 bias=0 | flatten | dense 2 bias=0",
                             &err),
                  "%s", err.msg);
    ck_assert_mem_eq(dp_model_params(model), want_conv, 8 * sizeof(float));
    ck_assert_mem_eq(dp_model_params(model) + 8, want_dense, 16 * sizeof(float));
    dp_model_unref(model);
}

START_TEST(axes_may_be_in_other_orders)
{
    /* [out, h, w, in], and [out, h·w·c] */
    expect_channels_last(
        "[2,2,2,1]", "[2,8]", (const float[]){ 0, 1, 2, 3, 4, 5, 6, 7 },
        (const float[]){ 0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15 });
    /* [h, w, in, out], and [h·w·c, out] */
    expect_channels_last(
        "[2,2,1,2]", "[8,2]", (const float[]){ 0, 2, 4, 6, 1, 3, 5, 7 },
        (const float[]){ 0, 4, 8, 12, 2, 6, 10, 14, 1, 5, 9, 13, 3, 7, 11, 15 });
    /* [out, in, h, w], and [c·h·w, out] */
    expect_channels_last(
        "[2,1,2,2]", "[8,2]", (const float[]){ 0, 1, 2, 3, 4, 5, 6, 7 },
        (const float[]){ 0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15 });
}
END_TEST

START_TEST(batch_norm_of_a_flattened_image_follows_its_order)
{
    static file f;
    dp_model *model;
    dp_err err;
    file_start(&f, "");
    file_add(&f, "params.Conv_0.kernel", 0, "[2,2,1,2]", 8);
    file_add(&f, "params.BatchNorm_0.scale", 0, "[8]", 8);
    file_add(&f, "batch_stats.BatchNorm_0.mean", 0, "[8]", 8);
    file_add(&f, "batch_stats.BatchNorm_0.var", 0, "[1,8]", 8);
    ck_assert_msg(!file_open(&model, &f, "avgpool 9 | conv 2 2 | flatten | bn", &err),
                  "%s", err.msg);
    static const float want[] = {
        0, 2, 4, 6, 1, 3, 5, 7, 0, 0, 0, 2, 4, 6, 1, 3, 5, 7, /* kernel, no bias, gamma */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 6, 1, 3, 5, 7,       /* no beta, mean */
        0, 2, 4, 6, 1, 3, 5, 7,
    };
    ck_assert_mem_eq(dp_model_params(model), want, sizeof want);
    dp_model_unref(model);
}
END_TEST

START_TEST(a_missing_bias_is_zero)
{
    static file f;
    dp_model *model;
    dp_err err;
    file_start(&f, "");
    file_add(&f, "fc.weight", 1, "[2,4]", 8);
    ck_assert_msg(!file_open(&model, &f, TINY, &err), "%s", err.msg);
    ck_assert(dp_model_params(model)[7] == 8);
    ck_assert(dp_model_params(model)[8] == 0 && dp_model_params(model)[9] == 0);
    dp_model_unref(model);
    file_add(&f, "fc.bias", 1, "[2]", 2);
    expect_refused(&f, "avgpool 14 | flatten | dense 2 bias=0",
                   "layer 2: no tensors fit its weight [2,4]; 'fc' has weight [2,4], "
                   "bias [2]");
    expect_refused(&f, TINY " | dense 3", "layer 3: no tensors are left for its weight");
}
END_TEST

/* A writer that sorts by name loses the order of the layers. */
START_TEST(an_ambiguous_order_is_refused)
{
    static const char chain[] = "avgpool 14 | flatten | dense 4 bias=0 | dense 4 bias=0";
    static file f;
    file_start(&f, "");
    file_add(&f, "anna.weight", 10, "[4,4]", 16);
    file_add(&f, "bert.weight", 20, "[4,4]", 16);
    expect_refused(&f, chain, "layer 2: both 'anna' and 'bert' fit; number their names");
    file_add_typed(&f, "U8", "anna.num_batches_tracked", "[4]");
    file_add_typed(&f, "U8", "carl.num_batches_tracked", "[4]");
    expect_refused(&f, chain, "layer 2: both 'anna' and 'bert' fit");
    file_start(&f, "");
    file_add(&f, "fc.weight", 10, "[4,4]", 16);
    file_add(&f, "hidden.weight", 20, "[4,4]", 16);
    expect_params(&f, chain, 2, (const float[]){ 20, 10 });
    file_start(&f, "");
    file_add(&f, "bert.weight", 10, "[4,4]", 16);
    file_add(&f, "anna.weight", 20, "[4,4]", 16);
    expect_params(&f, chain, 2, (const float[]){ 10, 20 });
}
END_TEST

START_TEST(names_contain_layer_and_role)
{
    static const struct {
        const char *name, *layer;
        dp_role role;
    } good[] = {
        { "0.weight", "0", DP_WEIGHT },
        { "net.2.bias", "net.2", DP_BIAS },
        { "weight", "", DP_WEIGHT },
        { "W1", "1", DP_WEIGHT },
        { "b_2", "2", DP_BIAS },
        { "weights.0", "0", DP_WEIGHT },
        { "fc1_weight", "fc1", DP_WEIGHT },
        { "dense_1/kernel:0", "dense_1", DP_WEIGHT },
        { "dense/bias:0", "dense", DP_BIAS },
        { "bn1.running_mean", "bn1", DP_RUNNING_MEAN },
        { "bn/moving_variance:0", "bn", DP_RUNNING_VAR },
        { "batch_stats/BatchNorm_0/mean", "BatchNorm_0", DP_RUNNING_MEAN },
        { "params/BatchNorm_0/scale", "BatchNorm_0", DP_GAMMA },
        { "norm1.gamma", "norm1", DP_GAMMA },
    };
    static const char *const bad[] = { "what", "width",      "fc1", "12",
                                       "tab",  "x.weight_h", "." };
    dp_tensor_name found;
    for (size_t i = 0; i < DP_COUNT(good); i++) {
        ck_assert_msg(dp_tensor_name_parse(&found, good[i].name), "%s", good[i].name);
        ck_assert_str_eq(found.layer, good[i].layer);
        ck_assert_int_eq(found.role, good[i].role);
        ck_assert(!found.counter);
    }
    ck_assert(dp_tensor_name_parse(&found, "bn.num_batches_tracked") && found.counter);
    for (size_t i = 0; i < DP_COUNT(bad); i++)
        ck_assert_msg(!dp_tensor_name_parse(&found, bad[i]), "%s", bad[i]);
    ck_assert(dp_tensor_name_precedes("l.2", "l.10"));
    ck_assert(!dp_tensor_name_precedes("l.10", "l.2"));
    ck_assert(dp_tensor_name_precedes("input_layer", "hidden"));
    ck_assert(dp_tensor_name_precedes("hidden", "layer_out"));
    ck_assert(!dp_tensor_name_precedes("anna", "bert"));
    ck_assert(dp_tensor_name_precedes("dense", "dense_1"));
    ck_assert(dp_tensor_name_precedes("conv2d", "conv2d_10"));
    ck_assert(dp_tensor_name_precedes("fc", "fc2"));
    ck_assert(!dp_tensor_name_precedes("fc2", "fc"));
    ck_assert(!dp_tensor_name_precedes("layer", "layer_norm"));
    ck_assert(dp_tensor_name_parse(&found, "fc.weight_g") && found.length);
    ck_assert_str_eq(found.layer, "fc");
    ck_assert(dp_tensor_name_parse(&found, "fc.parametrizations.weight.original1"));
    ck_assert(!found.length && found.role == DP_WEIGHT);
}
END_TEST

START_TEST(names_tell_places_in_lists)
{
    static const struct {
        const char *layer;
        int place;
    } listed[] = {
        { "features.12", 12 }, { "3", 3 }, { "net[4]", 4 }, { "layers_5", 5 }
    };
    static const char *const others[] = {
        "conv3", "dense_1", "fc", "", "net.", "a.12345"
    };
    int place;
    size_t prefix;
    for (size_t i = 0; i < DP_COUNT(listed); i++) {
        ck_assert(dp_tensor_name_place(&place, &prefix, listed[i].layer));
        ck_assert_int_eq(place, listed[i].place);
    }
    for (size_t i = 0; i < DP_COUNT(others); i++)
        ck_assert_msg(!dp_tensor_name_place(&place, &prefix, others[i]), "%s", others[i]);
    ck_assert(dp_tensor_name_branches("layer2.0.downsample.1"));
    ck_assert(dp_tensor_name_branches("block_se.fc"));
    ck_assert(!dp_tensor_name_branches("dense.restore"));
}
END_TEST

START_TEST(ambiguous_names_are_refused)
{
    static file f;
    file_start(&f, "");
    file_add(&f, "a.weight", 0, "[2,4]", 8);
    file_add(&f, "a.kernel", 0, "[2,4]", 8);
    expect_refused(&f, "avgpool 14 | flatten | dense 2 bias=0",
                   "tensors 'a.weight' and 'a.kernel': the same layer and role");
    file_start(&f, "");
    file_add(&f, "what", 0, "[2]", 2);
    expect_refused(&f, TINY, "tensor 'what': unknown role");
    file_start(&f, "");
    file_add(&f, "weight", 0, "[2,4]", 8);
    expect_params(&f, "avgpool 14 | flatten | dense 2 bias=0", 1, (const float[]){ 0 });
}
END_TEST

UNIT_MAIN("network_file", a_network_is_read_as_written, a_file_has_a_rule_of_trust,
          a_file_of_version_0_1_has_a_least_evidence, a_damaged_rule_is_refused,
          equal_networks_give_equal_bytes, non_finite_parameters_are_not_written,
          own_files_must_match_their_chain, invalid_metadata_is_refused,
          a_wrong_arch_option_is_a_usage_error,
          foreign_names_are_matched_by_kind_and_shape, dense_weights_may_be_transposed,
          ambiguous_square_weights_are_not_transposed,
          layers_are_ordered_by_their_numbers, ambiguous_names_are_refused,
          axes_may_be_in_other_orders, batch_norm_of_a_flattened_image_follows_its_order,
          a_missing_bias_is_zero, an_ambiguous_order_is_refused,
          names_contain_layer_and_role, names_tell_places_in_lists)

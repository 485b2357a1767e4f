#include "config.h"

#include "engine/core/arith.h"

#include "engine/quant/quantize.h"
#include "weights/safetensors/network_file.h"
#include "weights/safetensors/int8_file.h"

#include "tests/tempdir.h"
#include "tests/unit/chain.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *path(void)
{
    static char text[300];
    snprintf(text, sizeof text, "%s/int8.safetensors", tempdir());
    return text;
}

static const char text[] =
    "conv 5 3 pad=1 | bn | gelu | maxpool 2 | bn | relu | flatten | "
    "dense 20 | relu | dense 10";

static dp_quant *make(dp_norm norm)
{
    static uint8_t pixels[20 * DP_PIXELS];
    chain c = chain_make(text, (dp_shape){ 1, DP_SIDE, DP_SIDE });
    dp_quant *q;
    dp_err err;
    for (int i = 0; i < 20 * DP_PIXELS; i++)
        pixels[i] = (uint8_t)(i % 5 ? 0 : i % 251);
    if (dp_quantize(&q, &c.spec, c.params, norm,
                    &(dp_calibration){ .pixels = pixels, .n = 20 }, &err) != DP_OK)
        ck_abort_msg("%s", err.msg);
    chain_clear(&c);
    return q;
}

/* ---- writing and reading ------------------------------------------------------------- */

static unsigned char *read_all(size_t *size)
{
    FILE *f = fopen(path(), "rb");
    ck_assert_ptr_nonnull(f);
    unsigned char *data = malloc(1 << 20);
    *size = fread(data, 1, 1 << 20, f);
    fclose(f);
    return data;
}

static void check_same(const dp_quant *a, const dp_quant *b)
{
    ck_assert_int_eq(a->last, b->last);
    for (int i = 0; i <= a->last; i++) {
        const dp_quant_layer *x = &a->layer[i], *y = &b->layer[i];
        ck_assert_mem_eq(&x->in_scale, &y->in_scale, sizeof x->in_scale);
        ck_assert_int_eq(x->in_zero, y->in_zero);
        ck_assert_int_eq(x->weight == NULL, y->weight == NULL);
        if (!x->weight)
            continue;
        const size_t n = (size_t)a->spec.layer[i].out;
        ck_assert_mem_eq(x->weight, y->weight, n * dp_quant_depth(a, i));
        ck_assert_mem_eq(x->scale, y->scale, n * sizeof *x->scale);
        ck_assert_mem_eq(x->bias, y->bias, n * sizeof *x->bias);
    }
}

static void check_file(dp_norm norm)
{
    dp_quant *q = make(norm);
    const dp_network_file_options options = { 0 };
    dp_network network;
    dp_err err;
    size_t size;
    ck_assert_msg(!dp_network_file_write_quant(path(), q, NULL, &err), "%s", err.msg);
    unsigned char *data = read_all(&size);
    ck_assert_msg(!dp_network_file_read(&network, data, size, &options, &err), "%s",
                  err.msg);
    check_same(q, network.quant);
    float *floats = malloc(q->layout.count * sizeof *floats);
    dp_quant_floats(floats, q);
    ck_assert_mem_eq(network.params, floats, q->layout.count * sizeof *floats);
    free(floats);
    free(data);
    dp_network_clear(&network);
    dp_quant_unref(q);
    unlink(path());
}

START_TEST(files_are_read_as_written)
{
    for (int norm = 0; norm < DP_NORM_COUNT; norm++)
        check_file((dp_norm)norm);
}
END_TEST

/* With another input scale the same weights become a float network. */
START_TEST(another_input_scale_gives_floats)
{
    dp_quant *q = make(DP_NORM_UNIT);
    const dp_network_file_options options = { .norm_given = true,
                                              .norm = DP_NORM_RAW,
                                              .only_run = true };
    dp_network network;
    size_t size;
    ck_assert_int_eq(dp_network_file_write_quant(path(), q, NULL, NULL), DP_OK);
    unsigned char *data = read_all(&size);
    ck_assert_int_eq(dp_network_file_read(&network, data, size, &options, NULL), DP_OK);
    ck_assert_ptr_null(network.quant);
    ck_assert_ptr_nonnull(network.params);
    ck_assert_int_eq(network.norm, DP_NORM_RAW);
    free(data);
    dp_network_clear(&network);
    dp_quant_unref(q);
    unlink(path());
}
END_TEST

/* ---- damage ---------------------------------------------------------------------------- */

typedef struct damage {
    const char *tensor;
    void (*harm)(dp_st_out *t); /* NULL: omit the tensor */
    const char *complaint;
} damage;

static float bad_float[64];
static int32_t bad_int[64];
static int8_t bad_bytes[5 * 980 * 20];

static void fill_floats(dp_st_out *t, float value)
{
    for (size_t i = 0; i < t->count; i++)
        bad_float[i] = i == t->count - 1 ? value : 0.01f;
    t->data = bad_float;
}

static void zero_float(dp_st_out *t)
{
    fill_floats(t, 0);
}

static void negative(dp_st_out *t)
{
    fill_floats(t, -0.01f);
}

static void not_a_number(dp_st_out *t)
{
    fill_floats(t, NAN);
}

static void infinite(dp_st_out *t)
{
    fill_floats(t, INFINITY);
}

static void tiny(dp_st_out *t)
{
    fill_floats(t, 1e-44f);
}

static void huge(dp_st_out *t)
{
    fill_floats(t, 3e38f);
}

static void other_pixel_scale(dp_st_out *t)
{
    fill_floats(t, 1 / 254.0f);
}

static void zero_point(dp_st_out *t, int32_t value)
{
    bad_int[0] = value;
    t->dtype = DP_I32;
    t->data = bad_int;
}

static void zero_point_256(dp_st_out *t)
{
    zero_point(t, 256);
}

static void zero_point_below(dp_st_out *t)
{
    zero_point(t, -1);
}

static void large_bias(dp_st_out *t)
{
    bad_int[0] = INT32_MIN;
    t->data = bad_int;
}

static void as_floats(dp_st_out *t)
{
    t->dtype = DP_F32;
    t->data = bad_bytes;
}

static void as_bytes(dp_st_out *t)
{
    t->dtype = DP_U8;
    t->data = bad_bytes;
}

static void other_shape(dp_st_out *t)
{
    t->dim[0]--;
    t->count = 1;
    for (int d = 0; d < t->rank; d++)
        t->count *= (size_t)t->dim[d];
}

static void other_name(dp_st_out *t)
{
    strcpy(t->name, "9.scale");
}

static const damage damages[] = {
    { "0.weight", NULL, "tensor '0.weight' is missing" },
    { "0.scale", NULL, "tensor '0.scale' is missing" },
    { "0.bias", NULL, "tensor '0.bias' is missing" },
    { "0.in_scale", NULL, "tensor '0.in_scale' is missing" },
    { "1.in_zero", NULL, "tensor '1.in_zero' is missing" },
    { "0.weight", as_floats, "tensor '0.weight': dtype is F32, not I8" },
    { "0.weight", as_bytes, "tensor '0.weight': dtype is U8, not I8" },
    { "0.scale", as_bytes, "tensor '0.scale': dtype is U8, not F32" },
    { "0.bias", as_floats, "tensor '0.bias': dtype is F32, not I32" },
    { "0.in_zero", as_floats, "tensor '0.in_zero': dtype is F32, not U8" },
    { "0.weight", other_shape, "tensor '0.weight': its shape does not match" },
    { "0.scale", other_shape, "tensor '0.scale': its shape does not match" },
    { "0.bias", other_shape, "tensor '0.bias': its shape does not match" },
    { "0.scale", other_name, "tensor '0.scale' is missing" },
    { "0.scale", zero_float, "0.scale[4] is not a positive number" },
    { "0.scale", negative, "0.scale[4] is not a positive number" },
    { "0.scale", not_a_number, "tensor '0.scale'" },
    { "0.scale", infinite, "tensor '0.scale'" },
    { "0.scale", tiny, "0.scale[4] is not a positive number" },
    { "0.scale", huge, "0.scale[4] is not a positive number" },
    { "1.in_scale", zero_float, "1.in_scale is not a positive number" },
    { "1.in_scale", negative, "1.in_scale is not a positive number" },
    { "1.in_scale", not_a_number, "tensor '1.in_scale'" },
    { "0.in_scale", other_pixel_scale, "does not take pixels of norm unit" },
    { "1.in_zero", zero_point_256, "1.in_zero is 256, not 0 to 255" },
    { "1.in_zero", zero_point_below, "1.in_zero is -1, not 0 to 255" },
    { "0.bias", large_bias, "0: sums of channel 0 overflow 32 bits" },
};

enum { N_DAMAGES = DP_COUNT(damages) };

/* Write q with this damage. */
static void write_damaged(const dp_quant *q, const damage *d)
{
    dp_st_out tensor[DP_INT8_FILE_TENSORS], kept[DP_INT8_FILE_TENSORS];
    uint8_t zero[DP_MAX_LAYERS];
    char arch[DP_MAX_SPEC_TEXT];
    const int n = dp_int8_file_list(tensor, zero, q);
    int n_kept = 0;
    bool found = false;
    for (int i = 0; i < n; i++) {
        const bool it = strcmp(tensor[i].name, d->tensor) == 0;
        found = found || it;
        if (it && d->harm)
            d->harm(&tensor[i]);
        if (!it || d->harm)
            kept[n_kept++] = tensor[i];
    }
    ck_assert(found);
    dp_spec_format(arch, sizeof arch, &q->spec);
    const dp_st_pair meta[] = { { "digitpad.arch", arch },
                                { "digitpad.norm", "unit" },
                                { "digitpad.quant", DP_INT8_FILE_FORM } };
    ck_assert_int_eq(dp_safetensors_write(path(), meta, 3, kept, n_kept, NULL), DP_OK);
}

START_TEST(damaged_files_are_refused)
{
    dp_quant *q = make(DP_NORM_UNIT);
    const dp_network_file_options options = { 0 };
    for (int i = 0; i < N_DAMAGES; i++) {
        dp_network network;
        dp_err err = { DP_OK, "" };
        size_t size;
        write_damaged(q, &damages[i]);
        unsigned char *data = read_all(&size);
        ck_assert_msg(dp_network_file_read(&network, data, size, &options, &err) ==
                          DP_MODEL,
                      "%d: %s", i, damages[i].complaint);
        ck_assert_msg(strstr(err.msg, damages[i].complaint) != NULL,
                      "%d: '%s' is not '%s'", i, err.msg, damages[i].complaint);
        free(data);
    }
    dp_quant_unref(q);
    unlink(path());
}
END_TEST

/* ---- chains that cannot be quantised --------------------------------------------------- */

static void check_refused(const char *chain_text, const char *complaint)
{
    static const uint8_t pixels[DP_PIXELS];
    chain c = chain_make(chain_text, (dp_shape){ 1, DP_SIDE, DP_SIDE });
    dp_quant *q;
    dp_err err = { DP_OK, "" };
    ck_assert_int_eq(dp_quantize(&q, &c.spec, c.params, DP_NORM_UNIT,
                                 &(dp_calibration){ .pixels = pixels, .n = 1 }, &err),
                     DP_MODEL);
    ck_assert_msg(strstr(err.msg, complaint) != NULL, "'%s' is not '%s'", err.msg,
                  complaint);
    chain_clear(&c);
}

START_TEST(unsupported_chains_are_refused)
{
    check_refused("flatten | dense 5 | softmax | dense 10", "layer 2 (softmax)");
    check_refused("flatten | relu", "no layer has weights");
}
END_TEST

/* ---- channels of zeros ------------------------------------------------------------------- */

START_TEST(a_channel_of_zeros_outputs_its_bias)
{
    static const uint8_t pixels[DP_PIXELS] = { 9, 8, 7 };
    chain c = chain_make("flatten | dense 3 | relu | dense 10", (dp_shape){ 1, 28, 28 });
    dp_quant *q;
    memset(c.params, 0, c.layout.count * sizeof *c.params);
    c.params[c.layout.count - 1] = 0.75f;
    ck_assert_int_eq(dp_quantize(&q, &c.spec, c.params, DP_NORM_UNIT,
                                 &(dp_calibration){ .pixels = pixels, .n = 1 }, NULL),
                     DP_OK);
    float floats[784 * 3 + 3 + 30 + 10];
    ck_assert_uint_eq(q->layout.count, DP_COUNT(floats));
    dp_quant_floats(floats, q);
    for (size_t i = 0; i + 1 < q->layout.count; i++)
        ck_assert(floats[i] == 0);
    ck_assert(fabsf(floats[q->layout.count - 1] - 0.75f) < 1e-6f);
    dp_quant_unref(q);
    chain_clear(&c);
}
END_TEST

UNIT_MAIN("int8_file", files_are_read_as_written, another_input_scale_gives_floats,
          damaged_files_are_refused, unsupported_chains_are_refused,
          a_channel_of_zeros_outputs_its_bias)

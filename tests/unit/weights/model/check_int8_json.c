/* The int8 JSON of multilayer perceptrons, and base64. */
#include "config.h"

#include "engine/core/arith.h"

#include "tests/unit/unit.h"
#include "weights/io/base64.h"
#include "weights/model/int8_json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- base64 -------------------------------------------------------------------------- */

START_TEST(base64_of_the_standard)
{
    /* RFC 4648, section 10. */
    static const char *const texts[] = { "",         "Zg==",     "Zm8=",    "Zm9v",
                                         "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
    for (size_t n = 0; n <= 6; n++) {
        char text[16];
        unsigned char bytes[8];
        dp_base64_encode(text, (const unsigned char *)"foobar", n);
        ck_assert_str_eq(text, texts[n]);
        ck_assert(dp_base64_decode(bytes, n, text, strlen(text)));
        ck_assert_mem_eq(bytes, "foobar", n);
    }
}
END_TEST

START_TEST(invalid_base64_is_refused)
{
    unsigned char bytes[8];
    ck_assert(!dp_base64_decode(bytes, 3, "Zm9", 3));
    ck_assert(!dp_base64_decode(bytes, 3, "Zm9vZm9v", 8));
    ck_assert(!dp_base64_decode(bytes, 3, "Zm9=", 4));
    ck_assert(!dp_base64_decode(bytes, 3, "Zm-v", 4));
    ck_assert(!dp_base64_decode(bytes, 3, "Zm\0v", 4));
    ck_assert(!dp_base64_decode(bytes, 2, "Zm8A", 4));
    ck_assert(!dp_base64_decode(bytes, 1, "Z===", 4));
}
END_TEST

/* ---- networks ------------------------------------------------------------------------ */

static const char chain[] = "flatten | dense 5 | relu | dense 4 | relu | dense 10";

/* The weights are multiples of 1/64 with a maximum of 127/64, so int8 represents them
 * exactly. */
static void make_network(dp_network *n, const char *text, dp_norm norm)
{
    dp_params layout;
    dp_err err;
    *n = (dp_network){ .norm = norm, .norm_known = true };
    ck_assert_msg(!dp_spec_parse(&n->spec, text, (dp_shape){ 1, DP_SIDE, DP_SIDE }, &err),
                  "%s", err.msg);
    ck_assert_int_eq(dp_params_layout(&layout, &n->spec, &err), DP_OK);
    n->params = malloc(layout.count * sizeof *n->params);
    for (size_t i = 0; i < layout.count; i++)
        n->params[i] = ((float)(i * 61 % 255) - 127) / 64;
    for (int i = 0; i < layout.n; i++)
        if (layout.param[i].role == DP_WEIGHT)
            n->params[layout.param[i].offset] = 127.0f / 64;
}

static dp_code read_text(dp_network *out, const char *text, dp_err *err)
{
    return dp_int8_json_read(out, (const unsigned char *)text, strlen(text), err);
}

START_TEST(quantised_weights_are_read_exactly)
{
    dp_network before, after;
    dp_params layout;
    char *text, *again;
    size_t size, again_size;
    dp_err err;
    make_network(&before, chain, DP_NORM_UNIT);
    ck_assert_int_eq(dp_params_layout(&layout, &before.spec, &err), DP_OK);
    ck_assert_int_eq(dp_network_add_meta(&before, "digitpad.accuracy",
                                         "strokes_test=0.97 test=0.9825", &err),
                     DP_OK);
    ck_assert_msg(!dp_int8_json_write(&text, &size, &before, "pen", &err), "%s", err.msg);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_ptr_nonnull(strstr(text, "{\"name\":\"pen\",\"arch\":\"784-5-4-10\","
                                       "\"params\":3999,\"testAccuracy\":0.9825,"));
    ck_assert_msg(!read_text(&after, text, &err), "%s", err.msg);
    char spec[DP_MAX_SPEC_TEXT];
    dp_spec_format(spec, sizeof spec, &after.spec);
    ck_assert_str_eq(spec, chain);
    ck_assert_mem_eq(after.params, before.params, layout.count * sizeof(float));
    ck_assert(after.norm_known);
    ck_assert_int_eq(after.norm, DP_NORM_UNIT);
    ck_assert_msg(!dp_int8_json_write(&again, &again_size, &after, "pen", &err), "%s",
                  err.msg);
    ck_assert(strcmp(again, text) == 0); /* too long for a message */
    free(text);
    free(again);
    dp_network_clear(&before);
    dp_network_clear(&after);
}
END_TEST

/* The first layer's outputs for an image whose rows are all equal. */
static void first_layer(double out[5], const dp_network *n)
{
    float table[256];
    dp_norm_table(table, n->norm);
    for (int o = 0; o < 5; o++) {
        out[o] = (double)n->params[5 * 784 + o];
        for (int i = 0; i < 784; i++)
            out[o] += (double)n->params[o * 784 + i] * (double)table[i % 256];
    }
}

START_TEST(other_input_scales_are_merged)
{
    for (int norm = 0; norm < DP_NORM_COUNT; norm++) {
        dp_network before, after;
        double want[5], have[5];
        char *text;
        size_t size;
        dp_err err;
        make_network(&before, chain, (dp_norm)norm);
        ck_assert_int_eq(dp_int8_json_write(&text, &size, &before, "x", &err), DP_OK);
        ck_assert_msg(!read_text(&after, text, &err), "%s", err.msg);
        first_layer(want, &before);
        first_layer(have, &after);
        for (int o = 0; o < 5; o++)
            ck_assert_double_eq_tol(have[o], want[o], 1e-5 * (fabs(want[o]) + 100));
        free(text);
        dp_network_clear(&before);
        dp_network_clear(&after);
    }
}
END_TEST

START_TEST(an_average_pooling_becomes_weights)
{
    dp_network before, after;
    char *text;
    size_t size;
    dp_err err;
    make_network(&before,
                 "avgpool 2x4 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
                 DP_NORM_UNIT);
    ck_assert_msg(!dp_int8_json_write(&text, &size, &before, "x", &err), "%s", err.msg);
    ck_assert_msg(!read_text(&after, text, &err), "%s", err.msg);
    for (int o = 0; o < 5; o++)
        for (int i = 0; i < 784; i++) {
            const float pooled = before.params[o * 98 + i / 28 / 2 * 7 + i % 28 / 4];
            ck_assert_double_eq_tol((double)after.params[o * 784 + i], (double)pooled / 8,
                                    1e-6);
        }
    ck_assert_mem_eq(after.params + 5 * 784, before.params + 5 * 98,
                     (5 + 5 * 4 + 4 + 4 * 10 + 10) * sizeof(float));
    free(text);
    dp_network_clear(&before);
    dp_network_clear(&after);
}
END_TEST

START_TEST(only_three_dense_layers_are_written)
{
    static const char *const others[] = {
        "flatten | dense 5 | relu | dense 10",
        "flatten | dense 5 | gelu | dense 4 | relu | dense 10",
        "flatten | dense 5 | dense 4 | relu | dense 10",
        "flatten | dense 5 | relu | dense 4 | relu | dense 10 | relu",
        "conv 2 5 stride=4 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "flatten | dense 5 | relu | dense 4 | relu | dense 4 | relu | dense 10",
        "avgpool 3 stride=2 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 4x2 stride=4x1 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 3x2 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 2x3 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 4 pad=2 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 4 pad=0x2x2x2 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 4 pad=0x0x2x2 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 4 pad=0x0x0x2 | flatten | dense 5 | relu | dense 4 | relu | dense 10",
        "avgpool 4 | flatten | relu | dense 5 | relu | dense 4 | relu | dense 10",
    };
    for (size_t i = 0; i < DP_COUNT(others); i++) {
        dp_network n;
        char *text;
        size_t size;
        dp_err err;
        make_network(&n, others[i], DP_NORM_UNIT);
        ck_assert_int_eq(dp_int8_json_write(&text, &size, &n, "x", &err), DP_MODEL);
        ck_assert_str_eq(err.msg,
                         "JSON can hold only three dense layers with ReLU between them, "
                         "and an average pooling before them");
        dp_network_clear(&n);
    }
}
END_TEST

/* ---- damaged files ------------------------------------------------------------------- */

/* One layer of 784 × 10 zeros, with parts of the text replaced. */
static char *make_text(const char *layer_start, const char *biases, const char *head)
{
    size_t length = dp_base64_length(7840);
    char *text = malloc(length + 512), *p = text;
    p += sprintf(p, "{%s\"layers\":[{%s,\"w\":\"", head, layer_start);
    unsigned char *zeros = calloc(7840, 1);
    dp_base64_encode(p, zeros, 7840);
    free(zeros);
    sprintf(p + length, "\",\"b\":%s}]}", biases);
    return text;
}

static void expect(const char *layer, const char *biases, const char *head,
                   const char *says)
{
    char *text = make_text(layer, biases, head);
    dp_network n;
    dp_err err = { 0 };
    dp_code code = read_text(&n, text, &err);
    if (says) {
        ck_assert_int_eq(code, DP_MODEL);
        ck_assert_str_eq(err.msg, says);
    } else {
        ck_assert_msg(code == DP_OK, "%s", err.msg);
        dp_network_clear(&n);
    }
    free(text);
}

#define SHAPE "\"rows\":784,\"cols\":10"
#define ZEROS "[0,0,0,0,0,0,0,0,0,0]"

START_TEST(damaged_files_are_refused_with_the_place)
{
    expect(SHAPE ",\"scale\":0.5", ZEROS, "", NULL);
    expect(SHAPE ",\"scale\":0.5", ZEROS, "\"arch\":\"784-10\",\"params\":7850,", NULL);
    expect(SHAPE ",\"scale\":0.5", ZEROS, "\"arch\":\"784-9-10\",",
           "arch: 784-9-10 does not match the layers, 784-10");
    expect(SHAPE ",\"scale\":0.5", ZEROS, "\"params\":7851,",
           "params: 7851 do not match the layers' 7850");
    expect(SHAPE ",\"scale\":-1", ZEROS, "",
           "layers[0]: scale: not a number from 0 to 1e30");
    expect(SHAPE, ZEROS, "", "layers[0]: scale: not a number from 0 to 1e30");
    expect("\"rows\":783,\"cols\":10,\"scale\":1", ZEROS, "",
           "layers[0]: rows: 783 do not match the 784 inputs of the layer");
    expect("\"rows\":784,\"cols\":11,\"scale\":1", ZEROS, "",
           "layers[0]: w: not 8624 bytes in base64");
    expect("\"rows\":784,\"cols\":99999999999,\"scale\":1", ZEROS, "",
           "layers[0]: cols: not an integer from 1 to 16777216");
    expect("\"rows\":784,\"cols\":1e1,\"scale\":1", ZEROS, "",
           "layers[0]: cols: not an integer from 1 to 16777216");
    expect(SHAPE ",\"scale\":1", "[0,0,0]", "",
           "layers[0]: b: not an array of 10 numbers");
    expect(SHAPE ",\"scale\":1", "[0,0,0,0,0,0,0,0,0,\"x\"]", "",
           "layers[0]: b[9]: not a number below 1e30");
    expect(SHAPE ",\"scale\":1,\"scale\":2", ZEROS, "", /* of jansson */
           "line 1, column 50: duplicate object key near '\"scale\"'");
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    char *text = make_text(SHAPE ",\"scale\":1", ZEROS, "");
    size_t size = strlen(text);
    for (size_t n = 0; n<size; n += n> 64 && n + 200 < size ? 97 : 1) {
        dp_network network;
        dp_err err;
        ck_assert_int_eq(
            dp_int8_json_read(&network, (const unsigned char *)text, n, &err), DP_MODEL);
    }
    free(text);
}
END_TEST

UNIT_MAIN("int8_json", base64_of_the_standard, invalid_base64_is_refused,
          quantised_weights_are_read_exactly, other_input_scales_are_merged,
          an_average_pooling_becomes_weights, only_three_dense_layers_are_written,
          damaged_files_are_refused_with_the_place, every_truncation_is_refused)

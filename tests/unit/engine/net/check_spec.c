#include "config.h"

#include "engine/net/params.h"
#include "engine/net/scores.h"
#include "engine/net/spec.h"
#include "tests/unit/unit.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const dp_shape digit = { 1, 28, 28 };

static dp_spec parsed(const char *text, dp_shape in)
{
    dp_spec spec;
    dp_err err;
    if (dp_spec_parse(&spec, text, in, &err) != DP_OK)
        ck_abort_msg("%s: %s", text, err.msg);
    return spec;
}

/* ---- text -------------------------------------------------------------------------- */

/* A text and its canonical form. */
static const char *const texts[][2] = {
    { "flatten|dense 10", "flatten | dense 10" },
    { "  conv\t32 3\n|relu ", "conv 32 3 | relu" },
    { "conv 8 3x5 pad=same", "conv 8 3x5 pad=1x2" },
    { "conv 8 3 dilation=2 pad=same", "conv 8 3 pad=2 dilation=2" },
    { "conv 8 3 pad=1x1x1x1 bias=1 groups=1 stride=1x1", "conv 8 3 pad=1" },
    { "conv 8 3 pad=0x1x2x1", "conv 8 3 pad=0x1x2x1" },
    { "conv 8 3 bias=0 stride=2x1", "conv 8 3 stride=2x1 bias=0" },
    { "bn eps=0.00001", "bn" },
    { "bn eps=1e-3", "bn eps=0.001" },
    { "leaky_relu slope=0.010", "leaky_relu" },
    { "leaky_relu slope=0.3333333", "leaky_relu slope=0.3333333" },
    { "elu alpha=1.0 | elu alpha=2.50", "elu | elu alpha=2.5" },
    { "selu | silu | hard_swish | hard_sigmoid | softplus | mish",
      "selu | silu | hard_swish | hard_sigmoid | softplus | mish" },
    { "maxpool 2 stride=2", "maxpool 2" },
    { "maxpool 3 stride=2 pad=1", "maxpool 3 stride=2 pad=1" },
    { "maxpool 3 stride=1 pad=same", "maxpool 3 stride=1 pad=1" },
    { "avgpool 2x4 count_pad=0", "avgpool 2x4 count_pad=0" },
    { "avgpool 2 count_pad=1", "avgpool 2" },
    { "dropout 0.25", "dropout 0.25" },
    { "dropout 00.5e-1", "dropout 0.05" },
    { "dropout .5", "dropout 0.5" },
    { "dropout 0.12345678901234", "dropout 0.12345679" },
    { "quantize 0.0039 zero=000", "quantize 0.0039" },
    { "quantize 1.0 zero=255", "quantize 1 zero=255" },
    { "flatten | unflatten 4 14", "flatten | unflatten 4 14" },
    { "flatten | unflatten 1 14x56", "flatten | unflatten 1 14x56" },
    { "gelu | gelu_tanh | sigmoid | tanh | global_avgpool | softmax",
      "gelu | gelu_tanh | sigmoid | tanh | global_avgpool | softmax" },
};

START_TEST(text_has_a_canonical_form)
{
    for (size_t i = 0; i < DP_COUNT(texts); i++) {
        char text[256], again[256];
        dp_spec spec = parsed(texts[i][0], digit);
        size_t length = dp_spec_format(text, sizeof text, &spec);
        ck_assert_str_eq(text, texts[i][1]);
        ck_assert_uint_eq(length, strlen(text));
        spec = parsed(text, digit);
        dp_spec_format(again, sizeof again, &spec);
        ck_assert_str_eq(again, text);
    }
}
END_TEST

START_TEST(format_is_cut_at_the_size)
{
    char text[8] = "xxxxxxx";
    dp_spec spec = parsed("flatten | dense 10", digit);
    ck_assert_uint_eq(dp_spec_format(text, sizeof text, &spec), 18);
    ck_assert_str_eq(text, "flatten");
    ck_assert_uint_eq(dp_spec_format(NULL, 0, &spec), 18);
}
END_TEST

START_TEST(numbers_ignore_the_locale)
{
    const char *const commas[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "C" };
    size_t i = 0;
    while (!setlocale(LC_ALL, commas[i]))
        i++;
    char text[64];
    dp_spec spec = parsed("dropout 0.125", digit);
    dp_spec_format(text, sizeof text, &spec);
    setlocale(LC_ALL, "C");
    ck_assert(spec.layer[0].value == 0.125f);
    ck_assert_str_eq(text, "dropout 0.125");
}
END_TEST

/* A malformed text and a part of its error message. */
static const char *const wrong[][2] = {
    { "", "layer 0" },
    { "flatten |", "layer 1" },
    { "flatten || dense 10", "layer 1" },
    { "flaten | dense 10", "\"flaten\"" },
    { "flatten | dense", "out is missing" },
    { "flatten | dense 0", "out must be" },
    { "flatten | dense -3", "out must be" },
    { "flatten | dense 10x2", "out must be" },
    { "flatten | dense 99999999999999999999", "out must be" },
    { "flatten | dense 10 bias=2", "bias must be" },
    { "flatten | dense 10 bias=", "bias must be" },
    { "flatten | dense 10 20", "\"20\"" },
    { "flatten | dense 10 pad=1", "unknown option \"pad\"" },
    { "dense 10", "flatten" },
    { "softmax", "flatten" },
    { "conv 8", "kernel is missing" },
    { "conv 8 0", "kernel must be" },
    { "conv 8 3x", "kernel must be" },
    { "conv 8 3x3x3", "kernel must be" },
    { "conv 8 3 pad=1x2x3", "pad must be" },
    { "conv 8 3 pad=1x2x3x4x5", "pad must be" },
    { "conv 8 3 pad=1 pad=2", "twice" },
    { "conv 8 4 pad=same", "odd kernel" },
    { "conv 8 3 stride=2 pad=same", "stride 1" },
    { "conv 8 3 pad=3", "padding" },
    { "conv 8 29", "larger" },
    { "conv 8 3 groups=2", "groups" },
    { "conv 8 3 stride=40", "stride" },
    { "conv 1048576 1", "too large" },
    { "conv 16384 1", "too large" },
    { "conv 1 1048576 pad=1048575", "too large" },
    { "maxpool 2 pad=2", "padding" },
    { "maxpool 40", "larger" },
    { "dropout", "rate is missing" },
    { "dropout 1", "rate must be" },
    { "dropout nan", "rate must be" },
    { "dropout 1e-99", "rate must be" },
    { "dropout -0.1", "rate must be" },
    { "dropout +0.1", "rate must be" },
    { "dropout 1E-1", "rate must be" },
    { "dropout 0e61", "rate must be" },
    { "dropout 0.123456789012345", "rate must be" },
    { "leaky_relu slope=0x1p-3", "slope must be" },
    { "elu alpha=100", "alpha must be" },
    { "silu alpha=1", "unknown option \"alpha\"" },
    { "relu inplace", "unexpected word \"inplace\"; relu has no options" },
    { "leaky_relu 0.01",
      "unexpected word \"0.01\"; options are KEY=VALUE, such as slope=0.01" },
    { "flatten | unflatten 4 15", "the input has 784 x 1 x 1 values" },
    { "flatten | unflatten 1048576 1048576", "the input has 784 x 1 x 1 values" },
    { "quantize", "step is missing" },
    { "quantize 0", "step must be" },
    { "quantize 1 zero=256", "zero must be a whole number from 0 to 255" },
};

START_TEST(malformed_texts_are_refused_with_the_reason)
{
    for (size_t i = 0; i < DP_COUNT(wrong); i++) {
        dp_spec spec = { .n_layers = 77 };
        dp_err err = { 0 };
        ck_assert_int_eq(dp_spec_parse(&spec, wrong[i][0], digit, &err), DP_USAGE);
        if (!strstr(err.msg, wrong[i][1]))
            ck_abort_msg("\"%s\": %s", wrong[i][0], err.msg);
        ck_assert_int_eq(spec.n_layers, 77);
    }
}
END_TEST

START_TEST(messages_name_the_layer)
{
    dp_spec spec;
    dp_err err;
    ck_assert_int_eq(dp_spec_parse(&spec, "conv 8 3 | relu | conv 4 30", digit, &err),
                     DP_USAGE);
    ck_assert_str_eq(err.msg,
                     "layer 2 (conv 4 30): the kernel is larger than the 26 x 26 image");
}
END_TEST

START_TEST(lengths_are_limited)
{
    char text[DP_MAX_SPEC_TEXT + 100] = "relu";
    dp_spec spec;
    for (int i = 1; i < DP_MAX_LAYERS; i++)
        strcat(text, "|relu");
    ck_assert_int_eq(dp_spec_parse(&spec, text, digit, NULL), DP_OK);
    ck_assert_int_eq(spec.n_layers, DP_MAX_LAYERS);
    strcat(text, "|relu");
    ck_assert_int_eq(dp_spec_parse(&spec, text, digit, NULL), DP_USAGE);
    memset(text, ' ', sizeof text);
    strcpy(text + DP_MAX_SPEC_TEXT - 3, "relu");
    ck_assert_int_eq(dp_spec_parse(&spec, text, digit, NULL), DP_USAGE);
    ck_assert_int_eq(dp_spec_parse(&spec, text + 1, digit, NULL), DP_OK);
}
END_TEST

/* ---- shapes ------------------------------------------------------------------------ */

static const struct {
    const char *text;
    dp_shape in, out;
} shapes[] = {
    { "conv 32 3", { 1, 28, 28 }, { 32, 26, 26 } },
    { "conv 32 5 pad=same", { 1, 28, 28 }, { 32, 28, 28 } },
    { "conv 6 3 stride=2 pad=1", { 3, 28, 27 }, { 6, 14, 14 } },
    { "conv 6 3x2 dilation=2x3", { 3, 9, 8 }, { 6, 5, 5 } },
    { "conv 6 1 groups=3", { 3, 9, 8 }, { 6, 9, 8 } },
    { "maxpool 2", { 4, 7, 8 }, { 4, 3, 4 } },
    { "maxpool 3 stride=2 pad=1", { 4, 7, 8 }, { 4, 4, 4 } },
    { "avgpool 3 stride=1 pad=0x1x1x0", { 4, 7, 8 }, { 4, 6, 7 } },
    { "global_avgpool", { 5, 7, 8 }, { 5, 1, 1 } },
    { "flatten", { 5, 7, 8 }, { 280, 1, 1 } },
    { "dense 9", { 5, 1, 1 }, { 9, 1, 1 } },
    { "bn", { 5, 7, 8 }, { 5, 7, 8 } },
};

START_TEST(shapes_are_inferred)
{
    for (size_t i = 0; i < DP_COUNT(shapes); i++) {
        dp_spec spec = parsed(shapes[i].text, shapes[i].in);
        ck_assert_mem_eq(&spec.shape[1], &shapes[i].out, sizeof(dp_shape));
    }
}
END_TEST

START_TEST(invalid_input_shapes_are_refused)
{
    const dp_shape inputs[] = { { 0, 28, 28 },
                                { 1, -1, 28 },
                                { 1 << 12, 1 << 12, 1 },
                                { 1 << 30, 1 << 30, 1 << 30 } };
    for (size_t i = 0; i < DP_COUNT(inputs); i++) {
        dp_spec spec;
        ck_assert_int_eq(dp_spec_parse(&spec, "relu", inputs[i], NULL), DP_USAGE);
    }
}
END_TEST

START_TEST(inference_drops_dropout)
{
    dp_spec spec =
        parsed("dropout 0.1 | conv 4 3 | dropout 0.2 | flatten | dense 10", digit);
    dp_spec plain;
    int kept[DP_MAX_LAYERS];
    char text[128];
    dp_spec_inference(&plain, &spec, kept);
    dp_spec_format(text, sizeof text, &plain);
    ck_assert_str_eq(text, "conv 4 3 | flatten | dense 10");
    ck_assert_int_eq(kept[0], 1);
    ck_assert_int_eq(kept[1], 3);
    ck_assert_int_eq(kept[2], 4);
    ck_assert_int_eq(plain.shape[0].h, 28);
    ck_assert_int_eq(plain.shape[1].c, 4);
    ck_assert_int_eq(plain.shape[3].c, 10);
}
END_TEST

START_TEST(macs_agree_with_the_papers)
{
    dp_spec mlp = parsed("flatten|dense 128|relu|dense 64|relu|dense 10", digit);
    ck_assert_uint_eq(dp_spec_macs(&mlp), 784 * 128 + 128 * 64 + 64 * 10);
    dp_spec cnn =
        parsed("conv 64 3|gelu|maxpool 2|conv 64 3 groups=4|flatten|dense 10", digit);
    ck_assert_uint_eq(dp_spec_macs(&cnn),
                      64 * 26 * 26 * 9 + 64 * 11 * 11 * 16 * 9 + 64 * 11 * 11 * 10);
}
END_TEST

/* ---- parameters -------------------------------------------------------------------- */

START_TEST(parameters_are_laid_out_in_order)
{
    dp_spec spec = parsed("conv 4 3x2 groups=2 bias=0 | bn | flatten | dense 10",
                          (dp_shape){ 2, 5, 5 });
    dp_params layout;
    ck_assert_int_eq(dp_params_layout(&layout, &spec, NULL), DP_OK);
    const struct {
        int layer;
        const char *role;
        int rank, dim[4];
    } wanted[] = {
        { 0, "weight", 4, { 4, 1, 3, 2 } },
        { 1, "gamma", 1, { 4 } },
        { 1, "beta", 1, { 4 } },
        { 1, "running_mean", 1, { 4 } },
        { 1, "running_var", 1, { 4 } },
        { 3, "weight", 2, { 10, 48 } },
        { 3, "bias", 1, { 10 } },
    };
    size_t offset = 0;
    ck_assert_int_eq(layout.n, 7);
    for (int i = 0; i < 7; i++) {
        const dp_param *p = &layout.param[i];
        ck_assert_int_eq(p->layer, wanted[i].layer);
        ck_assert_str_eq(dp_role_name(p->role), wanted[i].role);
        ck_assert_int_eq(p->rank, wanted[i].rank);
        ck_assert_mem_eq(p->dim, wanted[i].dim, (size_t)p->rank * sizeof(int));
        ck_assert_uint_eq(p->offset, offset);
        offset += p->count;
    }
    ck_assert_uint_eq(layout.count, offset);
    ck_assert_uint_eq(layout.trainable, offset - 8);
}
END_TEST

START_TEST(parameter_counts_agree_with_the_papers)
{
    dp_spec spec =
        parsed("conv 64 3|bn|relu|maxpool 2|conv 64 3|bn|relu|maxpool 2|flatten|"
               "dense 128|gelu|dense 128|gelu|dense 10",
               digit);
    dp_params layout;
    ck_assert_int_eq(dp_params_layout(&layout, &spec, NULL), DP_OK);
    ck_assert_uint_eq(layout.trainable, 260554);
    ck_assert_uint_eq(layout.count, 260810);
}
END_TEST

START_TEST(the_last_layer_tells_the_scores)
{
    static const struct {
        const char *text;
        dp_scores scores;
    } cases[] = {
        { "flatten | dense 10", DP_SCORES_LOGITS },
        { "flatten | dense 10 | bn", DP_SCORES_LOGITS },
        { "conv 10 5 | relu | global_avgpool", DP_SCORES_LOGITS },
        { "flatten | dense 10 | softmax", DP_SCORES_LOGITS },
        { "flatten | dense 10 | sigmoid", DP_SCORES_SHARES },
        { "conv 10 28 | hard_sigmoid | flatten | dropout 0.1", DP_SCORES_SHARES },
        { "flatten | dense 10 | sigmoid | quantize 0.01", DP_SCORES_SHARES },
        { "flatten | dense 10 | tanh", DP_SCORES_RANKS },
        { "flatten | dense 10 | relu", DP_SCORES_RANKS },
        { "flatten | dense 10 | softplus", DP_SCORES_RANKS },
        { "flatten", DP_SCORES_LOGITS },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        dp_spec spec = parsed(cases[i].text, digit);
        ck_assert_msg(dp_scores_of(&spec) == cases[i].scores, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(too_many_parameters_are_refused)
{
    dp_spec spec = parsed("flatten | dense 20000 | dense 20000", digit);
    dp_params layout = { .n = 77 };
    ck_assert_int_eq(dp_params_layout(&layout, &spec, NULL), DP_MODEL);
    ck_assert_int_eq(layout.n, 77);
}
END_TEST

UNIT_MAIN("spec", text_has_a_canonical_form, format_is_cut_at_the_size,
          numbers_ignore_the_locale, malformed_texts_are_refused_with_the_reason,
          messages_name_the_layer, lengths_are_limited, shapes_are_inferred,
          invalid_input_shapes_are_refused, inference_drops_dropout,
          macs_agree_with_the_papers, parameters_are_laid_out_in_order,
          parameter_counts_agree_with_the_papers, the_last_layer_tells_the_scores,
          too_many_parameters_are_refused)

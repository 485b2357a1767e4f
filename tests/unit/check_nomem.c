/* Make each allocation in reading and writing models, and in predicting, fail once: the result must be an error,
 * without a leak and without a file left behind. */
#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/nomem.h"
#include "weights/images/image.h"
#include "weights/library/digitpad.h"
#include "weights/model/model_read.h"
#include "weights/safetensors/network_file.h"
#include "weights/store/network_model.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if DP_SHORT_MEMORY
static dp_code open_carried(dp_err *err)
{
    dp_model *model;
    dp_code code = dp_store_open(&model, "mlp", NULL, err);
    if (!code)
        dp_model_unref(model);
    return code;
}

START_TEST(opening_a_carried_model)
{
    ck_assert_int_gt(fail_each(open_carried), 20);
}
END_TEST

static const char foreign[] =
    "{\"__metadata__\":{\"format\":\"pt\"},"
    "\"fc.kernel\":{\"dtype\":\"F16\",\"shape\":[4,2],\"data_offsets\":[0,16]},"
    "\"fc.bias\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[16,20]}}"
    "01234567890123456789";

static dp_code open_foreign(dp_err *err)
{
    const dp_network_file_options options = { .arch = "avgpool 14 | flatten | dense 2",
                                              .norm_given = true };
    unsigned char file[8 + sizeof foreign] = { sizeof foreign - 1 - 20 };
    memcpy(file + 8, foreign, sizeof foreign);
    dp_network network;
    dp_code code =
        dp_network_file_read(&network, file, 8 + sizeof foreign - 1, &options, err);
    if (code)
        return code;
    dp_model *model;
    code = dp_network_model(&model, &network, "f", NULL, err);
    if (!code)
        dp_model_unref(model);
    dp_network_clear(&network);
    return code;
}

START_TEST(opening_a_foreign_model)
{
    ck_assert_int_gt(fail_each(open_foreign), 20);
}
END_TEST

/* A chain that is not in the file. The means of its batch norm, all positive, say that it follows the
 * function. */
static const char guessed[] =
    "{\"conv.weight\":{\"dtype\":\"F16\",\"shape\":[8,1,5,5],\"data_offsets\":[0,400]},"
    "\"bn.weight\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[400,416]},"
    "\"bn.bias\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[416,432]},"
    "\"bn.running_mean\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[432,448]},"
    "\"bn.running_var\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[448,464]},"
    "\"fc.weight\":{\"dtype\":\"F16\",\"shape\":[10,1152],\"data_offsets\":[464,23504]}}";

static dp_code guess_chain(dp_err *err)
{
    unsigned char file[8 + sizeof guessed - 1 + 23504];
    char text[DP_MAX_SPEC_TEXT];
    dp_network network;
    memset(file, 0x3c, sizeof file); /* as F16: 1.06 */
    memcpy(file, (unsigned char[8]){ (sizeof guessed - 1) % 256, sizeof guessed / 256 },
           8);
    memcpy(file + 8, guessed, sizeof guessed - 1);
    dp_code code = dp_model_read(&network, file, sizeof file, NULL, err);
    if (code)
        return code;
    dp_spec_format(text, sizeof text, &network.spec);
    dp_network_clear(&network);
    if (strcmp(text,
               "conv 8 5 bias=0 | relu | bn | maxpool 2 | flatten | dense 10 bias=0"))
        return dp_fail(err, DP_INTERNAL, "%s", text);
    return DP_OK;
}

START_TEST(guessing_a_chain)
{
    ck_assert_int_gt(fail_each(guess_chain), 20);
}
END_TEST

#if HAVE_ONNX
static unsigned char onnx[4096];
static size_t onnx_size;
static dp_scores onnx_scores; /* of the output that must be chosen */

static dp_code read_onnx(dp_err *err)
{
    dp_network network;
    dp_code code = dp_model_read(&network, onnx, onnx_size, NULL, err);
    if (code)
        return code;
    const dp_scores scores = dp_network_scores(&network);
    dp_network_clear(&network);
    return scores == onnx_scores ? DP_OK : dp_fail(err, DP_INTERNAL, "another output");
}

/* Read a file of the corpus while each allocation fails. */
static void fail_onnx(const char *name, dp_scores scores)
{
    const char *srcdir = getenv("srcdir");
    char path[400];
    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/onnx/%s", srcdir ? srcdir : ".",
             name);
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f, "%s", path);
    onnx_size = fread(onnx, 1, sizeof onnx, f);
    fclose(f);
    onnx_scores = scores;
    ck_assert_int_gt(fail_each(read_onnx), 50);
}

START_TEST(reading_an_onnx_model)
{
    fail_onnx("good-conv", DP_SCORES_LOGITS);    /* its clip becomes layers of its own */
    fail_onnx("good-outputs", DP_SCORES_LOGITS); /* the digit, and its scores */
}
END_TEST
#endif

static char folder[300];
static dp_spec spec;
static float params[100];

static dp_code write_model(dp_err *err)
{
    static const dp_network_file_meta meta = { .train = "train", .accuracy = "accuracy" };
    char path[310];
    snprintf(path, sizeof path, "%s/m", folder);
    return dp_network_file_write(path, &spec, params, DP_NORM_UNIT, &meta, err);
}

START_TEST(writing_a_model)
{
    dp_err err;
    char path[310];
    snprintf(folder, sizeof folder, "%s/model", tempdir());
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    ck_assert_int_eq(dp_spec_parse(&spec, "avgpool 14 | flatten | dense 2",
                                   (dp_shape){ 1, 28, 28 }, &err),
                     DP_OK);
    ck_assert_int_gt(fail_each(write_model), 20);
    snprintf(path, sizeof path, "%s/m", folder);
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0); /* it is empty: no temporary file remains */
}
END_TEST

/* A picture and a drawing of a 1, as a program with libdigitpad predicts them. */
static int predict_two(digitpad_predictor *p, digitpad_error *error)
{
    enum { SIDE = 60 };
    uint8_t pixels[SIDE * SIDE] = { 0 };
    const float points[] = { 10, 0, 10, 15, 10, 30 };
    const size_t count_of[] = { 3 };
    digitpad_prediction picture, drawing;
    for (int y = 10; y < 50; y++)
        memset(pixels + y * SIDE + 28, 255, 5);
    int code = digitpad_predict_picture(&picture, p, pixels, SIDE, SIDE, error);
    if (!code)
        code = digitpad_predict_strokes(&drawing, p, points, count_of, 1, error);
    if (code || (picture.digit == 1 && drawing.digit == 1))
        return code;
    *error = (digitpad_error){ .code = DP_INTERNAL, .message = "a wrong answer" };
    return error->code;
}

static dp_code predict(dp_err *err)
{
    digitpad_error error;
    digitpad_model *model = NULL;
    digitpad_predictor *predictor = NULL;
    int code = digitpad_model_open(&model, "mlp", NULL, &error);
    if (!code)
        code = digitpad_predictor_create(&predictor, model, NULL, &error);
    if (!code)
        code = predict_two(predictor, &error);
    digitpad_predictor_free(predictor);
    digitpad_model_close(model);
    return code ? dp_fail(err, (dp_code)error.code, "%s", error.message) : DP_OK;
}

START_TEST(predicting)
{
    ck_assert_int_gt(fail_each(predict), 30);
}
END_TEST

static dp_code read_file(const char *path, dp_err *err)
{
    dp_source *source = NULL;
    dp_reader *reader = NULL;
    dp_record record = { .kind = DP_RECORD_END };
    dp_code code = dp_source_open(&source, path, err);
    if (!code)
        code = dp_reader_create(&reader, source, "ndjson", err);
    do {
        if (!code)
            code = dp_reader_next(&record, reader, err);
    } while (!code && record.kind != DP_RECORD_END);
    dp_reader_free(reader);
    dp_source_close(source);
    return code;
}

static dp_code read_drawings(dp_err *err)
{
    char path[310];
    snprintf(path, sizeof path, "%s/drawings", tempdir());
    return read_file(path, err);
}

START_TEST(reading_drawings)
{
    static const char text[] = "[{\"id\":\"a\",\"strokes\":[[[1,2],[3,4]]]},"
                               "{\"label\":3,\"strokes\":[[[1,2],[3,4.5]]]}]\n";
    char path[310];
    snprintf(path, sizeof path, "%s/drawings", tempdir());
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    ck_assert_int_gt(fail_each(read_drawings), 20);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        opening_a_carried_model,
        opening_a_foreign_model,
        guessing_a_chain,
#if HAVE_ONNX
        reading_an_onnx_model,
#endif
        writing_a_model,
        predicting,
        reading_drawings,
    };
    return unit_run("nomem", tests, DP_COUNT(tests));
}
#else
int main(void)
{
    puts("1..0 # SKIP allocations cannot be replaced here");
    return 0;
}
#endif

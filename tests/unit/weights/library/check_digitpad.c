/* The functions of digitpad.h: what they accept and refuse, and that equal inputs of different
 * forms have equal answers. tests/library compares the answers with those of the program. */
#include "config.h"

#include "engine/core/rng.h"
#include "tests/unit/unit.h"
#include "weights/data/png_write.h"
#include "weights/library/digitpad.h"
#include "weights/store/carried.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = 784 };

static digitpad_error error;

static digitpad_model *open_model(const char *name)
{
    digitpad_model *model = NULL;
    const int code = digitpad_model_open(&model, name, NULL, &error);
    ck_assert_msg(code == DIGITPAD_OK, "%s", error.message);
    return model;
}

/* A predictor of "cnn", which is closed at once; options may be NULL. */
static digitpad_predictor *create(const digitpad_options *options)
{
    digitpad_model *model = open_model("cnn");
    digitpad_predictor *p = NULL;
    const int code = digitpad_predictor_create(&p, model, options, &error);
    ck_assert_msg(code == DIGITPAD_OK, "%s", error.message);
    digitpad_model_close(model);
    return p;
}

static void assert_error(int code, int wanted, const char *message)
{
    ck_assert_int_eq(code, wanted);
    ck_assert_int_eq(error.code, wanted);
    ck_assert_str_eq(error.message, message);
}

/* Two predictions have the same bits. */
static void assert_same(const digitpad_prediction *a, const digitpad_prediction *b)
{
    ck_assert_mem_eq(a, b, sizeof *a);
}

/* Images of noise with a bar. */
static uint8_t *make_images(size_t n)
{
    uint8_t *pixels = calloc(n, PIXELS);
    ck_assert_ptr_nonnull(pixels);
    dp_rng rng = dp_rng_stream(1, 2, 3);
    for (size_t i = 0; i < n; i++)
        for (int y = 5; y < 23; y++)
            for (int x = 12; x < 15; x++)
                pixels[i * PIXELS + (size_t)(y * 28 + x)] =
                    (uint8_t)(255 * dp_rng_uniform(&rng));
    return pixels;
}

/* ---- models ------------------------------------------------------------------------ */

START_TEST(the_version_is_that_of_the_program)
{
    ck_assert_str_eq(DIGITPAD_VERSION, PACKAGE_VERSION);
    ck_assert_str_eq(digitpad_version(), PACKAGE_VERSION);
}
END_TEST

START_TEST(models_open_by_name_and_by_bytes)
{
    digitpad_model *model = open_model(NULL);
    ck_assert_str_eq(digitpad_model_name(model), "cnn");
    ck_assert_int_eq(digitpad_model_norm_is_assumed(model), 0);
    digitpad_model_close(model);
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        unsigned char *copy = malloc(c->size);
        memcpy(copy, c->data, c->size);
        ck_assert_int_eq(digitpad_model_open_bytes(&model, copy, c->size, NULL, &error),
                         DIGITPAD_OK);
        free(copy);
        ck_assert_str_eq(digitpad_model_name(model), "bytes");
        digitpad_model_close(model);
    }
    digitpad_model_close(NULL);
}
END_TEST

START_TEST(bad_models_are_refused)
{
    digitpad_model *model = NULL;
    assert_error(digitpad_model_open(&model, "resnet", NULL, &error), DIGITPAD_MODEL,
                 "resnet: no model has this name, and no file; 'digitpad models' lists "
                 "the names");
    assert_error(digitpad_model_open(&model, "hf:x", NULL, &error), DIGITPAD_USAGE,
                 "'hf:x': not OWNER/REPO[@REVISION]:FILE");
    assert_error(digitpad_model_open_file(&model, "/no/cnn", NULL, &error),
                 DIGITPAD_MODEL, "/no/cnn: No such file or directory");
    ck_assert_int_eq(digitpad_model_open_file(&model, "cnn", NULL, &error),
                     DIGITPAD_MODEL); /* a path, not a name */
    ck_assert_int_eq(digitpad_model_open_bytes(&model, "rubbish", 7, NULL, &error),
                     DIGITPAD_MODEL);
    ck_assert_msg(strncmp(error.message, "bytes: ", 7) == 0, "%s", error.message);
    ck_assert_int_eq(digitpad_model_open(&model, "resnet", NULL, NULL), DIGITPAD_MODEL);
    ck_assert_ptr_null(model);
}
END_TEST

START_TEST(options_of_models_are_read)
{
    digitpad_model *model = NULL;
    digitpad_model_options options = DIGITPAD_MODEL_OPTIONS;
    options.norm = "grey";
    assert_error(digitpad_model_open(&model, "cnn", &options, &error), DIGITPAD_USAGE,
                 "norm 'grey': unknown; the input scales are unit, mnist, symmetric and "
                 "raw");
    options.norm = "unit";
    options.arch = "flatten | dense 3";
    ck_assert_int_ne(digitpad_model_open(&model, "cnn:f32", &options, &error), 0);
    options.size = 0;
    assert_error(digitpad_model_open(&model, "cnn", &options, &error), DIGITPAD_USAGE,
                 "options: size is 0; begin with DIGITPAD_OPTIONS or "
                 "DIGITPAD_MODEL_OPTIONS");
    ck_assert_ptr_null(model);
}
END_TEST

/* ---- options ----------------------------------------------------------------------- */

START_TEST(bad_options_are_refused)
{
    static const struct {
        digitpad_options options;
        const char *message;
    } cases[] = {
        { { .threads = -2 }, "threads: -2 is not from -1 to 1024" },
        { { .threads = 1025 }, "threads: 1025 is not from -1 to 1024" },
        { { .min_confidence = 1.5f }, "min_confidence: 1.5 is not from 0 to 1" },
        { { .min_confidence = NAN }, "min_confidence: nan is not from 0 to 1" },
        { { .preprocess = 3 }, "preprocess: 3 is unknown" },
        { { .invert = -1 }, "invert: -1 is unknown" },
    };
    digitpad_model *model = open_model("nano");
    digitpad_predictor *p = NULL;
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        digitpad_options options = cases[i].options;
        options.size = sizeof options;
        assert_error(digitpad_predictor_create(&p, model, &options, &error),
                     DIGITPAD_USAGE, cases[i].message);
        ck_assert_ptr_null(p);
    }
    digitpad_model_close(model);
}
END_TEST

/* Callers that were compiled with an older or a newer header. */
START_TEST(options_may_be_shorter_or_longer)
{
    struct {
        digitpad_options known;
        int later;
    } options = { .known = { .size = sizeof options, .threads = 2 } };
    digitpad_predictor_free(create(&options.known));
    options.known.size = offsetof(digitpad_options, min_confidence);
    options.known.min_confidence = NAN; /* beyond the size: not read */
    digitpad_predictor_free(create(&options.known));
    options.known = (digitpad_options){ .size = sizeof options };
    options.later = 1;
    digitpad_model *model = open_model("nano");
    digitpad_predictor *p = NULL;
    char wanted[200];
    const unsigned char *bytes = (const unsigned char *)&options;
    size_t set = sizeof options.known;
    while (!bytes[set])
        set++;
    snprintf(wanted, sizeof wanted,
             "options: byte %zu is set, which libdigitpad " PACKAGE_VERSION
             " does not know",
             set);
    assert_error(digitpad_predictor_create(&p, model, &options.known, &error),
                 DIGITPAD_USAGE, wanted);
    digitpad_model_close(model);
}
END_TEST

/* ---- pixels and pictures ------------------------------------------------------------- */

START_TEST(batches_threads_and_floats_change_nothing)
{
    enum { N = 600 };
    uint8_t *pixels = make_images(N);
    float *values = calloc(N * PIXELS, sizeof *values);
    digitpad_prediction one, *together = calloc(N, sizeof one),
                             *again = calloc(N, sizeof one);
    digitpad_options options = DIGITPAD_OPTIONS;
    options.threads = 3;
    digitpad_predictor *single = create(NULL), *many = create(&options);
    memset(pixels + 5 * PIXELS, 0, PIXELS); /* a blank one */
    for (size_t i = 0; i < N * PIXELS; i++)
        values[i] = (float)pixels[i] / 255;
    ck_assert_int_eq(digitpad_predict_pixels(together, single, pixels, N, &error), 0);
    ck_assert_int_eq(digitpad_predict_pixels(again, many, pixels, N, &error), 0);
    ck_assert_mem_eq(together, again, N * sizeof one);
    ck_assert_int_eq(digitpad_predict_floats(again, many, values, N, &error), 0);
    ck_assert_mem_eq(together, again, N * sizeof one);
    for (size_t i = 0; i < N; i += 5) {
        const uint8_t *image = pixels + i * PIXELS;
        ck_assert_int_eq(digitpad_predict_pixels(&one, single, image, 1, &error), 0);
        assert_same(&one, &together[i]);
        ck_assert_int_eq(digitpad_predict_picture(&one, many, image, 28, 28, &error), 0);
        assert_same(&one, &together[i]);
    }
    ck_assert_int_eq(together[5].digits, 0);
    ck_assert_int_eq(together[5].digit, -1);
    ck_assert_int_eq(together[6].digits, 1);
    ck_assert_int_eq(digitpad_predict_pixels(NULL, single, NULL, 0, &error), 0);
    ck_assert_int_eq(digitpad_predictor_digits(NULL, single), 0);
    digitpad_predictor_free(single);
    digitpad_predictor_free(many);
    digitpad_predictor_free(NULL);
    free(pixels);
    free(values);
    free(together);
    free(again);
}
END_TEST

START_TEST(bad_values_and_sizes_are_refused)
{
    static float values[2 * PIXELS];
    static const uint8_t pixel[30];
    const float bad[] = { -0.1f, 1.1f, NAN, INFINITY };
    const char *const text[] = { "-0.1", "1.1", "nan", "inf" };
    digitpad_prediction out[2];
    digitpad_options options = DIGITPAD_OPTIONS;
    options.preprocess = DIGITPAD_NEVER;
    digitpad_predictor *p = create(&options);
    for (size_t i = 0; i < DP_COUNT(bad); i++) {
        char message[100];
        values[PIXELS + 16] = bad[i];
        snprintf(message, sizeof message,
                 "image 2, value 17 is %s; values go from 0 to 1", text[i]);
        assert_error(digitpad_predict_floats(out, p, values, 2, &error), DIGITPAD_INPUT,
                     message);
    }
    assert_error(digitpad_predict_picture(out, p, pixel, 0, 28, &error), DIGITPAD_INPUT,
                 "the picture is 0x28; its sides go from 1 to 4096");
    assert_error(digitpad_predict_picture(out, p, pixel, 28, 4097, &error),
                 DIGITPAD_INPUT, "the picture is 28x4097; its sides go from 1 to 4096");
    ck_assert_int_eq(digitpad_predict_picture(out, p, pixel, 5, 6, &error),
                     DIGITPAD_INPUT); /* DIGITPAD_NEVER */
    digitpad_predictor_free(p);
}
END_TEST

START_TEST(a_png_is_read_like_its_pixels)
{
#if HAVE_PNG
    enum { W = 50, H = 70 };
    static uint8_t pixels[W * H];
    memset(pixels, 230, sizeof pixels);
    for (int y = 10; y < 60; y++)
        memset(pixels + y * W + 24, 20, 4);
    unsigned char *png;
    size_t size;
    ck_assert_int_eq(dp_png_write(&png, &size, &(dp_gray){ pixels, W, H }, NULL), DP_OK);
    digitpad_prediction a, b;
    digitpad_predictor *p = create(NULL);
    ck_assert_int_eq(digitpad_predict_picture(&a, p, pixels, W, H, &error), 0);
    ck_assert_int_eq(digitpad_predict_image(&b, p, png, size, &error), 0);
    assert_same(&a, &b);
    ck_assert_int_eq(a.digit, 1);
    digitpad_options options = DIGITPAD_OPTIONS;
    options.invert = DIGITPAD_LIGHT;
    digitpad_predictor *light = create(&options);
    ck_assert_int_eq(digitpad_predict_picture(&b, light, pixels, W, H, &error), 0);
    ck_assert_mem_ne(&a, &b, sizeof a);
    digitpad_predictor_free(light);
    digitpad_predictor_free(p);
    free(png);
#endif
}
END_TEST

/* ---- drawings ---------------------------------------------------------------------- */

/* A 7 and a 1 beside it; the JSON of them. */
static const float strokes_71[] = { 10, 10, 30, 10, 20, 40, 60, 10, 60, 25, 60, 40 };
static const char json_71[] =
    "{\"strokes\":[[[10,10],[30,10],[20,40]],[[60,10],[60,25],[60,40]]]}";

START_TEST(strokes_are_read_like_their_json)
{
    const size_t count[] = { 3, 0, 3 };
    digitpad_prediction a, b;
    for (int numbers = 0; numbers < 2; numbers++) {
        digitpad_options options = DIGITPAD_OPTIONS;
        options.numbers = numbers;
        digitpad_predictor *p = create(&options);
        ck_assert_int_eq(
            digitpad_predict_image(&b, p, json_71, sizeof json_71 - 1, &error), 0);
        for (int again = 0; again < 2; again++) {
            ck_assert_int_eq(
                digitpad_predict_strokes(&a, p, strokes_71, count, 3, &error), 0);
            assert_same(&a, &b);
        }
        digitpad_predictor_free(p);
    }
}
END_TEST

START_TEST(numbers_are_split)
{
    const size_t count[] = { 3, 3 };
    digitpad_options options = DIGITPAD_OPTIONS;
    options.numbers = 1;
    digitpad_predictor *p = create(&options);
    digitpad_prediction number, digit[DIGITPAD_DIGITS_MAX];
    ck_assert_int_eq(digitpad_predictor_digits(digit, p), 0);
    ck_assert_int_eq(digitpad_predict_strokes(&number, p, strokes_71, count, 2, &error),
                     0);
    ck_assert_int_eq(number.digits, 2);
    ck_assert_int_eq(number.digit, -1);
    ck_assert_int_eq(digitpad_predictor_digits(digit, p), 2);
    ck_assert_int_eq(digit[0].digit, 7);
    ck_assert_int_eq(digit[1].digit, 1);
    ck_assert(digit[1].box[0] == 60 && digit[1].box[3] == 40);
    ck_assert(number.confidence > 0 && number.confidence <= digit[0].confidence);
    /* One digit is a number, too. */
    ck_assert_int_eq(digitpad_predict_strokes(&number, p, strokes_71, count, 1, &error),
                     0);
    ck_assert_int_eq(digitpad_predictor_digits(digit, p), 1);
    assert_same(&number, &digit[0]);
    digitpad_predictor_free(p);
}
END_TEST

START_TEST(bad_strokes_are_refused)
{
    static float points[2 * 300000];
    size_t count[5000];
    digitpad_prediction out;
    digitpad_predictor *p = create(NULL);
    for (size_t i = 0; i < DP_COUNT(points); i++)
        points[i] = (float)(i % 1000);
    for (size_t i = 0; i < DP_COUNT(count); i++)
        count[i] = 2;
    assert_error(digitpad_predict_strokes(&out, p, points, count, 5000, &error),
                 DIGITPAD_INPUT,
                 "stroke 4097: point 1: a drawing holds at most 4096 strokes");
    count[0] = 300000;
    ck_assert_int_eq(digitpad_predict_strokes(&out, p, points, count, 1, &error),
                     DIGITPAD_INPUT);
    points[3] = NAN;
    count[0] = 3;
    assert_error(digitpad_predict_strokes(&out, p, points, count, 1, &error),
                 DIGITPAD_INPUT,
                 "stroke 1: point 2: a coordinate is not a finite number");
    /* The predictor is as good as new. */
    ck_assert_int_eq(digitpad_predict_strokes(&out, p, NULL, NULL, 0, &error), 0);
    ck_assert_int_eq(out.digits, 0);
    digitpad_predictor_free(p);
}
END_TEST

/* ---- files ------------------------------------------------------------------------- */

START_TEST(a_reader_goes_on_after_a_bad_record)
{
    char text[300];
    const int size =
        snprintf(text, sizeof text, "%s\n{\"strokes\":7}\n%s\n", json_71, json_71);
    digitpad_reader *reader = NULL;
    digitpad_prediction first, second;
    digitpad_predictor *p = create(NULL);
    assert_error(
        digitpad_reader_open(&reader, text, 1, "bmp", &error), DIGITPAD_USAGE,
        "unknown format 'bmp'; the formats are: auto pgm ppm pbm png jpeg npy npz "
        "idx csv ndjson raw ascii");
    ck_assert_int_eq(digitpad_reader_open(&reader, text, (size_t)size, NULL, &error), 0);
    ck_assert_int_eq(digitpad_predict_next(&first, p, reader, &error), 0);
    ck_assert_int_eq(digitpad_predict_next(&second, p, reader, &error), DIGITPAD_INPUT);
    ck_assert_msg(strncmp(error.message, "record 2, byte ", 15) == 0, "%s",
                  error.message);
    ck_assert_int_eq(digitpad_predict_next(&second, p, reader, &error), 0);
    assert_same(&first, &second);
    ck_assert_int_eq(digitpad_predict_next(&second, p, reader, &error), DIGITPAD_END);
    ck_assert_int_eq(digitpad_predict_next(&second, p, reader, &error), DIGITPAD_END);
    digitpad_reader_close(reader);
    digitpad_reader_close(NULL);
    digitpad_predictor_free(p);
}
END_TEST

START_TEST(a_least_confidence_rejects)
{
    const size_t count[] = { 3 };
    digitpad_options options = DIGITPAD_OPTIONS;
    digitpad_prediction p;
    digitpad_predictor *mild = create(&options);
    options.min_confidence = 1;
    digitpad_predictor *strict = create(&options);
    ck_assert_int_eq(digitpad_predict_strokes(&p, mild, strokes_71, count, 1, &error), 0);
    ck_assert_int_eq(p.rejected, 0);
    ck_assert_int_eq(digitpad_predict_strokes(&p, strict, strokes_71, count, 1, &error),
                     0);
    ck_assert_int_eq(p.rejected, 1);
    ck_assert_int_eq(p.digit, 7);
    digitpad_predictor_free(mild);
    digitpad_predictor_free(strict);
}
END_TEST

UNIT_MAIN("digitpad", the_version_is_that_of_the_program,
          models_open_by_name_and_by_bytes, bad_models_are_refused,
          options_of_models_are_read, bad_options_are_refused,
          options_may_be_shorter_or_longer, batches_threads_and_floats_change_nothing,
          bad_values_and_sizes_are_refused, a_png_is_read_like_its_pixels,
          strokes_are_read_like_their_json, numbers_are_split, bad_strokes_are_refused,
          a_reader_goes_on_after_a_bad_record, a_least_confidence_rejects)

/* Third-party networks: their logits must match those of an independent float64 evaluator on
 * the first 32 MNIST test images. Needs ../shared/weights beside the source tree. */
#include "config.h"

#include "engine/core/arith.h"

#include "engine/infer/session.h"
#include "tests/unit/unit.h"
#include "weights/io/fsio.h"
#include "weights/store/store.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

enum { N = 32 };

static const char *path_of(const char *name)
{
    static char path[4096];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/../shared/weights/%s", srcdir ? srcdir : ".", name);
    return path;
}

/* log Σ exp(logit), which LogSoftmax subtracts. */
static double log_sum(const dp_prediction *p)
{
    double largest = (double)p->logit[p->rank[0]], sum = 0;
    for (int k = 0; k < DP_DIGITS; k++)
        sum += exp((double)p->logit[k] - largest);
    return largest + log(sum);
}

static void expect_logits(const char *file, const char *arch, dp_norm norm,
                          bool log_softmax)
{
    const dp_network_file_options options = { .arch = arch,
                                              .norm_given = true,
                                              .norm = norm };
    dp_model *model;
    dp_session *session;
    dp_err err;
    unsigned char *pixels;
    size_t size;
    char expected[128];
    ck_assert_msg(!dp_store_open(&model, path_of(file), &options, &err), "%s", err.msg);
    ck_assert_int_eq(dp_session_create(&session, model, N, 1, &err), DP_OK);
    ck_assert_int_eq(
        dp_fsio_read(&pixels, &size, path_of("expected/t10k_first32.u8"), N * 784, &err),
        DP_OK);
    ck_assert_uint_eq(size, N * 784);
    dp_prediction prediction[N];
    dp_session_predict(session, pixels, N, prediction);
    snprintf(expected, sizeof expected, "expected/%s.json", file);
    json_t *json = json_load_file(path_of(expected), 0, NULL);
    const json_t *values = json_object_get(json, "values");
    ck_assert_uint_eq(json_array_size(values), N);
    for (size_t i = 0; i < N; i++) {
        double offset = log_softmax ? log_sum(&prediction[i]) : 0;
        for (size_t k = 0; k < DP_DIGITS; k++) {
            double want = json_number_value(json_array_get(json_array_get(values, i), k));
            double have = (double)prediction[i].logit[k] - offset;
            ck_assert_double_le(fabs(want - have), 1e-4);
        }
    }
    json_decref(json);
    free(pixels);
    dp_session_free(session);
    dp_model_unref(model);
}

START_TEST(mlp_of_the_hub)
{
    expect_logits("mnist-mlp.safetensors",
                  "flatten | dense 256 | relu | dense 256 | relu | dense 10",
                  DP_NORM_MNIST, false);
}
END_TEST

START_TEST(cnn_of_another_framework)
{
    expect_logits(
        "burn-mnist.safetensors",
        "conv 8 3 | relu | conv 16 3 | relu | conv 24 3 | relu | bn | flatten | "
        "dense 32 | relu | dense 10 | bn",
        DP_NORM_MNIST, false);
}
END_TEST

#if HAVE_ONNX
START_TEST(onnx_of_the_model_zoo)
{
    expect_logits("mnist-8.onnx", NULL, DP_NORM_UNIT, false);
}
END_TEST

START_TEST(onnx_of_pytorch)
{
    expect_logits("burn-mnist.onnx", NULL, DP_NORM_MNIST, true);
}
END_TEST
#endif

static int run_all(void)
{
    const TTest *const tests[] = {
        mlp_of_the_hub,
        cnn_of_another_framework,
#if HAVE_ONNX
        onnx_of_the_model_zoo,
        onnx_of_pytorch,
#endif
    };
    return unit_run("match", tests, DP_COUNT(tests));
}

int main(void)
{
    if (access(path_of("expected"), R_OK) == 0)
        return run_all();
    puts("1..0 # SKIP no ../shared/weights");
    return 0;
}

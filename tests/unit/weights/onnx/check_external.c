/* Tensors whose bytes are in a file beside the model: where they may be, and files that cannot be read. */
#include "config.h"

#include "tests/failing_calls.h"
#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/onnx/graph/tensor.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MANY = DP_ONNX_MAX_FILE / 2 + 1 }; /* bytes: two such tensors are too many */

static char model[400], folder[300];

/* An initializer whose bytes are elsewhere, as its keys and values tell. */
typedef struct outside {
    Onnx__TensorProto tensor;
    Onnx__StringStringEntryProto entry[4], *entries[4];
} outside;

static void make_outside(outside *o, const char *const text[][2])
{
    static char name[] = "w";
    onnx__tensor_proto__init(&o->tensor);
    o->tensor.name = name;
    o->tensor.data_location = 1;
    o->tensor.external_data = o->entries;
    for (size_t i = 0; i < DP_COUNT(o->entry) && (text[i][0] || text[i][1]); i++) {
        onnx__string_string_entry_proto__init(&o->entry[i]);
        o->entry[i].key = (char *)text[i][0];
        o->entry[i].value = (char *)text[i][1];
        o->entries[i] = &o->entry[i];
        o->tensor.n_external_data = i + 1;
    }
}

/* Load n initializers of a model at `path`, and free their bytes. */
static dp_code load(outside *o, size_t n, const char *path, dp_err *err)
{
    Onnx__TensorProto *all[2];
    Onnx__GraphProto graph;
    dp_onnx_memory memory = { .left = 1000 };
    onnx__graph_proto__init(&graph);
    graph.initializer = all;
    graph.n_initializer = n;
    for (size_t i = 0; i < n; i++)
        all[i] = &o[i].tensor;
    dp_code code = dp_onnx_load_external(&graph, path, &memory, err);
    ProtobufCAllocator allocator = dp_onnx_allocator(&memory);
    for (size_t i = 0; i < n; i++)
        if (o[i].tensor.has_raw_data)
            allocator.free(&memory, o[i].tensor.raw_data.data);
    return code;
}

static void expect(const char *const text[][2], const char *path, const char *message)
{
    outside o;
    dp_err err = { 0 };
    make_outside(&o, text);
    const dp_code code = load(&o, 1, path, &err);
    ck_assert_str_eq(err.msg, message);
    ck_assert_int_eq(code, *message ? DP_MODEL : DP_OK);
}

START_TEST(places_are_read)
{
    outside o;
    static const char *const whole[][2] = { { "location", "data" }, { 0 } };
    static const char *const part[][2] = {
        { "location", "data" }, { "offset", "2" }, { "length", "3" }, { "checksum", "x" }
    };
    static const char *const odd[][2] = {
        { NULL, "x" }, { "offset", NULL }, { "location", "data" }, { 0 }
    };
    expect(whole, model, "");
    expect(part, model, "");
    expect(odd, model, "");
    ck_assert_int_eq(chdir(folder), 0);
    expect(whole, "model.onnx", "");
    make_outside(&o, whole);
    o.tensor.data_location = 0; /* nothing is loaded then */
    ck_assert_int_eq(load(&o, 1, model, NULL), DP_OK);
    ck_assert(!o.tensor.has_raw_data);
    o.tensor.data_location = 1; /* its bytes are replaced */
    o.tensor.has_raw_data = 1;
    ck_assert_int_eq(load(&o, 1, model, NULL), DP_OK);
    ck_assert_uint_eq(o.tensor.raw_data.len, 10);
}
END_TEST

START_TEST(bad_places_are_named)
{
    static const struct {
        const char *text[3][2], *message;
    } bad[] = {
        { { { "offset", "1" } }, "no file name" },
        { { { "location", "." } }, "'.' is not in the folder of the model" },
        { { { "location", "a\\b" } }, "'a\\b' is not in the folder of the model" },
        { { { "location", "c:b" } }, "'c:b' is not in the folder of the model" },
        { { { "location", "data" }, { "offset", "1x" } }, "offset '1x' is not a number" },
        { { { "location", "data" }, { "offset", "99999999999999999999" } },
          "offset '99999999999999999999' is not a number" },
        { { { "location", "data" }, { "offset", "11" } },
          "'data' is truncated, it has 10 bytes" },
        { { { "location", "data" }, { "length", "11" } },
          "'data' is truncated, it has 10 bytes" },
        { { { "location", "big" } },
          "67108865 bytes in 'big' exceed the limit of 67108864" },
    };
    for (size_t i = 0; i < DP_COUNT(bad); i++) {
        char message[200];
        snprintf(message, sizeof message, "initializer 'w': external data: %s",
                 bad[i].message);
        expect(bad[i].text, model, message);
    }
}
END_TEST

START_TEST(long_paths_are_refused)
{
    static char path[5000];
    char message[200];
    static const char *const whole[][2] = { { "location", "data" }, { 0 } };
    memset(path, 'a', sizeof path - 1);
    path[4500] = '/';
    snprintf(message, sizeof message, "initializer 'w': external data: 'data': %s",
             strerror(ENAMETOOLONG));
    expect(whole, path, message);
}
END_TEST

START_TEST(all_together_are_limited)
{
    static const char *const much[][2] = { { "location", "much" }, { 0 } };
    outside o[2];
    dp_err err;
    make_outside(&o[0], much);
    make_outside(&o[1], much);
    ck_assert_msg(!load(o, 1, model, &err), "%s", err.msg);
    make_outside(&o[0], much);
    o[1].tensor.name = NULL;
    ck_assert_int_eq(load(o, 2, model, &err), DP_MODEL);
    ck_assert_str_eq(err.msg,
                     "initializer '': external data: the sum exceeds 67108864 bytes");
}
END_TEST

#if DP_FAILING_CALLS
START_TEST(files_that_cannot_be_read)
{
    static const char *const whole[][2] = { { "location", "data" }, { 0 } };
    static const char *const messages[] = {
        "initializer 'w': external data: 'data' is not a regular file", /* fstat */
        "initializer 'w': external data: cannot read 'data': Input/output error",
        "", /* close */
    };
    for (int call = 0; call < (int)DP_COUNT(messages); call++) {
        failing_calls_begin((failing_calls){ call, call, EIO, NULL });
        expect(whole, model, messages[call]);
        failing_calls_end();
    }
    failing_calls_begin((failing_calls){ 1, 1, EINTR, NULL }); /* is tried again */
    expect(whole, model, "");
    ck_assert_int_eq(failing_calls_end(), 4);
    failing_calls_begin(
        (failing_calls){ 1, 1, 0, NULL }); /* half of it, and then the rest */
    expect(whole, model, "");
    ck_assert_int_eq(failing_calls_end(), 4);
}
END_TEST
#endif

/* A file of n bytes, most of which take no room. */
static bool make_file(const char *name, off_t n)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    return f && fclose(f) == 0 && truncate(path, n) == 0;
}

int main(void)
{
    const TTest *const tests[] = {
        places_are_read,
        bad_places_are_named,
        long_paths_are_refused,
        all_together_are_limited,
#if DP_FAILING_CALLS
        files_that_cannot_be_read,
#endif
    };
    snprintf(folder, sizeof folder, "%s", tempdir());
    snprintf(model, sizeof model, "%s/model.onnx", folder);
    if (!make_file("data", 10) || !make_file("much", MANY) ||
        !make_file("big", DP_ONNX_MAX_FILE + 1))
        return EXIT_FAILURE;
    return unit_run("external", tests, DP_COUNT(tests));
}

/* Make each allocation fail once in reading, writing and converting data: the result must be an error,
 * without a leak; files are as before or as they should be. */
#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/nomem.h"
#include "weights/data/png_write.h"
#include "weights/data/samples.h"
#include "weights/images/stroke_set.h"
#include "weights/model/int8_json.h"
#include "weights/onnx/onnx.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#if DP_SHORT_MEMORY
static char path[400];

/* Choose a path in the folder of this program. */
static void set_path(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", tempdir(), name);
}

static void write_file(const char *name, const char *text)
{
    set_path(name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void make_folder(const char *name)
{
    set_path(name);
    ck_assert_int_eq(mkdir(path, 0700), 0);
}

/* ---- samples ---------------------------------------------------------------------------- */

static int count_samples(void)
{
    dp_samples s;
    ck_assert_int_eq(dp_samples_read(&s, path, NULL), DP_OK);
    const int n = s.n_good;
    dp_samples_clear(&s);
    return n;
}

/* Append a sample, and take it back. */
static dp_code keep_and_withdraw(dp_err *err)
{
    dp_strokes strokes = { 0 };
    char *line = NULL;
    dp_code code = dp_strokes_begin(&strokes, DP_PEN, 2, (dp_point){ 3, 4 }, 0, NULL);
    if (!code)
        code = dp_strokes_extend(&strokes, (dp_point){ 5, 20 }, 90, NULL);
    if (code)
        dp_fail(err, code, "no memory to draw");
    else
        code = dp_samples_append(&line, path, &strokes, 1, 86400, err);
    if (!code)
        code = dp_samples_withdraw(path, line, err);
    free(line);
    dp_strokes_clear(&strokes);
    return code;
}

static const char three_samples[] = "{\"label\":1,\"strokes\":[[[1,2],[3,4]]]}\n"
                                    "{\"label\":2,\"strokes\":[[[1,2],[3,4]]]}\n"
                                    "{\"label\":3,\"strokes\":[[[1,2],[3,4]]]}\n";

START_TEST(keeping_a_sample)
{
    write_file("samples", three_samples);
    tzset(); /* the C library keeps what it allocates for times */
    ck_assert_int_gt(fail_each(keep_and_withdraw), 3);
    ck_assert_int_eq(count_samples(), 3);
}
END_TEST

/* Remove the first sample, and append it again. */
static dp_code remove_first(dp_err *err)
{
    dp_code code = dp_samples_remove(path, 1, err);
    if (code)
        return code;
    FILE *f = fopen(path, "a");
    if (!f)
        return dp_fail(err, DP_NOMEM, "no memory for a stream");
    const bool written =
        fwrite(three_samples, (size_t)(strchr(three_samples, '\n') + 1 - three_samples),
               1, f) == 1;
    const bool closed = fclose(f) == 0;
    return written && closed ? DP_OK : dp_fail(err, DP_IO, "not written");
}

START_TEST(removing_a_sample)
{
    write_file("samples-3", three_samples);
    ck_assert_int_gt(fail_each(remove_first), 10);
    ck_assert_int_le(count_samples(), 3);
}
END_TEST

/* ---- sets ------------------------------------------------------------------------------- */

static int skipped;

static void count_skipped(void *context, const char *of, const dp_err *why)
{
    (void)context, (void)of, (void)why;
    skipped++;
}

static dp_code read_labelled(dp_err *err)
{
    const dp_labelled_reading how = { .render = dp_labelled_render,
                                      .skip = count_skipped };
    dp_labelled set = { 0 };
    skipped = 0;
    dp_code code = dp_labelled_read(&set, path, &how, err);
    const int n = set.n;
    dp_labelled_clear(&set);
    return code || (n == 2 && skipped == 1)
               ? code
               : dp_fail(err, DP_INTERNAL, "%d images, %d skipped", n, skipped);
}

START_TEST(reading_labelled_drawings)
{
    write_file("labelled", "{\"label\":1,\"strokes\":[[[1,2],[3,40]]]}\n"
                           "{\"label\":\"x\",\"strokes\":[[[1,2],[3,40]]]}\n"
                           "{\"label\":\"2\",\"strokes\":[[[1,2],[9,40]]]}\n");
    ck_assert_int_gt(fail_each(read_labelled), 20);
}
END_TEST

static dp_code read_table(dp_err *err)
{
    const dp_labelled_reading how = { .render = dp_labelled_render };
    dp_labelled set = { 0 };
    dp_code code = dp_labelled_read(&set, path, &how, err);
    dp_labelled_clear(&set);
    return code;
}

START_TEST(reading_a_table)
{
    set_path("table.csv");
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    for (int row = 0; row < 3; row++) {
        fprintf(f, "%d", row);
        for (int i = 0; i < DP_PIXELS; i++)
            fprintf(f, ",%d", i % DP_SIDE == 14 ? 255 : 0);
        fputs("\n", f);
    }
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_gt(fail_each(read_table), 5);
}
END_TEST

START_TEST(reading_a_folder_of_images)
{
    static const char bar[] =
        "P2 5 5 9 0 0 9 0 0 0 0 9 0 0 0 0 9 0 0 0 0 9 0 0 0 0 9 0 0";
    make_folder("folder");
    make_folder("folder/1");
    make_folder("folder/7");
    write_file("folder/1/a.pgm", bar);
    write_file("folder/7/b.pgm", bar);
    write_file("folder/7/c.pgm", "P2 5 5");
    set_path("folder");
    ck_assert_int_gt(fail_each(read_labelled), 20);
}
END_TEST

static dp_code (*add_to_set)(dp_stroke_set *set, const char *path, dp_division *how,
                             dp_err *err);

static dp_code read_set(dp_err *err)
{
    dp_stroke_set set = { 0 };
    dp_division how = { 0 };
    dp_code code = add_to_set(&set, path, &how, err);
    dp_stroke_set_clear(&set);
    return code;
}

/* Drawings of n names, a00, b01, …, each of which `key` and `more` are around. */
static void write_drawings(const char *name, const char *key, const char *more, int n)
{
    set_path(name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < n; i++)
        fprintf(f, "{\"%s\":\"%c%02d%s,\"strokes\":[[[0,0],[10,90]]]}\n", key,
                'a' + i % 3, i, more);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(dividing_writers)
{
    write_drawings("writers", "writer", "\",\"label\":1", 12);
    add_to_set = dp_stroke_set_add;
    ck_assert_int_gt(fail_each(read_set), 50);
}
END_TEST

START_TEST(dividing_alphabets)
{
    write_drawings("alphabets", "class", "/1\"", 6);
    add_to_set = dp_stroke_set_add_outliers;
    ck_assert_int_gt(fail_each(read_set), 30);
}
END_TEST

/* ---- other formats ---------------------------------------------------------------------- */

/* A network that JSON can hold: its pooling is merged into the weights. */
static dp_network network;

static void make_network(const char *chain, bool labelled)
{
    static float params[1000];
    dp_err err;
    network = (dp_network){ .params = params, .norm = DP_NORM_MNIST, .norm_known = true };
    for (size_t i = 0; i < DP_COUNT(params); i++)
        params[i] = (float)(i % 7 + 1);
    ck_assert_msg(!dp_spec_parse(&network.spec, chain, (dp_shape){ 1, 28, 28 }, &err),
                  "%s", err.msg);
    if (labelled)
        ck_assert_int_eq(
            dp_network_add_meta(&network, "digitpad.accuracy", "test=0.5", NULL), DP_OK);
}

static dp_code write_json(dp_err *err)
{
    char *text;
    size_t size;
    dp_code code = dp_int8_json_write(&text, &size, &network, "name \"1\"", err);
    if (code)
        return code;
    dp_network read;
    code = dp_int8_json_read(&read, (const unsigned char *)text, size, err);
    free(text);
    if (!code)
        dp_network_clear(&read);
    return code;
}

static void forget_network(void)
{
    network.params = NULL; /* static */
    dp_network_clear(&network);
}

START_TEST(writing_and_reading_json)
{
    make_network("avgpool 14 | flatten | dense 2 | bn | relu | dense 3 | relu | dense 10",
                 true);
    ck_assert_int_gt(fail_each(write_json), 20);
    forget_network();
    make_network(
        "avgpool 14 | flatten | dense 2 bias=0 | relu | dense 3 bias=0 | relu | dense 10",
        false);
    ck_assert_int_gt(fail_each(write_json), 20);
    forget_network();
}
END_TEST

#if HAVE_ONNX
static dp_code write_onnx(dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_code code = dp_onnx_write(&data, &size, &network, err);
    if (!code)
        free(data);
    return code;
}

START_TEST(writing_onnx)
{
    make_network("conv 2 3 | bn | relu | maxpool 2 | global_avgpool | dense 10", true);
    ck_assert_int_gt(fail_each(write_onnx), 20);
    forget_network();
}
END_TEST
#endif

#if HAVE_PNG
static dp_code write_png(dp_err *err)
{
    static const uint8_t pixel[30] = { 9, 200 };
    unsigned char *bytes;
    size_t size;
    dp_code code = dp_png_write(&bytes, &size, &(dp_gray){ pixel, 6, 5 }, err);
    if (!code)
        free(bytes);
    return code;
}

START_TEST(writing_a_picture)
{
    ck_assert_int_gt(fail_each(write_png), 3);
}
END_TEST
#endif

int main(void)
{
    const TTest *const tests[] = {
        keeping_a_sample,
        removing_a_sample,
        reading_labelled_drawings,
        reading_a_table,
        reading_a_folder_of_images,
        dividing_writers,
        dividing_alphabets,
        writing_and_reading_json,
#if HAVE_ONNX
        writing_onnx,
#endif
#if HAVE_PNG
        writing_a_picture,
#endif
    };
    return unit_run("nomem_data", tests, DP_COUNT(tests));
}
#else
int main(void)
{
    puts("1..0 # SKIP allocations cannot be replaced here");
    return 0;
}
#endif

#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/shape.h"
#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/images/idx.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* The files of a case. */
static char path[300], other[300];

enum { N = 3, IMAGE_BYTES = 16 + N * DP_PIXELS, LABEL_BYTES = 8 + N };

static void name_files(void)
{
    snprintf(path, sizeof path, "%s/a", tempdir());
    snprintf(other, sizeof other, "%s/b", tempdir());
    remove(path);
}

static void write_file(const char *name, const void *data, size_t size)
{
    FILE *f = fopen(name, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

static void make_images(unsigned char bytes[IMAGE_BYTES])
{
    static const unsigned char header[16] = { 0, 0, 8, 3,  0, 0, 0, N,
                                              0, 0, 0, 28, 0, 0, 0, 28 };
    memcpy(bytes, header, sizeof header);
    for (int i = 0; i < N * DP_PIXELS; i++)
        bytes[16 + i] = (unsigned char)(i * 7 + i / DP_PIXELS);
}

static void make_labels(unsigned char bytes[LABEL_BYTES])
{
    static const unsigned char whole[LABEL_BYTES] = { 0, 0, 8, 1, 0, 0, 0, N, 9, 0, 4 };
    memcpy(bytes, whole, sizeof whole);
}

/* Compress bytes with gzip. Returns the compressed size. */
static size_t compress_to(unsigned char *out, size_t room, const void *data, size_t size)
{
    z_stream z = { 0 };
    ck_assert_int_eq(
        deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (z_const Bytef *)data;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

static void expect_failure(dp_code wanted, const char *part)
{
    dp_idx idx = { .rank = -1 };
    dp_err err = { 0 };
    ck_assert_int_eq(dp_idx_read(&idx, path, &err), wanted);
    ck_assert_int_eq(idx.rank, -1);
    ck_assert_msg(strstr(err.msg, path) != NULL, "no path in: %s", err.msg);
    ck_assert_msg(strstr(err.msg, part) != NULL, "no '%s' in: %s", part, err.msg);
}

static void expect_images(void)
{
    unsigned char bytes[IMAGE_BYTES];
    make_images(bytes);
    dp_idx idx;
    ck_assert_int_eq(dp_idx_read(&idx, path, NULL), DP_OK);
    ck_assert_int_eq(idx.rank, 3);
    ck_assert_uint_eq(idx.dim[0], N);
    ck_assert_uint_eq(idx.dim[1], DP_SIDE);
    ck_assert_uint_eq(idx.dim[2], DP_SIDE);
    ck_assert_mem_eq(idx.data, bytes + 16, N * DP_PIXELS);
    dp_idx_clear(&idx);
    ck_assert_ptr_null(idx.data);
}

START_TEST(plain_and_gzip_files_are_read)
{
    name_files();
    unsigned char bytes[IMAGE_BYTES], gz[2 * IMAGE_BYTES];
    make_images(bytes);
    write_file(path, bytes, sizeof bytes);
    expect_images();
    write_file(path, gz, compress_to(gz, sizeof gz, bytes, sizeof bytes));
    expect_images();
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    name_files();
    unsigned char bytes[IMAGE_BYTES], gz[2 * IMAGE_BYTES];
    make_images(bytes);
    for (size_t n = 0; n < sizeof bytes; n += n < 32 ? 1 : 97) {
        write_file(path, bytes, n);
        expect_failure(DP_INPUT, "byte ");
    }
    make_labels(bytes);
    for (size_t n = 0; n < LABEL_BYTES; n++) {
        write_file(path, bytes, n);
        expect_failure(DP_INPUT, "byte ");
    }
    size_t whole = compress_to(gz, sizeof gz, bytes, LABEL_BYTES);
    for (size_t n = 0; n < whole; n++) {
        write_file(path, gz, n);
        expect_failure(DP_INPUT, "byte ");
    }
}
END_TEST

START_TEST(trailing_bytes_are_refused)
{
    name_files();
    unsigned char bytes[LABEL_BYTES + 1] = { 0 }, gz[256] = { 0 };
    make_labels(bytes);
    write_file(path, bytes, sizeof bytes);
    expect_failure(DP_INPUT, "byte 12: more bytes than the header says");
    write_file(path, gz, compress_to(gz, sizeof gz, bytes, sizeof bytes));
    expect_failure(DP_INPUT, "byte 12: more bytes than the header says");
    size_t n = compress_to(gz, sizeof gz, bytes, LABEL_BYTES);
    write_file(path, gz, n + 5);
    expect_failure(DP_INPUT, "gzip data");
}
END_TEST

START_TEST(damaged_gzip_is_refused)
{
    name_files();
    unsigned char bytes[LABEL_BYTES], gz[256];
    make_labels(bytes);
    size_t n = compress_to(gz, sizeof gz, bytes, LABEL_BYTES);
    gz[n - 5] ^= 1; /* the checksum */
    write_file(path, gz, n);
    expect_failure(DP_INPUT, "incorrect data check");
}
END_TEST

START_TEST(wrong_magic_is_refused)
{
    name_files();
    static const unsigned char wrong[][4] = {
        { 0, 0, 8, 2 }, { 0, 0, 9, 3 }, { 1, 0, 8, 3 }, { 'P', '5', '\n', '2' }
    };
    unsigned char bytes[LABEL_BYTES];
    make_labels(bytes);
    for (size_t i = 0; i < DP_COUNT(wrong); i++) {
        memcpy(bytes, wrong[i], 4);
        write_file(path, bytes, sizeof bytes);
        expect_failure(DP_INPUT, "byte 4: magic number");
    }
}
END_TEST

START_TEST(huge_dimensions_are_refused)
{
    name_files();
    static const unsigned char overflowing[16] = { 0,    0,    8,    3,    0xff, 0xff,
                                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                   0xff, 0xff, 0xff, 0xff };
    write_file(path, overflowing, sizeof overflowing);
    expect_failure(DP_INPUT, "byte 8: dimension 4294967295");
    static const unsigned char promising[9] = { 0, 0, 8, 1, 0x3f, 0xff, 0xff, 0xff, 1 };
    write_file(path, promising, sizeof promising);
    expect_failure(DP_INPUT, "the file ends inside the data");
    unsigned char gz[256];
    write_file(path, gz, compress_to(gz, sizeof gz, promising, sizeof promising));
    expect_failure(DP_INPUT, "the file ends inside the data");
}
END_TEST

START_TEST(unreadable_files_are_io_errors)
{
    name_files();
    expect_failure(DP_IO, "No such file");
    dp_idx idx;
    ck_assert_int_eq(dp_idx_read(&idx, ".", NULL), DP_IO);
}
END_TEST

static void expect_pair_failure(const char *part)
{
    uint8_t *images = NULL, *labels = NULL;
    int n = -1;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_idx_read_pair(&images, &labels, &n, path, other, &err), DP_INPUT);
    ck_assert_msg(strstr(err.msg, part) != NULL, "no '%s' in: %s", part, err.msg);
    ck_assert_ptr_null(images);
    ck_assert_ptr_null(labels);
    ck_assert_int_eq(n, -1);
}

START_TEST(images_and_labels_must_match)
{
    name_files();
    unsigned char image[IMAGE_BYTES], label[LABEL_BYTES];
    make_images(image);
    make_labels(label);
    write_file(path, image, sizeof image);
    write_file(other, label, sizeof label);
    uint8_t *images, *labels;
    int n;
    ck_assert_int_eq(dp_idx_read_pair(&images, &labels, &n, path, other, NULL), DP_OK);
    ck_assert_int_eq(n, N);
    ck_assert_mem_eq(images, image + 16, N * DP_PIXELS);
    ck_assert_mem_eq(labels, label + 8, N);
    free(images);
    free(labels);

    label[9] = 10;
    write_file(other, label, sizeof label);
    expect_pair_failure("label 10 of image 1");
    label[7] = N - 1;
    write_file(other, label, sizeof label - 1);
    label[9] = 0;
    write_file(other, label, sizeof label - 1);
    expect_pair_failure("3 images, but 2 labels");
    write_file(other, image, sizeof image);
    expect_pair_failure("holds images, not labels");
    write_file(path, label, sizeof label - 1);
    expect_pair_failure("holds labels, not images");
    image[11] = 14, image[15] = 56; /* the same size, but another shape */
    write_file(path, image, sizeof image);
    expect_pair_failure("56x14");
}
END_TEST

UNIT_MAIN("idx", plain_and_gzip_files_are_read, every_truncation_is_refused,
          trailing_bytes_are_refused, damaged_gzip_is_refused, wrong_magic_is_refused,
          huge_dimensions_are_refused, unreadable_files_are_io_errors,
          images_and_labels_must_match)

/* JPEG files that libjpeg writes here, with markers added. */
#include "config.h"

#include "tests/unit/readers.h"

#if HAVE_JPEG
#include <stdlib.h>

#include <jpeglib.h>

typedef struct file {
    unsigned char *bytes;
    unsigned long size;
} file;

typedef struct settings {
    int width, height;
    J_COLOR_SPACE space; /* of the pixels and, but for RGB, of the file */
    bool progressive;
    bool slow; /* as a scan for each of the 64 coefficients */
} settings;

/* A picture with 0 in its upper left sixteenth, 64 right of it, and 255 elsewhere. */
static int level_at(int x, int y, const settings *s)
{
    const bool top = y < s->height / 4;
    return top && x < s->width / 4 ? 0 : top && x < s->width / 2 ? 64 : 255;
}

static file encode(settings s)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    file f = { 0 };
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &f.bytes, &f.size);
    jpeg.image_width = (JDIMENSION)s.width;
    jpeg.image_height = (JDIMENSION)s.height;
    jpeg.in_color_space = s.space;
    jpeg.input_components = s.space == JCS_GRAYSCALE ? 1 : s.space == JCS_RGB ? 3 : 4;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    if (s.progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_scan_info scans[DCTSIZE2];
    for (int i = 0; i < DCTSIZE2; i++)
        scans[i] = (jpeg_scan_info){ 1, { 0 }, i, i, 0, 0 };
    if (s.slow) {
        jpeg.scan_info = scans;
        jpeg.num_scans = DCTSIZE2;
    }
    jpeg_start_compress(&jpeg, TRUE);
    const int n = jpeg.input_components;
    JSAMPLE *row = malloc((size_t)(s.width * n));
    ck_assert_ptr_nonnull(row);
    for (int y = 0; y < s.height; y++) {
        for (int i = 0; i < s.width * n; i++) /* Adobe's CMYK: 255 means paper */
            row[i] = (JSAMPLE)(i % n == 3 ? 255 : level_at(i / n, y, &s));
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    free(row);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return f;
}

/* Insert bytes after the first marker, and free the file's. */
static file with(file f, const void *bytes, size_t size)
{
    file out = { malloc(f.size + size), f.size + size };
    ck_assert_ptr_nonnull(out.bytes);
    memcpy(out.bytes, f.bytes, 2);
    memcpy(out.bytes + 2, bytes, size);
    memcpy(out.bytes + 2 + size, f.bytes + 2, f.size - 2);
    free(f.bytes);
    return out;
}

static file turned(int orientation, bool big_endian)
{
    unsigned char marker[] =
        "\xff\xe1\0\x22"
        "Exif\0\0II*\0\x8\0\0\0\1\0\x12\1\3\0\1\0\0\0\0\0\0\0\0\0\0\0";
    unsigned char *value = marker + 28;
    if (big_endian)
        memcpy(marker + 10, "MM\0*\0\0\0\x8\0\1\1\x12\0\3\0\0\0\1", 18);
    value[big_endian] = (unsigned char)orientation;
    return with(encode((settings){ 64, 32, JCS_GRAYSCALE, false, false }), marker, 36);
}

/* Read the only record of a file and release it. The pixels are valid until close_record. */
static dp_source *source;
static dp_reader *reader;

static dp_gray open_record(file f)
{
    dp_record record;
    dp_err err = { 0 };
    source = source_of(f.bytes, f.size);
    free(f.bytes);
    ck_assert_int_eq(dp_reader_create(&reader, source, "auto", NULL), DP_OK);
    ck_assert_msg(dp_reader_next(&record, reader, &err) == DP_OK, "%s", err.msg);
    ck_assert_int_eq(record.kind, DP_RECORD_IMAGE);
    return record.gray;
}

static void close_record(void)
{
    dp_reader_free(reader);
    dp_source_close(source);
}

/* The level in the middle of cell (x, y) of 8 × 4 cells, which is exact but for 6 levels. */
static void check_cell(const dp_gray *g, int x, int y, int columns, int wanted)
{
    const int rows = 32 / columns;
    const int at = (g->height * (2 * y + 1) / (2 * rows)) * g->width +
                   g->width * (2 * x + 1) / (2 * columns);
    ck_assert_msg(abs(g->pixel[at] - wanted) <= 6, "cell (%d, %d) is %d, not %d", x, y,
                  g->pixel[at], wanted);
}

START_TEST(all_kinds_of_files_are_read)
{
    const J_COLOR_SPACE spaces[] = { JCS_GRAYSCALE, JCS_RGB, JCS_CMYK };
    for (int i = 0; i < 6; i++) {
        dp_gray g =
            open_record(encode((settings){ 64, 32, spaces[i / 2], i % 2, false }));
        ck_assert_int_eq(g.width, 64);
        ck_assert_int_eq(g.height, 32);
        check_cell(&g, 0, 0, 8, 0);
        check_cell(&g, 3, 0, 8, 64);
        check_cell(&g, 4, 0, 8, 255);
        check_cell(&g, 0, 1, 8, 255);
        close_record();
    }
}
END_TEST

/* Where the black cell and the grey one beside it are in the upright picture. */
START_TEST(pictures_are_turned_upright)
{
    static const struct {
        int columns, black_x, black_y, gray_x, gray_y;
    } cases[9] = {
        [1] = { 8, 0, 0, 2, 0 }, [2] = { 8, 7, 0, 5, 0 }, [3] = { 8, 7, 3, 5, 3 },
        [4] = { 8, 0, 3, 2, 3 }, [5] = { 4, 0, 0, 0, 2 }, [6] = { 4, 3, 0, 3, 2 },
        [7] = { 4, 3, 7, 3, 5 }, [8] = { 4, 0, 7, 0, 5 },
    };
    for (int i = 0; i < 20; i++) {
        const int orientation = i / 2, upright = orientation > 8 || !orientation;
        dp_gray g = open_record(turned(orientation, i % 2));
        const int columns = upright ? 8 : cases[orientation].columns;
        ck_assert_int_eq(g.width, columns * 8);
        ck_assert_int_eq(g.height, 256 / columns);
        check_cell(&g, upright ? 0 : cases[orientation].black_x,
                   upright ? 0 : cases[orientation].black_y, columns, 0);
        check_cell(&g, upright ? 2 : cases[orientation].gray_x,
                   upright ? 0 : cases[orientation].gray_y, columns, 64);
        close_record();
    }
}
END_TEST

START_TEST(large_pictures_are_reduced)
{
    dp_gray large = open_record(encode((settings){ 4096, 4096, JCS_RGB, true, false }));
    ck_assert_int_eq(large.width, 2048);
    check_cell(&large, 0, 0, 8, 0);
    close_record();
    const int sides[][2] = {
        { 2048, 2048 }, { 2056, 1028 }, { 4096, 2048 }, { 8160, 2040 }, { 16384, 2048 }
    };
    for (int i = 0; i < 5; i++) {
        dp_gray g = open_record(
            encode((settings){ sides[i][0], 16, JCS_GRAYSCALE, false, false }));
        ck_assert_int_eq(g.width, sides[i][1]);
        ck_assert_int_eq(g.height, 16 * sides[i][1] / sides[i][0]);
        close_record();
    }
}
END_TEST

static void refused(const void *bytes, size_t size, const char *message)
{
    const char *records = records_of(bytes, size, "auto");
    ck_assert_msg(strstr(records, message) != NULL, "got '%s', not '%s'", records,
                  message);
}

/* A file whose header says that it is larger. */
static void resized(settings s, int width, int height, const char *message)
{
    file f = encode(s);
    unsigned char *p = f.bytes;
    while (p[0] != 0xff || (p[1] != 0xc0 && p[1] != 0xc2))
        p++;
    p[5] = (unsigned char)(height >> 8);
    p[6] = (unsigned char)height;
    p[7] = (unsigned char)(width >> 8);
    p[8] = (unsigned char)width;
    refused(f.bytes, f.size, message);
    free(f.bytes);
}

START_TEST(damaged_and_huge_files_are_explained)
{
    const settings gray = { 64, 32, JCS_GRAYSCALE, false, false };
    file f = encode(gray);
    for (size_t cut = 3; cut < f.size - 2; cut++)
        refused(f.bytes, cut, "damaged JPEG: the file ends inside the image; end");
    const char *records = records_of(f.bytes, f.size - 2, "auto"); /* the end mark */
    ck_assert_msg(strncmp(records, "64x32 sum", 9) == 0, "got '%s'", records);
    free(f.bytes);
    f = encode((settings){ 64, 32, JCS_RGB, true, false });
    for (size_t cut = 3; cut < f.size; cut++)
        refused(f.bytes, cut, "damaged JPEG: the file ends inside the image; end");
    free(f.bytes);
    resized(gray, 65500, 65500, "the JPEG is 65500x65500; the limit is 16384x16384");
    resized(gray, 640, 320, "premature end of data");
    resized((settings){ 64, 32, JCS_RGB, true, false }, 16384, 16384,
            "the progressive JPEG needs more than 256 MiB");
    refused("\xff\xd8\xff\xe0", 4, "damaged JPEG: the file ends inside the image");
    refused("\xff\xd8\xff\xd9", 4, "damaged JPEG");
}
END_TEST

START_TEST(many_scans_of_a_large_picture_are_refused)
{
    file f = encode((settings){ 512, 512, JCS_GRAYSCALE, true, true });
    dp_gray g = open_record(f);
    check_cell(&g, 0, 0, 8, 0);
    close_record();
    f = encode((settings){ 4096, 4096, JCS_GRAYSCALE, true, true });
    refused(f.bytes, f.size, "60 scans are too many for a JPEG of 4096x4096");
    free(f.bytes);
}
END_TEST

static const char mpf[] = "\xff\xe2\0\x1c"
                          "MPF\0MM\0*\0\0\0\x8\0\1\xb0\1\0\4\0\0\0\1\0\0\0\2";

START_TEST(other_versions_of_a_picture_are_skipped)
{
    const file a = with(encode((settings){ 16, 8, JCS_GRAYSCALE, false, false }), mpf,
                        sizeof mpf - 1);
    const file b = encode((settings){ 8, 8, JCS_GRAYSCALE, false, false });
    static unsigned char all[1 << 14];
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        memcpy(all + n, a.bytes, a.size);
        n += a.size;
        memcpy(all + n, b.bytes, b.size);
        n += b.size;
    }
    const char *records = records_of(all, n, "auto");
    int count = 0;
    for (const char *p = records; (p = strstr(p, "16x8")); p++)
        count++;
    ck_assert_msg(count == 2 && !strstr(records, "; 8x8"), "got '%s'", records);
    free(a.bytes);
    free(b.bytes);
}
END_TEST

UNIT_MAIN("jpeg", all_kinds_of_files_are_read, pictures_are_turned_upright,
          large_pictures_are_reduced, damaged_and_huge_files_are_explained,
          many_scans_of_a_large_picture_are_refused,
          other_versions_of_a_picture_are_skipped)
#else
START_TEST(the_missing_library_is_named)
{
    const char *records = RECORDS("\xff\xd8\xff\xe0", "auto");
    ck_assert_ptr_nonnull(strstr(records, "built without libjpeg; convert it"));
}
END_TEST

UNIT_MAIN("jpeg", the_missing_library_is_named)
#endif

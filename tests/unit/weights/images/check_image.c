#include "config.h"

#include "engine/core/arith.h"
#include "tests/unit/readers.h"
#include "weights/images/signature.h"

#include <stdarg.h>

/* Each format has a small good file, from which the damaged files are derived. */

#define PNG_2X1                                                                          \
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\2\0\0\0\1\x8\0\0\0\0\xd1\x49\x20\x56\0\0\0\x0b" \
    "IDAT\x78\xda\x63\x60\xfd\x0f\0\1\x0c\1\5\xf9\xd6\x3d\xad\0\0\0\0IEND\xae\x42\x60"   \
    "\x82"

static void is(const char *records, const char *wanted)
{
    ck_assert_str_eq(records, wanted);
}

static void begins(const char *records, const char *wanted)
{
    ck_assert_msg(strncmp(records, wanted, strlen(wanted)) == 0, "got '%s'", records);
}

static void holds(const char *records, const char *wanted)
{
    ck_assert_msg(strstr(records, wanted) != NULL, "got '%s'", records);
}

START_TEST(netpbm_images_are_read)
{
    is(RECORDS("P2\n3 2\n255\n1 2 3\n4 5 6\n", "auto"), "3x2 sum 21; end");
    is(RECORDS("P5 3 2 255 \1\2\3\4\5\6", "pgm"), "3x2 sum 21; end");
    is(RECORDS("P5\n#a\n3 #b\n#c 9\n2\n255\n\1\2\3\4\5\6", "auto"), "3x2 sum 21; end");
    is(RECORDS("P2 2 1 100 100 50", "auto"), "2x1 sum 383; end");
    is(RECORDS("P5 2 1 65535 \xff\xff\x80\0", "auto"), "2x1 sum 383; end");
    is(RECORDS("P1\n3 2\n101 0#x\n10", "auto"), "3x2 sum 765; end");
    is(RECORDS("P4\n9 2\n\xff\x80\0\0", "pbm"), "9x2 sum 2295; end");
    is(RECORDS("P3 1 1 255 255 0 0", "auto"), "1x1 sum 76; end");
    is(RECORDS("P6 1 1 255 \0\xff\0", "ppm"), "1x1 sum 150; end");
    is(RECORDS("P6 1 1 65535 \0\0\0\0\xff\xff", "ppm"), "1x1 sum 29; end");
    is(RECORDS("P5 1 1 255 \7P5 2 1 255 \1\2\n", "auto"), "1x1 sum 7; 2x1 sum 3; end");
    is(RECORDS("", "pgm"), "end");
}
END_TEST

START_TEST(bad_netpbm_images_are_explained)
{
    is(RECORDS("P5 1 1 255 \7P5 2 1 255 \1", "auto"),
       "1x1 sum 7; bad: record 2, byte 24: the file ends inside the image; end");
    is(RECORDS("P5 0 1 255 \7", "auto"),
       "bad: record 1, byte 11: the image is empty: 0x1; end");
    holds(RECORDS("P5 4097 1 255 ", "auto"),
          "the image is 4097x1; the limit is 4096x4096");
    holds(RECORDS("P5 99999999999999999999 1 255 ", "auto"), "the limit is 4096x4096");
    holds(RECORDS("P5 -3 1 255 ", "auto"), "the width is not a number");
    holds(RECORDS("P5 3 ", "auto"), "the file ends before the height");
    holds(RECORDS("P5 3x 1 255 ", "auto"), "the width is followed by neither");
    holds(RECORDS("P5 1 1 0 \1", "auto"), "the greatest value is 0");
    holds(RECORDS("P5 1 1 65536 \1", "auto"), "the greatest value is 65536");
    holds(RECORDS("P5 1 1 100 \xff", "auto"),
          "a pixel is 255, above the greatest value 100");
    holds(RECORDS("P2 1 1 100 101", "auto"), "a pixel is 101");
    holds(RECORDS("P2 2 1 100 1", "auto"), "the file ends before the pixel");
    holds(RECORDS("P2 2 1 100 1 a", "auto"), "the pixel is not a number");
    holds(RECORDS("P1 2 1 12", "auto"), "neither 0 nor 1");
    holds(RECORDS("P1 2 1 1", "auto"), "the file ends inside");
    holds(RECORDS("P4 9 1 \1", "auto"), "the file ends inside");
    holds(RECORDS("P7 1 1", "pgm"), "not a netpbm image");
}
END_TEST

#if HAVE_PNG
START_TEST(png_images_are_read)
{
    is(RECORDS(PNG_2X1, "auto"), "2x1 sum 260; end");
    is(RECORDS(PNG_2X1 PNG_2X1, "png"), "2x1 sum 260; 2x1 sum 260; end");
}
END_TEST

START_TEST(bad_png_images_are_explained)
{
    holds(RECORDS("\x89PNG\r\n\x1a\n", "auto"),
          "damaged PNG: the file ends inside the image");
    holds(RECORDS("\x89PNGxxxxxxx", "auto"), "damaged PNG");
    holds(RECORDS("hello, world", "png"), "damaged PNG");
    char large[] = PNG_2X1; /* with a side of 5,000 and a valid checksum */
    memcpy(large + 16, "\0\0\x13\x88", 4);
    memcpy(large + 29, "\x17\x7a\x1b\x54", 4);
    holds(RECORDS(large, "png"), "the image is 5000x1; the limit is 4096x4096");
}
END_TEST
#else
START_TEST(png_images_are_read)
{
    holds(RECORDS(PNG_2X1, "auto"), "built without libpng");
}
END_TEST

START_TEST(bad_png_images_are_explained)
{
    holds(RECORDS("\x89PNG", "png"), "built without libpng");
}
END_TEST
#endif

#define IDX_2 "\0\0\x8\3\0\0\0\2\0\0\0\1\0\0\0\3\1\2\3\4\5\6"

START_TEST(idx_images_are_read)
{
    is(RECORDS(IDX_2, "auto"), "3x1 sum 6; 3x1 sum 15; end");
    is(RECORDS("\0\0\x8\3\0\0\0\0\0\0\0\1\0\0\0\3", "idx"), "end");
}
END_TEST

START_TEST(bad_idx_images_are_explained)
{
    is(records_of(IDX_2, 21, "auto"),
       "3x1 sum 6; bad: record 2, byte 21: the file ends inside image 2 of 2; end");
    holds(RECORDS(IDX_2 "x", "auto"),
          "bad: record 3, byte 22: more bytes than the 2 images");
    holds(RECORDS("\0\0\x8\1\0\0\0\2\1\2", "auto"), "an IDX file of labels");
    holds(RECORDS("\0\0\xd\3\0\0\0\2", "auto"), "not an IDX file of images");
    holds(records_of(IDX_2, 10, "auto"), "byte 4: the file ends inside the header");
    holds(RECORDS("\0\0\x8\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "auto"),
          "the limit is 4096x4096");
    holds(RECORDS("\0\0\x8\3\0\0\0\2\0\0\0\1\0\0\0\0", "auto"), "the image is empty");
}
END_TEST

/* 784 fields: `value` and then zeros. Valid for three more calls. */
static char *row_of(const char *value)
{
    static char rows[4][4096];
    static int next;
    char *row = rows[next++ % 4];
    size_t n = (size_t)sprintf(row, "%s", value);
    for (int i = 1; i < DP_PIXELS; i++)
        n += (size_t)sprintf(row + n, ",0");
    return row;
}

static const char *csv(const char *fmt, ...) DP_PRINTF(1, 2);

static const char *csv(const char *fmt, ...)
{
    char text[16384];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return records_of(text, (size_t)n, "auto");
}

START_TEST(csv_is_read)
{
    is(csv("%s\n", row_of("7")), "28x28 sum 7; end");
    is(csv("%s", row_of("255")), "28x28 sum 255; end");
    is(csv("5,%s\n", row_of("7")), "28x28 sum 7 label 5; end");
    is(csv("\"five\",%s\r\n\r\n 6 ,%s,\r\n", row_of("\"7\""), row_of(" 8 ")),
       "28x28 sum 7 label \"five\"; 28x28 sum 8 label 6; end");
    is(csv("\xef\xbb\xbf%s,\n", row_of("9")), "28x28 sum 9; end");
    is(csv("%s\n", row_of("0.5")), "28x28 sum 128; end"); /* 0 to 1, as none is above 1 */
    is(csv("%s\n", row_of("1")), "28x28 sum 255; end");
    is(csv("%s\n", row_of("1.5")), "28x28 sum 2; end");
    is(csv("\"a,\"\"b\",%s\n", row_of("2")), "28x28 sum 2 label \"a,\\\"\\\"b\"; end");
    is(csv("00,%s\n", row_of("2")), "28x28 sum 2 label \"00\"; end");
}
END_TEST

START_TEST(csv_headers_are_skipped)
{
    char header[16384] = "label", numbers[16384] = "0";
    for (int i = 0; i < DP_PIXELS; i++)
        sprintf(header + strlen(header), ",%dx%d", i / 28 + 1, i % 28 + 1);
    for (int i = 1; i < DP_PIXELS; i++)
        sprintf(numbers + strlen(numbers), ",%d", i);
    is(csv("%s\n3,%s\n", header, row_of("7")), "28x28 sum 7 label 3; end");
    is(csv("\n%s\n%s\n", header + 6, row_of("7")), "28x28 sum 7; end");
    is(csv("%s\n%s\n", numbers, row_of("7")), "28x28 sum 7; end");
    begins(csv("%s\n%s\n", row_of("7"), numbers),
           "28x28 sum 7; bad: record 2, byte 1568: ");
    is(csv("%s\n", header), "end");
}
END_TEST

START_TEST(bad_csv_is_explained)
{
    holds(csv("1,2,3\n%s\n", row_of("7")),
          "bad: record 1, byte 0: line 1 has 3 values, not 784 or a label and 784; "
          "28x28 sum 7; end");
    holds(csv("%s\n%s\n", row_of("7"), row_of("x7") + 3), "line 2 has 783 values");
    holds(csv("1,2,3,%s\n", row_of("7")), "line 1 has 787 values");
    holds(csv("a,2,%s\n", row_of("7")), "line 1 has 786 values");
    holds(csv("%s\n%s\n", row_of("7"), row_of("seven")),
          "line 2, column 1: 'seven' is not a number");
    holds(csv("%s\n%s\n", row_of("7"), row_of("")),
          "line 2, column 1: '' is not a number");
    holds(csv("%s\n", row_of("256")), "line 1: value 1 is 256; pixels go from 0 to 255");
    holds(csv("%s\n", row_of("-1")), "line 1: value 1 is -1");
    holds(csv("%s\n", row_of("nan")), "'nan' is not a number");
    holds(csv("%s\n", row_of("1e400")), "is not a number");
    holds(csv("\"%s\n", row_of("7")), "line 1 has 1 values");
    begins(RECORDS("hello\n", "auto"), "bad: record 1, byte 0: line 1 has 1 values");
}
END_TEST

static char *square_of(const char *value)
{
    static char text[8192];
    size_t n = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        n += (size_t)sprintf(text + n, "%s%s%s",
                             i % 28 ? ","
                             : i    ? "],["
                                    : "[[",
                             i ? "0" : value, i == DP_PIXELS - 1 ? "]]" : "");
    return text;
}

START_TEST(ndjson_is_read)
{
    is(csv("[%s]\n", row_of("7")), "28x28 sum 7; end");
    is(csv("%s\n", square_of("7")), "28x28 sum 7; end");
    is(csv("\n{\"pixels\":%s,\"id\":\"a\",\"label\":3,\"z\":1}\n", square_of("1")),
       "28x28 sum 255 id \"a\" label 3; end");
    is(csv("{\"pixels\":[%s],\"id\":{\"b\":[1,2.5,null]},\"label\":null}", row_of("7")),
       "28x28 sum 7 id {\"b\":[1,2.5,null]}; end");
    is(RECORDS(
           "{\"strokes\":[[[1,2],[3,4]],[[1,1]]],\"id\":12345678901}\r\n{\"strokes\":[]}",
           "auto"),
       "strokes 2 id 12345678901; strokes 0; end");
    is(RECORDS("\xef\xbb\xbf{\"strokes\":[[[1,2]]],\"id\":\"\xc3\xa9\xe2\x80\xae\"}",
               "auto"),
       "strokes 1 id \"\\u00E9\\u202E\"; end");
    is(RECORDS("\n\n  \n", "auto"), "end");
    is(RECORDS("", "auto"), "end");
}
END_TEST

START_TEST(bad_ndjson_is_explained)
{
    holds(RECORDS("[1,2]\n{\"strokes\":[]}\n", "auto"),
          "bad: record 1, byte 0: 2 pixels, not 784 or 28 rows of 28; strokes 0; "
          "end");
    holds(RECORDS("{\"strokes\":[]}\n{\"strokes\":[\n", "auto"),
          "strokes 0; bad: record 2, byte 27: not valid JSON: ");
    holds(RECORDS("{\"strokes\":[[[1]]]}", "auto"), "strokes[0][0]: not a point");
    holds(RECORDS("{}", "auto"), "needs either \"pixels\" or \"strokes\"");
    holds(RECORDS("{\"pixels\":[],\"strokes\":[]}", "auto"), "needs either");
    holds(RECORDS("{\"pixels\":5}", "auto"), "0 pixels");
    holds(RECORDS("5\n", "ndjson"), "not valid JSON");
    holds(RECORDS("{\"id\":1,\"id\":2,\"strokes\":[]}", "auto"), "duplicate");
    holds(RECORDS("{\"strokes\":[]} x", "auto"), "not valid JSON");
    holds(RECORDS("{\"strokes\":[],\"a\":\"\xff\"}", "auto"), "not valid JSON");
    holds(csv("[%s]\n", row_of("\"7\"")), "pixel 1 is not a number");
    holds(csv("[%s]\n", row_of("300")), "value 1 is 300");
    holds(csv("%s\n", square_of("0,0")), "row 1 is not an array of 28 numbers");
}
END_TEST

START_TEST(raw_images_are_read)
{
    char bytes[2 * DP_PIXELS + 5] = { 9, 1 };
    bytes[DP_PIXELS] = 7;
    is(records_of(bytes, 2 * DP_PIXELS, "raw"), "28x28 sum 10; 28x28 sum 7; end");
    is(records_of(bytes, 2 * DP_PIXELS + 5, "raw"),
       "28x28 sum 10; 28x28 sum 7; bad: record 3, byte 1568: 5 bytes are left; an image "
       "has "
       "784; end");
    is(records_of("\x1f\x8b", 2, "raw"),
       "bad: record 1, byte 0: 2 bytes are left; an image has 784; end");
    is(RECORDS("", "raw"), "end");
}
END_TEST

START_TEST(ascii_images_are_read)
{
    char lines[4096] = "@\n :\n                               \n\n";
    memset(lines + strlen(lines), '\n', 24);
    is(records_of(lines, strlen(lines), "ascii"), "28x28 sum 311; end");
    char twice[8192];
    sprintf(twice, "%s%s", lines, lines);
    is(records_of(twice, strlen(twice), "ascii"), "28x28 sum 311; 28x28 sum 311; end");
    twice[0] = 'x';
    begins(records_of(twice, strlen(twice), "ascii"),
           "bad: record 1, byte 0: line 1 of the image, column 1: not one of");
    holds(records_of(twice, strlen(twice), "ascii"), "; 28x28 sum 311; end");
    holds(records_of(lines, strlen(lines) - 1, "ascii"),
          "the file ends after 27 of 28 lines");
    memset(twice, '@', 29);
    holds(records_of(twice, strlen(twice), "ascii"),
          "line 1 of the image has more than 28");
    is(RECORDS("", "ascii"), "end");
}
END_TEST

START_TEST(unsupported_formats_are_named)
{
    const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } cases[] = {
        { "GIF89a......", 12,
          "a GIF image; convert it with ImageMagick: convert FILE -auto-orient" },
        { "RIFF....WEBPVP8 ", 16, "a WebP image" },
        { "BM\1\2\3\4\0\0\0\0", 10, "a BMP image" },
        { "II*\0....", 8, "a TIFF image" },
        { "\0\0\0\x18"
          "ftypheic",
          12, "a HEIC image" },
        { "%PDF-1.7", 8, "a PDF document; draw its pages with pdftoppm" },
        { "\x7f"
          "ELF\2\1\1",
          7, "a program" },
        { "\x89", 1, "unknown image format" },
        { "1,2\0,3", 6, "unknown image format" },
        { "[\1", 2, "unknown image format" },
        { "<svg/>", 6, "an SVG drawing; draw it with rsvg-convert" },
        { "<?xml version='1.0'?> <svg/>", 28, "an SVG drawing" },
        { "\xef\xbb\xbf<?xml version='1.0'?><svg/>", 30, "an SVG drawing" },
        { "<!DOCTYPE html>", 15, "a web page; download the file itself" },
        { "<note/>", 7, "an XML document" },
        { "PK\3\4\24\0\0\0\10\0....................a.png", 35, "a ZIP archive; unpack" },
        { "BZh91AY&SY", 10, "compressed with bzip2; unpack it: bzip2 -dc FILE" },
        { "\xfd"
          "7zXZ\0\0",
          7, "compressed with xz" },
        { "\x28\xb5\x2f\xfd\0", 5, "compressed with zstd" },
        { "PAR1\25\4", 6, "a Parquet file" },
        { "MATLAB 5.0 MAT-file, Platform: GLNXA64\n", 39,
          "a MATLAB file; read it with scipy" },
        { "MATLAB 7.3 MAT-file", 19, "a MATLAB file; read it with h5py" },
        { "\x89HDF\r\n\x1a\n\0\0\0\0", 12, "an HDF5 file" },
        { "\x80\4\x95\1\0\0\0", 7, "a Python pickle" },
        { "version https://git-lfs.github.com/spec/v1\noid sha256:0", 56,
          "a Git LFS pointer; download the file that it points to" },
        { "data:image/png;base64,iVBORw0KGgo=", 34, "a data: URL; decode what follows" },
        { "\xff\xfel\0a\0", 6, "text in UTF-16; save it as UTF-8" },
        { "\x40\0\0\0\0\0\0\0{\"__metadata__\":{}}", 27,
          "a safetensors file, a model and not an image; give it with -m" },
        { "\x8\x7\x12\x7pytorch", 11, "an ONNX file, a model and not an image" },
        { "P7\nWIDTH 1\n", 11, "a PAM image" },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        const char *records = records_of(cases[i].bytes, cases[i].size, "auto");
        begins(records, "bad: record 1, byte 0: ");
        holds(records, cases[i].message);
    }
}
END_TEST

START_TEST(bytes_after_the_end_do_not_count)
{
    static const unsigned char text[] = "plain text";
    ck_assert(!dp_signature_is_binary(text, sizeof text - 1));
    ck_assert(dp_signature_is_binary(text, sizeof text));
    ck_assert_ptr_nonnull(dp_signature_name((const unsigned char *)"PAR1", 4));
    ck_assert_ptr_null(dp_signature_name((const unsigned char *)"PAR1", 3));
}
END_TEST

/* The warning about a stream whose images are all good. */
static const char *warning_of(const char *bytes, size_t size)
{
    static char warning[200];
    dp_source *s = source_of(bytes, size);
    dp_reader *r;
    dp_record record = { .kind = DP_RECORD_IMAGE };
    ck_assert_int_eq(dp_reader_create(&r, s, "auto", NULL), DP_OK);
    while (record.kind != DP_RECORD_END)
        ck_assert_int_eq(dp_reader_next(&record, r, NULL), DP_OK);
    snprintf(warning, sizeof warning, "%s",
             dp_reader_warning(r) ? dp_reader_warning(r) : "none");
    dp_reader_free(r);
    dp_source_close(s);
    return warning;
}

#define PGM_1X1 "P5 1 1 255 \7"

START_TEST(bytes_after_an_image_are_ignored_with_a_warning)
{
    is(RECORDS(PGM_1X1 "garbage", "auto"), "1x1 sum 7; end");
    is(warning_of(PGM_1X1 "garbage", 19),
       "bytes after the last image are ignored, from byte 12");
    is(warning_of(PGM_1X1 " \n", 14), "none");
    is(warning_of(PGM_1X1 PGM_1X1, 24), "none");
#if HAVE_PNG
    is(RECORDS(PNG_2X1 "more", "auto"), "2x1 sum 260; end");
    is(RECORDS(PGM_1X1 PNG_2X1 PGM_1X1, "auto"),
       "1x1 sum 7; 2x1 sum 260; 1x1 sum 7; end");
    is(RECORDS(PGM_1X1 PNG_2X1, "pgm"), "1x1 sum 7; end");
#endif
}
END_TEST

START_TEST(images_are_transposed_on_request)
{
    dp_source *s = source_of("P2 3 2 9 1 2 3 4 5 6", 20);
    dp_reader *r;
    dp_record record;
    ck_assert_int_eq(dp_reader_create(&r, s, "auto", NULL), DP_OK);
    dp_reader_transpose(r, true);
    ck_assert_int_eq(dp_reader_next(&record, r, NULL), DP_OK);
    ck_assert_int_eq(record.gray.width, 2);
    ck_assert_int_eq(record.gray.height, 3);
    const uint8_t wanted[6] = { 28, 113, 57, 142, 85, 170 };
    ck_assert_mem_eq(record.gray.pixel, wanted, sizeof wanted);
    dp_reader_free(r);
    dp_source_close(s);
}
END_TEST

START_TEST(an_unknown_format_lists_the_known_ones)
{
    dp_source *s = source_of("", 0);
    dp_reader *r;
    dp_err err;
    ck_assert_int_eq(dp_reader_create(&r, s, "webp", &err), DP_USAGE);
    ck_assert_ptr_nonnull(
        strstr(err.msg, "unknown format 'webp'; the formats are: auto pgm"));
    dp_source_close(s);
}
END_TEST

/* Each truncation and each substitution of one byte gives records or messages: records_of
 * fails otherwise, and sanitizers find undefined behaviour. */
static void mutate(const char *bytes, size_t size, const char *format)
{
    char copy[256];
    ck_assert_uint_le(size, sizeof copy);
    for (size_t cut = 0; cut < size; cut++)
        holds(records_of(bytes, cut, format), "end");
    for (size_t i = 0; i < size; i++)
        for (int value = 0; value < 256; value++) {
            memcpy(copy, bytes, size);
            copy[i] = (char)value;
            holds(records_of(copy, size, format), "end");
        }
}

#define MUTATE(text, format) mutate(text, sizeof text - 1, format)

START_TEST(every_mutant_is_classified)
{
    MUTATE("P2\n2 1\n9\n1 2\n", "auto");
    MUTATE("P5 2 1 255 \1\2", "auto");
    MUTATE("P1 3 1 101", "pbm");
    MUTATE("P4 3 1 \5", "pbm");
    MUTATE("P6 1 1 511 \1\2\1\2\1\2", "ppm");
    MUTATE(PNG_2X1, "auto");
    MUTATE(IDX_2, "auto");
    MUTATE("{\"strokes\":[[[1,2],[3,4]]],\"t\":[[0,9]],\"id\":\"a\"}", "auto");
}
END_TEST

/* The same for formats whose smallest file is long, with some values at some places. */
START_TEST(mutants_of_long_formats_are_classified)
{
    static const char values[] = "\0\t\n\r \",-.09:Ee[]{}\x7f\x80\xff";
    char text[4096], copy[4096];
    const char *const formats[] = { "csv", "ndjson", "raw", "ascii" };
    for (size_t f = 0; f < 4; f++) {
        size_t size = (size_t)sprintf(text, f == 1 ? "[%s]\n" : "4,%s\n", row_of("7"));
        for (size_t i = 0; i < size; i += i < 20 || i > size - 20 ? 1 : 97) {
            holds(records_of(text, i, formats[f]), "end");
            for (size_t v = 0; v < sizeof values - 1; v++) {
                memcpy(copy, text, size);
                copy[i] = values[v];
                holds(records_of(copy, size, formats[f]), "end");
            }
        }
    }
}
END_TEST

UNIT_MAIN("image", netpbm_images_are_read, bad_netpbm_images_are_explained,
          png_images_are_read, bad_png_images_are_explained, idx_images_are_read,
          bad_idx_images_are_explained, csv_is_read, csv_headers_are_skipped,
          bad_csv_is_explained, ndjson_is_read, bad_ndjson_is_explained,
          raw_images_are_read, ascii_images_are_read, unsupported_formats_are_named,
          bytes_after_the_end_do_not_count,
          bytes_after_an_image_are_ignored_with_a_warning,
          images_are_transposed_on_request, an_unknown_format_lists_the_known_ones,
          every_mutant_is_classified, mutants_of_long_formats_are_classified)

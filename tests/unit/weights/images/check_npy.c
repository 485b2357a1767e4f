/* NumPy arrays and archives. The fuzz corpus has files that NumPy wrote. */
#include "config.h"

#include "tests/unit/readers.h"

#include <math.h>

static void is(const char *records, const char *wanted)
{
    ck_assert_str_eq(records, wanted);
}

static void holds(const char *records, const char *wanted)
{
    ck_assert_msg(strstr(records, wanted) != NULL, "got '%s'", records);
}

/* A file with this header and these elements. Valid until the next call. */
static const char *array(const char *type, const char *order, const char *shape,
                         const void *elements, size_t size)
{
    static char file[1 << 14];
    int n = sprintf(file + 10, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n",
                    type, order, shape);
    memcpy(file, "\x93NUMPY\1\0", 8);
    file[8] = (char)(n % 256);
    file[9] = (char)(n / 256);
    memcpy(file + 10 + n, elements, size);
    return records_of(file, 10 + (size_t)n + size, "auto");
}

#define ARRAY(type, order, shape, elements)                                              \
    array(type, order, shape, elements, sizeof elements - 1)

START_TEST(all_types_are_read)
{
    const char *const shape = "(1, 2)";
    is(ARRAY("|u1", "False", shape, "\3\4"), "2x1 sum 7; end");
    is(ARRAY("|b1", "False", shape, "\0\1"), "2x1 sum 255; end");
    is(ARRAY("|i1", "False", shape, "\3\4"), "2x1 sum 7; end");
    is(ARRAY("<u2", "False", shape, "\3\0\4\0"), "2x1 sum 7; end");
    is(ARRAY(">i2", "False", shape, "\0\3\0\4"), "2x1 sum 7; end");
    is(ARRAY("<i4", "False", shape, "\3\0\0\0\4\0\0\0"), "2x1 sum 7; end");
    is(ARRAY(">u8", "False", shape, "\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\4"),
       "2x1 sum 7; end");
    is(ARRAY("<f2", "False", shape, "\0\x3c\0\x38"), "2x1 sum 383; end"); /* 1, 0.5 */
    is(ARRAY("<f2", "False", shape, "\1\0\0\x5b"), "2x1 sum 224; end"); /* 2⁻²⁴, 224 */
    is(ARRAY(">f4", "False", shape, "\x40\x40\0\0\x40\x80\0\0"), "2x1 sum 7; end");
    is(ARRAY("<f8", "False", shape, "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\0"),
       "2x1 sum 255; end");
}
END_TEST

START_TEST(all_shapes_are_read)
{
    is(ARRAY("|u1", "False", "(2, 3)", "\1\2\3\4\5\6"), "3x2 sum 21; end");
    is(ARRAY("|u1", "False", "(2, 3, 1)", "\1\2\3\4\5\6"), "3x2 sum 21; end");
    is(ARRAY("|u1", "False", "(2, 1, 2)", "\1\2\3\4"), "2x1 sum 3; 2x1 sum 7; end");
    is(ARRAY("|u1", "False", "(2, 1, 2, 1)", "\1\2\3\4"), "2x1 sum 3; 2x1 sum 7; end");
    is(ARRAY("|u1", "False", "(2, 1, 1, 2)", "\1\2\3\4"), "2x1 sum 3; 2x1 sum 7; end");
    is(ARRAY("|u1", "False", "(0, 28, 28)", ""), "end");
    const char image[2 * DP_PIXELS + 1] = { 9, [DP_PIXELS] = 7 };
    is(array("|u1", "False", "(784,)", image, DP_PIXELS), "28x28 sum 9; end");
    is(array("|u1", "False", "(2, 784)", image, sizeof image - 1),
       "28x28 sum 9; 28x28 sum 7; end");
    is(array("|u1", "False", "(2L, 784L)", image, sizeof image - 1),
       "28x28 sum 9; 28x28 sum 7; end");
}
END_TEST

START_TEST(the_order_of_fortran_is_read)
{
    is(ARRAY("|u1", "True", "(2, 1, 2)", "\1\3\2\4"), "2x1 sum 3; 2x1 sum 7; end");
    is(ARRAY("<u2", "True", "(2, 1, 2, 1)", "\1\0\3\0\2\0\4\0"),
       "2x1 sum 3; 2x1 sum 7; end");
    char image[2 * DP_PIXELS] = { 9, 7, 9, 7 };
    is(array("|u1", "True", "(2, 784)", image, sizeof image),
       "28x28 sum 18; 28x28 sum 14; end");
    dp_source *s = source_of("\x93NUMPY\1\0\x3a\0{'descr': '|u1', 'fortran_order': True, "
                             "'shape': (2, 3), }\1\4\2\5\3\6",
                             74);
    dp_reader *r;
    dp_record record;
    ck_assert_int_eq(dp_reader_create(&r, s, "npy", NULL), DP_OK);
    ck_assert_int_eq(dp_reader_next(&record, r, NULL), DP_OK);
    ck_assert_mem_eq(record.gray.pixel, "\1\2\3\4\5\6", 6);
    dp_reader_free(r);
    dp_source_close(s);
}
END_TEST

START_TEST(arrays_follow_each_other)
{
    static const char two[] =
        "\x93NUMPY\1\0\x3b\0{'descr': '|u1', 'fortran_order': False, "
        "'shape': (1, 1), }\7\x93NUMPY\1\0\x3b\0{'descr': '|u1', "
        "'fortran_order': False, 'shape': (1, 1), }\x9";
    is(RECORDS(two, "auto"), "1x1 sum 7; 1x1 sum 9; end");
}
END_TEST

START_TEST(bad_arrays_are_explained)
{
    holds(ARRAY("|u1", "False", "(2, 2)", "\1\2\3"),
          "byte 73: the file ends inside the array; end");
    holds(ARRAY("|i1", "False", "(2, 1, 2)", "\xff\7\1\6"),
          "value 1 is -1; pixels go from 0 to 255, or from 0 to 1; 2x1 sum 7; end");
    holds(ARRAY("<f2", "False", "(1, 1)", "\0\x7c"), "value 1 is nan");
    holds(ARRAY("|u1", "False", "(3,)", "\1\2\3"),
          "an array of shape (3,) and type u1; images have the shape (height, width)");
    holds(ARRAY("<f8", "False", "(1, 1, 28, 28, 1)", ""), "shape (1, 1, 28, 28, 1)");
    holds(ARRAY("|u1", "False", "(1, 1, 3)", ""),
          "shape (1, 1, 3) and type u1 has colours");
    holds(ARRAY("|u1", "False", "(9, 28, 28, 4)", ""),
          "has colours; save array[..., :3]");
    holds(ARRAY("|u1", "False", "(5000, 5000)", ""), "the image is 5000x5000; the limit");
    holds(ARRAY("<f8", "True", "(1000000, 784)", ""),
          "Fortran's order of more than 1024 MiB");
    holds(ARRAY("<f8", "True", "(281474976710656, 784)", ""), "Fortran's order of more");
    holds(ARRAY("|O", "False", "(2,)", ""), "Python objects and not numbers");
    holds(ARRAY("<U3", "False", "(2,)", ""), "elements of type '<U3' are not supported");
    holds(ARRAY("<c8", "False", "(2,)", ""), "elements of type '<c8' are not supported");
    holds(ARRAY("!u1", "False", "(2,)", ""), "unknown byte order");
    holds(ARRAY("|u1", "Maybe", "(2,)", ""), "damaged NumPy header");
    holds(ARRAY("|u1", "False", "(2", ""), "damaged NumPy header");
    holds(ARRAY("|u1", "False", "(1,1,1,1,1,1,1,1,1)", ""), "damaged NumPy header");
    holds(RECORDS("\x93NUMPY\1\0\2\0{}", "auto"), "damaged NumPy header");
    holds(RECORDS("\x93NUMPY\1\0\xff\0{}", "auto"),
          "the file ends inside the NumPy header");
    holds(RECORDS("\x93NUMPY\2\0\0\0\0\x7f", "auto"),
          "2130706432 bytes; the limit is 4096");
    holds(RECORDS("\x93NUMPY\4\0", "auto"), "version 4 of the NumPy format");
    holds(RECORDS("hello, world", "npy"), "it does not begin with 93 NUMPY");
    is(RECORDS("", "npy"), "end");
}
END_TEST

START_TEST(bad_archives_are_explained)
{
    holds(RECORDS("hello, world", "npz"), "the ZIP archive ends early");
    holds(RECORDS("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "npz"),
          "without NumPy arrays; unpack it first");
    holds(RECORDS("PK\5\6\0\0\0\0\1\0\1\0\0\0\0\0\xff\0\0\0\0\0", "npz"),
          "the directory of the ZIP archive is damaged");
    holds(RECORDS("PK\5\6\0\0\0\0\1\0\1\0\0\0\0\0\0\0\0\0\0\0", "npz"),
          "an entry of the ZIP archive is damaged");
    is(RECORDS("", "npz"), "end");
}
END_TEST

UNIT_MAIN("npy", all_types_are_read, all_shapes_are_read, the_order_of_fortran_is_read,
          arrays_follow_each_other, bad_arrays_are_explained, bad_archives_are_explained)

#include "config.h"

#include "engine/core/arith.h"

#include "tests/unit/unit.h"
#include "weights/safetensors/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A file with this header and n_values bytes 0, 1, 2, … of values; valid until the next
 * call. */
static const unsigned char *make_file(size_t *size, const char *header, size_t n_values)
{
    static unsigned char file[1 << 16];
    size_t length = strlen(header);
    ck_assert_uint_le(8 + length + n_values, sizeof file);
    for (size_t i = 0; i < 8; i++)
        file[i] = (unsigned char)(length >> 8 * i);
    memcpy(file + 8, header, length);
    for (size_t i = 0; i < n_values; i++)
        file[8 + length + i] = (unsigned char)i;
    *size = 8 + length + n_values;
    return file;
}

#define T(shape, begin, end)                                                             \
    "{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

/* ---- valid files ------------------------------------------------------------------- */

START_TEST(tensors_are_sorted_by_offset)
{
    size_t size;
    const unsigned char *file = make_file(
        &size,
        "{\"b\":" T("[2,1]", "4", "12") ",\"__metadata__\":{\"k\":\"v\"},\"a\":" T(
            "[1]", "0", "4") "}   ",
        12);
    dp_safetensors st = { 0 };
    dp_err err;
    ck_assert_msg(dp_safetensors_parse(&st, file, size, &err) == DP_OK, "%s", err.msg);
    ck_assert_int_eq(st.n_tensors, 2);
    ck_assert_str_eq(st.tensor[0].name, "a");
    const dp_st_tensor *b = dp_safetensors_find(&st, "b");
    ck_assert_ptr_eq(b, &st.tensor[1]);
    ck_assert_int_eq(b->rank, 2);
    ck_assert_uint_eq(b->dim[0], 2);
    ck_assert_uint_eq(b->count, 2);
    ck_assert_int_eq(b->data[0], 4);
    ck_assert_str_eq(dp_safetensors_meta(&st, "k"), "v");
    ck_assert_ptr_null(dp_safetensors_meta(&st, "K"));
    ck_assert_ptr_null(dp_safetensors_find(&st, "c"));
    dp_safetensors_clear(&st);
}
END_TEST

START_TEST(unusual_but_valid_files_open)
{
    static const struct {
        const char *header;
        size_t n_values;
    } rows[] = {
        { "{}", 0 },
        { "{ \n\t\r}", 0 },
        { "{\"__metadata__\":{}}", 0 },
        { "{\"scalar\":" T("[]", "0", "4") "}", 4 },
        { "{\"empty\":" T("[0,7]", "0", "0") ",\"a\":" T("[1]", "0", "4") "}", 4 },
        { "{\"a\":" T("[1]", "0", "4") ",\"empty\":" T("[0]", "4", "4") "}", 4 },
        { "{\"rank 8\":" T("[1,1,1,1,1,1,1,1]", "0", "4") "}", 4 },
        { "{\"\\u0061\":" T("[1]", "0", "4") ",\"__metadata__\":{\"-1.5e\":\"{[\\\"\"}}",
          4 },
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        size_t size;
        const unsigned char *file = make_file(&size, rows[i].header, rows[i].n_values);
        dp_safetensors st;
        dp_err err;
        ck_assert_msg(dp_safetensors_parse(&st, file, size, &err) == DP_OK, "%s: %s",
                      rows[i].header, err.msg);
        dp_safetensors_clear(&st);
    }
}
END_TEST

START_TEST(every_dtype_is_read)
{
    /* 1.5 and −2 in each floating type, 1 and −2 in each integer type */
    static const struct {
        const char *dtype;
        unsigned char bytes[16];
        float first, second;
    } rows[] = {
        { "F64", { [6] = 0xf8, [7] = 0x3f, [15] = 0xc0 }, 1.5f, -2 },
        { "F32", { 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0 }, 1.5f, -2 },
        { "F16", { 0, 0x3e, 0, 0xc0 }, 1.5f, -2 },
        { "F16", { 1, 0, 0xff, 0x83 }, 0x1p-24f, -1023 * 0x1p-24f },
        { "F16", { 0xff, 0x7b, 0, 0x04 }, 65504, 0x1p-14f },
        { "BF16", { 0xc0, 0x3f, 0, 0xc0 }, 1.5f, -2 },
        { "I64", { 1, [8] = 0xfe, 255, 255, 255, 255, 255, 255, 255 }, 1, -2 },
        { "I32", { 1, 0, 0, 0, 0xfe, 255, 255, 255 }, 1, -2 },
        { "I8", { 1, 0xfe }, 1, -2 },
        { "U8", { 1, 0xfe }, 1, 254 },
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        char header[128];
        dp_safetensors st;
        dp_err err;
        size_t size, bytes = 0;
        for (int k = 0; k < DP_DTYPE_COUNT; k++)
            if (strcmp(dp_dtype_name((dp_dtype)k), rows[i].dtype) == 0)
                bytes = 2 * dp_dtype_size((dp_dtype)k);
        snprintf(header, sizeof header,
                 "{\"t\":{\"dtype\":\"%s\",\"shape\":[2],\"data_offsets\":[0,%zu]}}",
                 rows[i].dtype, bytes);
        unsigned char file[256];
        memcpy(file, make_file(&size, header, bytes), sizeof file);
        memcpy(file + size - bytes, rows[i].bytes, bytes);
        ck_assert_int_eq(dp_safetensors_parse(&st, file, size, &err), DP_OK);
        float value[2];
        ck_assert_int_eq(dp_st_tensor_floats(value, &st.tensor[0], &err), DP_OK);
        ck_assert(value[0] == rows[i].first);
        ck_assert(value[1] == rows[i].second);
        dp_safetensors_clear(&st);
    }
}
END_TEST

START_TEST(values_that_are_not_finite_are_refused)
{
    static const struct {
        dp_dtype dtype;
        unsigned char bytes[8];
    } rows[] = {
        { DP_F32, { 0, 0, 0x80, 0x7f } }, { DP_F32, { 0, 0, 0xc0, 0xff } },
        { DP_F16, { 0, 0x7c } },          { DP_F16, { 1, 0xfc } },
        { DP_BF16, { 0x80, 0x7f } },      { DP_F64, { [6] = 0xf0, [7] = 0x7f } },
        { DP_F64, { [7] = 0x7e } }, /* finite, but beyond a float */
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        dp_st_tensor t = {
            .name = "w", .dtype = rows[i].dtype, .count = 1, .data = rows[i].bytes
        };
        float value;
        dp_err err;
        ck_assert_int_eq(dp_st_tensor_floats(&value, &t, &err), DP_MODEL);
        ck_assert_str_eq(err.msg, "tensor 'w': element 0 is not a finite float");
    }
}
END_TEST

/* ---- invalid files ----------------------------------------------------------------- */

/* Each row breaks one rule; the message must contain `says`. */
static const struct {
    const char *header;
    size_t n_values;
    const char *says;
} broken[] = {
    /* the header as text */
    { "", 0, "no '{' at byte 8" },
    { " {}", 0, "no '{' at byte 8" },
    { "[]", 0, "no '{' at byte 8" },
    { "\xef\xbb\xbf{}", 0, "no '{' at byte 8" },
    { "{}\n", 0, "byte 10: does not end with '}'" },
    { "{}x", 0, "byte 10: does not end with '}'" },
    { "{", 0, "byte 8: does not end with '}'" },
    { "{}{}", 0, "header: byte" },
    { "{\"a\":}", 0, "header: byte" },
    { "{\"a\"}", 0, "header: byte" },
    { "{\"a:{}}", 0, "header: byte" },
    { "{\"a\\\":{}}", 0, "header: byte" },
    { "{\"a\":{}},}", 0, "header: byte" },
    { "{\"a\":{},}", 0, "header: byte" },
    { "{'a':{}}", 0, "byte 9: unexpected 0x27" },
    { "{/**/}", 0, "byte 9: unexpected 0x2f" },
    { "{\"a\\q\":{}}", 0, "header: byte" },
    { "{\"a\\ud800\":{}}", 0, "header: byte" },
    { "{\"a\\u0000\":{}}", 0, "header: byte" },
    { "{\"\xff\":{}}", 0, "header: byte" },
    { "{\"\xc0\x80\":{}}", 0, "header: byte" },
    { "{\"a\nb\":{}}", 0, "header: byte" },
    { "{\"a\":true}", 0, "unexpected 0x74" },
    { "{\"a\":null}", 0, "unexpected 0x6e" },
    { "{\"a\":NaN}", 0, "unexpected 0x4e" },
    { "{\"a\":[[{}]]}", 0, "nested too deeply" },
    /* numbers */
    { "{\"a\":" T("[1]", "-0", "4") "}", 4, "unexpected 0x2d" },
    { "{\"a\":" T("[-1]", "0", "4") "}", 4, "unexpected 0x2d" },
    { "{\"a\":" T("[+1]", "0", "4") "}", 4, "unexpected 0x2b" },
    { "{\"a\":" T("[1.0]", "0", "4") "}", 4, "unexpected 0x2e" },
    { "{\"a\":" T("[1e0]", "0", "4") "}", 4, "unexpected 0x65" },
    { "{\"a\":" T("[1E0]", "0", "4") "}", 4, "unexpected 0x45" },
    { "{\"a\":" T("[01]", "0", "4") "}", 4, "header: byte" },
    { "{\"a\":" T("[1]", "00", "4") "}", 4, "header: byte" },
    { "{\"a\":" T("[0x1]", "0", "4") "}", 4, "unexpected 0x78" },
    { "{\"a\":" T("[9223372036854775808]", "0", "4") "}", 4, "header: byte" },
    { "{\"a\":" T("[99999999999999999999999]", "0", "4") "}", 4, "header: byte" },
    /* keys twice */
    { "{\"a\":" T("[1]", "0", "4") ",\"a\":" T("[1]", "0", "4") "}", 4, "duplicate" },
    { "{\"a\":" T("[1]", "0", "4") ",\"\\u0061\":" T("[1]", "0", "4") "}", 4,
      "duplicate" },
    { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
      4, "duplicate" },
    { "{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}", 0, "duplicate" },
    { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "duplicate" },
    /* metadata */
    { "{\"__metadata__\":[]}", 0, "__metadata__: not a JSON object" },
    { "{\"__metadata__\":\"x\"}", 0, "__metadata__: not a JSON object" },
    { "{\"__metadata__\":{\"k\":1}}", 0, "__metadata__: 'k' is not a string" },
    { "{\"__metadata__\":{\"k\":{}}}", 0, "__metadata__: 'k' is not a string" },
    /* names */
    { "{\"\":" T("[1]", "0", "4") "}", 4, "tensor name of 0 bytes" },
    { "{\"0123456789012345678901234567890123456789012345678901234567890123456789"
      "01234567890123456789012345678901234567890123456789012345678\":{}}",
      0, "tensor name of 129 bytes" },
    { "{\"a\\u001b[2J\":" T("[1]", "0", "4") "}", 4, "is not printable ASCII" },
    { "{\"a\\u007f\":" T("[1]", "0", "4") "}", 4, "is not printable ASCII" },
    { "{\"\xc3\xa4\":" T("[1]", "0", "4") "}", 4, "is not printable ASCII" },
    /* a tensor's keys */
    { "{\"a\":1}", 0, "tensor 'a': not a JSON object" },
    { "{\"a\":\"F32\"}", 0, "tensor 'a': not a JSON object" },
    { "{\"a\":{}}", 0, "dtype is missing or not a string" },
    { "{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
      "dtype is missing" },
    { "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "shape is missing" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4,
      "data_offsets is not a pair of integers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4,
      "unknown key 'x'" },
    { "{\"a\":{\"Dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
      "unknown key 'Dtype'" },
    { "{\"a\":{\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
      "dtype 'f32' is not supported" },
    { "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4,
      "dtype 'BOOL' is not supported" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", 4,
      "shape is missing" },
    { "{\"a\":" T("[\\\"1\\\"]", "0", "4") "}", 4, "header: byte" },
    { "{\"a\":" T("[\"1\"]", "0", "4") "}", 4, "shape[0] is not an integer" },
    { "{\"a\":" T("[1,1,1,1,1,1,1,1,1]", "0", "4") "}", 4,
      "rank 9 exceeds the limit of 8" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":{}}}", 4,
      "not a pair of integers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4,
      "not a pair of integers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", 4,
      "not a pair of integers" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,\"4\"]}}", 4,
      "not a pair of integers" },
    /* shape × dtype against offsets */
    { "{\"a\":" T("[2]", "0", "4") "}", 4, "not the size of its shape in F32" },
    { "{\"a\":" T("[]", "0", "0") "}", 0, "not the size of its shape in F32" },
    { "{\"a\":" T("[4294967296,4294967296]", "0", "0") "}", 0, "shape is too large" },
    { "{\"a\":" T("[4611686018427387904]", "0", "0") "}", 0,
      "not the size of its shape" },
    { "{\"a\":" T("[4611686018427387904,4,0]", "0", "0") "}", 0, "shape is too large" },
    { "{\"a\":" T("[2305843009213693952,2,2]", "0", "0") "}", 0,
      "not the size of its shape" },
    /* offsets */
    { "{\"a\":" T("[1]", "4", "0") "}", 4,
      "data_offsets [4,0] are not within the 4 bytes of values" },
    { "{\"a\":" T("[1]", "0", "4") "}", 3,
      "data_offsets [0,4] are not within the 3 bytes of values" },
    { "{\"a\":" T("[1]", "4", "8") "}", 4,
      "data_offsets [4,8] are not within the 4 bytes of values" },
    { "{\"a\":" T("[1]", "9223372036854775804", "9223372036854775807") "}", 4,
      "within the 4 bytes of values" },
    { "{\"a\":" T("[1]", "4", "8") "}", 8, "tensor 'a': gap before it at offset 4" },
    { "{\"a\":" T("[1]", "0", "4") ",\"b\":" T("[1]", "5", "9") "}", 9,
      "tensor 'b': gap before it at offset 5" },
    { "{\"a\":" T("[1]", "0", "4") ",\"b\":" T("[1]", "3", "7") "}", 7,
      "tensor 'b': overlaps the tensor before it at offset 3" },
    { "{\"a\":" T("[1]", "0", "4") ",\"b\":" T("[1]", "0", "4") "}", 4,
      "tensor 'b': overlaps the tensor before it at offset 0" },
    { "{\"a\":" T("[1]", "0", "4") ",\"b\":" T("[0]", "2", "2") "}", 4,
      "tensor 'b': overlaps the tensor before it at offset 2" },
    { "{\"a\":" T("[1]", "0", "4") "}", 5, "1 bytes after the last tensor" },
    { "{}", 1, "1 bytes after the last tensor" },
};

START_TEST(broken_files_are_refused)
{
    for (size_t i = 0; i < DP_COUNT(broken); i++) {
        size_t size;
        const unsigned char *file =
            make_file(&size, broken[i].header, broken[i].n_values);
        dp_safetensors st = { .n_tensors = -1 };
        dp_err err = { 0 };
        ck_assert_msg(dp_safetensors_parse(&st, file, size, &err) == DP_MODEL,
                      "opened: %s", broken[i].header);
        ck_assert_msg(strstr(err.msg, broken[i].says) != NULL, "%s\nsays: %s\nnot: %s",
                      broken[i].header, err.msg, broken[i].says);
        ck_assert_int_eq(st.n_tensors, -1);
    }
}
END_TEST

START_TEST(bad_lengths_are_refused)
{
    static const struct {
        unsigned char bytes[12];
        size_t size;
        const char *says;
    } rows[] = {
        { { 0 }, 0, "only 0 bytes" },
        { { 2, 0, 0, 0, 0, 0, 0 }, 7, "only 7 bytes" },
        { { 0 }, 8, "no '{' at byte 8" },
        { { 3, 0, 0, 0, 0, 0, 0, 0, '{', '}' }, 10, "truncated: header of 3 bytes" },
        { { 1, 0, 16, 0, 0, 0, 0, 0, '{', '}' }, 10, "1048577 exceeds the limit" },
        { { 2, 0, 0, 0, 0, 0, 0, 0x80, '{', '}' }, 10, "9223372036854775810 exceeds" },
        { { 255, 255, 255, 255, 255, 255, 255, 255, '{' },
          9,
          "18446744073709551615 exceeds" },
        { { 6, 0, 0, 0, 0, 0, 0, 0, '{', '\0', '}', ' ' }, 12, "truncated" },
        { { 3, 0, 0, 0, 0, 0, 0, 0, '{', '\0', '}' }, 11, "unexpected 0x00" },
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        dp_safetensors st;
        dp_err err = { 0 };
        ck_assert_int_eq(dp_safetensors_parse(&st, rows[i].bytes, rows[i].size, &err),
                         DP_MODEL);
        ck_assert_msg(strstr(err.msg, rows[i].says) != NULL, "row %zu says: %s", i,
                      err.msg);
    }
}
END_TEST

/* A header of n empty tensors, or of n metadata keys. */
static void make_many(char *header, size_t size, int n, bool tensors)
{
    size_t used = (size_t)snprintf(header, size, tensors ? "{" : "{\"__metadata__\":{");
    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(
            header + used, size - used,
            tensors ? "%s\"%d\":" T("[0]", "0", "0") : "%s\"%d\":\"\"", i ? "," : "", i);
    snprintf(header + used, size - used, tensors ? "}" : "}}");
}

START_TEST(the_number_of_entries_is_limited)
{
    static char header[1 << 18];
    static unsigned char file[sizeof header + 8];
    static const struct {
        int n;
        bool tensors;
        const char *says;
    } rows[] = {
        { DP_ST_MAX_TENSORS, true, NULL },
        { DP_ST_MAX_TENSORS + 1, true, "257 tensors exceed the limit of 256" },
        { 8000, false, NULL },
        { 9000, false, "too many values" },
    };
    for (size_t i = 0; i < DP_COUNT(rows); i++) {
        make_many(header, sizeof header, rows[i].n, rows[i].tensors);
        size_t length = strlen(header);
        for (size_t k = 0; k < 8; k++)
            file[k] = (unsigned char)(length >> 8 * k);
        memcpy(file + 8, header, length);
        dp_safetensors st = { 0 };
        dp_err err = { 0 };
        dp_code code = dp_safetensors_parse(&st, file, 8 + length, &err);
        ck_assert_int_eq(code, rows[i].says ? DP_MODEL : DP_OK);
        ck_assert_msg(!rows[i].says || strstr(err.msg, rows[i].says), "%s", err.msg);
        dp_safetensors_clear(&st);
    }
}
END_TEST

/* ---- files with one damaged byte --------------------------------------------------- */

static const char sound[] =
    "{\"__metadata__\":{\"digitpad.norm\":\"unit\"},"
    "\"0.weight\":" T("[1,2]", "0", "8") ",\"0.bias\":" T("[1]", "8", "12") "} ";

/* A file that parses must be usable. */
static void use(const dp_safetensors *st)
{
    for (int i = 0; i < st->n_tensors; i++) {
        float value[16];
        dp_err err;
        ck_assert_uint_le(st->tensor[i].count, 16);
        ck_assert_uint_gt(strlen(st->tensor[i].name), 0);
        (void)!dp_st_tensor_floats(value, &st->tensor[i], &err);
    }
}

/* Parse a copy in a block of exactly its size, so that a sanitizer finds any access beyond
 * it. */
static dp_code parse_exact(const unsigned char *file, size_t size)
{
    unsigned char *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, file, size);
    dp_safetensors st = { 0 };
    dp_err err = { 0 };
    dp_code code = dp_safetensors_parse(&st, copy, size, &err);
    ck_assert(code == DP_OK || (code == DP_MODEL && err.msg[0]));
    if (!code)
        use(&st);
    dp_safetensors_clear(&st);
    free(copy);
    return code;
}

START_TEST(every_truncation_is_refused)
{
    size_t size;
    const unsigned char *file = make_file(&size, sound, 12);
    ck_assert_int_eq(parse_exact(file, size), DP_OK);
    for (size_t n = 0; n < size; n++)
        ck_assert_int_eq(parse_exact(file, n), DP_MODEL);
}
END_TEST

START_TEST(no_substituted_byte_causes_a_crash)
{
    size_t size, header = strlen(sound);
    unsigned char file[512];
    memcpy(file, make_file(&size, sound, 12), sizeof file);
    int opened = 0, refused = 0;
    for (size_t i = 0; i < size; i++)
        for (int flip = 1; flip < 256; flip++) {
            file[i] ^= (unsigned char)flip;
            bool ok = parse_exact(file, size) == DP_OK;
            file[i] ^= (unsigned char)flip;
            opened += ok;
            refused += !ok;
            /* any change of the length is found; any change of the values is valid */
            ck_assert(i >= 8 || !ok);
            ck_assert(i < 8 + header || ok);
        }
    /* only changed letters in names and metadata leave the header valid */
    ck_assert_int_gt(opened, 12 * 255);
    ck_assert_int_gt(refused, (int)header * 200);
}
END_TEST

START_TEST(no_inserted_or_deleted_byte_causes_a_crash)
{
    size_t size;
    unsigned char file[512], other[513];
    memcpy(file, make_file(&size, sound, 12), sizeof file);
    for (size_t i = 0; i <= size; i++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(other, file, i);
            other[i] = (unsigned char)byte;
            memcpy(other + i + 1, file + i, size - i);
            parse_exact(other, size + 1);
            other[0]++; /* and with a header length that includes it */
            parse_exact(other, size + 1);
        }
    for (size_t i = 0; i < size; i++) {
        memcpy(other, file, i);
        memcpy(other + i, file + i + 1, size - i - 1);
        ck_assert_int_eq(parse_exact(other, size - 1), DP_MODEL);
    }
}
END_TEST

UNIT_MAIN("safetensors", tensors_are_sorted_by_offset, unusual_but_valid_files_open,
          every_dtype_is_read, values_that_are_not_finite_are_refused,
          broken_files_are_refused, bad_lengths_are_refused,
          the_number_of_entries_is_limited, every_truncation_is_refused,
          no_substituted_byte_causes_a_crash, no_inserted_or_deleted_byte_causes_a_crash)

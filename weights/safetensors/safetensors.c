/* The rules that a file must obey. They are stricter than the format's description wherever
 * implementations disagree:
 *
 * - A file is 8 bytes of little-endian header length (at most DP_ST_MAX_HEADER), the JSON
 *   header, and the values. The header starts with `{` and ends with `}`, which only spaces
 *   may follow.
 * - No key occurs twice in an object. A tensor has exactly the keys dtype, shape and
 *   data_offsets. Metadata values are strings.
 * - Numbers consist of digits: no sign, fraction, exponent or leading zero.
 * - Each tensor takes shape × dtype bytes. Sorted by offset, the tensors cover the values
 *   without a gap, an overlap or trailing bytes.
 *
 * A rank of 0 is legal, and so is a header length that is not a multiple of 8. */
#include "config.h"

#include "weights/safetensors/safetensors.h"

#include "weights/io/json_memory.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    LENGTH_BYTES = 8,
    MAX_DEPTH = 3,     /* header object, tensor object, shape array */
    MAX_COMMAS = 8192, /* DP_ST_MAX_TENSORS tensors of full rank need 3,071 */
};

static const struct {
    const char *name;
    size_t size;
} dtypes[DP_DTYPE_COUNT] = {
    [DP_F64] = { "F64", 8 },   [DP_F32] = { "F32", 4 }, [DP_F16] = { "F16", 2 },
    [DP_BF16] = { "BF16", 2 }, [DP_I64] = { "I64", 8 }, [DP_I32] = { "I32", 4 },
    [DP_I8] = { "I8", 1 },     [DP_U8] = { "U8", 1 },
};

const char *dp_dtype_name(dp_dtype dtype)
{
    return dtypes[dtype].name;
}

size_t dp_dtype_size(dp_dtype dtype)
{
    return dtypes[dtype].size;
}

/* Little-endian numbers at unaligned addresses. Compilers turn each into a single load. */
static uint32_t load_16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t load_32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static uint64_t load_64(const unsigned char *p)
{
    return load_32(p) | (uint64_t)load_32(p + 4) << 32;
}

/* ---- the header as text ------------------------------------------------------------ */

/* Read the length and point to the header that follows it. */
static dp_code find_header(const unsigned char **header, size_t *length,
                           const unsigned char *data, size_t size, dp_err *err)
{
    if (size < LENGTH_BYTES)
        return dp_fail(err, DP_MODEL, "not a safetensors file: it has only %zu bytes",
                       size);
    uint64_t n = load_64(data);
    if (n > DP_ST_MAX_HEADER)
        return dp_fail(err, DP_MODEL,
                       "not a safetensors file: header length %" PRIu64
                       " exceeds the limit of %d",
                       n, DP_ST_MAX_HEADER);
    if (n > size - LENGTH_BYTES)
        return dp_fail(err, DP_MODEL,
                       "truncated: header of %" PRIu64 " bytes in a file of %zu", n,
                       size);
    if (n == 0 || data[LENGTH_BYTES] != '{')
        return dp_fail(err, DP_MODEL, "not a safetensors file: no '{' at byte %d",
                       LENGTH_BYTES);
    *header = data + LENGTH_BYTES;
    *length = (size_t)n;
    return DP_OK;
}

/* The index after the string that starts at text[i], or length if it is not closed. */
static size_t skip_string(const unsigned char *text, size_t i, size_t length)
{
    for (i++; i < length && text[i] != '"'; i++)
        if (text[i] == '\\')
            i++;
    return i < length ? i + 1 : length;
}

/* Refuse what the JSON parser would accept: signs, fractions, exponents and literals, which
 * no header needs; trailing white space other than spaces; and structures so large that only
 * an attack contains them. Messages give offsets in the file. */
static dp_code check_text(const unsigned char *text, size_t length, dp_err *err)
{
    size_t end = length, commas = 0;
    int depth = 0;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    if (text[end - 1] != '}')
        return dp_fail(err, DP_MODEL, "header: byte %zu: does not end with '}'",
                       end - 1 + LENGTH_BYTES);
    for (size_t i = 0; i < end;) {
        unsigned char c = text[i];
        if (c == '"') {
            i = skip_string(text, i, end);
            continue;
        }
        if (c == '\0' || !strchr("{}[]:, \t\n\r0123456789", c))
            return dp_fail(err, DP_MODEL, "header: byte %zu: unexpected 0x%02x",
                           i + LENGTH_BYTES, c);
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        commas += c == ',';
        if (depth > MAX_DEPTH || commas > MAX_COMMAS)
            return dp_fail(err, DP_MODEL, "header: byte %zu: %s", i + LENGTH_BYTES,
                           depth > MAX_DEPTH ? "nested too deeply" : "too many values");
        i++;
    }
    return DP_OK;
}

static dp_code load_header(json_t **out, const unsigned char *text, size_t length,
                           dp_err *err)
{
    dp_code code = check_text(text, length, err);
    if (code)
        return code;
    json_error_t problem;
    *out = dp_json_load((const char *)text, length, &problem);
    if (*out)
        return DP_OK;
    if (dp_json_error_is_memory(&problem))
        return dp_fail(err, DP_NOMEM, "header: out of memory");
    return dp_fail(err, DP_MODEL, "header: byte %d: %s", problem.position + LENGTH_BYTES,
                   problem.text);
}

/* ---- one tensor -------------------------------------------------------------------- */

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static dp_code read_name(dp_st_tensor *t, const char *name, dp_err *err)
{
    size_t length = strlen(name);
    if (length == 0 || length > DP_ST_MAX_NAME)
        return dp_fail(err, DP_MODEL, "tensor name of %zu bytes; 1 to %d are allowed",
                       length, DP_ST_MAX_NAME);
    if (!is_printable(name))
        return dp_fail(err, DP_MODEL, "tensor '%s': its name is not printable ASCII",
                       name);
    memcpy(t->name, name, length + 1);
    return DP_OK;
}

static dp_code read_dtype(dp_st_tensor *t, const json_t *json, dp_err *err)
{
    const char *name = json_string_value(json);
    if (!name)
        return dp_fail(err, DP_MODEL, "tensor '%s': dtype is missing or not a string",
                       t->name);
    for (int i = 0; i < DP_DTYPE_COUNT; i++)
        if (strcmp(name, dtypes[i].name) == 0) {
            t->dtype = (dp_dtype)i;
            return DP_OK;
        }
    return dp_fail(err, DP_MODEL, "tensor '%s': dtype '%s' is not supported", t->name,
                   name);
}

static dp_code read_shape(dp_st_tensor *t, const json_t *json, dp_err *err)
{
    if (!json_is_array(json))
        return dp_fail(err, DP_MODEL, "tensor '%s': shape is missing or not an array",
                       t->name);
    size_t rank = json_array_size(json);
    if (rank > DP_ST_MAX_RANK)
        return dp_fail(err, DP_MODEL, "tensor '%s': rank %zu exceeds the limit of %d",
                       t->name, rank, DP_ST_MAX_RANK);
    size_t count = 1;
    for (size_t i = 0; i < rank; i++) {
        const json_t *dim = json_array_get(json, i);
        if (!json_is_integer(dim))
            return dp_fail(err, DP_MODEL, "tensor '%s': shape[%zu] is not an integer",
                           t->name, i);
        t->dim[i] = (uint64_t)json_integer_value(dim);
        if (__builtin_mul_overflow(count, t->dim[i], &count))
            return dp_fail(err, DP_MODEL, "tensor '%s': shape is too large", t->name);
    }
    t->rank = (int)rank;
    t->count = count;
    return DP_OK;
}

/* The size of a tensor's values; false on overflow. */
static bool tensor_bytes(size_t *bytes, const dp_st_tensor *t)
{
    return !__builtin_mul_overflow(t->count, dtypes[t->dtype].size, bytes);
}

static dp_code read_offsets(dp_st_tensor *t, const json_t *json,
                            const unsigned char *values, size_t n_values, dp_err *err)
{
    const json_t *first = json_array_get(json, 0), *last = json_array_get(json, 1);
    if (json_array_size(json) != 2 || !json_is_integer(first) || !json_is_integer(last))
        return dp_fail(err, DP_MODEL,
                       "tensor '%s': data_offsets is not a pair of integers", t->name);
    uint64_t begin = (uint64_t)json_integer_value(first);
    uint64_t end = (uint64_t)json_integer_value(last);
    if (begin > end || end > n_values)
        return dp_fail(err, DP_MODEL,
                       "tensor '%s': data_offsets [%" PRIu64 ",%" PRIu64
                       "] are not within the %zu bytes of values",
                       t->name, begin, end, n_values);
    size_t bytes;
    if (!tensor_bytes(&bytes, t) || bytes != end - begin)
        return dp_fail(err, DP_MODEL,
                       "tensor '%s': data_offsets span %" PRIu64
                       " bytes, which is not the size of its shape in %s",
                       t->name, end - begin, dtypes[t->dtype].name);
    t->data = values + begin;
    return DP_OK;
}

static dp_code read_tensor(dp_st_tensor *t, const char *name, json_t *json,
                           const unsigned char *values, size_t n_values, dp_err *err)
{
    static const char *const keys[] = { "dtype", "shape", "data_offsets" };
    dp_code code = read_name(t, name, err);
    if (code)
        return code;
    if (!json_is_object(json))
        return dp_fail(err, DP_MODEL, "tensor '%s': not a JSON object", t->name);
    const char *key;
    json_t *value;
    json_object_foreach (json, key, value)
        if (strcmp(key, keys[0]) && strcmp(key, keys[1]) && strcmp(key, keys[2]))
            return dp_fail(err, DP_MODEL, "tensor '%s': unknown key '%s'", t->name, key);
    if ((code = read_dtype(t, json_object_get(json, keys[0]), err)) ||
        (code = read_shape(t, json_object_get(json, keys[1]), err)))
        return code;
    return read_offsets(t, json_object_get(json, keys[2]), values, n_values, err);
}

/* ---- the file ---------------------------------------------------------------------- */

static dp_code read_metadata(dp_safetensors *st, json_t *json, dp_err *err)
{
    if (!json_is_object(json))
        return dp_fail(err, DP_MODEL, "__metadata__: not a JSON object");
    st->meta = calloc(json_object_size(json) + 1, sizeof *st->meta);
    if (!st->meta)
        return dp_fail(err, DP_NOMEM, "__metadata__: out of memory");
    const char *key;
    json_t *value;
    json_object_foreach (json, key, value) {
        if (!json_is_string(value))
            return dp_fail(err, DP_MODEL, "__metadata__: '%s' is not a string", key);
        st->meta[st->n_meta].key = strdup(key);
        st->meta[st->n_meta].value = strdup(json_string_value(value));
        st->n_meta++;
        if (!st->meta[st->n_meta - 1].key || !st->meta[st->n_meta - 1].value)
            return dp_fail(err, DP_NOMEM, "__metadata__: out of memory");
    }
    return DP_OK;
}

static dp_code read_tensors(dp_safetensors *st, json_t *root, const unsigned char *values,
                            size_t n_values, dp_err *err)
{
    size_t entries = json_object_size(root);
    size_t n = entries - (json_object_get(root, "__metadata__") != NULL);
    if (n > DP_ST_MAX_TENSORS)
        return dp_fail(err, DP_MODEL, "%zu tensors exceed the limit of %d", n,
                       DP_ST_MAX_TENSORS);
    st->tensor = calloc(n + 1, sizeof *st->tensor);
    if (!st->tensor)
        return dp_fail(err, DP_NOMEM, "out of memory");
    const char *key;
    json_t *value;
    json_object_foreach (root, key, value) {
        bool is_metadata = strcmp(key, "__metadata__") == 0;
        dp_code code = is_metadata ? read_metadata(st, value, err)
                                   : read_tensor(&st->tensor[st->n_tensors], key, value,
                                                 values, n_values, err);
        if (code)
            return code;
        st->n_tensors += !is_metadata;
    }
    return DP_OK;
}

/* By offset; at the same offset, the empty tensor first. */
static int compare_offsets(const void *a, const void *b)
{
    const dp_st_tensor *s = a, *t = b;
    if (s->data != t->data)
        return s->data < t->data ? -1 : 1;
    if (s->count != t->count)
        return s->count < t->count ? -1 : 1;
    return strcmp(s->name, t->name);
}

static dp_code check_cover(const dp_safetensors *st, const unsigned char *values,
                           size_t n_values, dp_err *err)
{
    const unsigned char *next = values;
    for (int i = 0; i < st->n_tensors; i++) {
        const dp_st_tensor *t = &st->tensor[i];
        if (t->data != next)
            return dp_fail(err, DP_MODEL, "tensor '%s': %s before it at offset %td",
                           t->name, t->data > next ? "gap" : "overlaps the tensor",
                           t->data - values);
        size_t bytes = 0;
        tensor_bytes(&bytes, t); /* cannot overflow: read_offsets checked it */
        next += bytes;
    }
    size_t covered = (size_t)(next - values);
    if (covered != n_values)
        return dp_fail(err, DP_MODEL, "%zu bytes after the last tensor",
                       n_values - covered);
    return DP_OK;
}

dp_code dp_safetensors_parse(dp_safetensors *out, const unsigned char *data, size_t size,
                             dp_err *err)
{
    const unsigned char *header = NULL;
    size_t length = 0;
    json_t *root = NULL;
    dp_safetensors st = { 0 };
    dp_code code = find_header(&header, &length, data, size, err);
    if (code)
        return code;
    const unsigned char *values = header + length;
    size_t n_values = size - LENGTH_BYTES - length;
    if ((code = load_header(&root, header, length, err)) == DP_OK &&
        (code = read_tensors(&st, root, values, n_values, err)) == DP_OK) {
        qsort(st.tensor, (size_t)st.n_tensors, sizeof *st.tensor, compare_offsets);
        code = check_cover(&st, values, n_values, err);
    }
    json_decref(root);
    if (code)
        dp_safetensors_clear(&st);
    else
        *out = st;
    return code;
}

void dp_safetensors_clear(dp_safetensors *st)
{
    for (int i = 0; i < st->n_meta; i++) {
        free(st->meta[i].key);
        free(st->meta[i].value);
    }
    free(st->meta);
    free(st->tensor);
    *st = (dp_safetensors){ 0 };
}

const dp_st_tensor *dp_safetensors_find(const dp_safetensors *st, const char *name)
{
    for (int i = 0; i < st->n_tensors; i++)
        if (strcmp(st->tensor[i].name, name) == 0)
            return &st->tensor[i];
    return NULL;
}

const char *dp_safetensors_meta(const dp_safetensors *st, const char *key)
{
    for (int i = 0; i < st->n_meta; i++)
        if (strcmp(st->meta[i].key, key) == 0)
            return st->meta[i].value;
    return NULL;
}

/* ---- values ------------------------------------------------------------------------ */

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
static float float_of_half(uint32_t half)
{
    uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31;
    uint32_t fraction = half & 0x3ff;
    if (exponent == 0) /* subnormal: fraction × 2⁻²⁴ */
        return (sign ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
    exponent = exponent == 31 ? 255 : exponent + 127 - 15;
    return float_of_bits(sign | exponent << 23 | fraction << 13);
}

static float load_value(const unsigned char *p, dp_dtype dtype)
{
    switch (dtype) {
    case DP_F64:
        return (float)double_of_bits(load_64(p));
    case DP_F32:
        return float_of_bits(load_32(p));
    case DP_F16:
        return float_of_half(load_16(p));
    case DP_BF16: /* the upper half of a binary32 */
        return float_of_bits(load_16(p) << 16);
    case DP_I64:
        return (float)(int64_t)load_64(p);
    case DP_I32:
        return (float)(int32_t)load_32(p);
    case DP_I8:
        return (float)(int8_t)*p;
    case DP_U8:
        return (float)*p;
    case DP_DTYPE_COUNT:
        break;
    }
    return NAN;
}

/* A fast path for DP_F32, the usual type. False if an element is not finite. */
static bool load_singles(float *out, const unsigned char *data, size_t n)
{
    const uint32_t exponent = 0x7f800000;
    bool finite = true;
    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = load_32(data + 4 * i);
        finite &= (bits & exponent) != exponent;
        out[i] = float_of_bits(bits);
    }
    return finite;
}

dp_code dp_st_tensor_floats(float *out, const dp_st_tensor *t, dp_err *err)
{
    if (t->dtype == DP_F32 && load_singles(out, t->data, t->count))
        return DP_OK;
    size_t step = dtypes[t->dtype].size;
    for (size_t i = 0; i < t->count; i++) {
        out[i] = load_value(t->data + i * step, t->dtype);
        if (!isfinite(out[i]))
            return dp_fail(err, DP_MODEL,
                           "tensor '%s': element %zu is not a finite float", t->name, i);
    }
    return DP_OK;
}

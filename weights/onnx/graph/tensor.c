#include "config.h"

#include "weights/onnx/graph/tensor.h"

#include "engine/core/arith.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- element types ------------------------------------------------------------------- */

typedef double decoder(const unsigned char *p);

/* An element of n little-endian bytes. */
static uint64_t bits(const unsigned char *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value |= (uint64_t)p[i] << 8 * i;
    return value;
}

static double float_of_bits(uint32_t b)
{
    float f;
    memcpy(&f, &b, sizeof f);
    return (double)f;
}

/* IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
static double half_of_bits(uint32_t b)
{
    int exponent = b >> 10 & 31, fraction = b & 1023;
    double magnitude = exponent == 31 ? (fraction ? (double)NAN : (double)INFINITY)
                       : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                      : ldexp(fraction, -24);
    return b >> 15 & 1 ? -magnitude : magnitude;
}

static double decode_f32(const unsigned char *p)
{
    return float_of_bits((uint32_t)bits(p, 4));
}

static double decode_f64(const unsigned char *p)
{
    uint64_t b = bits(p, 8);
    double d;
    memcpy(&d, &b, sizeof d);
    return d;
}

static double decode_f16(const unsigned char *p)
{
    return half_of_bits((uint32_t)bits(p, 2));
}

static double decode_bf16(const unsigned char *p)
{
    return float_of_bits((uint32_t)bits(p, 2) << 16);
}

static double decode_u8(const unsigned char *p)
{
    return p[0];
}

static double decode_i8(const unsigned char *p)
{
    return (int8_t)p[0];
}

static double decode_u16(const unsigned char *p)
{
    return (uint16_t)bits(p, 2);
}

static double decode_i16(const unsigned char *p)
{
    return (int16_t)bits(p, 2);
}

static double decode_u32(const unsigned char *p)
{
    return (uint32_t)bits(p, 4);
}

static double decode_i32(const unsigned char *p)
{
    return (int32_t)bits(p, 4);
}

static const struct element {
    const char *name;
    size_t size;
    bool is_float;
    decoder *decode; /* NULL for int64, which a double cannot hold */
} elements[] = {
    [DP_ONNX_FLOAT] = { "FLOAT", 4, true, decode_f32 },
    [DP_ONNX_UINT8] = { "UINT8", 1, false, decode_u8 },
    [DP_ONNX_INT8] = { "INT8", 1, false, decode_i8 },
    [DP_ONNX_UINT16] = { "UINT16", 2, false, decode_u16 },
    [DP_ONNX_INT16] = { "INT16", 2, false, decode_i16 },
    [DP_ONNX_INT32] = { "INT32", 4, false, decode_i32 },
    [DP_ONNX_INT64] = { "INT64", 8, false, NULL },
    [8] = { "STRING", 0, false, NULL },
    [DP_ONNX_BOOL] = { "BOOL", 1, false, decode_u8 },
    [DP_ONNX_FLOAT16] = { "FLOAT16", 2, true, decode_f16 },
    [DP_ONNX_DOUBLE] = { "DOUBLE", 8, true, decode_f64 },
    [DP_ONNX_UINT32] = { "UINT32", 4, false, decode_u32 },
    [13] = { "UINT64", 0, false, NULL },
    [14] = { "COMPLEX64", 0, false, NULL },
    [15] = { "COMPLEX128", 0, false, NULL },
    [DP_ONNX_BFLOAT16] = { "BFLOAT16", 2, true, decode_bf16 },
};

static const struct element *element_of(int32_t type)
{
    bool known = type > 0 && (size_t)type < DP_COUNT(elements);
    return known ? &elements[type] : &elements[0];
}

const char *dp_onnx_type_name(int32_t type)
{
    const char *name = element_of(type)->name;
    return name ? name : "(unknown)";
}

bool dp_onnx_type_is_float(int32_t type)
{
    return element_of(type)->is_float;
}

/* ---- shapes -------------------------------------------------------------------------- */

int64_t dp_onnx_dims_count(const dp_onnx_dims *dims)
{
    /* A zero must not hide an overflow of the other dimensions. */
    int64_t nonzero = 1;
    bool empty = false;
    for (int d = 0; d < dims->rank; d++) {
        empty = empty || dims->dim[d] == 0;
        if (dims->dim[d] < 0 ||
            __builtin_mul_overflow(nonzero, dims->dim[d] ? dims->dim[d] : 1, &nonzero) ||
            nonzero > DP_ONNX_MAX_COUNT)
            return -1;
    }
    return empty ? 0 : nonzero;
}

void dp_onnx_dims_around(size_t *outer, size_t *inner, const dp_onnx_dims *dims, int d)
{
    *outer = *inner = 1;
    for (int k = 0; k < dims->rank; k++)
        *(k < d ? outer : inner) *= k == d ? 1 : (size_t)dims->dim[k];
}

const char *dp_onnx_dims_text(char *text, size_t size, const dp_onnx_dims *dims)
{
    size_t used = (size_t)snprintf(text, size, "[");
    for (int d = 0; d < dims->rank && used < size; d++)
        used += (size_t)snprintf(text + used, size - used, "%s%" PRId64, d ? "," : "",
                                 dims->dim[d]);
    if (used < size)
        snprintf(text + used, size - used, "]");
    return text;
}

/* ---- tensors ------------------------------------------------------------------------- */

dp_code dp_onnx_tensor_new(dp_onnx_tensor *out, float **f, int64_t **i,
                           dp_onnx_memory *memory, const dp_onnx_dims *dims, dp_err *err)
{
    int64_t count = dp_onnx_dims_count(dims);
    if (count < 0)
        return dp_fail(err, DP_MODEL, "a constant has more than %d elements",
                       DP_ONNX_MAX_COUNT);
    dp_onnx_tensor t = { .dims = *dims, .count = (size_t)count };
    if (f)
        t.f = *f = dp_onnx_alloc(memory, t.count, sizeof **f);
    else
        t.i = *i = dp_onnx_alloc(memory, t.count, sizeof **i);
    if (!t.f && !t.i)
        return dp_onnx_no_memory(memory, err);
    *out = t;
    return DP_OK;
}

double dp_onnx_tensor_at(const dp_onnx_tensor *t, size_t k)
{
    return t->f ? (double)t->f[k] : (double)t->i[k];
}

bool dp_onnx_tensor_uniform(const dp_onnx_tensor *t, double *value)
{
    if (t->count == 0)
        return false;
    *value = dp_onnx_tensor_at(t, 0);
    for (size_t k = 1; k < t->count; k++)
        if (dp_onnx_tensor_at(t, k) != *value)
            return false;
    return true;
}

static dp_code load_dims(dp_onnx_dims *dims, const Onnx__TensorProto *proto, dp_err *err)
{
    if (proto->n_dims > DP_ONNX_MAX_RANK)
        return dp_fail(err, DP_MODEL, "%zu dimensions exceed the limit of %d",
                       proto->n_dims, DP_ONNX_MAX_RANK);
    dims->rank = (int)proto->n_dims;
    for (int d = 0; d < dims->rank; d++)
        dims->dim[d] = proto->dims[d];
    if (dp_onnx_dims_count(dims) < 0)
        return dp_fail(err, DP_MODEL, "its shape is invalid or too large");
    return DP_OK;
}

static dp_code wrong_length(size_t have, const dp_onnx_tensor *t, const char *unit,
                            dp_err *err)
{
    char shape[96];
    return dp_fail(err, DP_MODEL, "%zu %s do not match shape %s", have, unit,
                   dp_onnx_dims_text(shape, sizeof shape, &t->dims));
}

/* Use the file's bytes directly if the machine stores floats in the same way. */
static bool in_place(dp_onnx_tensor *t, const unsigned char *raw)
{
    static const unsigned char one[4] = { 0, 0, 128, 63 };
    const float host = 1;
    if (memcmp(&host, one, sizeof one) != 0 || (uintptr_t)raw % _Alignof(float) != 0)
        return false;
    t->f = (const float *)(const void *)raw;
    return true;
}

static dp_code load_raw(dp_onnx_tensor *t, dp_onnx_memory *memory,
                        const Onnx__TensorProto *proto, dp_err *err)
{
    const struct element *e = element_of(proto->data_type);
    const unsigned char *raw = proto->raw_data.data;
    if (proto->raw_data.len != t->count * e->size)
        return wrong_length(proto->raw_data.len, t, "bytes", err);
    if (proto->data_type == DP_ONNX_FLOAT && t->count > 0 && in_place(t, raw))
        return DP_OK;
    float *f = NULL;
    int64_t *i = NULL;
    dp_code code =
        dp_onnx_tensor_new(t, e->is_float ? &f : NULL, &i, memory, &t->dims, err);
    for (size_t k = 0; k < t->count && !code; k++, raw += e->size)
        if (f)
            f[k] = (float)e->decode(raw);
        else
            i[k] = e->decode ? (int64_t)e->decode(raw) : (int64_t)bits(raw, 8);
    return code;
}

/* int32_data holds 16-bit floats as their bit patterns. */
static double from_int32(int32_t type, int32_t value)
{
    if (type == DP_ONNX_FLOAT16)
        return half_of_bits((uint32_t)value & 0xffff);
    if (type == DP_ONNX_BFLOAT16)
        return float_of_bits((uint32_t)value << 16);
    return value;
}

/* Elements in the message's typed field instead of raw_data. */
static dp_code load_typed(dp_onnx_tensor *t, dp_onnx_memory *memory,
                          const Onnx__TensorProto *proto, dp_err *err)
{
    const int32_t type = proto->data_type;
    bool wide = type == DP_ONNX_UINT32;
    size_t have = type == DP_ONNX_FLOAT    ? proto->n_float_data
                  : type == DP_ONNX_DOUBLE ? proto->n_double_data
                  : type == DP_ONNX_INT64  ? proto->n_int64_data
                  : wide                   ? proto->n_uint64_data
                                           : proto->n_int32_data;
    if (have != t->count)
        return wrong_length(have, t, "values", err);
    if (type == DP_ONNX_FLOAT && t->count > 0) {
        t->f = proto->float_data;
        return DP_OK;
    }
    if (type == DP_ONNX_INT64 && t->count > 0) {
        t->i = proto->int64_data;
        return DP_OK;
    }
    float *f = NULL;
    int64_t *i = NULL;
    dp_code code = dp_onnx_tensor_new(t, dp_onnx_type_is_float(type) ? &f : NULL, &i,
                                      memory, &t->dims, err);
    for (size_t k = 0; k < t->count && !code; k++)
        if (f)
            f[k] =
                (float)(type == DP_ONNX_DOUBLE ? proto->double_data[k]
                                               : from_int32(type, proto->int32_data[k]));
        else
            i[k] = wide ? (int64_t)proto->uint64_data[k] : proto->int32_data[k];
    return code;
}

dp_code dp_onnx_tensor_load(dp_onnx_tensor *out, dp_onnx_memory *memory,
                            const Onnx__TensorProto *proto, dp_err *err)
{
    dp_onnx_tensor t = { 0 };
    if (proto->data_location == 1)
        return dp_fail(err, DP_MODEL, "external data is supported for initializers only");
    if (element_of(proto->data_type)->size == 0)
        return dp_fail(err, DP_MODEL, "element type %s is not supported",
                       dp_onnx_type_name(proto->data_type));
    dp_code code = load_dims(&t.dims, proto, err);
    if (code)
        return code;
    t.count = (size_t)dp_onnx_dims_count(&t.dims);
    code = proto->has_raw_data ? load_raw(&t, memory, proto, err)
                               : load_typed(&t, memory, proto, err);
    t.type = proto->data_type;
    if (!code)
        *out = t;
    return code;
}

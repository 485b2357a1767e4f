#include "config.h"

#include "tests/fuzz/mutators.h"

#include "engine/core/arith.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <zlib.h>

enum { ROOM = 1 << 14 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Replace the bytes [at, at + old) by `n` others; returns the new size, or 0 if that is more than
 * `most`. */
static size_t splice(uint8_t *data, size_t size, size_t most, size_t part[2],
                     const uint8_t *with, size_t n)
{
    const size_t at = part[0], old = part[1];
    if (size - old + n > most)
        return 0;
    memmove(data + at + n, data + at + old, size - at - old);
    memcpy(data + at, with, n);
    return size - old + n;
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245U + 12345U;
    return *seed >> 16;
}

/* ---- safetensors ----------------------------------------------------------------------- */

/* The bytes of a tensor of at most ROOM bytes; 0 if its description is of another form. */
static size_t tensor_size(const json_t *tensor)
{
    static const struct {
        const char *name;
        size_t size;
    } types[] = { { "F64", 8 }, { "I64", 8 },  { "F32", 4 }, { "I32", 4 },
                  { "F16", 2 }, { "BF16", 2 }, { "I8", 1 },  { "U8", 1 } };
    const char *dtype = json_string_value(json_object_get(tensor, "dtype"));
    const json_t *shape = json_object_get(tensor, "shape");
    size_t size = 0;
    for (size_t i = 0; dtype && i < DP_COUNT(types); i++)
        size = strcmp(types[i].name, dtype) == 0 ? types[i].size : size;
    for (size_t i = 0; i < json_array_size(shape); i++) {
        const json_int_t n = json_integer_value(json_array_get(shape, i));
        size = n >= 0 && n <= ROOM && size * (size_t)n <= ROOM ? size * (size_t)n : 0;
    }
    return size;
}

/* Give each tensor of a header the offsets that its type and shape need. Returns the new size of
 * the header, or 0 if it is not JSON or too long; *values is the size of all tensors. */
static size_t fit_offsets(size_t *values, uint8_t *header, size_t size)
{
    const char *name;
    json_t *tensor, *root = json_loadb((const char *)header, size, 0, NULL);
    *values = 0;
    json_object_foreach (root, name, tensor) {
        if (strcmp(name, "__metadata__") == 0)
            continue;
        const size_t end = *values + tensor_size(tensor);
        json_object_set_new(tensor, "data_offsets",
                            json_pack("[I, I]", (json_int_t)*values, (json_int_t)end));
        *values = end;
    }
    const size_t made =
        root ? json_dumpb(root, (char *)header, ROOM, JSON_COMPACT | JSON_ENSURE_ASCII)
             : 0;
    json_decref(root);
    return made <= ROOM ? made : 0;
}

/* The header, with a length that is right; often with offsets and a size of the values that are
 * right, too. */
static size_t mutate_safetensors(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    uint8_t header[ROOM];
    uint64_t length = 0;
    size_t values;
    for (size_t i = 0; i < 8 && size > 8; i++)
        length |= (uint64_t)data[i] << 8 * i;
    if (size <= 8 || length > size - 8 || length > ROOM / 2 || length == 0)
        return 0;
    memcpy(header, data + 8, length);
    size_t n = LLVMFuzzerMutate(header, length, smaller(ROOM / 2, length + 64));
    const size_t fitted = next(&seed) % 2 ? fit_offsets(&values, header, n) : 0;
    size_t made =
        splice(data, size, most, (size_t[2]){ 8, length }, header, fitted ? fitted : n);
    n = fitted ? fitted : n;
    if (made && fitted && 8 + n + values <= most) {
        if (8 + n + values > made)
            memset(data + made, 1, 8 + n + values - made);
        made = 8 + n + values;
    }
    for (size_t i = 0; i < 8 && made; i++)
        data[i] = (uint8_t)((uint64_t)n >> 8 * i);
    return made;
}

/* ---- protobuf -------------------------------------------------------------------------- */

/* Read a varint at *at; false if it does not end. */
static bool varint(uint64_t *out, const uint8_t *data, size_t size, size_t *at)
{
    *out = 0;
    for (int shift = 0; *at < size && shift < 64; shift += 7) {
        const uint8_t byte = data[(*at)++];
        *out |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static size_t put_varint(uint8_t out[10], uint64_t value)
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

/* A field of a message that has a length: where its length and its content are. */
typedef struct field {
    size_t length_at, content, size;
} field;

/* Choose one of a message's fields with a length; false if it has none or is malformed. */
static bool choose_field(field *out, const uint8_t *data, size_t size, unsigned *seed)
{
    unsigned n = 0;
    for (size_t at = 0; at < size;) {
        uint64_t tag, value;
        if (!varint(&tag, data, size, &at))
            return false;
        const size_t length_at = at;
        switch (tag & 7) {
        case 0:
            if (!varint(&value, data, size, &at))
                return false;
            break;
        case 1:
            at += 8;
            break;
        case 5:
            at += 4;
            break;
        case 2:
            if (!varint(&value, data, size, &at) || value > size - at)
                return false;
            if (next(seed) % ++n == 0)
                *out = (field){ length_at, at, (size_t)value };
            at += (size_t)value;
            break;
        default:
            return false;
        }
        if (at > size)
            return false;
    }
    return n > 0;
}

/* A field, at any depth, with lengths that are right up to the outermost. */
static size_t mutate_message(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    enum { DEEPEST = 8 };
    static uint8_t part[DEEPEST][ROOM];
    static int depth;
    field f;
    uint8_t length[10];
    if (depth == DEEPEST || !choose_field(&f, data, size, &seed) || f.size > ROOM / 2)
        return 0;
    uint8_t *content = part[depth];
    memcpy(content, data + f.content, f.size);
    size_t n = 0;
    if (next(&seed) % 8 != 0) {
        depth++;
        n = mutate_message(content, f.size, ROOM, seed);
        depth--;
    }
    if (n == 0)
        n = LLVMFuzzerMutate(content, f.size, smaller(ROOM, f.size + 32));
    const size_t bytes = put_varint(length, n);
    size_t made = splice(data, size, most, (size_t[2]){ f.content, f.size }, content, n);
    if (made)
        made = splice(data, made, most,
                      (size_t[2]){ f.length_at, f.content - f.length_at }, length, bytes);
    return made;
}

/* ---- PNG ------------------------------------------------------------------------------- */

static uint32_t big_endian(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The rows that IDAT has compressed; targets repair the checksums of chunks. */
static size_t mutate_png(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    uint8_t rows[ROOM], packed[ROOM], length[4];
    (void)seed;
    for (size_t at = 8; at + 12 <= size;) {
        const uint32_t n = big_endian(data + at);
        if (n > size - at - 12)
            return 0;
        if (memcmp(data + at + 4, "IDAT", 4) != 0) {
            at += 12 + (size_t)n;
            continue;
        }
        uLongf n_rows = ROOM / 2, n_packed = ROOM;
        if (uncompress(rows, &n_rows, data + at + 8, n) != Z_OK)
            return 0;
        n_rows = LLVMFuzzerMutate(rows, n_rows, ROOM);
        if (compress(packed, &n_packed, rows, n_rows) != Z_OK)
            return 0;
        for (int i = 0; i < 4; i++)
            length[i] = (uint8_t)(n_packed >> (24 - 8 * i));
        memcpy(data + at, length, 4);
        return splice(data, size, most, (size_t[2]){ at + 8, n }, packed, n_packed);
    }
    return 0;
}

/* ---- gzip ------------------------------------------------------------------------------ */

/* What one member of a gzip file has compressed. */
static size_t mutate_gzip(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    uint8_t plain[ROOM], packed[ROOM];
    z_stream in = {
        .next_in = data, .avail_in = (uInt)size, .next_out = plain, .avail_out = ROOM / 2
    };
    z_stream out = { .next_in = plain, .next_out = packed, .avail_out = ROOM };
    (void)seed;
    if (size < 18 || data[0] != 0x1f || data[1] != 0x8b || inflateInit2(&in, 31) != Z_OK)
        return 0;
    inflate(&in, Z_FINISH);
    const size_t n = ROOM / 2 - in.avail_out;
    inflateEnd(&in);
    out.avail_in = (uInt)LLVMFuzzerMutate(plain, n, ROOM);
    if (deflateInit2(&out, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    const int result = deflate(&out, Z_FINISH);
    const size_t n_packed = ROOM - out.avail_out;
    deflateEnd(&out);
    if (result != Z_STREAM_END || n_packed > most)
        return 0;
    memcpy(data, packed, n_packed);
    return n_packed;
}

dp_mutator *dp_mutator_of(const char *target)
{
    static const struct {
        const char *target;
        dp_mutator *mutate;
    } mutators[] = {
        { "safetensors", mutate_safetensors },
        { "int8", mutate_safetensors },
        { "model", mutate_safetensors },
        { "onnx", mutate_message },
        { "png", mutate_png },
        { "idx", mutate_gzip },
        { "auto", mutate_gzip },
        { "writers", mutate_gzip },
        { "qmnist", mutate_gzip },
    };
    for (size_t i = 0; i < DP_COUNT(mutators); i++)
        if (strcmp(mutators[i].target, target) == 0)
            return mutators[i].mutate;
    return NULL;
}

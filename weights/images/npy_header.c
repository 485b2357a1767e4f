#include "config.h"

#include "weights/images/npy_header.h"

#include "engine/core/decimal.h"

#include <math.h>
#include <string.h>

enum { MAX_HEADER = 4096 }; /* arrays of numbers need about 100 bytes */

/* ---- the header's text: a literal of a Python dictionary ----------------------------- */

static void skip_blanks(const char **p)
{
    *p += strspn(*p, " \t\r\n");
}

/* Move past the character c, and blanks on both sides. False if another one is there. */
static bool take(const char **p, char c)
{
    skip_blanks(p);
    if (**p != c)
        return false;
    ++*p;
    skip_blanks(p);
    return true;
}

/* Take a string without escapes, in single or double quotes. */
static bool take_string(const char **text, size_t *size, const char **p)
{
    const char quote = **p, *end = NULL;
    if (quote == '\'' || quote == '"')
        end = strchr(*p + 1, quote);
    if (!end)
        return false;
    *text = *p + 1;
    *size = (size_t)(end - *text);
    *p = end + 1;
    return true;
}

static bool take_bool(bool *out, const char **p)
{
    *out = strncmp(*p, "True", 4) == 0;
    if (!*out && strncmp(*p, "False", 5) != 0)
        return false;
    *p += *out ? 4 : 5;
    return true;
}

/* Take "(28, 28)", "(784,)" or "()"; Python 2 wrote "28L". */
static bool take_shape(dp_npy *npy, const char **p)
{
    if (!take(p, '('))
        return false;
    for (npy->rank = 0; !take(p, ')'); npy->rank++) {
        if (npy->rank == DP_NPY_MAX_RANK ||
            !dp_decimal_digits(&npy->dim[npy->rank], p, (uint64_t)1 << 48))
            return false;
        (void)take(p, 'L');
        if (!take(p, ',') && **p != ')')
            return false;
    }
    return true;
}

/* Parse a type such as "<f4": byte order, kind, size. */
static dp_code read_type(dp_npy *npy, const char *text, size_t size, dp_err *err)
{
    static const char *const sizes[] = { "b1", "u1248", "i1248", "f248" };
    const int shown = size < 40 ? (int)size : 40;
    for (size_t i = 0; size == 3 && i < 4; i++)
        if (text[1] == sizes[i][0] && strchr(sizes[i] + 1, text[2])) {
            npy->kind = text[1];
            npy->item = (size_t)(text[2] - '0');
            npy->big_endian = text[0] == '>';
            return strchr("<>|=", text[0]) ? DP_OK
                                           : dp_fail(err, DP_INPUT, "unknown byte order");
        }
    if (size > 0 && memchr(text, 'O', size))
        return dp_fail(err, DP_INPUT,
                       "the array has Python objects and not numbers; save "
                       "numpy.stack(array).astype(numpy.uint8)");
    return dp_fail(err, DP_INPUT,
                   "elements of type '%.*s' are not supported; save "
                   "array.astype(numpy.float32)",
                   shown, text);
}

static dp_code damaged(dp_err *err)
{
    return dp_fail(err, DP_INPUT, "damaged NumPy header");
}

/* Parse "key: value" for each of the three keys. */
static dp_code read_text(dp_npy *npy, const char *p, dp_err *err)
{
    bool ok = take(&p, '{');
    const char *key, *type = NULL;
    size_t key_size, type_size = 0;
    npy->rank = -1;
    while (ok && !take(&p, '}')) {
        ok = take_string(&key, &key_size, &p) && take(&p, ':');
        if (ok && key_size == 5 && memcmp(key, "descr", 5) == 0) {
            if (*p == '[')
                return dp_fail(err, DP_INPUT,
                               "the array has records of several fields; save one field");
            ok = take_string(&type, &type_size, &p);
        } else if (ok && key_size == 13 && memcmp(key, "fortran_order", 13) == 0) {
            ok = take_bool(&npy->fortran_order, &p);
        } else if (ok && key_size == 5 && memcmp(key, "shape", 5) == 0) {
            ok = take_shape(npy, &p);
        } else {
            ok = false;
        }
        ok = ok && (take(&p, ',') || *p == '}');
    }
    if (!ok || !type || npy->rank < 0)
        return damaged(err);
    return read_type(npy, type, type_size, err);
}

dp_code dp_npy_read_header(dp_npy *out, dp_source *s, dp_err *err)
{
    uint8_t start[12];
    char text[MAX_HEADER + 1];
    dp_npy npy = { 0 };
    if (dp_source_read(s, start, 8) < 8 || memcmp(start, "\x93NUMPY", 6) != 0)
        return dp_fail(err, DP_INPUT,
                       "not a NumPy array: it does not begin with 93 NUMPY");
    if (start[6] < 1 || start[6] > 3)
        return dp_fail(err, DP_INPUT, "version %d of the NumPy format is not supported",
                       start[6]);
    const size_t length = start[6] == 1 ? 2 : 4;
    if (dp_source_read(s, start + 8, length) < length)
        return dp_fail(err, DP_INPUT, "the file ends inside the NumPy header");
    size_t size = 0;
    for (size_t i = length; i-- > 0;)
        size = size << 8 | start[8 + i];
    if (size > MAX_HEADER)
        return dp_fail(err, DP_INPUT, "a NumPy header of %zu bytes; the limit is %d",
                       size, MAX_HEADER);
    if (dp_source_read(s, text, size) < size)
        return dp_fail(err, DP_INPUT, "the file ends inside the NumPy header");
    text[size] = '\0';
    const dp_code code = read_text(&npy, text, err);
    if (code == DP_OK)
        *out = npy;
    return code;
}

/* ---- elements ------------------------------------------------------------------------ */

static uint64_t bits_of(const dp_npy *npy, const uint8_t *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < npy->item; i++)
        bits = bits << 8 | bytes[npy->big_endian ? i : npy->item - 1 - i];
    return bits;
}

/* IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
static double double_of_half(uint64_t half)
{
    const int exponent = (int)(half >> 10 & 31);
    const double fraction = (double)(half & 1023) / 1024;
    double value =
        exponent == 0 ? ldexp(fraction, -14) : ldexp(1 + fraction, exponent - 15);
    if (exponent == 31)
        value = (double)NAN;
    return half >> 15 ? -value : value;
}

static double float_of_bits(uint64_t bits, size_t item)
{
    const uint32_t word = (uint32_t)bits;
    float single;
    double value;
    if (item == 2)
        return double_of_half(bits);
    memcpy(&single, &word, sizeof single);
    memcpy(&value, &bits, sizeof value);
    return item == 4 ? (double)single : value;
}

double dp_npy_value(const dp_npy *npy, const uint8_t *bytes)
{
    if (npy->item == 1 && npy->kind != 'i')
        return *bytes;
    const uint64_t bits = bits_of(npy, bytes);
    const unsigned unused = 64 - 8 * (unsigned)npy->item;
    if (npy->kind == 'f')
        return float_of_bits(bits, npy->item);
    if (npy->kind == 'i')
        return (double)((int64_t)(bits << unused) / ((int64_t)1 << unused));
    return (double)bits;
}

#include "config.h"

#include "weights/io/text.h"

#include "engine/core/decimal.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(dp_text *t, size_t more)
{
    size_t capacity = t->capacity ? t->capacity : 256;
    while (capacity - t->size <= more)
        if (__builtin_mul_overflow(capacity, (size_t)2, &capacity))
            return false;
    if (capacity == t->capacity)
        return true;
    char *bytes = realloc(t->bytes, capacity);
    if (!bytes)
        return false;
    t->bytes = bytes;
    t->capacity = capacity;
    return true;
}

/* Format into the free room. Returns the length of the text, even if it does not fit. */
DP_PRINTF(2, 0)
static int format(dp_text *t, const char *fmt, va_list ap)
{
    return vsnprintf(t->bytes ? t->bytes + t->size : NULL, t->capacity - t->size, fmt,
                     ap);
}

void dp_text_add(dp_text *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = format(t, fmt, ap);
    va_end(ap);
    if (n < 0)
        t->failed = true;
    if (!t->failed && (size_t)n >= t->capacity - t->size) {
        if (reserve(t, (size_t)n))
            format(t, fmt, again);
        else
            t->failed = true;
    }
    if (!t->failed)
        t->size += (size_t)n;
    va_end(again);
}

/* Room for n bytes and a NUL at the end of the text; NULL and `failed` without memory. */
static char *room(dp_text *t, size_t n)
{
    if (t->capacity - t->size <= n && !reserve(t, n))
        t->failed = true;
    return t->failed ? NULL : t->bytes + t->size;
}

void dp_text_append(dp_text *t, const char *bytes, size_t n)
{
    char *to = room(t, n);
    if (!to)
        return;
    memcpy(to, bytes, n);
    to[n] = '\0';
    t->size += n;
}

void dp_text_add_float(dp_text *t, float value)
{
    char number[32];
    float back;
    snprintf(number, sizeof number, "%.6g", (double)value);
    if (!dp_decimal_float(&back, number) || back != value)
        snprintf(number, sizeof number, "%.9g", (double)value);
    dp_text_add(t, "%s", number);
}

/* ---- probabilities ----------------------------------------------------------------- */

/* Not by core/decimal.h, because printf is slow and `predict` prints eleven numbers an
 * image. */

enum { DIGITS = 9, LEAST = 100000000 /* the least number with so many digits */ };

#define TENS(n) n##0, n##1, n##2, n##3, n##4, n##5, n##6, n##7, n##8, n##9
static const double power_of_10[] = { TENS(1e0), TENS(1e1), TENS(1e2),
                                      TENS(1e3), TENS(1e4), TENS(1e5) };

/* Round 0 < value < 1 to nine digits: whole · 10^(exponent − 8) with 10^8 ≤ whole < 10^9.
 * False if the value is so close to the middle of two such numbers that the rounding of
 * the product may decide. */
static bool find_digits(uint32_t *whole, int *exponent, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int binary = (int)(bits >> 52) - 1022; /* 2^(binary − 1) ≤ value < 2^binary */
    int shift = DIGITS - 1 + ((1 - binary) * 1233 + 4095) / 4096;
    shift -= value * power_of_10[shift] >= 10. * LEAST;
    const double scaled = value * power_of_10[shift];
    const int64_t below = (int64_t)scaled;
    const double rest = scaled - (double)below;
    *whole = (uint32_t)below + (rest > 0.5);
    *exponent = DIGITS - 1 - shift;
    if (*whole == 10u * LEAST) {
        *whole = LEAST;
        ++*exponent;
    }
    return fabs(rest - 0.5) > 1e-6;
}

/* Write nine digits, in pairs after the first. Returns their number without trailing
 * zeros. */
static int write_digits(char out[DIGITS], uint32_t whole)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    const uint32_t eight = whole % LEAST, high = eight / 10000, low = eight % 10000;
    out[0] = (char)('0' + whole / LEAST);
    memcpy(out + 1, pairs + 2 * (high / 100), 2);
    memcpy(out + 3, pairs + 2 * (high % 100), 2);
    memcpy(out + 5, pairs + 2 * (low / 100), 2);
    memcpy(out + 7, pairs + 2 * (low % 100), 2);
    int n = DIGITS;
    while (out[n - 1] == '0')
        n--;
    return n;
}

/* Write "0.", zeros and n digits, of which the first has the exponent −4 … −1. Returns
 * the size. */
static int write_fraction(char *out, const char digit[DIGITS], int n, int exponent)
{
    const int zeros = 1 - exponent; /* characters before the digits */
    memcpy(out, "0.000", 5);
    memcpy(out + zeros, digit, DIGITS);
    return zeros + n;
}

/* Write n digits and an exponent, like 1.25e-07. Returns the size. */
static int write_scientific(char *out, const char digit[DIGITS], int n, int exponent)
{
    out[0] = digit[0];
    out[1] = '.';
    memcpy(out + 2, digit + 1, DIGITS - 1);
    const int size = n > 1 ? n + 1 : 1;
    const char end[4] = { 'e', '-', (char)('0' - exponent / 10),
                          (char)('0' - exponent % 10) };
    memcpy(out + size, end, sizeof end);
    return size + (int)sizeof end;
}

void dp_text_add_exact(dp_text *t, float value)
{
    enum { ROOM = 16 };
    char digit[DIGITS], *out;
    uint32_t whole;
    int exponent;
    if (value == 1) {
        dp_text_append(t, "1", 1);
    } else if (!(value > 0 && value < 1) ||
               !find_digits(&whole, &exponent, (double)value)) {
        dp_text_add(t, "%.9g", (double)value);
    } else if ((out = room(t, ROOM))) {
        const int n = write_digits(digit, whole);
        const int size = exponent >= -4 ? write_fraction(out, digit, n, exponent)
                                        : write_scientific(out, digit, n, exponent);
        out[size] = '\0';
        t->size += (size_t)size;
    }
}

void dp_text_clear(dp_text *t)
{
    free(t->bytes);
    *t = (dp_text){ 0 };
}

bool dp_text_is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

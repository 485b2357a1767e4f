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

void dp_text_append(dp_text *t, const char *bytes, size_t n)
{
    if (t->capacity - t->size <= n && !reserve(t, n))
        t->failed = true;
    if (t->failed)
        return;
    memcpy(t->bytes + t->size, bytes, n);
    t->size += n;
    t->bytes[t->size] = '\0';
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

/* Not by core/decimal.h, because printf is slow and `predict` prints ten numbers an
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
    int binary;
    frexp(value, &binary); /* 2^(binary − 1) ≤ value */
    int shift = DIGITS - 1 + ((1 - binary) * 1233 + 4095) / 4096;
    if (value * power_of_10[shift] >= 10. * LEAST)
        shift--;
    const double scaled = value * power_of_10[shift], below = floor(scaled),
                 rest = scaled - below;
    *whole = (uint32_t)below + (rest > 0.5);
    *exponent = DIGITS - 1 - shift;
    if (*whole == 10u * LEAST) {
        *whole = LEAST;
        ++*exponent;
    }
    return fabs(rest - 0.5) > 1e-6;
}

/* Write the digits without trailing zeros. Returns their number. */
static int write_digits(char out[DIGITS], uint32_t whole)
{
    int n = DIGITS;
    for (int i = DIGITS - 1; i >= 0; i--) {
        out[i] = (char)('0' + whole % 10);
        whole /= 10;
    }
    while (out[n - 1] == '0')
        n--;
    return n;
}

void dp_text_add_exact(dp_text *t, float value)
{
    uint32_t whole;
    int exponent;
    if (!(value > 0 && value < 1) || !find_digits(&whole, &exponent, (double)value)) {
        dp_text_add(t, "%.9g", (double)value);
        return;
    }
    char digit[DIGITS], out[DIGITS + 6] = "0.000";
    const int n = write_digits(digit, whole);
    if (exponent >= -4) {
        const int zeros = 1 - exponent; /* characters before the digits: "0." and zeros */
        memcpy(out + zeros, digit, (size_t)n);
        dp_text_append(t, out, (size_t)(zeros + n));
        return;
    }
    int size = 0;
    out[size++] = digit[0];
    if (n > 1)
        out[size++] = '.';
    memcpy(out + size, digit + 1, (size_t)n - 1);
    size += n - 1;
    const char end[4] = { 'e', '-', (char)('0' - exponent / 10),
                          (char)('0' - exponent % 10) };
    memcpy(out + size, end, sizeof end);
    dp_text_append(t, out, (size_t)size + sizeof end);
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

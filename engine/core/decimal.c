#include "config.h"

#include "engine/core/decimal.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- parsing ----------------------------------------------------------------------- */

typedef struct scan {
    const char *at, *end;
} scan;

static bool accept(scan *s, char a, char b)
{
    if (s->at == s->end || (*s->at != a && *s->at != b))
        return false;
    s->at++;
    return true;
}

static bool accept_sign(scan *s)
{
    bool negative = accept(s, '-', '-');
    if (!negative)
        accept(s, '+', '+');
    return negative;
}

/* Append digits to *value and return how many there are. Digits that a double cannot hold
 * are dropped and counted in *dropped, so that the magnitude stays right. */
static int accept_digits(scan *s, double *value, int *dropped)
{
    int n = 0;
    for (; s->at < s->end && dp_decimal_is_digit(*s->at); s->at++, n++) {
        if (*value < 1e15)
            *value = *value * 10 + (*s->at - '0');
        else
            (*dropped)++;
    }
    return n;
}

bool dp_decimal_parse(double *out, const char *text, size_t size)
{
    scan s = { text, text + size };
    double value = 0, power = 0;
    int dropped = 0, ignored = 0;
    bool negative = accept_sign(&s);
    int whole = accept_digits(&s, &value, &dropped), fraction = 0;
    if (accept(&s, '.', '.'))
        fraction = accept_digits(&s, &value, &dropped);
    if (whole + fraction == 0)
        return false;
    if (accept(&s, 'e', 'E')) {
        bool down = accept_sign(&s);
        if (accept_digits(&s, &power, &ignored) == 0)
            return false;
        power = down ? -power : power;
    }
    if (s.at != s.end)
        return false;
    /* Zero stays zero with any exponent, although pow may return infinity. */
    double exponent = power + dropped - fraction;
    if (value > 0)
        value = exponent < 0 ? value / pow(10, -exponent) : value * pow(10, exponent);
    if (!isfinite(value))
        return false;
    *out = negative ? -value : value;
    return true;
}

bool dp_decimal_digits(uint64_t *out, const char **text, uint64_t most)
{
    const char *p = *text;
    uint64_t value = 0;
    if (!dp_decimal_is_digit(*p))
        return false;
    for (; dp_decimal_is_digit(*p); p++)
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value) || value > most)
            return false;
    *out = value;
    *text = p;
    return true;
}

bool dp_decimal_int(int *out, const char *text)
{
    bool negative = *text == '-';
    uint64_t magnitude;
    text += negative || *text == '+';
    if (!dp_decimal_digits(&magnitude, &text, (uint64_t)INT_MAX + negative) || *text)
        return false;
    *out = (int)(negative ? -(int64_t)magnitude : (int64_t)magnitude);
    return true;
}

bool dp_decimal_float(float *out, const char *text)
{
    char *end;
    float value = strtof(text, &end);
    if (end == text || *end)
        return false;
    *out = value;
    return true;
}

/* ---- printing ---------------------------------------------------------------------- */

/* %.*g with a point, which a locale may replace by other characters. */
static void format(char text[DP_DECIMAL_SIZE], int digits, float x)
{
    char local[DP_DECIMAL_SIZE];
    size_t n = 0;
    snprintf(local, sizeof local, "%.*g", digits, (double)x);
    for (const char *p = local; *p; p++) {
        if (strchr("0123456789e+-", *p))
            text[n++] = *p;
        else if (n > 0 && text[n - 1] != '.')
            text[n++] = '.';
    }
    text[n] = '\0';
}

void dp_decimal_shortest(char text[DP_DECIMAL_SIZE], float x,
                         bool (*parse)(float *out, const char *text))
{
    for (int digits = 1; digits <= 9; digits++) {
        float back;
        format(text, digits, x);
        if (parse(&back, text) && back == x)
            return;
    }
}

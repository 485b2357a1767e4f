#include "config.h"

#include "weights/io/number.h"

#include <math.h>

/* A cursor over text that has no NUL at its end. */
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

/* Append digits to *value; returns how many there were. Of a mantissa beyond what a
 * double holds only the magnitude is kept, in *skipped. */
static int accept_digits(scan *s, double *value, int *skipped)
{
    int n = 0;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++, n++) {
        if (*value < 1e15)
            *value = *value * 10 + (*s->at - '0');
        else
            (*skipped)++;
    }
    return n;
}

bool dp_number_parse(double *out, const char *text, size_t size)
{
    scan s = { text, text + size };
    double value = 0, power = 0;
    int skipped = 0, dropped = 0, ignored = 0;
    bool negative = accept_sign(&s);
    int whole = accept_digits(&s, &value, &skipped), fraction = 0;
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
    /* Zero stays zero whatever its exponent; pow may be infinite. */
    double exponent = power + skipped + dropped - fraction;
    if (value > 0)
        value = exponent < 0 ? value / pow(10, -exponent) : value * pow(10, exponent);
    if (!isfinite(value))
        return false;
    *out = negative ? -value : value;
    return true;
}

/* Decimal numbers in text. dp_decimal_parse, _digits and _int read the same in every
 * locale; dp_decimal_float reads as C does, and the program leaves LC_NUMERIC at "C". */
#ifndef DP_ENGINE_CORE_DECIMAL_H
#define DP_ENGINE_CORE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether c is a decimal digit; false for −1, the end of a source. */
static inline bool dp_decimal_is_digit(int c)
{
    return c >= '0' && c <= '9';
}

/* Parse all `size` bytes of text, which needs no NUL, as [+-] digits [. digits] [e[+-]
 * digits] with at least one digit before or after the point. The result is within 1e-15
 * of the exact value, relatively. False, and *out unchanged, for any other text (also inf
 * and nan) and for a number too large for a double. */
bool dp_decimal_parse(double *out, const char *text, size_t size);

/* Parse the digits at *text, which is advanced past them. False, and both unchanged, if
 * *text does not begin with a digit or if the number exceeds `most`. */
bool dp_decimal_digits(uint64_t *out, const char **text, uint64_t most);

/* Parse a whole text of the form [+-] digits. False, and *out unchanged, if it has
 * another form or if the number does not fit. */
bool dp_decimal_int(int *out, const char *text);

/* Parse a whole text as strtof does: correctly rounded; leading white space, hexadecimal
 * floats, inf and nan are accepted. False, and *out unchanged, for any other text. */
bool dp_decimal_float(float *out, const char *text);

enum { DP_DECIMAL_SIZE = 32 }; /* bytes that hold any text of dp_decimal_shortest */

/* Write x with the fewest significant digits, at most 9, from which `parse` returns x
 * again. */
void dp_decimal_shortest(char text[DP_DECIMAL_SIZE], float x,
                         bool (*parse)(float *out, const char *text));

#endif

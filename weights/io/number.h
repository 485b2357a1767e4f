/* Decimal numbers in text, the same in every locale. */
#ifndef DP_WEIGHTS_IO_NUMBER_H
#define DP_WEIGHTS_IO_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The number that all `size` bytes of text spell: [+-] digits [. digits] [e[+-] digits],
 * with at least one digit before or after the point. Within 1e-15 of its value; false
 * where the text is anything else (also inf and nan) or too large for a double. */
bool dp_number_parse(double *out, const char *text, size_t size);

#endif

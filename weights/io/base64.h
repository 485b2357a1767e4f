/* Base64 (RFC 4648), without line breaks. */
#ifndef DP_WEIGHTS_IO_BASE64_H
#define DP_WEIGHTS_IO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Characters that n bytes take, padded. n is at most DP_MAX_PARAMS, so it cannot overflow. */
size_t dp_base64_length(size_t n);

/* text: dp_base64_length(n) characters and a NUL. */
void dp_base64_encode(char *text, const unsigned char *bytes, size_t n);

/* Decode exactly n bytes from exactly dp_base64_length(n) characters. False where the text
 * is not of that length or has anything else in it. */
bool dp_base64_decode(unsigned char *bytes, size_t n, const char *text, size_t length);

#endif

/* Base64 (RFC 4648), without line breaks. */
#ifndef DP_WEIGHTS_IO_BASE64_H
#define DP_WEIGHTS_IO_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the text for n bytes, with padding. n is at most DP_MAX_PARAMS, so that
 * the length cannot overflow. */
size_t dp_base64_length(size_t n);

/* Encode n bytes. text: room for dp_base64_length(n) characters and a NUL. */
void dp_base64_encode(char *text, const unsigned char *bytes, size_t n);

/* Decode n bytes. False if the text is not exactly dp_base64_length(n) characters of
 * Base64. */
bool dp_base64_decode(unsigned char *bytes, size_t n, const char *text, size_t length);

#endif

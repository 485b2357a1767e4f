/* Compression of a block of bytes. */
#ifndef DP_WEIGHTS_IO_DEFLATE_H
#define DP_WEIGHTS_IO_DEFLATE_H

#include <stddef.h>

/* Compress n bytes, fewer than 2³¹, into a zlib stream (RFC 1950) of *size bytes. Free the
 * result. NULL if there is no memory. */
unsigned char *dp_deflate(size_t *size, const unsigned char *bytes, size_t n);

#endif

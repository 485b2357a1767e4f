/* A fast 64-bit hash that detects damage and mix-ups, but not deliberate changes. */
#ifndef DP_WEIGHTS_IO_FINGERPRINT_H
#define DP_WEIGHTS_IO_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

/* The fingerprint of no data. */
#define DP_FINGERPRINT_EMPTY UINT64_C(0xcbf29ce484222325)

/* Extend the fingerprint of earlier data by `size` bytes: FNV-1a (Fowler, Noll and
 * Vo). */
uint64_t dp_fingerprint(uint64_t so_far, const void *data, size_t size);

#endif

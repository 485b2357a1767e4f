/* Short fingerprints of data, to notice damage and mix-ups; no defence against intent. */
#ifndef DP_WEIGHTS_IO_FINGERPRINT_H
#define DP_WEIGHTS_IO_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

/* Of nothing; what the first call below takes. */
#define DP_FINGERPRINT_EMPTY UINT64_C(0xcbf29ce484222325)

/* Of everything so far and `size` bytes more: 64-bit FNV-1a (Fowler, Noll and Vo). */
uint64_t dp_fingerprint(uint64_t so_far, const void *data, size_t size);

#endif

/* Mutations of what a format wraps: inside lengths, checksums and compression. */
#ifndef DP_TESTS_FUZZ_MUTATORS_H
#define DP_TESTS_FUZZ_MUTATORS_H

#include <stddef.h>
#include <stdint.h>

/* Change the bytes in place, up to `most` of them. Returns the new size; 0 if the bytes do not
 * have the format. */
typedef size_t dp_mutator(uint8_t *data, size_t size, size_t most, unsigned seed);

/* The mutator of this target; NULL if it has none. */
dp_mutator *dp_mutator_of(const char *target);

/* libFuzzer's own mutation of any bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

#endif

/* What is fuzzed: each reader of bytes from outside, as one function of the bytes. A target
 * does more than not to crash: it aborts where what a reader accepts breaks its word. */
#ifndef DP_TESTS_FUZZ_TARGETS_H
#define DP_TESTS_FUZZ_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dp_target {
    const char *name;
    /* Whether the bytes are accepted. */
    bool (*run)(const uint8_t *data, size_t size);
    /* Make lengths and checksums right again after a mutation; NULL where there are none. */
    void (*mend)(uint8_t *data, size_t size);
} dp_target;

/* NULL where there is none of that name. */
const dp_target *dp_target_named(const char *name);

#endif

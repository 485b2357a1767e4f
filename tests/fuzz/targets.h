/* Fuzz targets: each reader of untrusted bytes, as a function of the bytes. A target
 * aborts if the result of a reader violates the reader's contract. */
#ifndef DP_TESTS_FUZZ_TARGETS_H
#define DP_TESTS_FUZZ_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dp_target {
    const char *name;
    /* Returns whether the bytes are accepted. */
    bool (*run)(const uint8_t *data, size_t size);
    /* Repair lengths and checksums after a mutation; NULL if the format has none. */
    void (*repair)(uint8_t *data, size_t size);
} dp_target;

/* The target of this name; NULL if there is none. */
const dp_target *dp_target_named(const char *name);

#endif

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
    /* The size up to which libFuzzer makes inputs. */
    size_t longest;
} dp_target;

/* The targets of each file; an entry without a name ends them. */
extern const dp_target dp_targets_models[], dp_targets_images[], dp_targets_drawings[],
    dp_targets_corpora[], dp_targets_texts[], dp_targets_config[], dp_targets_terminal[],
    dp_targets_serve[], dp_targets_hub[];

/* The target of this name; NULL if this build has none. */
const dp_target *dp_target_named(const char *name);

/* Target i of all; NULL past the end. */
const dp_target *dp_target_at(int i);

#endif

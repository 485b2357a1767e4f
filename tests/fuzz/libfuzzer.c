/* Runs one target under libFuzzer. The environment variable TARGET is its name. */
#include "config.h"

#include "tests/fuzz/targets.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static const dp_target *target(void)
{
    static const dp_target *found;
    const char *name = getenv("TARGET");
    if (!found && (!name || !(found = dp_target_named(name)))) {
        fputs("TARGET: not the name of a target\n", stderr);
        exit(EXIT_FAILURE);
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target()->run(data, size);
    return 0;
}

/* Repair lengths and checksums in three of four mutants, so that they get past those
 * checks. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max);
    if (target()->repair && seed % 4 != 0)
        target()->repair(data, size);
    return size;
}

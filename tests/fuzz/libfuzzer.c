/* The targets under libFuzzer; the environment variable TARGET names one. */
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
        fputs("TARGET names no target\n", stderr);
        exit(EXIT_FAILURE);
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target()->run(data, size);
    return 0;
}

/* Three in four mutants get their lengths and checksums mended: they reach farther. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max);
    if (target()->mend && seed % 4 != 0)
        target()->mend(data, size);
    return size;
}

/* Runs one target under libFuzzer. The environment variable TARGET is its name; "list" prints the
 * name of each target, and the size up to which it is fuzzed. */
#include "config.h"

#include "tests/fuzz/mutators.h"
#include "tests/fuzz/targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static const dp_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("TARGET");
    (void)argc, (void)argv;
    if (name && strcmp(name, "list") == 0) {
        for (int i = 0; (target = dp_target_at(i)); i++)
            printf("%s %zu\n", target->name, target->longest);
        exit(EXIT_SUCCESS);
    }
    target = name ? dp_target_named(name) : NULL;
    if (target)
        return 0;
    fputs("TARGET: not the name of a target\n", stderr);
    exit(EXIT_FAILURE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target->run(data, size);
    return 0;
}

/* Half of the mutants are made inside what the format wraps. Lengths and checksums are repaired in
 * three of four, so that they get past those checks. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    dp_mutator *mutate = dp_mutator_of(target->name);
    size_t made = mutate && seed / 4 % 2 ? mutate(data, size, max, seed) : 0;
    if (made == 0)
        made = LLVMFuzzerMutate(data, size, max);
    if (target->repair && seed % 4 != 0)
        target->repair(data, made);
    return made;
}

/* Runs a target on files, without a fuzzer: replay TARGET [--mutants=N] FILE…
 *
 * A file is expected to be accepted if its name begins with "good-" and refused if it
 * begins with "bad-". Any other file must only not crash. With --mutants, about N (all if
 * N is 0) of the file's truncations and substitutions of one byte are run as well. Prints
 * TAP without a plan. */
#include "config.h"

#include "tests/fuzz/targets.h"
#include "weights/io/fsio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long executions;

/* Run on a copy of exactly this size, so that sanitizers find reads beyond its end. */
static bool run_exact(const dp_target *target, const uint8_t *data, size_t size,
                      bool repair)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        exit(EXIT_FAILURE);
    memcpy(copy, data, size);
    if (repair && target->repair)
        target->repair(copy, size);
    bool accepted = target->run(copy, size);
    free(copy);
    executions++;
    return accepted;
}

/* Run every step-th mutant in a fixed order: first truncations, then substitutions,
 * alternating between unrepaired and repaired ones, or both if there is time for all. */
static void run_mutants(const dp_target *target, uint8_t *data, size_t size, size_t n)
{
    const size_t total = size + 255 * size, step = n && n < total ? total / n : 1;
    for (size_t i = 0; i < total; i += step) {
        bool repair = i / step % 2;
        if (i < size) {
            run_exact(target, data, i, repair);
            continue;
        }
        size_t at = (i - size) / 255;
        uint8_t byte = data[at];
        data[at] = (uint8_t)(byte + 1 + (i - size) % 255);
        run_exact(target, data, size, repair);
        if (step == 1)
            run_exact(target, data, size, !repair);
        data[at] = byte;
    }
}

static bool replay(const dp_target *target, const char *path, bool mutants, size_t n)
{
    unsigned char *data;
    size_t size;
    dp_err err;
    const char *name = dp_fsio_basename(path);
    if (dp_fsio_read(&data, &size, path, 1 << 20, &err) != DP_OK) {
        printf("not ok - %s: %s\n", target->name, err.msg);
        return false;
    }
    bool accepted = run_exact(target, data, size, false);
    bool ok = !(strncmp(name, "good-", 5) == 0 && !accepted) &&
              !(strncmp(name, "bad-", 4) == 0 && accepted);
    if (mutants)
        run_mutants(target, data, size, n);
    free(data);
    printf("%sok - %s: %s is %s\n", ok ? "" : "not ", target->name, name,
           accepted ? "accepted" : "refused");
    return ok;
}

int main(int argc, char **argv)
{
    const dp_target *target = argc > 1 ? dp_target_named(argv[1]) : NULL;
    bool mutants = argc > 2 && strncmp(argv[2], "--mutants=", 10) == 0, ok = true;
    if (!target) {
        fputs("usage: replay TARGET [--mutants=N] FILE...\n", stderr);
        return EXIT_FAILURE;
    }
    size_t n = mutants ? strtoul(argv[2] + 10, NULL, 10) : 0;
    for (int i = mutants ? 3 : 2; i < argc; i++)
        ok = replay(target, argv[i], mutants, n) && ok;
    printf("# %s: %llu executions\n", target->name, executions);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

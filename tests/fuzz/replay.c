/* Runs a target on files, without a fuzzer: replay TARGET [--mutants=N] [--faults=N] FILE…
 *
 * A file is expected to be accepted if its name begins with "good-" and refused if it
 * begins with "bad-". Any other file was found by libFuzzer: it must only keep the promises of
 * the target. With --mutants, about N (all if N is 0) of the first two kinds' truncations,
 * substitutions and insertions of one byte are run as well. With --faults, a file is run about N times (as
 * often as it allocates if N is 0), each with another allocation that fails: the reader must neither
 * crash nor leave out its message. Prints TAP without a plan. */
#include "config.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "tests/short_memory.h"
#include "weights/io/fsio.h"

#include <limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABSENT = 77 }; /* exit status: this build lacks the target */

static unsigned long long executions, accepted_mutants, faults;

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

/* Make mutant i in `out`, which has room for size + 1 bytes: first truncations, then
 * substitutions, then insertions. Returns its size. */
static size_t make_mutant(uint8_t *out, const uint8_t *data, size_t size, size_t i)
{
    if (i < size) {
        memcpy(out, data, i);
        return i;
    }
    i -= size;
    if (i < 255 * size) {
        memcpy(out, data, size);
        out[i / 255] = (uint8_t)(data[i / 255] + 1 + i % 255);
        return size;
    }
    i -= 255 * size;
    const size_t at = i / 256;
    memcpy(out, data, at);
    out[at] = (uint8_t)(i % 256);
    memcpy(out + at + 1, data + at, size - at);
    return size + 1;
}

/* Run every step-th mutant, alternating between unrepaired and repaired ones, or both if there
 * is time for all. */
static void run_mutants(const dp_target *target, const uint8_t *data, size_t size,
                        size_t n)
{
    const size_t total = size + 255 * size + 256 * (size + 1);
    const size_t step = n && n < total ? total / n : 1;
    uint8_t *mutant = malloc(size + 1);
    if (!mutant)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < total; i += step) {
        const size_t made = make_mutant(mutant, data, size, i);
        const bool repair = i / step % 2;
        accepted_mutants += run_exact(target, mutant, made, repair);
        if (step == 1 && target->repair)
            accepted_mutants += run_exact(target, mutant, made, !repair);
    }
    free(mutant);
}

/* Run with allocation n failing. Returns how many allocations there were. */
static int run_short(const dp_target *target, uint8_t *data, size_t size, int n)
{
    jmp_buf excuse;
    volatile bool ended = false;
    dp_expect_excuse = &excuse;
    if (setjmp(excuse) == 0) {
        short_memory_begin(n);
        target->run(data, size);
        ended = true;
    }
    const short_memory memory = short_memory_end();
    dp_expect_excuse = NULL;
    dp_expect(!ended || !memory.failed || memory.alive == 0,
              "what is allocated is freed when memory is short");
    executions++;
    faults += memory.failed;
    return memory.calls;
}

/* Files of other sizes begin with another allocation, so that a sample of them meets all. */
static void run_faults(const dp_target *target, uint8_t *data, size_t size, size_t n)
{
    const size_t total = (size_t)run_short(target, data, size, INT_MAX);
    const size_t step = n && n < total ? total / n : 1;
    for (size_t i = size % step; i < total; i += step)
        run_short(target, data, size, (int)i);
}

/* The number of runs that differ from the file, about; 0: all; −1: none. */
typedef struct variants {
    long mutants, faults;
} variants;

static bool replay(const dp_target *target, const char *path, variants more)
{
    unsigned char *data;
    size_t size;
    dp_err err;
    const char *name = dp_fsio_basename(path);
    if (dp_fsio_read(&data, &size, path, 1 << 20, &err) != DP_OK) {
        printf("not ok - %s: %s\n", target->name, err.msg);
        return false;
    }
    const bool good = strncmp(name, "good-", 5) == 0, bad = strncmp(name, "bad-", 4) == 0;
    if (more.mutants >= 0 && (good || bad))
        run_mutants(target, data, size, (size_t)more.mutants);
    if (more.faults >= 0)
        run_faults(target, data, size, (size_t)more.faults);
    const bool accepted = run_exact(target, data, size, false);
    const bool ok = !(good && !accepted) && !(bad && accepted);
    free(data);
    printf("%sok - %s: %s is %s\n", ok ? "" : "not ", target->name, name,
           accepted ? "accepted" : "refused");
    return ok;
}

/* Take an option NAME=N off the arguments. */
static void take_number(long *out, char ***arguments, const char *name)
{
    const size_t length = strlen(name);
    if (!**arguments || strncmp(**arguments, name, length) != 0)
        return;
    *out = strtol(**arguments + length, NULL, 10);
    ++*arguments;
}

int main(int argc, char **argv)
{
    const dp_target *target = argc > 1 ? dp_target_named(argv[1]) : NULL;
    variants more = { -1, -1 };
    bool ok = true;
    if (argc < 2) {
        fputs("usage: replay TARGET [--mutants=N] [--faults=N] FILE...\n", stderr);
        return EXIT_FAILURE;
    }
    if (!target) {
        fprintf(stderr, "%s: not a target of this build\n", argv[1]);
        return ABSENT;
    }
    argv += 2;
    take_number(&more.mutants, &argv, "--mutants=");
    take_number(&more.faults, &argv, "--faults=");
    for (; *argv; argv++)
        ok = replay(target, *argv, more) && ok;
    printf("# %s: %llu executions, %llu mutants accepted, %llu without memory\n",
           target->name, executions, accepted_mutants, faults);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

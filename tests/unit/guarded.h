/* Buffers that touch a page which nobody may read or write: a kernel that leaves its buffer crashes.
 * A buffer ends directly before such a page or begins directly after one, by turns.
 * guard_begin() frees all buffers; guard_free_to() those that were made after guard_mark(). */
#ifndef DP_TESTS_UNIT_GUARDED_H
#define DP_TESTS_UNIT_GUARDED_H

#include "engine/core/rng.h"

#include <check.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GUARD_BUFFERS = 40, GUARD_MOST_BYTES = 1 << 22 };

static struct {
    unsigned char *region[GUARD_BUFFERS]; /* of GUARD_MOST_BYTES, between two pages */
    int used;
    uint64_t ends; /* bit i: buffer i ends at the page after its region */
} guard;

static inline unsigned char *guard_region(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *all = mmap(NULL, GUARD_MOST_BYTES + 2 * page, PROT_NONE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(all != MAP_FAILED);
    ck_assert(mprotect(all + page, GUARD_MOST_BYTES, PROT_READ | PROT_WRITE) == 0);
    return all + page;
}

/* Begin with the shape of this number, which decides where the buffers lie. */
static inline void guard_begin(uint64_t shape)
{
    guard.used = 0;
    guard.ends = shape * 0x9e3779b97f4a7c15 >> 40;
}

static inline int guard_mark(void)
{
    return guard.used;
}

static inline void guard_free_to(int mark)
{
    guard.used = mark;
}

/* A buffer of n zeros of `size` bytes each; it has the alignment of its values, and no more. */
static inline void *guarded(size_t n, size_t size)
{
    const int i = guard.used++;
    const size_t bytes = n * size;
    if (i >= GUARD_BUFFERS ||
        bytes > GUARD_MOST_BYTES) /* ck_assert would write a file each time */
        ck_abort_msg("%d buffers, the last of %zu bytes", guard.used, bytes);
    if (!guard.region[i])
        guard.region[i] = guard_region();
    return memset(guard.region[i] + (guard.ends >> i & 1 ? GUARD_MOST_BYTES - bytes : 0),
                  0, bytes);
}

/* The number of random shapes that a test tries: $KERNEL_SHAPES, or the few of `make check`. */
static inline uint64_t guarded_shapes(uint64_t few)
{
    const char *many = getenv("KERNEL_SHAPES");
    return many ? strtoull(many, NULL, 10) : few;
}

/* A buffer of n random numbers between -1 and 1. */
static inline float *guarded_floats(size_t n, uint64_t seed)
{
    float *v = guarded(n, sizeof *v);
    dp_rng rng = dp_rng_stream(seed, 0, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = dp_rng_range(&rng, -1, 1);
    return v;
}

#endif

#include "config.h"

#include "engine/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 }; /* a cache line, and the widest vector register */

size_t dp_arena_room(size_t n_floats)
{
    size_t bytes = n_floats * sizeof(float);
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

bool dp_arena_init(dp_arena *a, size_t size)
{
    size_t rounded = dp_arena_room((size + sizeof(float) - 1) / sizeof(float));
    if (rounded == 0)
        rounded = ALIGNMENT;
    void *base = aligned_alloc(ALIGNMENT, rounded);
    if (!base)
        return false;
    memset(base, 0, rounded);
    *a = (dp_arena){ .base = base, .size = rounded };
    return true;
}

void dp_arena_clear(dp_arena *a)
{
    free(a->base);
    *a = (dp_arena){ 0 };
}

float *dp_arena_floats(dp_arena *a, size_t n)
{
    size_t room = dp_arena_room(n);
    if (room > a->size - a->used)
        abort();
    float *block = (float *)(void *)(a->base + a->used);
    a->used += room;
    return block;
}

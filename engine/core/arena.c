#include "config.h"

#include "engine/core/arena.h"

#include "engine/core/arith.h"

#include <stdint.h>
#include <stdlib.h>

enum { ALIGNMENT = 64 }; /* bytes of a cache line and of the widest vector register */

size_t dp_arena_room(size_t n_floats)
{
    return dp_round_up(n_floats * sizeof(float), ALIGNMENT);
}

/* calloc instead of malloc and memset: the system zeroes the pages of a large block when
 * they are first touched, so a workspace for a batch costs a single image nothing. */
bool dp_arena_init(dp_arena *arena, size_t size)
{
    size_t rounded = dp_arena_room(dp_ceil_div(size, sizeof(float)));
    unsigned char *base = calloc(1, rounded + ALIGNMENT);
    if (!base)
        return false;
    size_t to_aligned = -(uintptr_t)base % ALIGNMENT;
    *arena = (dp_arena){ .base = base, .size = to_aligned + rounded, .used = to_aligned };
    return true;
}

void dp_arena_clear(dp_arena *arena)
{
    free(arena->base);
    *arena = (dp_arena){ 0 };
}

float *dp_arena_floats(dp_arena *arena, size_t n)
{
    size_t room = dp_arena_room(n);
    if (room > arena->size - arena->used)
        abort();
    float *block = (float *)(void *)(arena->base + arena->used);
    arena->used += room;
    return block;
}

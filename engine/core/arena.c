#include "config.h"

#include "engine/core/arena.h"

#include "engine/core/arith.h"

#include <stdint.h>
#include <stdlib.h>

enum { ALIGNMENT = 64 }; /* bytes of a cache line and of the widest vector register */

void *dp_arena_take(dp_arena *arena, size_t bytes)
{
    const size_t at = arena->used, rounded = dp_round_up(bytes, ALIGNMENT);
    arena->used += rounded;
    if (!arena->base)
        return NULL;
    if (rounded > arena->size - at)
        abort();
    return arena->base + at;
}

/* calloc instead of malloc and memset: the system zeroes the pages of a large block when
 * they are first touched, so a workspace for a batch costs a single image nothing. */
bool dp_arena_alloc(dp_arena *arena)
{
    unsigned char *allocation = calloc(1, arena->used + ALIGNMENT);
    if (!allocation)
        return false;
    const size_t to_aligned = -(uintptr_t)allocation % ALIGNMENT;
    *arena = (dp_arena){ allocation, allocation + to_aligned, arena->used, 0 };
    return true;
}

void dp_arena_clear(dp_arena *arena)
{
    free(arena->allocation);
    *arena = (dp_arena){ 0 };
}

dp_arena dp_arena_over(void *block)
{
    return (dp_arena){ .base = block, .size = SIZE_MAX };
}

/* A bump allocator: one allocation, cut into 64-byte aligned blocks, freed as a whole.
 *
 * An arena of zeros only counts: dp_arena_take returns NULL and adds up the sizes. After
 * dp_arena_alloc it has exactly that much memory, and the same calls in the same order cut
 * it into blocks. So one function takes all blocks, and runs twice:
 *
 *     place(w, &arena);
 *     if (!dp_arena_alloc(&arena))
 *         return false;
 *     place(w, &arena);
 */
#ifndef DP_ENGINE_CORE_ARENA_H
#define DP_ENGINE_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dp_arena {
    void *allocation;    /* NULL while counting, or for memory of the caller */
    unsigned char *base; /* the first block; NULL while counting */
    size_t size, used;   /* bytes from base on */
} dp_arena;

/* The next `bytes` bytes, 64-byte aligned; NULL while counting. An arena that runs out is
 * a bug and aborts. */
void *dp_arena_take(dp_arena *arena, size_t bytes);

/* Allocate the bytes that were counted, all zero; the blocks are valid until
 * dp_arena_clear. False if memory is short. */
bool dp_arena_alloc(dp_arena *arena);
void dp_arena_clear(dp_arena *arena);

/* An arena that cuts the caller's block, which is 64-byte aligned and at least as large
 * as an arena of zeros has counted. It needs no dp_arena_clear. */
dp_arena dp_arena_over(void *block);

#endif

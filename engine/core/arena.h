/* A bump allocator: one allocation, cut into 64-byte aligned blocks, freed as a whole. */
#ifndef DP_ENGINE_CORE_ARENA_H
#define DP_ENGINE_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dp_arena {
    unsigned char *base;
    size_t size, used;
} dp_arena;

/* Allocate `size` bytes, all zero. False if memory is short. */
bool dp_arena_init(dp_arena *arena, size_t size);
void dp_arena_clear(dp_arena *arena);

/* Bytes that a block of n floats takes in an arena. The sum over all blocks is the size
 * to pass to dp_arena_init. */
size_t dp_arena_room(size_t n_floats);

/* The next n floats: 64-byte aligned, zero, valid until dp_arena_clear. The caller has
 * sized the arena with dp_arena_room, so an arena that runs out is a bug and aborts. */
float *dp_arena_floats(dp_arena *arena, size_t n);

#endif

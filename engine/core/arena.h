/* A bump allocator: one allocation, cut into 64-byte aligned blocks, freed as a whole. */
#ifndef DP_ENGINE_CORE_ARENA_H
#define DP_ENGINE_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dp_arena {
    unsigned char *base;
    size_t size, used;
} dp_arena;

/* Reserve `size` bytes. False when memory is short. */
bool dp_arena_init(dp_arena *a, size_t size);
void dp_arena_clear(dp_arena *a);

/* Room that a block of n floats takes in an arena: for adding up before dp_arena_init. */
size_t dp_arena_room(size_t n_floats);

/* The next n floats, 64-byte aligned, zeroed, valid until dp_arena_clear. The caller
 * sized the arena with dp_arena_room, so running out is a defect and aborts. */
float *dp_arena_floats(dp_arena *a, size_t n);

#endif

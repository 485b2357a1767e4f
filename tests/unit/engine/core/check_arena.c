#include "config.h"

#include "engine/core/arena.h"

#include "tests/unit/unit.h"

#include <stdint.h>
#include <string.h>

static const size_t sizes[] = { 1, 0, 64, 65, 1000, 7 };

enum { BLOCKS = sizeof sizes / sizeof sizes[0] };

static void place(unsigned char *block[BLOCKS], dp_arena *arena)
{
    for (int i = 0; i < BLOCKS; i++)
        block[i] = dp_arena_take(arena, sizes[i]);
}

static void check_blocks(unsigned char *const block[BLOCKS])
{
    for (int i = 0; i < BLOCKS; i++) {
        ck_assert_uint_eq((uintptr_t)block[i] % 64, 0);
        for (size_t k = 0; k < sizes[i]; k++)
            ck_assert_uint_eq(block[i][k], 0);
        memset(block[i], 1, sizes[i]); /* an overlap would show in a later block */
    }
}

START_TEST(an_arena_counts_and_then_cuts)
{
    dp_arena arena = { 0 };
    unsigned char *block[BLOCKS];
    place(block, &arena);
    for (int i = 0; i < BLOCKS; i++)
        ck_assert_ptr_null(block[i]);
    ck_assert(dp_arena_alloc(&arena));
    place(block, &arena);
    check_blocks(block);
    dp_arena_clear(&arena);
    ck_assert_ptr_null(arena.base);
}
END_TEST

START_TEST(an_arena_can_cut_the_memory_of_its_caller)
{
    dp_arena counted = { 0 };
    unsigned char *block[BLOCKS];
    place(block, &counted);
    unsigned char *memory = aligned_alloc(64, counted.used);
    memset(memory, 0, counted.used);
    dp_arena arena = dp_arena_over(memory);
    place(block, &arena);
    check_blocks(block);
    ck_assert_ptr_eq(block[0], memory);
    ck_assert_uint_eq(arena.used, counted.used);
    free(memory);
}
END_TEST

START_TEST(an_empty_arena_is_valid)
{
    dp_arena arena = { 0 };
    ck_assert(dp_arena_alloc(&arena));
    ck_assert_ptr_nonnull(dp_arena_take(&arena, 0));
    dp_arena_clear(&arena);
    dp_arena_clear(&arena);
}
END_TEST

UNIT_MAIN("arena", an_arena_counts_and_then_cuts,
          an_arena_can_cut_the_memory_of_its_caller, an_empty_arena_is_valid)
